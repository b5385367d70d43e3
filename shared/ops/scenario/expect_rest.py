"""What a scenario may expect beside tasks (其他期望): register, catalogue, alerts, notices, credit, feedback, approval."""

from collections.abc import Mapping
from typing import Any

from ops.scenario.expect_credit_constraint import SUBJECTS as CONSTRAINTS
from ops.scenario.expect_credit_public import PUBLIC
from ops.scenario.expect_credit_redress import CREDIT
from ops.scenario.expect_draws import DRAWS
from ops.scenario.expect_exports import SUBJECTS as EXPORTS
from ops.scenario.expect_gate import GATE
from ops.scenario.expect_plans import PLANS
from ops.scenario.expect_publicity import SUBJECTS as PUBLICITY
from ops.scenario.expect_tasks import TASKS
from ops.scenario.expect_visits import VISITS
from ops.scenario.expectation import Seen, Subject, at, day, first, last, said, size
from ops.scenario.loading import approval, credit, deadlines, listing, notices, whole
from ops.scenario.matching import Row
from ops.scenario.statement import SOURCE


def _claimer(row: Row) -> Any:
    claimed = at("task", "claimed")(row) or {}
    return "auto" if claimed.get("automatically") else claimed.get("by")


def _step_names(row: Row) -> list[str]:
    return [str(step[0] if isinstance(step, list) else step.get("step")) for step in row.get("steps") or ()]


_CASE = Seen(name="case", zh="办件", en="the case", of=at("case_id"), selects=True)
_OBJECT = Seen(name="object", zh="监管对象", en="the object", of=at("object_no"), selects=True)

SUBJECTS: Mapping[str, Subject] = {
    subject.name: subject
    for subject in (
        TASKS,
        Subject(
            name="deadlines",
            zh="时限",
            en="deadlines",
            load=deadlines,
            seen=(
                _CASE,
                _OBJECT,
                Seen(name="department", zh="监管部门", en="the department", of=at("of_department"), selects=True),
                Seen(name="kind", zh="种类", en="the kind", of=at("kind"), selects=True),
                Seen(name="due", zh="终止日", en="the last day", of=at("due_on")),
                Seen(name="state", zh="状态", en="the state", of=at("state")),
                Seen(name="steps", zh="已到的梯级", en="steps taken", of=_step_names),
            ),
        ),
        Subject(
            name="alerts",
            zh="预警（五条规则）",
            en="alerts of the five rules",
            load=listing("supervision", "/api/v1/alerts"),
            seen=(
                Seen(name="rule", zh="规则", en="the rule", of=at("rule"), selects=True),
                Seen(name="about", zh="部门或县区", en="the department or county", of=at("key"), selects=True),
                Seen(name="number", zh="第几次预警", en="the how manieth", of=at("number")),
                Seen(name="cases", zh="依据几起", en="how many cases it rests on", of=size(at("facts"))),
            ),
        ),
        Subject(
            name="notices",
            zh="通知",
            en="notices",
            load=notices,
            seen=(
                Seen(
                    name="to",
                    zh="收件人：人员编码，或 liaison、responsible、head、superior、linkage_office",
                    en="a person's code, or one of these roles",
                    of=at("to"),
                    selects=True,
                ),
                Seen(name="kind", zh="种类", en="the kind", of=at("kind"), selects=True),
                _CASE,
                Seen(
                    name="read",
                    zh="是否已读",
                    en="read or not",
                    of=lambda row: bool(row.get("read_at") or row.get("read")),
                ),
            ),
        ),
        Subject(
            name="credit",
            zh="信用",
            en="credit",
            load=credit,
            needs=("uscc", "id_no"),
            seen=(
                Seen(name="uscc", zh="统一社会信用代码", en="the subject's code", of=at("id_no"), selects=True),
                Seen(name="id_type", zh="证件类型", en="the id type", of=at("id_type"), selects=True),
                Seen(name="id_no", zh="证件号码", en="the number", of=at("id_no"), selects=True),
                Seen(name="grade", zh="等级", en="the grade", of=at("grade")),
                Seen(name="score", zh="分数", en="the score", of=at("score")),
                Seen(name="records", zh="信用记录数", en="how many records", of=size(at("records"))),
                Seen(name="approval", zh="审批所知等级", en="the grade approval holds", of=at("approval", "grade")),
                Seen(
                    name="supervision",
                    zh="监管所知等级",
                    en="the grade supervision holds",
                    of=at("supervision", "grade"),
                ),
            ),
        ),
        PUBLIC,
        Subject(
            name="feedback",
            zh="监管反馈",
            en="feedback",
            load=listing("approval", "/api/v1/feedback"),
            seen=(
                _CASE,
                _OBJECT,
                Seen(name="kind", zh="种类", en="the kind", of=at("kind"), selects=True),
                Seen(name="state", zh="状态", en="the state", of=at("state")),
                Seen(name="accepted", zh="是否采纳", en="accepted or not", of=at("accepted")),
                Seen(name="reason", zh="反馈理由", en="why", of=at("reason")),
                Seen(
                    name="answer",
                    zh="答复理由",
                    en="the answer's reason",
                    of=first(at("answer_reason"), at("answer", "reason")),
                ),
                Seen(
                    name="due",
                    zh="答复到期日",
                    en="last day to answer",
                    of=first(at("due_on"), at("deadline", "due_on")),
                ),
            ),
        ),
        Subject(
            name="approval",
            zh="审批人所见的办件",
            en="a case as the approver sees it",
            load=approval,
            needs=("case",),
            seen=(
                _CASE,
                Seen(name="kind", zh="办理类型", en="the decision's kind", of=at("kind")),
                Seen(name="revision", zh="版次", en="the revision", of=at("revision")),
                Seen(name="department", zh="监管部门", en="the department", of=at("task", "department"), selects=True),
                Seen(name="unmatched", zh="是否无人监管", en="no link was in force", of=said("unmatched_at")),
                Seen(name="pushed", zh="是否已推送", en="pushed or not", of=said("task", "pushed")),
                Seen(name="step", zh="最近一步", en="what happened last", of=at("task", "step")),
                Seen(name="claimed_by", zh="认领人，或 auto", en="who claimed it, or auto", of=_claimer),
                Seen(name="claimed_on", zh="认领日", en="when it was claimed", of=day(at("task", "claimed", "at"))),
                Seen(
                    name="returned",
                    zh="最近的退回理由",
                    en="why it was last returned",
                    of=last("reason", "task", "returned"),
                ),
                Seen(name="result", zh="最近的检查结果", en="the last result", of=last("result", "task", "inspected")),
                Seen(name="closed", zh="是否已办结", en="closed or not", of=said("task", "closed")),
                Seen(name="cancelled", zh="是否已取消", en="cancelled or not", of=said("task", "cancelled")),
                Seen(name="feedback", zh="最近的反馈种类", en="the last feedback's kind", of=last("kind", "feedback")),
            ),
        ),
        GATE,
        Subject(
            name="decisions",
            zh="已处理的决定",
            en="applied decisions",
            load=listing("supervision", "/api/v1/decisions", source_system=SOURCE),
            seen=(
                _CASE,
                _OBJECT,
                Seen(name="revision", zh="版次", en="the revision", of=at("revision"), selects=True),
                Seen(name="kind", zh="办理类型", en="the kind", of=at("kind")),
                Seen(name="outcome", zh="处理结果", en="the outcome", of=at("outcome")),
                Seen(name="tasks", zh="产生的任务数", en="tasks made", of=at("tasks_made")),
                Seen(name="catalogue", zh="匹配的目录版本", en="the version matched with", of=at("catalogue_version")),
            ),
        ),
        Subject(
            name="objects",
            zh="监管对象名录",
            en="the register of objects",
            load=listing("supervision", "/api/v1/objects", source_system=SOURCE),
            seen=(
                _OBJECT,
                _CASE,
                Seen(name="provisional", zh="仅由检查得知", en="known from inspections alone", of=at("provisional")),
                Seen(name="version", zh="决定序号", en="its decision's number", of=at("object_version")),
                Seen(name="address", zh="地址", en="the address", of=at("address")),
                Seen(name="suspended", zh="是否暂停", en="suspended or not", of=said("standstill")),
                Seen(name="risk_class", zh="风险等级", en="the risk class", of=at("risk_class")),
            ),
        ),
        Subject(
            name="catalogue",
            zh="事项目录版本",
            en="catalogue versions",
            load=whole("supervision", "/api/v1/catalogue-versions"),
            seen=(
                Seen(name="version", zh="版本", en="the version", of=at("version"), selects=True),
                Seen(name="state", zh="状态", en="the state", of=at("state")),
                Seen(name="links", zh="联动关系数", en="how many links", of=at("links")),
                Seen(name="effective_from", zh="生效日期", en="in force from", of=at("effective_from")),
                Seen(name="effective_to", zh="失效日期", en="in force to", of=at("effective_to")),
            ),
        ),
        *VISITS,
        *PLANS,
        *DRAWS,
        *CONSTRAINTS,
        *CREDIT,
        *PUBLICITY,
        *EXPORTS,
    )
}
"""Everything that can be looked at, by its name."""

"""What a scenario may expect beside tasks (其他期望): register, catalogue, alerts, notices, credit, feedback, approval."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expect_tasks import TASKS, tasks
from ops.scenario.expectation import Asker, Load, Seen, Subject, at, day, first, size
from ops.scenario.matching import AnyOf, Row
from ops.scenario.statement import SOURCE

Asked = Sequence[Mapping[str, Any]]
_ROLES = {"liaison": "liaison", "responsible": "responsible_officer", "head": "head"}
"""Role → where a task or a department names the person; a superior is the head of the department above."""


def listing(service: str, path: str, **which: str) -> Load:
    """All rows of a list."""

    async def load(asker: Asker, _asked: Asked) -> Sequence[Row]:
        return await asker.every(service, path, **which)

    return load


async def people_of_roles(asker: Asker) -> dict[str, set[str]]:
    """Role → the persons who have it on some task of the scenario, or in some department."""
    departments = await asker.every("approval", "/api/v1/departments")
    rows = [*await tasks(asker), *departments]
    heads = {str(row["code"]): str(row.get("head") or row["code"]) for row in departments}
    people = {role: {str(row[name]) for row in rows if row.get(name)} for role, name in _ROLES.items()}
    return people | {"superior": {heads.get(str(row["superior"]), "") for row in departments if row.get("superior")}}


async def notices(asker: Asker, _asked: Asked = ()) -> list[Row]:
    """Every notice of everybody with a role, each with the names its receiver goes by."""
    roles = await people_of_roles(asker)
    cases = {f"task:{task['task_id']}": task.get("case_id") for task in await tasks(asker)}
    found: list[Row] = []
    for service in ("supervision", "approval"):
        for person in sorted({person for people in roles.values() for person in people}):
            named = AnyOf((person, *(role for role, people in roles.items() if person in people)))
            rows = await asker.every(service, "/api/v1/notices", person=person)
            found += [{**row, "to": named, "case_id": cases.get(str(row.get("about")))} for row in rows]
    return found


async def credit(asker: Asker, asked: Asked) -> list[Row]:
    """The subjects named, as credit knows them, with the grade approval and supervision hold."""
    found: list[Row] = []
    for entry in asked:
        id_type, id_no = str(entry.get("id_type", "001")), str(entry.get("uscc", entry.get("id_no")))
        subject = await asker.get("credit", f"/api/v1/subjects/{id_type}/{id_no}") or {}
        held = {
            service: await asker.get(service, f"/api/v1/grades/{id_type}/{id_no}") or {}
            for service in ("approval", "supervision")
        }
        found.append({**subject, "id_type": id_type, "id_no": id_no, **held})
    return found


async def approval(asker: Asker, asked: Asked) -> list[Row]:
    """The cases named, as the approver sees them."""
    found: list[Row] = []
    for entry in asked:
        path = f"/api/v1/cases/{SOURCE}/{entry['case']}"
        case = await asker.get("approval", path) or {}
        progress = await asker.get("approval", f"{path}/progress") or {}
        found.append({**case, **progress, "case_id": entry["case"]})
    return found


async def deadlines(asker: Asker, _asked: Asked) -> list[Row]:
    """Every deadline of every task."""
    return [
        {
            **deadline,
            "case_id": task.get("case_id"),
            "object_no": task.get("object_no"),
            "of_department": task.get("department"),
        }
        for task in await tasks(asker)
        for deadline in task.get("deadlines") or ()
    ]


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
                    zh="收件人：人员编码，或 liaison、responsible、head、superior",
                    en="a person's code, or a role",
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
                Seen(name="records", zh="失信记录数", en="how many records", of=size(at("records"))),
                Seen(name="approval", zh="审批所知等级", en="the grade approval holds", of=at("approval", "grade")),
                Seen(
                    name="supervision",
                    zh="监管所知等级",
                    en="the grade supervision holds",
                    of=at("supervision", "grade"),
                ),
            ),
        ),
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
                Seen(name="pushed", zh="是否已推送", en="pushed or not", of=at("pushed")),
                Seen(name="state", zh="任务状态", en="the task's state", of=first(at("task_state"), at("state"))),
                Seen(name="claimed_by", zh="认领人", en="who claimed it", of=at("claimed_by")),
                Seen(name="claimed_on", zh="认领日", en="when it was claimed", of=day(at("claimed_at"))),
                Seen(name="returned", zh="退回理由", en="why it was returned", of=at("returned")),
                Seen(name="result", zh="检查结果", en="the result", of=at("result")),
                Seen(name="feedback", zh="反馈种类", en="the feedback's kind", of=at("feedback")),
            ),
        ),
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
                Seen(name="suspended", zh="是否暂停", en="suspended or not", of=lambda row: bool(row.get("suspended"))),
            ),
        ),
        Subject(
            name="catalogue",
            zh="事项目录版本",
            en="catalogue versions",
            load=listing("supervision", "/api/v1/catalogue-versions"),
            seen=(
                Seen(name="version", zh="版本", en="the version", of=at("version"), selects=True),
                Seen(name="state", zh="状态", en="the state", of=at("state")),
                Seen(name="links", zh="联动关系数", en="how many links", of=at("links")),
                Seen(name="effective_from", zh="生效日期", en="in force from", of=at("effective_from")),
                Seen(name="effective_to", zh="失效日期", en="in force to", of=at("effective_to")),
            ),
        ),
    )
}
"""Everything that can be looked at, by its name."""

"""Verbs of supervision's tasks (监管任务动词): from the claim to the end, and everything that may come between."""

from ops.scenario.keys import Default, Key, Kind
from ops.scenario.reports import WATCHED, findings, lines
from ops.scenario.verb import BY, REASON, Finds, Verb

_LIMIT = Key(name="limit", zh="时限，如 10d、5wd", en="the limit, e.g. 10d or 5wd")
_DEPARTMENT = Key(name="to", zh="改由哪个监管部门", en="the department it goes to", field="department", required=True)
_OFFICERS = Key(
    name="officers",
    zh="执法人员编码",
    en="the inspectors",
    kind=Kind.TEXTS,
    field="inspectors",
    default=Default.OFFICERS,
)
_REPORT = (
    Key(name="result", zh="检查结果：PASS、PASS_WITH_CONDITIONS、FAIL", en="the result", required=True),
    Key(
        name="officers",
        zh="执法人员编码",
        en="the inspectors",
        kind=Kind.TEXTS,
        field="inspectors",
        default=Default.OFFICERS,
    ),
    Key(
        name="on",
        zh="检查日期",
        en="the day of the inspection",
        kind=Kind.DAY,
        field="inspected_on",
        default=Default.TODAY,
    ),
    Key(name="number", zh="检查编号", en="the inspection's number", field="inspection_no", default=Default.NUMBER),
    *WATCHED,
    Key(name="lines", zh='检查项：{"1": PASS, "2": FAIL}', en="the answers", kind=Kind.MAP, made=lines),
    Key(name="findings", zh='问题：{"2": CRITICAL}', en="the findings", kind=Kind.MAP, made=findings),
)
_PENALTY = (
    Key(name="no_penalty", zh="不予行政处罚", en="no penalty", kind=Kind.FLAG),
    Key(name="name", zh="处罚行为名称", en="the penalty's name", field="punish_action_name"),
    Key(
        name="types",
        zh="处罚种类代码，如 02 罚款",
        en="the kinds of penalty, e.g. 02 a fine",
        kind=Kind.TEXTS,
        field="punish_types",
    ),
    Key(name="fact", zh="违法事实", en="the unlawful fact", field="illegal_fact"),
    Key(name="basis", zh="处罚依据", en="the legal basis", field="punish_basis"),
    Key(name="document", zh="处罚文书号", en="the number of the document", field="punish_document_code"),
    Key(name="result", zh="处罚结果", en="the penalty's result", field="punish_result"),
    Key(name="fine", zh="罚款金额（元）", en="the fine in yuan", kind=Kind.NUMBER),
    Key(name="filed", zh="立案日期", en="the day the case was filed", kind=Kind.DAY, field="filing_date"),
    Key(
        name="on",
        zh="处罚决定日期",
        en="the day of the decision",
        kind=Kind.DAY,
        field="decision_date",
        default=Default.TODAY,
    ),
    BY,
)


def _on_task(name: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/tasks/{{task_id}}:{name}"
    return Verb(name=name, zh=zh, en=en, service="supervision", path=path, finds=Finds.TASK, keys=keys)


VERBS = (
    _on_task(
        "claim",
        "认领",
        "claim a task",
        Key(name="by", zh="认领人（执法人员编码）", en="the inspector", field="inspector", default=Default.OFFICER),
    ),
    _on_task("return", "退回", "return a task", REASON, BY),
    _on_task("route", "改派（退回后由审批或联动办改派）", "route a returned task", _DEPARTMENT, REASON, BY),
    _on_task("dispute", "提出争议", "dispute whose task it is", REASON, BY),
    _on_task("arbitrate", "裁定归属", "decide a dispute", _DEPARTMENT, REASON, BY),
    _on_task(
        "transfer",
        "部门内转办",
        "transfer inside the department",
        Key(name="to", zh="接手人", en="who takes over", field="inspector", required=True),
        REASON,
        BY,
    ),
    _on_task(
        "plan",
        "排期",
        "plan the visit",
        Key(name="on", zh="计划日期", en="the planned day", kind=Kind.DAY, field="planned_on", required=True),
        Key(name="officers", zh="执法人员编码", en="the inspectors", kind=Kind.TEXTS, default=Default.OFFICERS),
        BY,
    ),
    _on_task("start", "开始检查", "begin the inspection", BY),
    _on_task("inspect", "录入检查结果；不合格时任务仍未办结", "record an inspection; failed, it stays open", *_REPORT),
    _on_task("conclude", "检查并办结", "inspect and close in one", *_REPORT),
    _on_task(
        "rectify",
        "责令整改",
        "order a rectification",
        Key(name="order", zh="整改要求", en="what to rectify", field="requirement"),
        _LIMIT,
        BY,
    ),
    _on_task(
        "report",
        "提交整改报告",
        "report that it is rectified",
        Key(name="text", zh="整改情况", en="what was done", field="report"),
        BY,
    ),
    _on_task(
        "verify",
        "复查整改：通过则办结，否则进入下一轮",
        "verify a rectification: passed closes, else the next round",
        Key(name="passed", zh="是否通过", en="passed or not", kind=Kind.FLAG, required=True),
        _OFFICERS,
        Key(name="order", zh="下一轮的整改要求", en="what the next round must rectify", field="requirement"),
        _LIMIT,
        REASON,
        BY,
    ),
    _on_task(
        "refer",
        "移送执法",
        "refer to enforcement",
        Key(name="to", zh="执法机关", en="the enforcing body", field="referred_to"),
        Key(name="off_system", zh="是否线下移送", en="handed over off the system", kind=Kind.FLAG),
        REASON,
        BY,
    ),
    _on_task("supplement", "要求补充移送材料", "ask for more material on a referral", REASON, BY),
    _on_task(
        "penalise",
        "录入处罚结果；no_penalty 为不予处罚",
        "record the penalty, or that there is none",
        *_PENALTY,
    ),
    _on_task(
        "close",
        "办结并写明原因",
        "close for a reason",
        Key(
            name="reason",
            zh="原因：INSPECTED、DOCUMENT_CHECKED、POOLED、CEASED、NOT_FOUND、OTHER",
            en="the reason's code",
            required=True,
        ),
        Key(name="note", zh="说明", en="a note"),
        BY,
    ),
    _on_task(
        "feedback",
        "向审批反馈",
        "give feedback to approval",
        Key(
            name="kind", zh="种类：ANNUL、WITHDRAW、REVOKE、RESTRICT、SUPPLEMENT、CHANGE", en="the kind", required=True
        ),
        REASON,
        Key(name="basis", zh="法律依据", en="the legal basis", field="legal_basis"),
        BY,
    ),
)

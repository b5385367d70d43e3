"""Verbs of approval (审批动词): decisions and what becomes of licences, the calendar, the directory, answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ops.scenario.keys import Default, Key, Kind
from ops.scenario.statement import subject
from ops.scenario.verb import BY, REASON, Finds, Form, Verb

_FLAG_ZH = "true 或 false"
CASE = Key(name="case", zh="办件编号", en="the case's number", required=True, field="case_id")
STATED = (
    Key(name="item", zh="事项编码", en="the item's code", field="item_code"),
    Key(name="kind", zh="办理类型，缺省 NEW", en="the decision's kind, NEW when left out"),
    Key(
        name="subject",
        zh="主体：{uscc, name} 或 {id_type, id_no, kind, name}",
        en="the holder",
        kind=Kind.MAP,
        made=subject,
    ),
    Key(name="object", zh="监管对象编号", en="the object's number"),
    Key(name="address", zh="监管对象地址", en="the object's address"),
    Key(name="region", zh="区划代码，缺省 640202", en="the region's code, 640202 when left out"),
    Key(name="commitment", zh=f"告知承诺：{_FLAG_ZH}", en="made on a commitment", kind=Kind.FLAG),
    Key(name="existing", zh=f"存量：{_FLAG_ZH}", en="registered only, makes no task", kind=Kind.FLAG),
    Key(
        name="on", zh="决定日期", en="the day of the decision", kind=Kind.DAY, field="decided_on", default=Default.TODAY
    ),
    Key(name="from", zh="有效期起", en="valid from", kind=Kind.DAY, field="valid_from"),
    Key(name="to", zh="有效期至", en="valid to", kind=Kind.DAY, field="valid_to"),
    Key(
        name="deceit",
        zh=f"以欺骗、贿赂等不正当手段取得，只用于撤销：{_FLAG_ZH}",
        en="got by deceit, only with an annulment",
        kind=Kind.FLAG,
        field="by_deceit",
    ),
    Key(name="licence", zh="许可编号", en="the licence's number", field="licence_no"),
    Key(name="revision", zh="版次", en="the revision", kind=Kind.NUMBER),
)
_UNKINDED = (CASE, *(key for key in STATED if key.name != "kind"))


def _deciding(name: str, zh: str, en: str, fixed: Mapping[str, Any]) -> Verb:
    keys = tuple(key for key in _UNKINDED if key.name not in fixed)
    return Verb(
        name=name, zh=zh, en=en, service="approval", path="/api/v1/cases", form=Form.CASE, keys=keys, fixed=fixed
    )


DECISION = "case"
"""Under this name a whole decision travels inside another request."""
VERBS = (
    Verb(
        name="decide",
        zh="登记审批决定；未写的键取自该对象上一次决定",
        en="register a decision; what is not written is taken from the last one on the object",
        service="approval",
        path="/api/v1/cases",
        form=Form.CASE,
        keys=(CASE, *STATED),
    ),
    Verb(
        name="correct",
        zh="更正：同一办件的下一版次，未写的键不变",
        en="correct a case: its next revision, what is not written stays",
        service="approval",
        path="/api/v1/cases",
        form=Form.CORRECTION,
        keys=(CASE, *(replace(key, default=Default.NOTHING) for key in STATED)),
    ),
    _deciding("existing", "登记存量许可", "register a licence that existed before", {"kind": "NEW", "existing": True}),
    _deciding("change", "变更", "change the licence", {"kind": "CHANGE"}),
    _deciding("renew", "延续", "renew the licence", {"kind": "RENEW"}),
    _deciding("expire", "到期未延续", "the licence ran out", {"kind": "EXPIRE"}),
    _deciding("withdraw", "撤回", "withdraw the licence", {"kind": "WITHDRAW"}),
    _deciding("annul", "撤销", "annul the licence", {"kind": "ANNUL"}),
    _deciding("revoke", "吊销", "revoke the licence", {"kind": "REVOKE"}),
    _deciding("cancel", "注销", "cancel the licence", {"kind": "CANCEL"}),
    Verb(
        name="answer",
        zh="审批答复监管反馈；decision 为同时登记的决定",
        en="answer a feedback; decision is the decision registered with it",
        service="approval",
        path="/api/v1/feedback/{feedback_id}:answer",
        finds=Finds.FEEDBACK,
        keys=(
            Key(name="accepted", zh=f"是否采纳：{_FLAG_ZH}", en="accepted or not", kind=Kind.FLAG, required=True),
            REASON,
            BY,
            Key(
                name="decision",
                zh="新的决定，键同 decide",
                en="the new decision, keys as in decide",
                kind=Kind.MAP,
                field=DECISION,
            ),
        ),
    ),
    Verb(
        name="calendar",
        zh="导入放假通知（工作日历的一年）",
        en="import a notice: one year of the calendar",
        service="approval",
        path="/api/v1/calendar-years",
        fixed={"working": [], "free": [], "provisional": False},
        keys=(
            Key(name="year", zh="年份", en="the year", kind=Kind.NUMBER, required=True),
            Key(name="free", zh="放假的工作日", en="weekdays that are free", kind=Kind.TEXTS),
            Key(name="working", zh="上班的休息日", en="weekend days that are worked", kind=Kind.TEXTS),
            Key(name="provisional", zh=f"是否暂定：{_FLAG_ZH}", en="provisional or not", kind=Kind.FLAG),
            Key(name="source", zh="依据的通知", en="which notice", required=True),
        ),
    ),
    Verb(
        name="directory",
        zh="登记部门与人员（人员离任、部门撤并也用它）",
        en="register departments and people, also who left and what was merged",
        service="approval",
        path="",
        form=Form.LINES,
        keys=(
            Key(
                name="departments",
                zh="部门：code、name、head、liaison、superior、merged_into…",
                en="departments",
                kind=Kind.ROWS,
                field="/api/v1/departments:batch",
            ),
            Key(
                name="people",
                zh="人员：code、name、department、left_on、successor、deputy…",
                en="people",
                kind=Kind.ROWS,
                field="/api/v1/people:batch",
            ),
        ),
    ),
)

"""Verbs of constraints (信用约束动词): lists and bars, and the identities they go along with."""

from ops.scenario.keys import Default, Key, Kind
from ops.scenario.statement import REGION, SOURCE, subject
from ops.scenario.verb import BY, Finds, Verb

_SUBJECT = Key(
    name="subject",
    zh="主体：{uscc, name} 或 {id_type, id_no, kind, name}",
    en="whom it is about",
    kind=Kind.MAP,
    required=True,
    made=subject,
)
_DOCUMENT = Key(name="document", zh="文书号", en="the document's number", required=True, field="document_no")
_DEPARTMENT = Key(name="department", zh="作出决定的部门，缺省 SCJG", en="who decided, SCJG when left out")
_REASON = Key(name="reason", zh="理由", en="why", required=True)
_DECIDED = {"source_system": SOURCE, "region": REGION, "department": "SCJG"}

VERBS = (
    Verb(
        name="enter_list",
        zh="列入名录、名单",
        en="enter a list",
        service="credit",
        path="/api/v1/list-entries",
        fixed=_DECIDED,
        keys=(
            Key(name="list", zh="ABNORMAL_LIST 或 SEVERE_LIST", en="which list", required=True),
            _SUBJECT,
            Key(name="basis", zh="列入依据的编码", en="the code of the ground", required=True, field="legal_basis"),
            _DOCUMENT,
            Key(name="notice", zh="告知文书号", en="the number of the notice", field="notice_document"),
            Key(
                name="on",
                zh="列入日期",
                en="the day of the entry",
                kind=Kind.DAY,
                field="entered_on",
                default=Default.TODAY,
            ),
            _DEPARTMENT,
            BY,
        ),
    ),
    Verb(
        name="exit_list",
        zh="移出名录、名单",
        en="take off a list",
        service="credit",
        path="/api/v1/list-entries/{entry_id}:exit",
        finds=Finds.ENTRY,
        keys=(
            _REASON,
            Key(name="on", zh="移出日期，缺省当天", en="the first day outside, today when left out", kind=Kind.DAY),
            BY,
        ),
    ),
    Verb(
        name="impose_bar",
        zh="限制申请",
        en="impose a bar",
        service="credit",
        path="/api/v1/bars",
        fixed=_DECIDED,
        keys=(
            Key(name="kind", zh="REFUSAL、ANNULMENT 或 PROCUREMENT", en="which kind", required=True),
            _SUBJECT,
            Key(name="item", zh="事项编码；政府采购不写", en="the item's code", field="item_code"),
            _DOCUMENT,
            Key(
                name="on",
                zh="决定日期",
                en="the day of the decision",
                kind=Kind.DAY,
                field="decided_on",
                default=Default.TODAY,
            ),
            _DEPARTMENT,
            BY,
        ),
    ),
    Verb(
        name="lift_bar",
        zh="解除限制申请",
        en="lift a bar",
        service="credit",
        path="/api/v1/bars/{bar_id}:lift",
        finds=Finds.BAR,
        keys=(_REASON, BY),
    ),
    Verb(
        name="merge_subject",
        zh="合并主体：subject 是 into 的另一个号码",
        en="merge: subject is another number of into",
        service="credit",
        path="/api/v1/subjects:merge",
        keys=(
            _SUBJECT,
            Key(name="into", zh="并入的主体", en="into whom", kind=Kind.MAP, required=True, made=subject),
            _REASON,
            BY,
        ),
    ),
    Verb(
        name="split_subject",
        zh="拆分主体",
        en="take a merger back",
        service="credit",
        path="/api/v1/subjects:split",
        keys=(_SUBJECT, _REASON, BY),
    ),
)

"""Verbs of credit's records (信用记录动词): entering one, and its repair, objection and withdrawal."""

from ops.scenario.keys import Default, Key, Kind
from ops.scenario.statement import REGION, SOURCE, subject
from ops.scenario.verb import BY, REASON, Finds, Verb


def _on_record(name: str, path: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/records/{{record_id}}{path}"
    return Verb(name=name, zh=zh, en=en, service="credit", path=path, finds=Finds.RECORD, keys=keys)


def _on_repair(name: str, verb: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/repairs/{{repair_id}}:{verb}"
    return Verb(name=name, zh=zh, en=en, service="credit", path=path, finds=Finds.REPAIR, keys=keys)


def _on_objection(name: str, verb: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/objections/{{objection_id}}:{verb}"
    return Verb(name=name, zh=zh, en=en, service="credit", path=path, finds=Finds.OBJECTION, keys=keys)


VERBS = (
    Verb(
        name="record",
        zh="录入信用记录（表彰、处罚、其他）",
        en="enter a record: a commendation, a penalty, other information",
        service="credit",
        path="/api/v1/records",
        fixed={"source_system": SOURCE, "region": REGION, "department": "SCJG"},
        keys=(
            Key(name="kind", zh="种类：COMMENDATION、PENALTY、OTHER", en="the kind", required=True),
            Key(
                name="class",
                zh="类别：MINOR、GENERAL、SERIOUS、MERIT",
                en="the class",
                required=True,
                field="record_class",
            ),
            Key(
                name="subject",
                zh="主体：{uscc, name} 或 {id_type, id_no, kind, name}",
                en="the subject",
                kind=Kind.MAP,
                made=subject,
                required=True,
            ),
            Key(name="number", zh="文书号", en="the document's number", field="document_no", required=True),
            Key(
                name="on",
                zh="文书日期",
                en="the day of the document",
                kind=Kind.DAY,
                field="document_on",
                default=Default.TODAY,
            ),
            Key(name="detail", zh="事实摘要", en="what happened"),
            Key(
                name="repairable", zh="可否提前修复：true 或 false", en="whether repair may come early", kind=Kind.FLAG
            ),
            BY,
        ),
    ),
    _on_record(
        "apply_repair",
        "/repairs",
        "申请信用修复",
        "apply for repair",
        Key(name="proof", zh="履行义务证明", en="proof that the duties are done", kind=Kind.TEXTS),
        Key(name="commitment", zh="公开信用承诺", en="the public commitment"),
        BY,
    ),
    _on_repair("accept_repair", "accept", "受理修复申请", "accept an application", BY),
    _on_repair("reject_repair", "reject", "不予受理修复申请", "reject an application", REASON, BY),
    _on_repair(
        "decide_repair",
        "decide",
        "作出修复决定（另一人）",
        "decide an application, as another person",
        Key(name="granted", zh="是否准予：true 或 false", en="granted or not", kind=Kind.FLAG, required=True),
        REASON,
        BY,
    ),
    _on_record(
        "object",
        "/objections",
        "对记录提出异议",
        "object to a record",
        REASON,
        Key(name="evidence", zh="证据", en="the evidence", kind=Kind.TEXTS),
        BY,
    ),
    _on_objection(
        "forward_objection",
        "forward",
        "把异议转数据提供单位",
        "forward an objection to the provider of the data",
        Key(name="provider", zh="数据提供单位", en="the provider", required=True),
        BY,
    ),
    _on_objection(
        "decide_objection",
        "decide",
        "处理异议；复核须另一人",
        "decide an objection, its review as another person",
        Key(name="upheld", zh="是否成立：true 或 false", en="upheld or not", kind=Kind.FLAG, required=True),
        REASON,
        BY,
    ),
    _on_objection("review_objection", "review", "申请异议复核", "ask for a review", REASON, BY),
    _on_record(
        "withdraw_record",
        ":withdraw",
        "申请撤销记录（来源被撤销或更正）",
        "request that a record be withdrawn: its source was annulled or corrected",
        REASON,
        Key(name="document", zh="撤销或更正的文书号", en="the document that says so", field="document_no"),
        BY,
    ),
    _on_record(
        "confirm_withdrawal", ":confirm-withdrawal", "确认撤销（另一人）", "confirm a withdrawal, as another person", BY
    ),
    _on_record("cancel_withdrawal", ":cancel-withdrawal", "取消撤销申请", "cancel a withdrawal", REASON, BY),
)

"""Gate (审批信用关口): whether a subject may apply for an item, and whether on a commitment (告知承诺), with reasons.

Pure. Every reason stands for itself and the answer is the most severe of them: a further hold never makes it milder.
No grade and no record is no fault. A record under objection (异议处理中) is shown and changes nothing. Sources: 行政许可法第七十八条、第七十九条; 深圳经济特区社会信用条例第五十九条 (gate.toml).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from approval.domain.content import LONGEST_ID, SOURCE
from approval.domain.gate_rules import GateAnswer, GateRule, GateRules
from approval.domain.hold import Hold, HoldKind, HoldOrigin
from approval.domain.holder import Holder
from approval.domain.item import Item
from kernel.credit import Grade
from kernel.reckoning import months_after
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import SubjectKey, number_fault
from kernel.text import prose_fault

_SAID = {
    HoldKind.REFUSAL: (
        "barred-after-refusal",
        "曾隐瞒情况或提供虚假材料申请该事项",
        "an earlier application for the item concealed facts or used false material",
    ),
    HoldKind.ANNULMENT: (
        "barred-after-annulment",
        "以欺骗、贿赂等不正当手段取得的该项许可已被撤销",
        "a licence for the item was obtained by deceit or bribery and was annulled",
    ),
    HoldKind.PROCUREMENT: ("barred-from-procurement", "有政府采购重大违法记录", "there is a bar from procurement"),
    HoldKind.SEVERE_LIST: ("severe-list", "在严重失信主体名单中", "the subject is on the list of serious offenders"),
    HoldKind.ABNORMAL_LIST: ("abnormal-list", "在经营异常名录中", "the subject is on the list of abnormal operation"),
    HoldKind.COMMITMENT_BREACH: (
        "commitment-breach",
        "有尚未修复的承诺违约记录",
        "a breach of a commitment is not repaired",
    ),
    HoldKind.RESTRICT: (
        "access-restricted",
        "审批部门已采纳监管部门的限制准入反馈",
        "the approver accepted that supervision restricts access",
    ),
}
_FOLLOWS = {
    GateAnswer.REFUSE: ("不得申请该事项", "no application for the item"),
    GateAnswer.ALLOW_WITHOUT_COMMITMENT: ("不适用告知承诺", "no approval on a commitment"),
}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskGate:
    """查询信用关口. ``on``: the day to judge for, in China; None = today. ``by`` and ``source_system``: who asks."""

    holder: Holder
    item_code: str
    on: date | None = None
    by: str = ""
    source_system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReason:
    """关口理由: one hold or the grade, and what follows from it."""

    code: str
    zh: str
    en: str
    answer: GateAnswer
    basis: str
    """依据 of the hold; of the rule when the hold has none."""
    rule: str
    """Where the rule is written (规则出处)."""
    confirmed: bool
    origin: HoldOrigin | None = None
    hold_id: str = ""
    document_no: str = ""
    item_code: str = ""
    since: date | None = None
    until: date | None = None
    """The last day; None = until it is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What is held about a subject and an item (关口所据)."""

    item: Item | None = None
    grade: Grade | None = None
    holds: tuple[Hold, ...] = ()
    under_objection: frozenset[str] = frozenset()
    """The records of which an objection is pending now, whatever the day asked about."""
    as_of: datetime | None = None
    """When the newest event of credit that was applied was told; None = none ever."""
    applied_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReply:
    """关口答复 with its reasons, the most severe first, and how old that is what it rests on."""

    answer: GateAnswer
    reasons: tuple[GateReason, ...]
    grade: Grade | None
    public_safety: bool
    on: date
    rules: str
    """规则版本."""
    as_of: datetime | None
    applied_at: datetime | None
    age_seconds: int | None
    """Seconds since ``as_of``; credit that has nothing to tell grows old too, see the backlog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuery:
    """关口查询留痕: who asked what about whom, and what was answered."""

    subject: SubjectKey
    item_code: str
    by: str
    source_system: str
    reply: GateReply


def must_be_askable(command: AskGate) -> None:
    """Let a sound question pass.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    if faults := list(faults_of(command)):
        raise malformed(faults)


def faults_of(command: AskGate) -> Iterator[Fault]:
    """What is wrong with a question; nothing may be looked up for one with faults."""
    if fault := number_fault("/id_no", command.holder.id_type, command.holder.id_no):
        yield fault
    if not command.item_code:
        yield Fault(pointer="/item", zh="必填，请填写事项编码", en="is required: the code of the item")
    if command.source_system and not SOURCE.fullmatch(command.source_system):
        zh = "来源系统为 1 至 32 位小写字母、数字、点、横线或下划线"
        en = "a source system has 1 to 32 lower-case letters, digits, dots, hyphens or underscores"
        yield Fault(pointer="/source_system", zh=zh, en=en)
    for pointer, text in (("/item", command.item_code), ("/by", command.by)):
        if fault := prose_fault(pointer, text, longest=LONGEST_ID):
            yield fault


def no_such_item(item_code: str) -> Refusal:
    """没有该事项: 404 ``item-unknown``."""
    return Refusal(
        code="item-unknown",
        zh=f"事项编码 {item_code} 不在事项目录中，请核对编码或先登记该事项",
        en=f"the item {item_code} is not in the directory; check its code or list the item first",
        status=404,
    )


def judge(item: Item, facts: GateFacts, day: date, rules: GateRules) -> tuple[GateAnswer, tuple[GateReason, ...]]:
    """The answer for a day and its reasons."""
    reasons = [*_held(item, facts, day, rules), *_graded(facts.grade, rules)]
    reasons.sort(key=lambda reason: (-reason.answer.severity, reason.code, reason.hold_id))
    answer = reasons[0].answer if reasons else GateAnswer.ALLOW
    return answer, tuple(reasons)


def replied(command: AskGate, facts: GateFacts, item: Item, rules: GateRules, now: datetime, today: date) -> GateReply:
    """The reply to a question, from what is held."""
    day = command.on or today
    answer, reasons = judge(item, facts, day, rules)
    return GateReply(
        answer=answer,
        reasons=reasons,
        grade=facts.grade,
        public_safety=item.public_safety,
        on=day,
        rules=rules.version,
        as_of=facts.as_of,
        applied_at=facts.applied_at,
        age_seconds=max(0, int((now - facts.as_of).total_seconds())) if facts.as_of else None,
    )


def _held(item: Item, facts: GateFacts, day: date, rules: GateRules) -> Iterator[GateReason]:
    for hold in facts.holds:
        if hold.kind is None:
            continue
        rule = rules.holds[hold.kind]
        lasting = _lasting(hold, rule)
        if lasting.in_force(day) and _concerns(rule, hold, item) and rule.answer is not GateAnswer.ALLOW:
            reason = _reason(hold.kind, lasting, rule)
            contested = hold.origin is HoldOrigin.RECORD and hold.hold_id in facts.under_objection
            yield _contested(hold.kind, reason) if contested else reason


def _lasting(hold: Hold, rule: GateRule) -> Hold:
    if hold.ends_on or hold.starts_on is None or rule.months is None:
        return hold
    return replace(hold, ends_on=months_after(hold.starts_on, rule.months))


def _concerns(rule: GateRule, hold: Hold, item: Item) -> bool:
    return (hold.item_code == item.item_code or not rule.same_item) and (item.public_safety or not rule.public_safety)


def _reason(kind: HoldKind, hold: Hold, rule: GateRule) -> GateReason:
    code, zh, en = _SAID[kind]
    follows_zh, follows_en = _FOLLOWS[rule.answer]
    ended = hold.ended_on - _DAY if hold.ended_on else None
    until = min((day for day in (hold.ends_on, ended) if day), default=None)
    return GateReason(
        code=code,
        zh=f"{zh}，{until} 前（含当日）{follows_zh}" if until else f"{zh}，{follows_zh}",
        en=f"{en}: {follows_en}, up to and including {until}" if until else f"{en}: {follows_en}",
        answer=rule.answer,
        basis=hold.basis or rule.source,
        rule=rule.source,
        confirmed=rule.confirmed,
        origin=hold.origin,
        hold_id=hold.hold_id,
        document_no=hold.document_no,
        item_code=hold.item_code,
        since=hold.starts_on,
        until=until,
    )


def _contested(kind: HoldKind, reason: GateReason) -> GateReason:
    """Shown, so that whoever asks knows of it, and without effect until the objection ends."""
    _, zh, en = _SAID[kind]
    return replace(
        reason,
        code=f"{reason.code}-under-objection",
        zh=f"{zh}，该记录正在异议处理中，处理期间不影响申请与告知承诺",
        en=f"{en}, but an objection to the record is pending: until it ends the record changes nothing",
        answer=GateAnswer.ALLOW,
    )


def _graded(grade: Grade | None, rules: GateRules) -> Iterator[GateReason]:
    rule = rules.grades.get(grade) if grade else None
    if rule is None or rule.answer is GateAnswer.ALLOW:
        return
    follows_zh, follows_en = _FOLLOWS[rule.answer]
    yield GateReason(
        code="credit-grade",
        zh=f"信用等级为 {grade}，{follows_zh}",
        en=f"the credit grade is {grade}: {follows_en}",
        answer=rule.answer,
        basis=rule.source,
        rule=rule.source,
        confirmed=rule.confirmed,
    )

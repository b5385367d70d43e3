"""Content (内容核验) of commands on lists and bars: what they must say before anything changes. Every fault is told at once."""

import re
from collections.abc import Iterator
from datetime import date

from credit.domain.constraint_commands import EnterList, ExitList, ImposeBar, LiftBar, Named
from credit.domain.constraints import BarRule, Constraints, ListRule
from credit.domain.record import CreditRecord
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType, SubjectKind, number_fault

_REFERENCE = re.compile(r"P[0-9A-F]{40}")
_REGION = re.compile(r"[0-9]{6}")
_TEXTS = {
    "by": ("经办人编码", "the code of who does it"),
    "reason": ("理由", "the reason"),
    "document_no": ("文书号", "the number of the document"),
    "department": ("作出决定的部门", "the department that decided"),
    "source_system": ("来源系统", "the source system"),
    "item_code": ("事项编码", "the code of the item"),
    "notice_document": (
        "告知文书号：列入前须告知依据、措施、移出条件与救济",
        "the number of the notice that went before",
    ),
}


def entry_must_be_sound(command: EnterList, constraints: Constraints, today: date) -> ListRule:
    """The rule of the list to enter.

    Raises:
        Refusal: ``invalid-content`` with every fault; ``basis-not-listed`` (422) for a ground the catalogue does not know.
    """
    rule = constraints.lists.get(command.list)
    faults = [*_decided(command, command.entered_on, "/entered_on", today)]
    if rule is None:
        known = "、".join(sorted(constraints.lists))
        faults.append(Fault(pointer="/list", zh=f"名单为 {known}", en=f"a list is one of {known}"))
    elif rule.needs_notice:
        faults += _required(command, "notice_document")
    if rule is None or faults:
        raise malformed(faults)
    if rule.basis(command.legal_basis) is None:
        known = "、".join(basis.code for basis in rule.legal_bases)
        raise Refusal(
            code="basis-not-listed",
            zh=f"列入依据 {command.legal_basis!r} 不在 {command.list} 的目录内，不得列入；可用: {known}",
            en=f"the catalogue of {command.list} does not know the basis {command.legal_basis!r}; use one of: {known}",
        )
    return rule


def exit_must_be_sound(command: ExitList, record: CreditRecord, today: date) -> date:
    """The first day outside. Refuses ``invalid-content``."""
    on = command.on or today
    faults = [*_required(command, "by", "reason")]
    if not record.begins_on <= on <= today:
        zh = f"移出日期应在列入日 {record.begins_on} 至今日 {today} 之间"
        faults.append(Fault(pointer="/on", zh=zh, en=f"the day is between {record.begins_on} and today, {today}"))
    if faults:
        raise malformed(faults)
    return on


def bar_must_be_sound(command: ImposeBar, rule: BarRule, today: date) -> None:
    """Let a sound command pass. Refuses ``invalid-content``."""
    faults = [*_decided(command, command.decided_on, "/decided_on", today)]
    if rule.for_item:
        faults += _required(command, "item_code")
    elif command.item_code:
        zh, en = "此类限制不针对某一事项，请留空", "this bar is not about an item; leave it out"
        faults.append(Fault(pointer="/item_code", zh=zh, en=en))
    if faults:
        raise malformed(faults)


def lift_must_be_sound(command: LiftBar) -> None:
    """Let a sound command pass. Refuses ``invalid-content``."""
    if faults := list(_required(command, "by", "reason")):
        raise malformed(faults)


def _decided(command: EnterList | ImposeBar, on: date, pointer: str, today: date) -> Iterator[Fault]:
    yield from _required(command, "by", "document_no", "department", "source_system")
    yield from _named(command.subject)
    if not _REGION.fullmatch(command.region):
        yield Fault(pointer="/region", zh="区划代码为 6 位数字", en="a region has 6 digits")
    if on > today:
        yield Fault(pointer=pointer, zh=f"不得晚于今日 {today}", en=f"is not after today, {today}")


def _named(subject: Named) -> Iterator[Fault]:
    key = subject.key
    person = subject.kind == SubjectKind.PERSON
    if person != (key.id_type == IdType.RESIDENT) and key.id_type != IdType.OTHER:
        yield Fault(
            pointer="/subject/kind",
            zh="主体类别与证件类型不符：111 为自然人，001 为组织",
            en="kind and id_type do not fit: 111 is a person, 001 an organisation",
        )
    elif not person:
        if fault := number_fault("/subject/id_no", key.id_type, key.id_no):
            yield fault
    elif not _REFERENCE.fullmatch(key.id_no):
        yield Fault(
            pointer="/subject/id_no",
            zh="自然人请填事件或列表中的主体引用，不得填号码",
            en="of a person give the reference of events and lists, never the number",
        )
    if person and subject.name:
        yield Fault(pointer="/subject/name", zh="自然人不得填姓名", en="a person has no name here")


def _required(command: object, *names: str) -> Iterator[Fault]:
    for name in names:
        if not getattr(command, name):
            zh, en = _TEXTS[name]
            yield Fault(pointer=f"/{name}", zh=f"必填，请填写{zh}", en=f"is required: {en}")

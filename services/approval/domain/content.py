"""Content (内容核验): what a statement must satisfy before it is registered. Every fault is told at once.

Deliberately lenient about history: real registers hold renewals and cancellations of licences nobody ever reported.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from approval.domain.case import Statement
from approval.domain.holder import Holder
from approval.domain.item import Item
from kernel.decision import DecisionKind
from kernel.refusal import Fault, malformed
from kernel.subject import IdType, SubjectKind, number_fault
from kernel.text import prose_fault, text_fault

SOURCE = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,31}")
LONGEST_ID = 64
LONGEST_NAME = 200
LONGEST_ADDRESS = 400
LAST_REVISION = 9999
_KIND: dict[str, SubjectKind] = {IdType.USCC: SubjectKind.ORGANISATION, IdType.RESIDENT: SubjectKind.PERSON}

Known = Callable[[str], bool]
"""Tells whether a code is in the directory."""


def must_be_sound(statement: Statement, *, today: date, item_known: Known, region_known: Known) -> None:
    """Let a sound statement pass.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    faults = [
        *_texts(statement),
        *_identity(statement.subject),
        *_codes(statement, item_known, region_known),
        *_dates(statement, today),
        *_ground(statement),
    ]
    if faults:
        raise malformed(faults)


def item_must_be_sound(item: Item) -> None:
    """Let a sound entry of the item directory pass.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    faults = [
        *_required("/item_code", item.item_code, LONGEST_ID),
        *_required("/name", item.name, LONGEST_NAME),
        *_optional("/department", item.department, LONGEST_ID),
    ]
    if faults:
        raise malformed(faults)


def askable(*codes: str) -> bool:
    """True when a database can be asked for these codes: no control characters and not endless."""
    return all(text_fault("", code, longest=LONGEST_ID) is None for code in codes)


def _texts(statement: Statement) -> Iterator[Fault]:
    if not SOURCE.fullmatch(statement.source_system):
        yield Fault(
            pointer="/source_system",
            zh="来源系统为 1 至 32 位小写字母、数字、点、横线或下划线",
            en="a source system has 1 to 32 lower-case letters, digits, dots, hyphens or underscores",
        )
    yield from _required("/case_id", statement.case_id, LONGEST_ID)
    if not 1 <= statement.revision <= LAST_REVISION:
        yield Fault(
            pointer="/revision", zh=f"版次为 1 至 {LAST_REVISION}", en=f"a revision is between 1 and {LAST_REVISION}"
        )
    yield from _optional("/licence_no", statement.licence_no, LONGEST_ID)
    yield from _optional("/subject/name", statement.subject.name, LONGEST_NAME)
    yield from _required("/object/object_no", statement.object.object_no, LONGEST_ID)
    yield from _optional("/object/name", statement.object.name, LONGEST_NAME)
    yield from _optional("/object/address", statement.object.address, LONGEST_ADDRESS)


def _identity(holder: Holder) -> Iterator[Fault]:
    if fault := number_fault("/subject/id_no", holder.id_type, holder.id_no):
        yield fault
    expected = _KIND.get(holder.id_type, holder.kind)
    if expected is not holder.kind:
        yield Fault(
            pointer="/subject/kind",
            zh=f"证件类型 {holder.id_type} 的主体类别应为 {expected}",
            en=f"the holder of an id_type {holder.id_type} is of kind {expected}",
        )


def _codes(statement: Statement, item_known: Known, region_known: Known) -> Iterator[Fault]:
    if not item_known(statement.item_code):
        yield Fault(
            pointer="/item_code",
            zh="事项编码不在事项目录中，请核对编码或先登记该事项",
            en="the item is not in the directory; check its code or register the item first",
        )
    if not region_known(statement.region):
        yield Fault(
            pointer="/region",
            zh="未知的区划代码，应为 GB/T 2260 的 6 位代码",
            en="unknown region, use a 6-digit code of GB/T 2260",
        )


def _dates(statement: Statement, today: date) -> Iterator[Fault]:
    if statement.decided_on > today:
        yield Fault(
            pointer="/decided_on",
            zh=f"决定日期不得晚于今天（{today}）",
            en=f"a decision date is not after today ({today})",
        )
    start, end = statement.valid_from, statement.valid_to
    if start and end and start > end:
        yield Fault(
            pointer="/valid_to",
            zh="有效期至早于有效期起，请核对两个日期",
            en="valid_to lies before valid_from; compare the two dates",
        )


def _ground(statement: Statement) -> Iterator[Fault]:
    if statement.by_deceit and statement.kind is not DecisionKind.ANNUL:
        yield Fault(
            pointer="/by_deceit",
            zh=f"以不正当手段取得只能是撤销（ANNUL）的事由，本件为 {statement.kind}",
            en=f"deceit is a ground of an ANNUL only, this is a {statement.kind}",
        )


def _required(pointer: str, value: str, longest: int) -> Iterator[Fault]:
    if not value:
        yield Fault(pointer=pointer, zh="必填，不得为空", en="is required and may not be blank")
    yield from _optional(pointer, value, longest)


def _optional(pointer: str, value: str, longest: int) -> Iterator[Fault]:
    if fault := prose_fault(pointer, value, longest=longest):
        yield fault

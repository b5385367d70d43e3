"""Conflict of interest (回避): an officer with a direct interest in a subject or an object does not inspect it.

Declared by the officer or by those who lead them, with a reason and a term. A declaration is never taken back, it ends.
Source: 行政处罚法 (2021) art. 43; 食品生产经营监督检查管理办法 art. 23.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType
from supervision.domain.content import code_faults, name_faults

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class DeclareConflict:
    """申报回避: of a subject (id_type, id_no) or of an object (source_system, object_no). Raises ``invalid-content``.

    ``id_no`` of a natural person is the reference. Both days belong to the term: from today on
    unless it says otherwise, until it is ended.
    """

    inspector: str
    id_type: str = ""
    id_no: str = ""
    source_system: str = ""
    object_no: str = ""
    reason: str
    valid_from: date | None = None
    valid_to: date | None = None
    by: str

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise malformed(faults)

    def begun(self, today: date) -> "DeclareConflict":
        """The same, from today on unless it says from when. Raises ``invalid-content``."""
        return self if self.valid_from else replace(self, valid_from=today)


@dataclass(frozen=True, kw_only=True)
class EndConflict:
    """解除回避: ``on`` is the last day it holds."""

    conflict_id: str
    on: date
    by: str

    def __post_init__(self) -> None:
        if faults := code_faults("/by", self.by):
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """回避申报: what was declared, by whom, when, and who ended it."""

    conflict_id: str
    inspector: str
    id_type: str
    id_no: str
    source_system: str
    object_no: str
    reason: str
    valid_from: date
    valid_to: date | None
    declared_by: str
    declared_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None

    def holds(self, day: date) -> bool:
        """True when it is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def concerns(self, subject: tuple[str, str] | None, thing: tuple[str, str]) -> bool:
        """True when it names this subject (id_type, id_no) or this object (source_system, object_no)."""
        return (self.id_type, self.id_no) == subject or (self.source_system, self.object_no) == thing

    def says(self, command: DeclareConflict) -> bool:
        """True when ``command`` declares the same again."""
        return (
            (self.inspector, self.reason, self.valid_from, self.valid_to)
            == (command.inspector, command.reason, command.valid_from, command.valid_to)
            and (self.id_type, self.id_no) == (command.id_type, command.id_no)
            and (self.source_system, self.object_no) == (command.source_system, command.object_no)
        )

    def ended(self, on: date, by: str, at: datetime, today: date) -> "Conflict":
        """解除. Not for days gone by, not later than declared, not twice; the same again changes nothing.

        Refuses ``conflict-ended`` (409) and ``invalid-content``.
        """
        if self.ended_at is not None:
            if self.valid_to == on:
                return self
            raise Refusal(
                code="conflict-ended",
                zh=f"该回避已解除，最后一日为 {self.valid_to}；如仍需回避请重新申报",
                en=f"this conflict of interest has ended, its last day is {self.valid_to}; declare it anew if needed",
                status=409,
            )
        if on < max(self.valid_from, today) or (self.valid_to is not None and on > self.valid_to):
            raise malformed(
                [
                    Fault(
                        pointer="/on",
                        zh=f"最后一日应在 {max(self.valid_from, today)} 至 {self.valid_to or '长期'} 之间",
                        en=f"the last day lies between {max(self.valid_from, today)} and {self.valid_to or 'no end'}",
                    ),
                ],
            )
        return replace(self, valid_to=on, ended_by=by, ended_at=at)


def no_such_conflict(conflict_id: str) -> Refusal:
    """没有该回避申报: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {conflict_id} 的回避申报，请先查询列表",
        en=f"there is no conflict of interest {conflict_id}; list them first",
        status=404,
    )


def _faults(command: DeclareConflict) -> Iterator[Fault]:
    yield from code_faults("/inspector", command.inspector)
    yield from code_faults("/by", command.by)
    yield from name_faults("/reason", command.reason, longest=LONGEST_REASON)
    subject, thing = (command.id_type or command.id_no), (command.source_system or command.object_no)
    if bool(subject) == bool(thing):
        yield Fault(
            pointer="",
            zh="请填写主体（id_type、id_no）或监管对象（source_system、object_no），二者取一",
            en="name a subject (id_type, id_no) or an object (source_system, object_no), one of the two",
        )
    elif subject:
        yield from _known_type(command.id_type)
        yield from name_faults("/id_no", command.id_no, longest=64)
    else:
        yield from code_faults("/source_system", command.source_system)
        yield from name_faults("/object_no", command.object_no, longest=64)
    if command.valid_to and command.valid_from and command.valid_to < command.valid_from:
        yield Fault(pointer="/valid_to", zh="止日早于起日，请更正", en="it ends before it begins; correct it")


def _known_type(id_type: str) -> Iterator[Fault]:
    known = [kind.value for kind in IdType]
    if id_type not in known:
        yield Fault(
            pointer="/id_type",
            zh=f"未知的证件类型，可用: {', '.join(known)}",
            en=f"unknown id_type, use one of: {', '.join(known)}",
        )

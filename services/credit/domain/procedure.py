"""Procedures (程序): repair, objection and withdrawal as what happens to one record, each with its clocks.

Their ids follow from the record and the number of the procedure on it, so the same history gives the same ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID, uuid5

from kernel.refusal import Fault, malformed
from kernel.text import prose_fault

_NAMESPACE = UUID("0b5e8b3c-4f0f-5d6e-8a57-2f6f64020201")
LONGEST_CODE = 64
LONGEST_TEXT = 2000
MOST_PAPERS = 50


class Procedure(Protocol):
    """One procedure on one record (程序)."""

    @property
    def procedure_id(self) -> str:
        """Its own id."""
        ...

    @property
    def record_id(self) -> str:
        """The record it is about; it never changes."""
        ...

    @property
    def number(self) -> int:
        """第几次: the how manieth of its kind on the record, 1 first."""
        ...

    @property
    def owner(self) -> str:
        """Whose its clocks are (时限所属), e.g. ``repair:<id>``."""
        ...

    @property
    def open(self) -> bool:
        """True while somebody still has to do something."""
        ...


P = TypeVar("P", bound=Procedure)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCommand:
    """A command on one record; ``by``: code of who does it."""

    record_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCommand:
    """A command on one application for repair (修复申请)."""

    repair_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionCommand:
    """A command on one objection (异议)."""

    objection_id: str
    by: str


class Said(NamedTuple):
    """A text somebody gave: where it stands, what it is called, and whether it has to be there."""

    pointer: str
    text: str
    zh: str
    en: str
    longest: int = LONGEST_TEXT
    needed: bool = True


def procedure_id_of(kind: str, record_id: str, number: int) -> str:
    """The id of a procedure (程序编号), a UUIDv5."""
    return str(uuid5(_NAMESPACE, f"{kind}:{record_id}:{number}"))


def open_one(procedures: Sequence[P]) -> P | None:
    """The one still open, or None; there is never more than one."""
    return next((each for each in procedures if each.open), None)


def by_whom(by: str) -> Said:
    """经办人: who does it."""
    return Said("/by", by, "经办人编码", "the code of who does it", LONGEST_CODE)


def why(reason: str, *, needed: bool = True) -> Said:
    """理由."""
    return Said("/reason", reason, "理由", "the reason", needed=needed)


def papers(pointer: str, texts: Sequence[str]) -> list[Said]:
    """Papers (材料): each said, when there are any."""
    return [
        Said(f"{pointer}/{place}", each, "材料文号或链接", "a document number or link")
        for place, each in enumerate(texts)
    ]


def must_be_said(*said: Said) -> None:
    """Let texts pass that are there and fit. Refuses ``invalid-content`` (422) with every fault."""
    faults = []
    for each in said:
        if fault := prose_fault(each.pointer, each.text, longest=each.longest):
            faults.append(fault)
        elif each.needed and not each.text.strip():
            faults.append(Fault(pointer=each.pointer, zh=f"必填，请填写{each.zh}", en=f"is required: {each.en}"))
    if faults:
        raise malformed(faults)

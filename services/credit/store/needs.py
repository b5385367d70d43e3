"""What messages need (所需数据): which subjects, records and holders a batch may ask for, and which keys it locks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.approval import CaseDecided
from contracts.calendar import CalendarChanged
from contracts.process import ReferralConcluded
from contracts.supervision import InspectionConcluded
from credit.domain.commands import MergeSubject, Reassess, SplitSubject
from credit.domain.holder import provisional_key
from credit.domain.record import record_id_of
from credit.handlers.penalties import penalty_number
from credit.outgoing import key_of
from kernel.credit import RecordKind
from kernel.subject import SubjectKey


@dataclass
class Needs:
    """Keys to read."""

    subjects: set[SubjectKey] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    """Records asked for by id; their subjects are found first."""
    holders: set[tuple[str, str]] = field(default_factory=set)
    """(source system, object number); the subjects of those known are read too."""
    new_years: bool = False


def needs_of(messages: Sequence[Any]) -> Needs:
    """The needs of all messages together. Raises TypeError for a message no handler takes."""
    needs = Needs()
    for message in messages:
        _add(needs, message)
    return needs


def _add(needs: Needs, message: Any) -> None:
    match message:
        case InspectionConcluded():
            needs.subjects.add(key_of(message.subject))
            needs.records.add(record_id_of(RecordKind.INSPECTION, message.source_system, message.inspection_no))
            _add_object(needs, message.source_system, message.object.object_no)
        case ReferralConcluded():
            needs.subjects.add(key_of(message.subject))
            needs.records.add(record_id_of(RecordKind.PENALTY, message.source_system, penalty_number(message)))
        case CaseDecided():
            needs.subjects.add(key_of(message.subject))
            _add_object(needs, message.source_system, message.object.object_no)
        case CalendarChanged():
            needs.new_years = True
        case Reassess() | SplitSubject():
            needs.subjects.add(message.subject)
        case MergeSubject():
            needs.subjects |= {message.subject, message.into}
        case _:
            raise TypeError(type(message))


def _add_object(needs: Needs, source_system: str, object_no: str) -> None:
    needs.holders.add((source_system, object_no))
    needs.subjects.add(provisional_key(source_system, object_no))

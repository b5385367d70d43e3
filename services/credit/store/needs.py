"""What messages need (所需数据): which subjects, records and holders a batch may ask for, and which keys it locks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.apikey import ApiKeyChanged
from contracts.approval import CaseDecided, ItemListed
from contracts.calendar import CalendarChanged
from contracts.process import ReferralConcluded
from contracts.supervision import InspectionConcluded
from credit.domain.commands import MergeSubject, Reassess, SplitSubject
from credit.domain.constraint_commands import EnterList, ExitList, ImposeBar, LiftBar
from credit.domain.entry import EnterRecord
from credit.domain.holder import provisional_key
from credit.domain.procedure import ObjectionCommand, RecordCommand, RepairCommand
from credit.domain.process import CountDays
from credit.domain.record import record_id_of
from credit.domain.rules_commands import AskRules, Explain, RulesCommand
from credit.handlers.annulments import may_bar
from credit.handlers.penalties import penalty_number
from credit.outgoing import key_of
from kernel.credit import RecordKind
from kernel.subject import SubjectKey
from kernel.sweep import RecomputeDeadline, TakeStep


@dataclass
class Needs:
    """Keys to read."""

    subjects: set[SubjectKey] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    """Records asked for by id; their subjects are found first."""
    bars: set[str] = field(default_factory=set)
    """Bars asked for by id; their subjects are found first."""
    items: set[str] = field(default_factory=set)
    annulments: set[tuple[str, str]] = field(default_factory=set)
    """(source system, case); the subjects of the bars they imposed are read too."""
    holders: set[tuple[str, str]] = field(default_factory=set)
    """(source system, object number); the subjects of those known are read too."""
    editions: set[str] = field(default_factory=set)
    """Editions of the rules somebody works on: the rules are locked."""
    new_years: bool = False
    procedures: set[str] = field(default_factory=set)
    """Records whose repairs, objections, withdrawals and clocks are read too."""
    repairs: set[str] = field(default_factory=set)
    """Asked for by id; their records are found first, as with the next two."""
    objections: set[str] = field(default_factory=set)
    deadlines: set[str] = field(default_factory=set)


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
            _add_annulment(needs, message)
        case ItemListed():
            needs.items.add(message.item_code)
        case CalendarChanged():
            needs.new_years = True
        case _:
            _add_asked(needs, message)


def _add_asked(needs: Needs, message: Any) -> None:
    """Needs of what somebody, or the sweep, asks for."""
    match message:
        case RulesCommand():
            needs.editions.add(message.version)
        case AskRules() | ApiKeyChanged():
            pass
        case Reassess() | SplitSubject() | Explain():
            needs.subjects.add(message.subject)
        case MergeSubject():
            needs.subjects |= {message.subject, message.into}
        case EnterRecord():
            needs.subjects.add(message.subject)
            needs.records.add(message.record_id)
        case EnterList() | ExitList() | ImposeBar() | LiftBar():
            _add_constraint(needs, message)
        case _:
            _add_procedure(needs, message)


def _add_procedure(needs: Needs, message: Any) -> None:
    match message:
        case RecordCommand():
            needs.procedures.add(message.record_id)
        case RepairCommand():
            needs.repairs.add(message.repair_id)
        case ObjectionCommand():
            needs.objections.add(message.objection_id)
        case TakeStep() | RecomputeDeadline() | CountDays():
            needs.deadlines.add(message.deadline_id)
        case _:
            raise TypeError(type(message))


def _add_annulment(needs: Needs, event: CaseDecided) -> None:
    if may_bar(event):
        needs.annulments.add((event.source_system, event.case_id))
        needs.items.add(event.item_code)


def _add_constraint(needs: Needs, message: EnterList | ExitList | ImposeBar | LiftBar) -> None:
    if isinstance(message, EnterList | ImposeBar):
        needs.subjects.add(message.subject.key)
    if isinstance(message, EnterList | ExitList):
        needs.records.add(message.entry_id)
    else:
        needs.bars.add(message.bar_id)
    if isinstance(message, ImposeBar):
        needs.items.add(message.item_code)


def _add_object(needs: Needs, source_system: str, object_no: str) -> None:
    needs.holders.add((source_system, object_no))
    needs.subjects.add(provisional_key(source_system, object_no))

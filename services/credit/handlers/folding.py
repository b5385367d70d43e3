"""Folding (事件归并): what credit told, in its order, back into identities, records and rules. Pure.

An event that says something of what nobody told before, or one this version does not know, ends it: state that is rebuilt
from half a log would be believed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from contracts import audit, constraint, credit, redress
from contracts.event import Event
from credit.domain.rebuild import Rebuilt
from credit.domain.record import CreditRecord
from credit.domain.rules_document import digest_of
from credit.domain.scorecard import Assessment, Reason
from credit.domain.subject import Identity
from credit.outgoing import key_of
from kernel.clock import china_day
from kernel.credit import RecordState
from kernel.refusal import Refusal

_TOLD = {each.name for each in fields(CreditRecord)} - {"subject", "state", "ended_on", "marks"}


class Fold:
    """事件归并; feed it the log in order, ``rebuilt`` is the state so far."""

    def __init__(self) -> None:
        self.rebuilt = Rebuilt()
        self.events = 0
        self._records_of_entries: dict[str, str] = {}
        self._takes: Mapping[type[Event], Callable[[Any], None]] = {
            credit.SubjectRegistered: self._registered,
            credit.SubjectRenamed: self._renamed,
            credit.SubjectMerged: self._merged,
            credit.SubjectSplit: self._split,
            credit.RecordAdded: self._added,
            credit.RecordExpired: lambda e: self._ended(e, RecordState.EXPIRED, e.expired_on),
            credit.RecordRepaired: lambda e: self._ended(e, RecordState.REPAIRED, e.repaired_on),
            credit.RecordWithdrawn: lambda e: self._ended(e, RecordState.WITHDRAWN, e.withdrawn_on),
            credit.GradeChanged: self._graded,
            credit.RulesPublished: self._published,
            redress.ObjectionLodged: self._marked,
            redress.ReviewRequested: self._marked,
            redress.ObjectionDecided: self._unmarked,
            constraint.ListEntered: self._entered,
            constraint.ListLeft: self._left,
            **dict.fromkeys(SAY_NOTHING_OF_STATE, lambda _event: None),
        }

    def add(self, events: Iterable[Event]) -> None:
        """The next events of the log. Refuses ``unknown-event`` and ``log-incomplete`` (409)."""
        for event in events:
            take = self._takes.get(type(event))
            if take is None:
                raise _unknown(event)
            try:
                take(event)
            except KeyError as missing:
                raise _incomplete(event) from missing
            self.events += 1

    def _registered(self, event: credit.SubjectRegistered) -> None:
        key = key_of(event.subject)
        self.rebuilt.identities[key] = Identity(
            key=key,
            kind=event.subject.kind,
            name=event.subject.name,
            source_system=event.source_system,
            region=event.region,
            named_on=event.named_on,
        )

    def _renamed(self, event: credit.SubjectRenamed) -> None:
        identity = self._identity(event)
        identity.name, identity.named_on = event.subject.name, event.named_on

    def _merged(self, event: credit.SubjectMerged) -> None:
        identity = self._identity(event)
        identity.merged_into, identity.identity_version = key_of(event.into), event.version

    def _split(self, event: credit.SubjectSplit) -> None:
        identity = self._identity(event)
        identity.merged_into, identity.identity_version = None, event.version

    def _added(self, event: credit.RecordAdded) -> None:
        self._identity(event)
        told = {name: getattr(event, name) for name in _TOLD}
        self.rebuilt.records[event.record_id] = CreditRecord(subject=key_of(event.subject), **told)

    def _ended(self, event: credit.RecordEvent, state: RecordState, on: date) -> None:
        self._change(event.record_id, state=state, ended_on=on)

    def _marked(self, event: redress.ObjectionEvent) -> None:
        record = self.rebuilt.records[event.record_id]
        self.rebuilt.records[event.record_id] = record.marked(event.objection_id, china_day(event.at))

    def _unmarked(self, event: redress.ObjectionDecided) -> None:
        record = self.rebuilt.records[event.record_id]
        self.rebuilt.records[event.record_id] = record.unmarked(event.objection_id, china_day(event.at))

    def _entered(self, event: constraint.ListEntered) -> None:
        self._records_of_entries[event.entry_id] = event.record_id

    def _left(self, event: constraint.ListLeft) -> None:
        """The record of the entry ends with it, unless it was ended before, by what made the entry end."""
        record_id = self._records_of_entries[event.entry_id]
        if self.rebuilt.records[record_id].state is RecordState.ACTIVE:
            self._change(record_id, state=RecordState.EXITED, ended_on=event.left_on)

    def _graded(self, event: credit.GradeChanged) -> None:
        identity = self._identity(event)
        identity.version = event.version
        identity.told = Assessment(
            score=event.score,
            grade=event.grade,
            reasons=tuple(Reason(r.record_id, r.points, r.text) for r in event.reasons),
            scorecard=event.scorecard,
            assessed_on=event.assessed_on,
        )

    def _published(self, event: credit.RulesPublished) -> None:
        self.rebuilt.editions[event.version] = digest_of(event.content)

    def _identity(self, event: credit.CreditEvent) -> Identity:
        return self.rebuilt.identities[key_of(event.subject)]

    def _change(self, record_id: str, **changes: Any) -> None:
        self.rebuilt.records[record_id] = replace(self.rebuilt.records[record_id], **changes)


SAY_NOTHING_OF_STATE: tuple[type[Event], ...] = (
    audit.CreditAuditSealed,
    credit.WithdrawalRequested,
    credit.WithdrawalOverdue,
    redress.RepairNoticed,
    redress.WithdrawalCancelled,
    redress.RepairApplied,
    redress.RepairAccepted,
    redress.RepairRejected,
    redress.RepairDecided,
    redress.RepairOverdue,
    redress.ObjectionForwarded,
    redress.ObjectionOverdue,
    constraint.BarImposed,
    constraint.BarLifted,
    constraint.BarEnded,
)
"""What is told of proceedings and bars: it changes no identity and no record."""


def _unknown(event: Event) -> Refusal:
    return Refusal(
        code="unknown-event",
        zh=f"重建不认识事件 {event.fact}，未作比较；请核对程序版本",
        en=f"rebuilding does not know the event {event.fact}; nothing was compared, check the version",
        status=409,
    )


def _incomplete(event: Event) -> Refusal:
    return Refusal(
        code="log-incomplete",
        zh=f"事件 {event.fact}（{event.aggregate}）所指的主体或记录此前没有登记事件，事件日志不完整，不能由事件重建；"
        "日志早于主体登记事件的，请以备份为准",
        en=f"the event {event.fact} ({event.aggregate}) speaks of a subject or record no event told of before: the log is not "
        "whole, nothing can be rebuilt from it; one older than the events of subjects has to rest on backups",
        status=409,
    )

"""Outgoing (对外事件): from facts of the domain to events of the contract, and from events to records.

The only place that knows both shapes.
"""

from contracts import credit as facts
from contracts.event import Subject as Party
from contracts.supervision import InspectionConcluded
from credit.domain.classification import Rule
from credit.domain.record import CreditRecord, record_id_of
from credit.domain.subject import GradeChange, Subject
from kernel.subject import SubjectKey


def newcomer(event: InspectionConcluded) -> Subject:
    """The subject (主体) as its first concluded inspection tells it."""
    return Subject(
        key=key_of(event),
        kind=event.subject.kind,
        name=event.subject.name,
        source_system=event.source_system,
        region=event.region,
        named_on=event.inspected_on,
    )


def record_of(event: InspectionConcluded, rule: Rule) -> CreditRecord:
    """The record (失信记录) an inspection makes by a classification rule."""
    return CreditRecord(
        record_id=record_id_of(event.source_system, event.inspection_no),
        subject=key_of(event),
        source_system=event.source_system,
        inspection_no=event.inspection_no,
        record_class=rule.record_class,
        rule=rule.code,
        occurred_on=event.inspected_on,
        region=event.region,
        department=event.department,
        object_no=event.object.object_no,
    )


def key_of(event: InspectionConcluded) -> SubjectKey:
    """Whom the inspection is about (主体标识)."""
    return SubjectKey(event.subject.id_type, event.subject.id_no)


def record_added(subject: Subject, record: CreditRecord) -> facts.RecordAdded:
    """失信记录已归集."""
    return facts.RecordAdded(
        source_system=record.source_system,
        record_id=record.record_id,
        record_class=record.record_class,
        inspection_no=record.inspection_no,
        occurred_on=record.occurred_on,
        region=record.region,
        subject=_party(subject),
    )


def grade_changed(subject: Subject, change: GradeChange) -> facts.GradeChanged:
    """信用等级已变化. Source and region are the subject's own: a reader counts it where credit does."""
    found = change.assessment
    return facts.GradeChanged(
        source_system=subject.source_system,
        subject=_party(subject),
        region=subject.region,
        version=change.version,
        grade=found.grade,
        previous=change.previous,
        score=found.score,
        scorecard=found.scorecard,
        reasons=tuple(facts.Reason(record_id=r.record_id, points=r.points, text=r.text) for r in found.reasons),
        assessed_on=found.assessed_on,
    )


def _party(subject: Subject) -> Party:
    return Party(id_type=subject.key.id_type, id_no=subject.key.id_no, kind=subject.kind, name=subject.name)

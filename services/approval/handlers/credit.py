"""Credit held (信用留存): keep what credit tells of a subject; nothing is decided here, the gate reads it."""

from datetime import date

from approval import ports
from approval.domain.alias import Alias
from approval.domain.grade import GradeHeld
from approval.domain.hold import Hold, HoldKind, HoldOrigin
from approval.domain.objection import ObjectionFact, ObjectionTold
from contracts.constraint import BarEnded, BarImposed, BarLifted, ListEntered, ListLeft
from contracts.credit import (
    CreditEvent,
    GradeChanged,
    RecordAdded,
    RecordExpired,
    RecordRepaired,
    RecordWithdrawn,
    SubjectMerged,
    SubjectSplit,
)
from contracts.event import Subject
from contracts.redress import ObjectionDecided, ObjectionLodged, ReviewRequested
from kernel.credit import RecordKind
from kernel.subject import SubjectKey


def on_grade_changed(work: ports.Work, event: GradeChanged) -> None:
    """信用等级已变化: hold the newest grade; an older or repeated assessment is ignored."""
    told = GradeHeld(
        source_system=event.source_system,
        subject=_key(event.subject),
        version=event.version,
        grade=event.grade,
        score=event.score,
        scorecard=event.scorecard,
        assessed_on=event.assessed_on,
    )
    if told.replaces(work.held.grade(told.subject)):
        work.held.keep_grade(told)


def on_bar_imposed(work: ports.Work, event: BarImposed) -> None:
    """已限制申请."""
    told = Hold(
        origin=HoldOrigin.BAR,
        hold_id=event.bar_id,
        subject=_key(event.subject),
        kind=HoldKind(event.kind),
        item_code=event.item_code,
        basis=event.legal_basis,
        document_no=event.document_no,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
    )
    keep(work, told)


def on_bar_ended(work: ports.Work, event: BarLifted | BarEnded) -> None:
    """限制申请已解除、已期满."""
    ended_on = event.lifted_on if isinstance(event, BarLifted) else event.ended_on
    _end(work, event, HoldOrigin.BAR, event.bar_id, ended_on)


def on_list_entered(work: ports.Work, event: ListEntered) -> None:
    """已列入名单."""
    told = Hold(
        origin=HoldOrigin.LIST,
        hold_id=event.entry_id,
        subject=_key(event.subject),
        kind=HoldKind(event.list),
        basis=event.legal_basis,
        document_no=event.document_no,
        starts_on=event.entered_on,
        ends_on=event.until,
    )
    keep(work, told)


def on_list_left(work: ports.Work, event: ListLeft) -> None:
    """已移出名单."""
    _end(work, event, HoldOrigin.LIST, event.entry_id, event.left_on)


def on_record_added(work: ports.Work, event: RecordAdded) -> None:
    """信用记录已归集: of records only a breach of a commitment (承诺违约) says something to the gate by itself."""
    if event.kind is not RecordKind.COMMITMENT_BREACH:
        return
    told = Hold(
        origin=HoldOrigin.RECORD,
        hold_id=event.record_id,
        subject=_key(event.subject),
        kind=HoldKind.COMMITMENT_BREACH,
        item_code=event.item_code,
        document_no=event.document_no,
        starts_on=event.document_on or event.occurred_on,
        ends_on=event.max_until,
    )
    keep(work, told)


def on_record_ended(work: ports.Work, event: RecordExpired | RecordRepaired | RecordWithdrawn) -> None:
    """信用记录已期满、已修复、已撤销. Which kind of record it was is not said: the end is kept for any."""
    match event:
        case RecordExpired():
            ended_on = event.expired_on
        case RecordRepaired():
            ended_on = event.repaired_on
        case RecordWithdrawn():
            ended_on = event.withdrawn_on
    _end(work, event, HoldOrigin.RECORD, event.record_id, ended_on)


def on_objection_told(work: ports.Work, event: ObjectionLodged | ObjectionDecided | ReviewRequested) -> None:
    """异议已提出、已处理, 已申请复核: every fact is kept; which record it is about may not be known yet."""
    match event:
        case ObjectionLodged():
            fact = ObjectionFact.LODGED
        case ReviewRequested():
            fact = ObjectionFact.REVIEW_REQUESTED
        case ObjectionDecided():
            fact = ObjectionFact.REVIEWED if event.review else ObjectionFact.DECIDED
    work.held.keep_objection(ObjectionTold(record_id=event.record_id, objection_id=event.objection_id, fact=fact))


def on_identity_changed(work: ports.Work, event: SubjectMerged | SubjectSplit) -> None:
    """主体已合并、已拆分: an older or repeated change is ignored."""
    into = _key(event.into) if isinstance(event, SubjectMerged) else None
    told = Alias(subject=_key(event.subject), into=into, version=event.version)
    if told.replaces(work.held.alias(told.subject)):
        work.held.keep_alias(told)


def keep(work: ports.Work, told: Hold) -> None:
    """Keep a hold, joined with what is known of it."""
    work.held.keep_hold(told.joined(work.held.hold(told.origin, told.hold_id)))


def _end(work: ports.Work, event: CreditEvent, origin: HoldOrigin, hold_id: str, ended_on: date) -> None:
    keep(work, Hold(origin=origin, hold_id=hold_id, subject=_key(event.subject), ended_on=ended_on))


def _key(subject: Subject) -> SubjectKey:
    return SubjectKey(subject.id_type, subject.id_no)

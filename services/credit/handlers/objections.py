"""Objections (异议): lodge, forward, decide, review. While one is pending the record takes no points."""

from credit.domain.objection import (
    DecideObjection,
    ForwardObjection,
    LodgeObjection,
    Objection,
    ReviewObjection,
    must_be_new,
)
from credit.domain.procedure import (
    LONGEST_CODE,
    MOST_PAPERS,
    ObjectionCommand,
    Said,
    by_whom,
    must_be_said,
    open_one,
    papers,
    why,
)
from credit.domain.process import DeadlineKind
from credit.handlers import clocks
from credit.handlers.assessment import settle
from credit.handlers.known import Known, known_record, not_found
from credit.outgoing import redress as telling
from credit.ports import Work
from kernel.credit import RecordState
from kernel.refusal import Fault, Refusal, malformed


def lodge_objection(work: Work, command: LodgeObjection) -> Objection:
    """提出异议: the record is marked at once and the subject assessed without it.

    Refuses ``not-found`` (404), ``record-not-active``, ``objection-open``, ``objection-repeated`` (409),
    ``invalid-content``.
    """
    must_be_said(by_whom(command.by), why(command.reason), *papers("/evidence", command.evidence))
    if len(command.evidence) > MOST_PAPERS:
        zh, en = f"最多 {MOST_PAPERS} 份材料", f"at most {MOST_PAPERS} papers"
        raise malformed([Fault(pointer="/evidence", zh=zh, en=en)])
    known = known_record(work, command.record_id)
    known.record.must_be_active(work.today)
    former = work.objections.of(command.record_id)
    _none_may_be_open(open_one(former))
    must_be_new(command, former)
    objection = Objection.lodged(command, len(former) + 1, work.now)
    work.objections.keep(objection)
    deadline = clocks.start(work, objection.owner, DeadlineKind.OBJECTION_OWN)
    known = known.changed(known.record.marked(objection.objection_id, work.today))
    work.publish(telling.objection_lodged(known.identity, known.record, objection, deadline.due_on))
    settle(work, known.subject)
    return objection


def forward_objection(work: Work, command: ForwardObjection) -> Objection:
    """转数据提供单位: the own clock is met, that of the provider begins. Refuses ``not-found``, ``objection-state``."""
    must_be_said(
        by_whom(command.by), Said("/provider", command.provider, "数据提供单位", "who provided the data", LONGEST_CODE)
    )
    objection, known = _found(work, command)
    forwarded = objection.forwarded(command, work.now)
    work.objections.keep(forwarded)
    clocks.end(work, objection.owner)
    deadline = clocks.start(work, objection.owner, DeadlineKind.OBJECTION_PROVIDER)
    work.publish(telling.objection_forwarded(known.identity, known.record, forwarded, work.now, deadline.due_on))
    return forwarded


def decide_objection(work: Work, command: DecideObjection) -> Objection:
    """处理异议: upheld, the record is withdrawn; rejected, it is used again. The last word when it was a review.

    Refuses ``not-found`` (404), ``objection-state``, ``second-person-needed`` (409), ``invalid-content``.
    """
    must_be_said(by_whom(command.by), why(command.reason))
    objection, known = _found(work, command)
    decided = objection.decided(command, work.now)
    work.objections.keep(decided)
    clocks.end(work, objection.owner)
    known = known.changed(known.record.unmarked(objection.objection_id, work.today))
    work.publish(telling.objection_decided(known.identity, known.record, decided, command, work.now))
    if command.upheld and known.record.state is not RecordState.WITHDRAWN:
        known = known.changed(known.record.withdrawn(work.today))
        persons = (command.by,)
        work.publish(telling.record_withdrawn(known.identity, known.record, reason=command.reason, persons=persons))
    settle(work, known.subject)
    return decided


def review_objection(work: Work, command: ReviewObjection) -> Objection:
    """申请复核, once: the record is marked again.

    Refuses ``not-found`` (404), ``objection-state``, ``objection-final``, ``objection-open``, ``record-not-active``
    (409), ``invalid-content``.
    """
    must_be_said(by_whom(command.by), why(command.reason))
    objection, known = _found(work, command)
    asked = objection.review_asked(command, work.now)
    known.record.must_be_active(work.today)
    _none_may_be_open(open_one(work.objections.of(objection.record_id)))
    work.objections.keep(asked)
    deadline = clocks.start(work, objection.owner, DeadlineKind.OBJECTION_REVIEW)
    known = known.changed(known.record.marked(objection.objection_id, work.today))
    work.publish(telling.review_requested(known.identity, known.record, asked, work.now, deadline.due_on))
    settle(work, known.subject)
    return asked


def _found(work: Work, command: ObjectionCommand) -> tuple[Objection, Known]:
    objection = work.objections.get(command.objection_id)
    if objection is None:
        raise not_found(command.objection_id, "异议", "objection")
    return objection, known_record(work, objection.record_id)


def _none_may_be_open(pending: Objection | None) -> None:
    if pending:
        raise Refusal(
            code="objection-open",
            zh=f"该记录已有异议 {pending.objection_id} 在处理（{pending.state}），请等候处理结果",
            en=f"the record has an objection pending, {pending.objection_id} ({pending.state}); wait for its end",
            status=409,
        )

"""Feedback (结果反馈): take it in with its clock, answer it with a decision or a reason, tell when nobody did in time."""

from dataclasses import replace

from approval import outgoing, ports
from approval.domain.case import Receipt, Statement
from approval.domain.commands import RegisterCase
from approval.domain.feedback import AnswerFeedback, DeadlineKind, Feedback
from approval.domain.hold import Hold, HoldKind, HoldOrigin
from approval.handlers.cases import register_case
from approval.handlers.credit import keep
from contracts.feedback import FeedbackRaised
from kernel.clock import china_day
from kernel.deadline import Deadline, Step
from kernel.feedback import FeedbackKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from kernel.sweep import RecomputeDeadline, TakeStep


def on_feedback_raised(work: ports.Work, event: FeedbackRaised) -> None:
    """监管结果已反馈: the clock of the answer begins with the push, source: 晋城 (推送即接受)."""
    if work.feedback.get(event.feedback_id) is not None:
        return
    feedback = _feedback(event)
    work.feedback.save(feedback)
    work.deadlines.made(feedback.feedback_id)
    deadline = Deadline.started(
        deadline_id=work.deadlines.new_id(),
        owner=feedback.feedback_id,
        kind=DeadlineKind.ANSWER,
        limit=work.rules.answer_limit(china_day(feedback.raised_at)),
        at=feedback.raised_at,
        calendar=work.calendar,
        ladder=work.rules.ladder,
    )
    work.deadlines.save(deadline)


def answer_feedback(work: ports.Work, command: AnswerFeedback) -> tuple[Feedback, bool]:
    """答复反馈: the feedback, and whether this very answer was given before.

    Refuses ``not-found``, ``feedback-answered``, ``invalid-content`` and what the registration of a case refuses.
    """
    feedback = work.feedback.get(command.feedback_id)
    if feedback is None:
        raise no_such_feedback(command.feedback_id)
    if feedback.repeated(command):
        return feedback, True
    feedback.must_fit(command)
    receipt = _decided(work, command.statement) if command.statement else None
    answered = feedback.answered(command, receipt, work.now)
    work.feedback.save(answered)
    for deadline in work.deadlines.of(feedback.feedback_id):
        if deadline.state.open:
            work.deadlines.save(deadline.met(work.now))
    if answered.accepted and answered.kind is FeedbackKind.RESTRICT:
        keep(work, _restriction(work, answered, command))
    work.publish(outgoing.feedback_answered(answered))
    return answered, False


def take_step(work: ports.Work, command: TakeStep) -> None:
    """到期步骤: taken at the instant it was due, even by a late sweep; 黄牌 is told to the others."""
    deadline = work.deadlines.get(command.deadline_id)
    if deadline is None or deadline.next_at is None or deadline.next_at > work.now:
        return
    step, due = deadline.next_step, deadline.next_at
    taken = deadline.stepped(work.calendar)
    work.deadlines.save(taken)
    feedback = work.feedback.get(deadline.owner)
    if step is Step.YELLOW and feedback:
        work.publish(outgoing.feedback_overdue(feedback, deadline.due_on, due))


def recompute(work: ports.Work, command: RecomputeDeadline) -> None:
    """时限重算: the calendar changed; what moves an end is logged."""
    deadline = work.deadlines.get(command.deadline_id)
    if deadline:
        work.deadlines.recomputed(deadline.recomputed(work.calendar, work.now), "工作日历变更 / the calendar changed")


def no_such_feedback(feedback_id: str) -> Refusal:
    """没有该反馈: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {feedback_id[:64]} 的反馈，请核对反馈编号",
        en=f"there is no feedback {feedback_id[:64]}; check its id",
        status=404,
    )


def _decided(work: ports.Work, statement: Statement) -> Receipt:
    """Register the decision; its faults stand below ``/case`` in the answer."""
    try:
        return register_case(work, RegisterCase(statement))
    except Refusal as refusal:
        refusal.faults = tuple(replace(fault, pointer=f"/case{fault.pointer}") for fault in refusal.faults)
        raise


def _restriction(work: ports.Work, feedback: Feedback, command: AnswerFeedback) -> Hold:
    """限制准入: binds later applications for the item of the new decision, else of the decision the feedback is about."""
    said = command.statement
    return Hold(
        origin=HoldOrigin.FEEDBACK,
        hold_id=feedback.feedback_id,
        subject=feedback.subject,
        kind=HoldKind.RESTRICT,
        item_code=said.item_code if said else work.feedback.item_code(feedback.feedback_id),
        basis=feedback.legal_basis,
        starts_on=work.today,
    )


def _feedback(event: FeedbackRaised) -> Feedback:
    return Feedback(
        feedback_id=event.feedback_id,
        source_system=event.source_system,
        region=event.region,
        case_id=event.case_id,
        task_id=event.task_id,
        department=event.department,
        kind=event.kind,
        reason=event.reason,
        legal_basis=event.legal_basis,
        inspection_no=event.inspection_no,
        raised_by=event.raised_by,
        raised_at=event.raised_at,
        subject=SubjectKey(event.subject.id_type, event.subject.id_no),
        subject_kind=event.subject.kind,
        subject_name=event.subject.name,
        object_no=event.object.object_no,
        object_name=event.object.name,
        object_address=event.object.address,
    )

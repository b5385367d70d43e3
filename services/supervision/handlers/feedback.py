"""Feedback (结果反馈): ask the approver to act, and keep what came back."""

from dataclasses import replace

from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from supervision import outgoing
from supervision.domain.feedback import (
    Feedback,
    RaiseFeedback,
    no_licence,
    require_colleague,
    unknown_feedback,
)
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.handlers import change, clocks
from supervision.outgoing import process as telling
from supervision.ports import Work


def raise_feedback(work: Work, command: RaiseFeedback) -> tuple[Feedback, bool]:
    """反馈审批: the feedback, and whether this very one was asked before; the clock of the feedback is met.

    Refuses ``not-found``, ``person-elsewhere``, ``feedback-open``, ``feedback-no-case`` and what the verb refuses now.
    """
    task = change.found(work, command.task_id)
    inspector = work.inspectors.known([command.by]).get(command.by)
    require_colleague(task.department, command.by, inspector, work.directory.person(command.by))
    for earlier in work.feedback.of(task.task_id):
        if earlier.repeated(command):
            return earlier, True
    feedback = _feedback(work, task, command)
    after = change.keep(work, task, task.fed_back(work.now), Verb.FEED_BACK, command.by, work.now, command.reason)
    work.feedback.save(feedback)
    clocks.tell(work, outgoing.feedback_raised(feedback))
    if task.state.open and not after.state.open:
        clocks.tell(work, telling.closed(after, command.by, work.now, command.reason))
    return feedback, False


def on_feedback_answered(work: Work, event: FeedbackAnswered) -> None:
    """反馈已答复: kept and shown on the task; the decision itself comes as every other. Refuses ``not-found``."""
    known = _known(work, event.feedback_id)
    answered = replace(
        known,
        accepted=event.accepted,
        answer_reason=event.reason,
        answered_by=event.answered_by,
        answered_at=event.answered_at,
        decision_case_id=event.decision_case_id,
        decision_revision=event.decision_revision,
    )
    work.feedback.save(answered)


def on_feedback_overdue(work: Work, event: FeedbackOverdue) -> None:
    """反馈逾期未答复: kept and shown on the task. Refuses ``not-found``."""
    work.feedback.save(_known(work, event.feedback_id).overdue(event.overdue_since))


def _known(work: Work, feedback_id: str) -> Feedback:
    known = work.feedback.get(feedback_id)
    if known is None:
        raise unknown_feedback(feedback_id)
    return known


def _feedback(work: Work, task: Task, command: RaiseFeedback) -> Feedback:
    """An ad-hoc task was made by no case: the case its object is known from stands for it."""
    entry = work.objects.get(task.source_system, task.object_no)
    case_id = task.case_id or (entry.case_id if entry else "")
    if not case_id:
        raise no_licence(task.object_no)
    return Feedback(
        feedback_id=work.feedback.new_id(),
        task_id=task.task_id,
        source_system=task.source_system,
        region=task.region,
        case_id=case_id,
        department=task.department,
        holder=task.holder if task.case_id or entry is None else entry.holder,
        object_no=task.object_no,
        object_name=task.object_name,
        object_address=task.object_address,
        kind=command.kind,
        reason=command.reason,
        legal_basis=command.legal_basis,
        inspection_no=task.inspection_no,
        raised_by=command.by,
        raised_at=work.now,
    )

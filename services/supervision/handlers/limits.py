"""Limits by hand (时限的中止、恢复、延长): with a reason, an extension with who approved it."""

from typing import Any

from kernel.deadline import Deadline
from kernel.deadline_days import day_by_day
from kernel.limit import Limit
from kernel.refusal import Refusal
from supervision.domain.deadlines import ExplainDeadline, ExtendDeadline, ResumeDeadline, StopDeadline
from supervision.handlers import change, clocks
from supervision.outgoing import watch as telling
from supervision.ports import Work


def stop_deadline(work: Work, command: StopDeadline) -> Deadline:
    """中止. Refuses ``not-found``, ``deadline-ended``, ``deadline-stopped``, ``deadline-reason-needed``."""
    stopped = _found(work, command.deadline_id).stopped(command.reason, work.now, command.by)
    work.deadlines.save(stopped)
    clocks.tell(work, telling.deadline_stopped(change.found(work, stopped.owner), stopped))
    return stopped


def resume_deadline(work: Work, command: ResumeDeadline) -> Deadline:
    """恢复. Refuses ``not-found``, ``deadline-ended``, ``deadline-running``."""
    known = _found(work, command.deadline_id)
    resumed = known.resumed(work.now, work.calendar, command.by)
    work.deadlines.save(resumed)
    clocks.tell(work, telling.deadline_resumed(change.found(work, known.owner), resumed, known.due_at))
    return resumed


def extend_deadline(work: Work, command: ExtendDeadline) -> Deadline:
    """延长. Refuses as Deadline.extended, and ``limit-not-valid``, ``limit-too-long``."""
    known = _found(work, command.deadline_id)
    by = Limit.asked(command.limit)
    extended = known.extended(by, command.approved_by, command.reason, work.now, work.calendar, entered_by=command.by)
    work.deadlines.save(extended)
    clocks.tell(work, telling.deadline_extended(change.found(work, known.owner), extended, known.due_at))
    return extended


def explain_deadline(work: Work, command: ExplainDeadline) -> dict[str, Any]:
    """逐日计算 of one deadline. Refuses ``not-found``, ``count-too-long`` for one somebody has extended out of sight."""
    return day_by_day(_found(work, command.deadline_id), work.calendar)


def _found(work: Work, deadline_id: str) -> Deadline:
    known = work.deadlines.get(deadline_id)
    if known is None:
        raise Refusal(
            code="not-found",
            zh=f"没有编号为 {deadline_id[:64]} 的时限，请在任务详情中查看 deadlines",
            en=f"there is no deadline {deadline_id[:64]}; see deadlines on the task",
            status=404,
        )
    return known

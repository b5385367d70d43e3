"""Deadlines (时限): what the sweep brings, one deadline at a time, looked at again under the lock of its task."""

from kernel.deadline import Deadline
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision.ports import Work


def take_step(work: Work, command: TakeStep) -> Deadline | None:
    """到期步骤: the next step when its instant has come; None when another sweep was faster."""
    known = work.deadlines.get(command.deadline_id)
    if known is None or known.next_at is None or known.next_at > work.now:
        return None
    taken = known.stepped(work.calendar)
    work.deadlines.save(taken)
    return taken


def recompute_deadline(work: Work, command: RecomputeDeadline) -> Deadline | None:
    """重算时限: the calendar has changed since it was computed; what moved is logged."""
    known = work.deadlines.get(command.deadline_id)
    if known is None or known.edition >= work.calendar.edition:
        return None
    anew = known.recomputed(work.calendar, work.now)
    work.deadlines.recomputed(anew, "calendar")
    return anew

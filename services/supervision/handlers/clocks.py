"""Clocks of a task (任务时限): begun, met and voided as the task moves. What has no limit has no clock.

No clock runs on a closed task: what the closing verb meets is met, the rest is void. That of a complaint is met by
whatever closes its task.
"""

from collections.abc import Mapping
from datetime import date, datetime

from contracts.feedback import FeedbackRaised
from contracts.supervision import TaskEvent
from kernel.deadline import Deadline, DeadlineState, Stop
from kernel.limit import Limit
from supervision.domain.deadlines import STANDSTILL
from supervision.domain.deadlines import DeadlineKind as Kind
from supervision.domain.history import SYSTEM
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.words import Purpose
from supervision.outgoing import watch as telling
from supervision.ports import Work

_AS_WRITTEN_ONCE = "停业: "
"""How the reason of a stop begins whose cause is the standstill of the object and was not kept yet (旧数据)."""
_CHECKS = (Kind.FIRST_CHECK, Kind.COMMITMENT_CHECK)
MEETS: Mapping[Verb, tuple[Kind, ...]] = {
    Verb.CLAIM: (Kind.CLAIM,),
    Verb.AUTO_CLAIM: (Kind.CLAIM,),
    Verb.ROUTE: (Kind.ROUTE,),
    Verb.ARBITRATE: (Kind.ARBITRATION,),
    Verb.INSPECT: _CHECKS,
    Verb.CONCLUDE: (Kind.CLAIM, *_CHECKS),
    Verb.VERIFY: (Kind.RECTIFY,),
    Verb.REFER: (Kind.RECTIFY,),
    Verb.FEED_BACK: (Kind.FEEDBACK,),
    Verb.CLOSE: _CHECKS,
}
"""动作 → 因此完成的时限."""
VOIDS: Mapping[Verb, tuple[Kind, ...]] = {
    Verb.RETURN: (Kind.CLAIM, Kind.FIRST_CHECK),
    Verb.DISPUTE: (Kind.CLAIM, Kind.FIRST_CHECK, Kind.ROUTE),
    Verb.RECTIFY: (Kind.FEEDBACK,),
    Verb.REFER: (Kind.FEEDBACK,),
}
"""动作 → 因此作废的时限; the promise of a commitment is checked in time whoever checks it, and what is put right or
referred needs no feedback before it is known what came of it."""


def begin(work: Work, task: Task, kind: Kind, limit: Limit | None, at: datetime) -> None:
    """Start a clock on an open task, unless one of the kind runs; on an object at a standstill a routine task's clock waits."""
    if limit is None or not task.state.open or _runs(work, task, kind):
        return
    deadline = Deadline.started(
        deadline_id=work.deadlines.new_id(),
        owner=task.task_id,
        kind=kind,
        limit=limit,
        at=at,
        calendar=work.calendar,
        ladder=work.rules.ladder,
    )
    entry = work.objects.get(task.source_system, task.object_no)
    if entry and entry.standstill and task.purpose is Purpose.ROUTINE:
        _stop(work, task, deadline, entry.standstill, SYSTEM, at)
        return
    work.deadlines.save(deadline)


def _runs(work: Work, task: Task, kind: Kind) -> bool:
    return any(deadline.kind == kind and deadline.state.open for deadline in work.deadlines.of(task.task_id))


def follow(work: Work, task: Task, verb: Verb, at: datetime) -> None:
    """What a verb does to the clocks that run; ``task`` is the task afterwards."""
    for deadline in work.deadlines.of(task.task_id):
        if not deadline.state.open:
            continue
        if deadline.kind in MEETS.get(verb, ()) or (deadline.kind == Kind.COMPLAINT and task.close_reason):
            work.deadlines.save(deadline.met(at))
        elif deadline.kind in VOIDS.get(verb, ()) or not task.state.open:
            work.deadlines.save(deadline.voided(at))


def tell(work: Work, event: TaskEvent | FeedbackRaised) -> None:
    """Tell what happened to a task, and which of its clocks are open after it: to be called once they were moved."""
    work.publish(telling.with_deadlines(event, work.deadlines.of(event.task_id)))


def pause(work: Work, task: Task, reason: str, by: str, at: datetime) -> bool:
    """中止 every clock that runs; True when there was one."""
    running = [d for d in work.deadlines.of(task.task_id) if d.state is DeadlineState.RUNNING]
    for deadline in running:
        _stop(work, task, deadline, reason, by, at)
    return bool(running)


def resume(work: Work, task: Task, by: str, at: datetime) -> bool:
    """恢复 every clock a standstill stopped, not what was stopped by hand; True when there was one."""
    stopped = [d for d in work.deadlines.of(task.task_id) if d.state is DeadlineState.STOPPED]
    standing = [d for d in stopped if _by_standstill(d.stops[-1])]
    for deadline in standing:
        going = deadline.resumed(at, work.calendar, by)
        work.deadlines.save(going)
        tell(work, telling.deadline_resumed(task, going, deadline.due_at))
    return bool(standing)


def _stop(work: Work, task: Task, deadline: Deadline, reason: str, by: str, at: datetime) -> None:
    stopped = deadline.stopped(reason, at, by, cause=STANDSTILL)
    work.deadlines.save(stopped)
    tell(work, telling.deadline_stopped(task, stopped))


def _by_standstill(stop: Stop) -> bool:
    written_once = not stop.by and stop.reason.startswith(_AS_WRITTEN_ONCE)
    return stop.cause == STANDSTILL or (not stop.cause and written_once)


def last_day(work: Work, limit: Limit) -> date:
    """The last day of a limit that begins now (终止日)."""
    return Deadline.started(
        deadline_id="",
        owner="",
        kind="",
        limit=limit,
        at=work.now,
        calendar=work.calendar,
        ladder=work.rules.ladder,
    ).due_on

"""What supervision tells of limits (督办事件): reminders, cards, escalation; stops, extensions, recomputation."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from contracts.event import Event
from contracts.feedback import FeedbackRaised
from contracts.supervision import OpenDeadline, TaskEvent
from contracts.watch import (
    CardIssued,
    DeadlineExtended,
    DeadlineRecomputed,
    DeadlineReminded,
    DeadlineResumed,
    DeadlineStopped,
    TaskEscalated,
    TaskUrged,
)
from kernel.deadline import Deadline, DeadlineState, Step
from supervision.domain.task import Task
from supervision.domain.urging import UrgeTasks
from supervision.outgoing.chain import about


def deadline_reminded(task: Task, deadline: Deadline, step: Step, at: datetime) -> DeadlineReminded:
    """时限提醒."""
    return DeadlineReminded(**_clock(task, deadline), step=step, at=at)


def card_issued(task: Task, deadline: Deadline, card: Step, at: datetime, responsible: str) -> CardIssued:
    """已亮牌."""
    return CardIssued(**_clock(task, deadline), card=card, at=at, responsible=responsible)


def task_escalated(task: Task, deadline: Deadline, at: datetime, to: str) -> TaskEscalated:
    """任务已督办."""
    return TaskEscalated(**_clock(task, deadline), to=to, at=at)


def task_urged(task: Task, command: UrgeTasks, to: Sequence[str], at: datetime) -> TaskUrged:
    """任务已催办、已督办."""
    return TaskUrged(
        **about(task), by=command.by, at=at, reason=command.reason, measure=command.measure.value, to=tuple(to)
    )


def deadline_recomputed(task: Task, deadline: Deadline, was: datetime, why: str, at: datetime) -> DeadlineRecomputed:
    """时限已重算."""
    return DeadlineRecomputed(**_clock(task, deadline), was_due_at=was, why=why, at=at)


def deadline_stopped(task: Task, deadline: Deadline) -> DeadlineStopped:
    """时限已中止, by the last of its stops."""
    stop = deadline.stops[-1]
    return DeadlineStopped(**_clock(task, deadline), by=stop.by, reason=stop.reason, cause=stop.cause, at=stop.began_at)


def deadline_resumed(task: Task, deadline: Deadline, was: datetime) -> DeadlineResumed:
    """时限已恢复, by the end of its last stop."""
    stop = deadline.stops[-1]
    if stop.ended_at is None:
        raise LookupError("the stop of a resumed deadline has ended")
    return DeadlineResumed(**_clock(task, deadline), by=stop.ended_by, was_due_at=was, at=stop.ended_at)


def deadline_extended(task: Task, deadline: Deadline, was: datetime) -> DeadlineExtended:
    """时限已延长, by the last of its extensions."""
    more = deadline.extensions[-1]
    return DeadlineExtended(
        **_clock(task, deadline),
        by=more.by,
        reason=more.reason,
        limit=str(more.limit),
        was_due_at=was,
        at=more.at,
    )


def with_deadlines(event: TaskEvent | FeedbackRaised, deadlines: Iterable[Deadline]) -> Event:
    """The event, saying the clocks of its task that are open after it."""
    still_open = tuple(
        OpenDeadline(kind=each.kind, due_at=each.due_at, stopped=each.state is DeadlineState.STOPPED)
        for each in deadlines
        if each.state.open
    )
    return msgspec.structs.replace(event, deadlines=still_open)


def _clock(task: Task, deadline: Deadline) -> dict[str, Any]:
    """What every event about a deadline says."""
    return {
        **about(task),
        "deadline_id": deadline.deadline_id,
        "kind": deadline.kind,
        "due_at": deadline.due_at,
        "due_on": deadline.due_on,
    }

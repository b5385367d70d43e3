"""What supervision tells of its watch over itself (督办): reminders, cards, escalation, deadlines that move, alerts.

Every step says the instant it was due, which may lie before the moment it was told: a late sweep acts as if on time.
"""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Instant, Subject
from contracts.process import TaskMoved
from contracts.supervision import TaskEvent
from kernel.alert import AlertRule
from kernel.deadline import Step
from kernel.subject import IdType, SubjectKind


class DeadlineEvent(TaskEvent, frozen=True, kw_only=True):
    """Base of what is told about a deadline (时限) of a task."""

    deadline_id: str
    kind: str
    """What must be done by then: CLAIM 认领, FIRST_CHECK 首检 …"""
    due_at: Instant
    """Exclusive end: 24:00 of the last day in China, or the instant of a limit in hours."""
    due_on: date
    """终止日: the last day."""


class DeadlineReminded(DeadlineEvent, frozen=True, kw_only=True):
    """时限提醒: half of the time is over, or the last day begins."""

    fact: ClassVar[str] = "supervision.deadline.reminded"

    step: Step
    """HALF 过半提醒 or BEFORE 预警."""
    at: Instant
    """When the step was due."""


class CardIssued(DeadlineEvent, frozen=True, kw_only=True):
    """已亮牌: the limit has passed (黄牌), or passed long ago (红牌)."""

    fact: ClassVar[str] = "supervision.card.issued"

    card: Step
    """YELLOW 黄牌 or RED 红牌."""
    at: Instant
    responsible: str = ""
    """责任人: code of the person or role the card is for."""


class TaskEscalated(DeadlineEvent, frozen=True, kw_only=True):
    """任务已督办: with the red card the matter goes to the superior."""

    fact: ClassVar[str] = "supervision.task.escalated"

    to: str
    """上级: code of the person or role."""
    at: Instant


class TaskUrged(TaskMoved, frozen=True, kw_only=True):
    """任务已催办: somebody pressed for it by hand; the reason is for whom it is told."""

    fact: ClassVar[str] = "supervision.task.urged"

    measure: str
    """URGE 催办 or ESCALATE 督办."""
    to: tuple[str, ...]
    """告知对象: codes of persons or of the inboxes of posts."""


class DeadlineRecomputed(DeadlineEvent, frozen=True, kw_only=True):
    """时限已重算: the calendar changed, ``due_at`` is the new end."""

    fact: ClassVar[str] = "supervision.deadline.recomputed"

    was_due_at: Instant
    why: str
    at: Instant


class DeadlineStopped(DeadlineEvent, frozen=True, kw_only=True):
    """时限已中止; ``due_at`` is as before the stop, until it is resumed."""

    fact: ClassVar[str] = "supervision.deadline.stopped"

    by: str
    """经办人 code; ``system`` for a clock that began on an object at a standstill."""
    reason: str
    cause: str = ""
    """起因: STANDSTILL 停业, which it ends with; empty: somebody resumes it by hand."""
    at: Instant


class DeadlineResumed(DeadlineEvent, frozen=True, kw_only=True):
    """时限已恢复: ``due_at`` is the new end; no day it stood still on counts."""

    fact: ClassVar[str] = "supervision.deadline.resumed"

    by: str
    was_due_at: Instant
    at: Instant


class DeadlineExtended(DeadlineEvent, frozen=True, kw_only=True):
    """时限已延长: ``due_at`` is the new end. Who approved it may be a name and is not told; it stands on the deadline."""

    fact: ClassVar[str] = "supervision.deadline.extended"

    by: str
    """经办人 code."""
    reason: str
    limit: str
    """延长多少, e.g. 2wd."""
    was_due_at: Instant
    at: Instant


class AlertRaised(Event, frozen=True, kw_only=True):
    """预警已发出: cases of one rule reached the threshold for a department or a county."""

    fact: ClassVar[str] = "supervision.alert.raised"

    rule: AlertRule
    key: str
    """Code of the department, or 区划代码 of the county."""
    period: str
    """计数期间: the year, or empty."""
    number: int
    """The how manieth alert of this rule, key and period."""
    facts: tuple[str, ...]
    """The cases it rests on."""
    raised_on: date
    at: Instant

    @property
    def aggregate(self) -> str:
        """The tally."""
        return f"{self.rule.value}:{self.key}:{self.period}"

    @property
    def holder(self) -> Subject:
        """Nobody is licensed here: department or county decide the partition."""
        return Subject(id_type=IdType.OTHER, id_no=self.key, kind=SubjectKind.ORGANISATION)


EVENTS: tuple[type[Event], ...] = (
    DeadlineReminded,
    CardIssued,
    TaskEscalated,
    TaskUrged,
    DeadlineRecomputed,
    DeadlineStopped,
    DeadlineResumed,
    DeadlineExtended,
    AlertRaised,
)

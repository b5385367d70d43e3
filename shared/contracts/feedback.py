"""Feedback (结果反馈): supervision asks the approver to act on a licence, the approver answers within its limit."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Instant, Object, Subject
from contracts.supervision import OpenDeadline
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind


class FeedbackEvent(Event, frozen=True, kw_only=True):
    """Base of everything told about a feedback (结果反馈)."""

    feedback_id: str
    case_id: str
    """办件编号 of the decision the feedback is about."""
    task_id: str
    department: str
    """监管部门 code."""
    kind: FeedbackKind
    subject: Subject
    object: Object

    @property
    def aggregate(self) -> str:
        """The feedback."""
        return self.feedback_id

    @property
    def case(self) -> str:
        """The approval case it is about."""
        return f"{self.source_system}:{self.case_id}"

    @property
    def holder(self) -> Subject:
        """The holder of the licence."""
        return self.subject


class FeedbackRaised(FeedbackEvent, frozen=True, kw_only=True):
    """监管结果已反馈: supervision asks the approver to act."""

    fact: ClassVar[str] = "supervision.feedback.raised"

    reason: str
    """反馈理由."""
    legal_basis: str = ""
    """依据."""
    inspection_no: str = ""
    """检查编号 of what it rests on; empty when there was no inspection."""
    raised_by: str
    """Code of the officer."""
    raised_at: Instant
    deadlines: tuple[OpenDeadline, ...] | None = None
    """Every clock of the task that is open after this; null: nothing is said of them."""


class FeedbackAnswered(FeedbackEvent, frozen=True, kw_only=True):
    """反馈已答复: accepted, usually with a new decision, or refused with a reason."""

    fact: ClassVar[str] = "approval.feedback.answered"

    accepted: bool
    reason: str = ""
    """答复理由; never empty when refused."""
    answered_by: str
    answered_at: Instant
    decision_case_id: str = ""
    """办件编号 of the new decision; empty when there is none."""
    decision_revision: int = 0
    decision_kind: DecisionKind | None = None


class FeedbackOverdue(FeedbackEvent, frozen=True, kw_only=True):
    """反馈逾期未答复: the limit of the answer passed (黄牌)."""

    fact: ClassVar[str] = "approval.feedback.overdue"

    due_on: date
    """The last day on which an answer was in time, day in China."""
    overdue_since: Instant


RAISED: tuple[type[Event], ...] = (FeedbackRaised,)
"""Told by supervision."""
ANSWERED: tuple[type[Event], ...] = (FeedbackAnswered, FeedbackOverdue)
"""Told by approval."""
EVENTS: tuple[type[Event], ...] = (*RAISED, *ANSWERED)

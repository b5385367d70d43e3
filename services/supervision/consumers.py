"""Consumers (订阅): NATS in. Decisions on one object are applied in the order the approver made them."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.consumer import Subscription, intake
from chassis.transaction import Transaction
from contracts.apikey import ApiKeyChanged
from contracts.approval import CaseCorrected, CaseDecided
from contracts.calendar import CalendarChanged
from contracts.credit import GradeChanged
from contracts.directory import DirectoryChanged
from contracts.event import Event
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from contracts.redress import ObjectionDecided, ObjectionLodged
from supervision import handlers
from supervision.domain.inspection import ConcludeInspection
from supervision.ports import StoredWork


def turn_of(event: Event) -> tuple[str, int] | None:
    """The place of a decision or correction among those on its object (对象决定次序): 1, 2, 3 … without gaps."""
    return (event.aggregate, event.object_version) if isinstance(event, CaseDecided) else None


def subscriptions(
    work: Callable[[Transaction], StoredWork], decode: Callable[[bytes], ConcludeInspection]
) -> tuple[Subscription[StoredWork], ...]:
    """What supervision reads; ``decode`` reads an intake message, the same JSON as ``POST /api/v1/inspections``."""
    decided: Mapping[type, Callable[[StoredWork, Any], object]] = {
        CaseDecided: handlers.on_case_decided,
        CaseCorrected: handlers.on_case_corrected,
        ApiKeyChanged: handlers.on_api_key_changed,
        CalendarChanged: handlers.on_calendar_changed,
        DirectoryChanged: handlers.on_directory_changed,
        FeedbackAnswered: handlers.on_feedback_answered,
        FeedbackOverdue: handlers.on_feedback_overdue,
    }
    assessed: Mapping[type, Callable[[StoredWork, Any], object]] = {
        GradeChanged: handlers.on_grade_changed,
        ObjectionLodged: handlers.on_objection_lodged,
        ObjectionDecided: handlers.on_objection_decided,
    }
    return (
        Subscription(stream="APPROVAL", work=work, reads=decided, turn=turn_of),
        Subscription(stream="CREDIT", work=work, reads=assessed),
        intake(decode, ConcludeInspection, handlers.conclude_inspection, work),
    )

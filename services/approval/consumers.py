"""Consumers (订阅): NATS in. Bureau systems state cases on the intake; supervision tells what came of them; credit grades."""

from collections.abc import Callable, Mapping
from typing import Any

from approval import handlers
from approval.domain.commands import RegisterCase
from approval.ports import StoredWork
from chassis.consumer import Subscription, intake
from chassis.transaction import Transaction
from contracts.credit import GradeChanged
from contracts.feedback import FeedbackRaised
from contracts.supervision import (
    ApprovalUnmatched,
    InspectionConcluded,
    TaskCancelled,
    TaskClaimed,
    TaskCreated,
    TaskJoined,
)


def subscriptions(
    work: Callable[[Transaction], StoredWork], decode: Callable[[bytes], RegisterCase]
) -> tuple[Subscription[StoredWork], ...]:
    """What approval reads; ``decode`` reads the body of an intake message, the same JSON as ``POST /api/v1/cases``."""
    progress: Mapping[type, Callable[[StoredWork, Any], object]] = {
        TaskCreated: handlers.on_task_created,
        TaskJoined: handlers.on_task_joined,
        TaskClaimed: handlers.on_task_claimed,
        TaskCancelled: handlers.on_task_cancelled,
        InspectionConcluded: handlers.on_inspection_concluded,
        ApprovalUnmatched: handlers.on_unmatched,
        FeedbackRaised: handlers.on_feedback_raised,
    }
    return (
        intake(decode, RegisterCase, handlers.register_case, work),
        Subscription(stream="SUPERVISION", work=work, reads=progress),
        Subscription(stream="CREDIT", work=work, reads={GradeChanged: handlers.on_grade_changed}),
    )

"""Consumers (订阅): NATS in. Bureaus state cases on the intake, supervision tells what came of them, credit who they are."""

from collections.abc import Callable, Mapping
from typing import Any

from approval import handlers
from approval.domain.commands import RegisterCase
from approval.ports import StoredWork
from chassis.consumer import Subscription, intake
from chassis.transaction import Transaction
from contracts.constraint import BarEnded, BarImposed, BarLifted, ListEntered, ListLeft
from contracts.credit import (
    GradeChanged,
    RecordAdded,
    RecordExpired,
    RecordRepaired,
    RecordWithdrawn,
    SubjectMerged,
    SubjectSplit,
)
from contracts.feedback import FeedbackRaised
from contracts.process import TaskArbitrated, TaskClosed, TaskHandedOver, TaskReturned, TaskRouted
from contracts.redress import ObjectionDecided, ObjectionLodged, ReviewRequested
from contracts.supervision import (
    ApprovalUnmatched,
    InspectionConcluded,
    TaskCancelled,
    TaskClaimed,
    TaskCreated,
    TaskJoined,
)

_LINGER = 0.2
"""Seconds. The progress of cases is looked at by people: measured, its batches then cost a fraction of the commits."""


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
        TaskReturned: handlers.on_task_returned,
        TaskRouted: handlers.on_task_routed,
        TaskArbitrated: handlers.on_task_routed,
        TaskHandedOver: handlers.on_task_routed,
        TaskClosed: handlers.on_task_closed,
        FeedbackRaised: handlers.on_feedback_raised,
    }
    credit: Mapping[type, Callable[[StoredWork, Any], object]] = {
        GradeChanged: handlers.on_grade_changed,
        BarImposed: handlers.on_bar_imposed,
        BarLifted: handlers.on_bar_ended,
        BarEnded: handlers.on_bar_ended,
        ListEntered: handlers.on_list_entered,
        ListLeft: handlers.on_list_left,
        RecordAdded: handlers.on_record_added,
        RecordExpired: handlers.on_record_ended,
        RecordRepaired: handlers.on_record_ended,
        RecordWithdrawn: handlers.on_record_ended,
        ObjectionLodged: handlers.on_objection_told,
        ObjectionDecided: handlers.on_objection_told,
        ReviewRequested: handlers.on_objection_told,
        SubjectMerged: handlers.on_identity_changed,
        SubjectSplit: handlers.on_identity_changed,
    }
    return (
        intake(decode, RegisterCase, handlers.register_case, work),
        Subscription(stream="SUPERVISION", work=work, reads=progress, linger=_LINGER),
        Subscription(stream="CREDIT", work=work, reads=credit),
    )

"""What supervision tells the others (对外事件): the chain in ``chain``, the handling of a task in ``process``, feedback."""

from supervision.outgoing.chain import (
    alert_raised,
    approval_unmatched,
    catalogue_published,
    inspection_concluded,
    task_cancelled,
    task_claimed,
    task_created,
    task_joined,
    task_narrowed,
)
from supervision.outgoing.complaints import complaint_answered, complaint_received
from supervision.outgoing.feedback import feedback_raised

__all__ = [
    "alert_raised",
    "approval_unmatched",
    "catalogue_published",
    "complaint_answered",
    "complaint_received",
    "feedback_raised",
    "inspection_concluded",
    "task_cancelled",
    "task_claimed",
    "task_created",
    "task_joined",
    "task_narrowed",
]

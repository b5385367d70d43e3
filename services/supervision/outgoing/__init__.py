"""What supervision tells the others (对外事件): the chain in ``chain``, the handling of a task in ``process``."""

from supervision.outgoing.chain import (
    alert_raised,
    approval_unmatched,
    catalogue_published,
    inspection_concluded,
    task_cancelled,
    task_claimed,
    task_created,
    task_joined,
)

__all__ = [
    "alert_raised",
    "approval_unmatched",
    "catalogue_published",
    "inspection_concluded",
    "task_cancelled",
    "task_claimed",
    "task_created",
    "task_joined",
]

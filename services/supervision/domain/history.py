"""History of a task (任务流转记录): every verb leaves who, when, why, and the state before and after (全程留痕)."""

from dataclasses import dataclass
from datetime import datetime

from kernel.inspection import TaskState
from supervision.domain.transitions import Verb

SYSTEM = "system"
"""``by`` of what nobody did by hand."""


@dataclass(frozen=True, kw_only=True)
class TaskChange:
    """一次流转. ``at`` is the instant it takes effect, aware, UTC: for a late sweep the instant the limit ended."""

    task_id: str
    verb: Verb
    by: str
    at: datetime
    before: TaskState
    after: TaskState
    department: str
    """监管部门 afterwards."""
    reason: str = ""

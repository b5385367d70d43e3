"""What an enterprise does itself (企业办理): it reports what it put right, and adds pictures that show it.

Only where the task is about it: a task of somebody else is answered as one that is not there.
"""

from dataclasses import dataclass

from kernel.inspection import TaskState
from supervision.domain import refusals
from supervision.domain.evidence import AddEvidence
from supervision.domain.task import Task
from supervision.domain.transitions import Verb, require
from supervision.domain.verbs import ReportRectified

ENTERPRISE = "ENTERPRISE"
"""``by`` of what the enterprise itself did."""


@dataclass(frozen=True, kw_only=True)
class ReportOwn(ReportRectified):
    """企业报告整改完成. Raises ``invalid-content``."""

    id_type: str
    id_no: str
    by: str = ENTERPRISE


@dataclass(frozen=True, kw_only=True)
class AddOwnEvidence(AddEvidence):
    """企业提交整改证据. Raises ``invalid-content``."""

    id_type: str
    id_no: str


def require_own(task: Task | None, command: ReportOwn | AddOwnEvidence) -> Task:
    """The task is about this enterprise and waits for what it put right; else ``not-found`` (404), ``verb-not-now`` (409)."""
    if task is None or (task.holder.id_type, task.holder.id_no) != (command.id_type, command.id_no):
        raise refusals.no_such_task(command.task_id)
    if task.state is not TaskState.RECTIFYING:
        require(task.state, Verb.REPORT)
    return task

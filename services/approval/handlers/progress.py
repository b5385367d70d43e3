"""Progress of cases (办件进展): note what supervision tells of the tasks behind them. Ad-hoc tasks have no case."""

from datetime import datetime
from typing import Any

from approval import ports
from approval.domain.progress import CaseStep, StepKind
from contracts.process import TaskArbitrated, TaskClosed, TaskHandedOver, TaskReturned, TaskRouted
from contracts.supervision import (
    ApprovalUnmatched,
    InspectionConcluded,
    TaskCancelled,
    TaskClaimed,
    TaskCreated,
    TaskEvent,
    TaskJoined,
)


def on_task_created(work: ports.Work, event: TaskCreated) -> None:
    """监管任务已生成: the case was pushed to a department."""
    facts = {"department": event.department, "link_code": event.link_code, "catalogue_version": event.catalogue_version}
    _note(work, event, StepKind.PUSHED, event.created_at, facts)


def on_task_joined(work: ports.Work, event: TaskJoined) -> None:
    """决定并入未办结任务: the task of an earlier case took this one up."""
    _note(work, event, StepKind.JOINED, event.joined_at, {"case_id": event.case_id})


def on_task_claimed(work: ports.Work, event: TaskClaimed) -> None:
    """监管任务已认领: by whom, when and whether automatically."""
    facts = {"by": event.claimed_by, "automatically": event.automatically}
    _note(work, event, StepKind.CLAIMED, event.claimed_at, facts)


def on_task_returned(work: ports.Work, event: TaskReturned) -> None:
    """监管任务已退回: by whom and why."""
    _note(work, event, StepKind.RETURNED, event.at, {"by": event.by, "reason": event.reason})


def on_task_routed(work: ports.Work, event: TaskRouted | TaskArbitrated | TaskHandedOver) -> None:
    """监管任务已改派: from one department to another; a person's hand-over inside a department is its own matter."""
    if event.previous_department == event.department:
        return
    facts = {"by": event.by, "reason": event.reason, "from": event.previous_department, "to": event.department}
    _note(work, event, StepKind.ROUTED, event.at, facts)


def on_task_closed(work: ports.Work, event: TaskClosed) -> None:
    """监管任务已办结: for which reason."""
    facts = {"by": event.by, "close_reason": event.close_reason, "reason": event.reason}
    _note(work, event, StepKind.CLOSED, event.at, facts)


def on_task_cancelled(work: ports.Work, event: TaskCancelled) -> None:
    """监管任务已取消: by which decision."""
    facts = {"reason": event.reason.value, "case_id": event.case_id}
    _note(work, event, StepKind.CANCELLED, event.cancelled_at, facts)


def on_inspection_concluded(work: ports.Work, event: InspectionConcluded) -> None:
    """检查已办结: when and with what result, and whether it closed the task (一次办结)."""
    facts = {
        "inspection_no": event.inspection_no,
        "inspected_on": event.inspected_on.isoformat(),
        "result": event.result.value,
        "findings": len(event.findings),
    }
    if event.close_reason:
        facts |= {"by": event.inspectors[0], "close_reason": event.close_reason}
    _note(work, event, StepKind.INSPECTED, work.now, facts)


def on_unmatched(work: ports.Work, event: ApprovalUnmatched) -> None:
    """决定未匹配监管事项: nobody supervises what was decided."""
    step = CaseStep(
        source_system=event.source_system,
        case_id=event.case_id,
        task_id="",
        kind=StepKind.UNMATCHED,
        at=work.now,
    )
    work.progress.note(step)


def _note(work: ports.Work, event: TaskEvent, kind: StepKind, at: datetime, facts: dict[str, Any]) -> None:
    if not event.case_id:
        return
    step = CaseStep(
        source_system=event.source_system,
        case_id=event.case_id,
        task_id=event.task_id,
        kind=kind,
        at=at,
        department=event.department,
        facts=facts,
    )
    work.progress.note(step)

"""What supervision tells of the handling of a task (过程事件)."""

from datetime import datetime
from typing import Any

from contracts import process
from contracts.event import Object
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.verbs import (
    DisputeTask,
    HandOver,
    PlanTask,
    ReferTask,
    ResumeObject,
    ReturnTask,
    RouteTask,
    StartTask,
    SupplementTask,
    SuspendObject,
    TransferTask,
    VerifyTask,
)
from supervision.outgoing.chain import about, subject_of


def returned(task: Task, command: ReturnTask, at: datetime) -> process.TaskReturned:
    """监管任务已退回."""
    return process.TaskReturned(**_step(task, command.by, at, command.reason))


def routed(task: Task, previous: str, command: RouteTask, at: datetime) -> process.TaskRouted:
    """监管任务已改派."""
    return process.TaskRouted(**_step(task, command.by, at, command.reason), previous_department=previous)


def disputed(task: Task, command: DisputeTask, at: datetime) -> process.TaskDisputed:
    """监管任务有争议."""
    return process.TaskDisputed(**_step(task, command.by, at, command.reason))


def arbitrated(task: Task, previous: str, command: RouteTask, at: datetime) -> process.TaskArbitrated:
    """监管任务归属已裁定."""
    return process.TaskArbitrated(**_step(task, command.by, at, command.reason), previous_department=previous)


def transferred(task: Task, command: TransferTask, at: datetime) -> process.TaskTransferred:
    """监管任务已转办."""
    return process.TaskTransferred(**_step(task, command.by, at, command.reason), officer=command.inspector)


def handed_over(task: Task, previous: str, command: HandOver, at: datetime) -> process.TaskHandedOver:
    """监管任务已交接."""
    return process.TaskHandedOver(
        **_step(task, command.by, at, command.reason),
        previous_department=previous,
        person="" if command.departments else command.giver,
        successor="" if command.departments else command.taker,
        claimed_by=task.claimed_by,
    )


def planned(task: Task, command: PlanTask, at: datetime) -> process.TaskPlanned:
    """监管任务已排期."""
    step = _step(task, command.by, at, "")
    return process.TaskPlanned(**step, planned_on=command.planned_on, officers=command.officers)


def started(task: Task, command: StartTask, at: datetime) -> process.TaskStarted:
    """检查已开始."""
    return process.TaskStarted(**_step(task, command.by, at, ""))


def closed(task: Task, by: str, at: datetime, note: str) -> process.TaskClosed:
    """监管任务已办结."""
    return process.TaskClosed(**_step(task, by, at, note), close_reason=task.close_reason or "")


def rectification_ordered(task: Task, by: str, at: datetime) -> process.RectificationOrdered:
    """已责令整改."""
    last = task.rounds[-1]
    return process.RectificationOrdered(
        **_step(task, by, at, last.demand), round=len(task.rounds), demand=last.demand, due_on=last.due_on
    )


def rectification_reported(task: Task, by: str, at: datetime) -> process.RectificationReported:
    """已报告整改完成."""
    return process.RectificationReported(**_step(task, by, at, task.rounds[-1].report), round=len(task.rounds))


def rectification_verified(task: Task, command: VerifyTask, at: datetime) -> process.RectificationVerified:
    """整改已复查; the round is the one that was looked at."""
    looked_at = len(task.rounds) if command.passed else len(task.rounds) - 1
    step = _step(task, command.by, at, command.note)
    return process.RectificationVerified(**step, round=looked_at, passed=command.passed, officers=command.officers)


def referral_made(task: Task, command: ReferTask, at: datetime) -> process.ReferralMade:
    """已移送执法."""
    return process.ReferralMade(
        **_step(task, command.by, at, command.reason),
        to_department=command.referred_to,
        inspection_no=task.inspection_no,
        off_system=command.off_system,
    )


def referral_supplemented(task: Task, command: SupplementTask, at: datetime) -> process.ReferralSupplemented:
    """执法要求补充材料."""
    times = task.referral.supplements if task.referral else 0
    return process.ReferralSupplemented(**_step(task, command.by, at, command.reason), times=times)


def referral_concluded(task: Task, by: str, at: datetime) -> process.ReferralConcluded:
    """处罚结果已登记."""
    referral = task.referral
    if referral is None or referral.penalty is None:
        raise LookupError("a concluded referral has a penalty or the decision for none")
    penalty = referral.penalty
    return process.ReferralConcluded(
        **_step(task, by, at, ""),
        inspection_no=referral.inspection_no,
        no_penalty=penalty.no_penalty,
        punish_types=tuple(kind.value for kind in penalty.punish_types),
        punish_document_code=penalty.punish_document_code,
        decision_date=penalty.decision_date,
        fine_yuan="" if penalty.fine is None else f"{penalty.fine:f}",
        simple_procedure=penalty.summary,
        authority=referral.to_department,
        legal_basis=penalty.punish_basis,
    )


def suspended(
    entry: RegisteredObject, command: SuspendObject, at: datetime, tasks: tuple[str, ...]
) -> process.ObjectSuspended:
    """监管对象已停业或许可已暂扣."""
    return process.ObjectSuspended(**_pause(entry, command, at, tasks), standstill=command.standstill)


def resumed(
    entry: RegisteredObject, command: ResumeObject, at: datetime, tasks: tuple[str, ...]
) -> process.ObjectResumed:
    """监管对象已恢复."""
    return process.ObjectResumed(**_pause(entry, command, at, tasks))


def _step(task: Task, by: str, at: datetime, reason: str) -> dict[str, Any]:
    return {**about(task), "by": by, "at": at, "reason": reason}


def _pause(
    entry: RegisteredObject, command: SuspendObject | ResumeObject, at: datetime, tasks: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "source_system": entry.source_system,
        "region": entry.region,
        "by": command.by,
        "at": at,
        "reason": command.reason,
        "subject": subject_of(entry.holder),
        "object": Object(object_no=entry.object_no, name=entry.name, address=entry.address),
        "tasks": tasks,
    }

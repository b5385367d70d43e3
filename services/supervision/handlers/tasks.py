"""Whose task it is (任务归属): claim, return, route, dispute, arbitrate, transfer."""

from datetime import datetime

from kernel.refusal import Refusal
from supervision import outgoing
from supervision.domain import inspector
from supervision.domain.claim import ClaimTask
from supervision.domain.crew import require_in_service
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.history import SYSTEM
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.verbs import (
    ArbitrateTask,
    DisputeTask,
    ReturnTask,
    RouteTask,
    TransferTask,
)
from supervision.domain.words import Purpose
from supervision.handlers import change, clocks
from supervision.outgoing import process as telling
from supervision.ports import Work


def claim_task(work: Work, command: ClaimTask) -> Task:
    """认领任务: by a registered inspector of the task's department; the same one may repeat it without effect.

    Refuses ``not-found``, ``inspector-unknown``, ``inspector-elsewhere``, ``inspector-left``, ``task-not-open``,
    ``task-claimed``.
    """
    task = change.found(work, command.task_id)
    known = work.inspectors.known([command.inspector])
    crew = inspector.require_known(known, [command.inspector], ["/inspector"])
    inspector.require_of(task.department, crew, ["/inspector"])
    require_in_service(crew, work.today, ["/inspector"])
    claimed = task.claimed(command.inspector, work.now)
    if claimed == task:
        return task
    return _taken(work, task, claimed, Verb.CLAIM, command.inspector, work.now)


def claim_automatically(work: Work, task: Task, liaison: str, at: datetime) -> Task:
    """自动认领 for the liaison, flagged: pushed as claimed, or the limit to claim has passed."""
    return _taken(work, task, task.auto_claimed(liaison, at), Verb.AUTO_CLAIM, SYSTEM, at)


def return_task(work: Work, command: ReturnTask) -> Task:
    """退回: somebody must route it within the configured limit (1 个工作日)."""
    task = change.found(work, command.task_id)
    after = change.keep(work, task, task.returned(), Verb.RETURN, command.by, work.now, command.reason)
    clocks.begin(work, after, DeadlineKind.ROUTE, work.rules.route, work.now)
    clocks.tell(work, telling.returned(after, command, work.now))
    return after


def route_task(work: Work, command: RouteTask) -> Task:
    """改派: the clock to claim begins again. Refuses ``task-exists-there`` (409)."""
    task = change.found(work, command.task_id)
    liaison, officer = _people(work, task, command.department)
    routed = task.routed(command.department, liaison, officer)
    return _pushed_again(work, task, routed, Verb.ROUTE, command)


def dispute_task(work: Work, command: DisputeTask) -> Task:
    """提出争议: the arbiter's clock begins."""
    task = change.found(work, command.task_id)
    after = change.keep(work, task, task.disputed(), Verb.DISPUTE, command.by, work.now, command.reason)
    clocks.begin(work, after, DeadlineKind.ARBITRATION, work.rules.arbitration, work.now)
    clocks.tell(work, telling.disputed(after, command, work.now))
    return after


def arbitrate_task(work: Work, command: ArbitrateTask) -> Task:
    """裁定归属: the clock to claim begins again. Refuses ``task-exists-there`` (409)."""
    task = change.found(work, command.task_id)
    liaison, officer = _people(work, task, command.department)
    return _pushed_again(work, task, task.arbitrated(command.department, liaison, officer), Verb.ARBITRATE, command)


def transfer_task(work: Work, command: TransferTask) -> Task:
    """部门内转办. Refuses ``inspector-unknown``, ``inspector-elsewhere``, ``inspector-left``."""
    task = change.found(work, command.task_id)
    known = work.inspectors.known([command.inspector])
    crew = inspector.require_known(known, [command.inspector], ["/inspector"])
    inspector.require_of(task.department, crew, ["/inspector"])
    require_in_service(crew, work.today, ["/inspector"])
    moved = task.transferred(command.inspector)
    after = change.keep(work, task, moved, Verb.TRANSFER, command.by, work.now, command.reason)
    work.publish(telling.transferred(after, command, work.now))
    return after


def _taken(work: Work, task: Task, claimed: Task, verb: Verb, by: str, at: datetime) -> Task:
    after = change.keep(work, task, claimed, verb, by, at)
    if task.purpose is not Purpose.COMMITMENT:
        clocks.begin(work, after, DeadlineKind.FIRST_CHECK, after.first_check_limit, at)
    clocks.tell(work, outgoing.task_claimed(after, at))
    if not after.state.open:
        clocks.tell(work, telling.closed(after, by, at, ""))
    return after


def _pushed_again(work: Work, task: Task, moved: Task, verb: Verb, command: RouteTask) -> Task:
    require_place(work, task, command.department)
    after = change.keep(work, task, moved, verb, command.by, work.now, command.reason)
    clocks.begin(work, after, DeadlineKind.CLAIM, work.rules.claim, work.now)
    tell = telling.routed if verb is Verb.ROUTE else telling.arbitrated
    clocks.tell(work, tell(after, task.department, command, work.now))
    return after


def _people(work: Work, task: Task, department: str) -> tuple[str, str]:
    """Liaison and responsible officer of a department: as the link named them, else as the directory does."""
    if department == task.department:
        return task.liaison, task.responsible_officer
    known = work.directory.department(department)
    return (known.liaison if known else "", "")


def require_place(work: Work, task: Task, department: str) -> None:
    """No second open task of the same kind on one object in one department; each complaint has its own."""
    if task.complaint_id:
        return
    place = (task.purpose, department, task.checklist)
    for other in work.tasks.open_on(task.source_system, task.object_no):
        if other.place == place and other.task_id != task.task_id:
            raise Refusal(
                code="task-exists-there",
                zh=f"{department} 对该对象已有同一检查表的未办结任务 {other.task_id}，请撤回本任务或派往其他部门",
                en=f"{department} has an open task {other.task_id} of the same checklist on this object; "
                "choose another department",
                status=409,
            )

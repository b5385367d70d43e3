"""Claiming tasks (任务认领)."""

from supervision import outgoing
from supervision.domain import inspector
from supervision.domain.claim import ClaimTask
from supervision.domain.task import Task, no_such_task
from supervision.ports import Work


def claim_task(work: Work, command: ClaimTask) -> Task:
    """认领任务: by a registered inspector of the task's department; the same one may repeat it without effect.

    Refuses ``not-found``, ``inspector-unknown``, ``inspector-elsewhere``, ``task-not-open``, ``task-claimed``.
    """
    task = work.tasks.get(command.task_id)
    if task is None:
        raise no_such_task(command.task_id)
    known = work.inspectors.known([command.inspector])
    crew = inspector.require_known(known, [command.inspector], ["/inspector"])
    inspector.require_of(task.department, crew, ["/inspector"])
    claimed = task.claimed(command.inspector, work.now)
    if claimed != task:
        work.tasks.save(claimed)
        work.publish(outgoing.task_claimed(claimed, work.now))
    return claimed

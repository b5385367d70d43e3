"""The visit (检查过程): plan it, begin it, record what was found while the task stays open when something was wrong."""

from supervision.domain.draws.assignment import require_drawn
from supervision.domain.joint_visit import PlanVisit
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.verbs import CloseTask, PlanTask, StartTask
from supervision.handlers import change, clocks, officers, visit_keeping
from supervision.outgoing import process as telling
from supervision.ports import Work


def plan_task(work: Work, command: PlanTask) -> Task:
    """排期. Refuses ``inspector-unknown``, ``inspector-elsewhere``, ``verb-not-now``, and a crew that may not inspect that day."""
    return _planned(work, change.found(work, command.task_id), command, "/officers")


def plan_visit(work: Work, command: PlanVisit) -> list[Task]:
    """综合查一次: the tasks of an object planned together, all or none; each is refused as ``plan_task`` refuses it.

    Refuses besides ``no-task-to-visit`` (422), and ``verb-not-now`` (409) that names every task in the way.
    """
    open_tasks = work.tasks.open_on(command.source_system, command.object_no)
    meant = [crew.tasks_among(open_tasks, f"/crews/{index}") for index, crew in enumerate(command.crews)]
    planned = [
        _planned(work, task, command.of(task, crew), f"/crews/{index}/officers")
        for index, (crew, tasks) in enumerate(zip(command.crews, meant, strict=True))
        for task in tasks
    ]
    visit_keeping.planned_jointly(work, command)
    return planned


def start_task(work: Work, command: StartTask) -> Task:
    """到场开始. Refuses ``visit-not-announced`` (409) where the rules of site visits say so."""
    task = change.found(work, command.task_id)
    visit_keeping.require_announced(work, task)
    after = change.keep(work, task, task.started(), Verb.START, command.by, work.now)
    work.publish(telling.started(after, command, work.now))
    return after


def close_task(work: Work, command: CloseTask) -> Task:
    """办结 for a reason a person gives."""
    task = change.found(work, command.task_id)
    closed = task.closed(command.reason, work.now)
    after = change.keep(work, task, closed, Verb.CLOSE, command.by, work.now, command.note)
    clocks.tell(work, telling.closed(after, command.by, work.now, command.note))
    return after


def _planned(work: Work, task: Task, command: PlanTask, pointer: str) -> Task:
    command.require_day(work.today)
    require_drawn(task, command.officers, pointer, alone=True)
    crew = change.officers(work, task.department, command.officers, pointer)
    officers.require_fit(work, crew, command.planned_on, (task.source_system, task.object_no), pointer)
    officers.require_certificates(work, task, crew, pointer)
    planned = task.planned(command.planned_on, command.officers)
    after = change.keep(work, task, planned, Verb.PLAN, command.by, work.now)
    work.publish(telling.planned(after, command, work.now))
    return after

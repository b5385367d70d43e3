"""Urging (催办、督办): press for many tasks at once; each leaves its trace, each person is told of it once a day."""

from collections import Counter

from kernel.clock import china_day
from kernel.notice import Notice
from supervision.domain.task import Task
from supervision.domain.urging import Measure, Urged, UrgeTasks, awaited
from supervision.handlers import change
from supervision.handlers.deadlines import addressees_of
from supervision.outgoing import watch as telling
from supervision.ports import Work

_TOLD = {
    Measure.URGE: ("请尽快办理", "is waiting; please act on it"),
    Measure.ESCALATE: ("已督办，请立即办理并说明情况", "is pressed for; act at once and say how it stands"),
}


def urge_tasks(work: Work, command: UrgeTasks) -> Urged:
    """督促: unknown and closed tasks are left out and named; the others do not wait for them."""
    urged: list[str] = []
    left: dict[str, str] = {}
    told: Counter[str] = Counter()
    for task_id in dict.fromkeys(command.tasks):
        task = work.tasks.get(task_id)
        if task is None or not task.state.open:
            left[task_id] = "task-not-open" if task else "not-found"
            continue
        urged.append(task_id)
        persons = _persons(work, task, command.measure)
        told.update(persons)
        if not command.preview:
            _urge(work, task, command, persons)
    return Urged(urged=tuple(urged), left=left, told=dict(told))


def _persons(work: Work, task: Task, measure: Measure) -> list[str]:
    to = addressees_of(work, task, awaited(task.state))
    persons = [to.responsible, to.head] + ([to.superior] if measure is Measure.ESCALATE else [])
    return list(dict.fromkeys(persons))


def _urge(work: Work, task: Task, command: UrgeTasks, persons: list[str]) -> None:
    change.keep(work, task, task, command.measure.verb, command.by, work.now, command.reason)
    work.publish(telling.task_urged(task, command, persons, work.now))
    name, (zh, en) = task.object_name or task.object_no, _TOLD[command.measure]
    for person in persons:
        work.notices.tell(
            Notice(
                person=person,
                kind=command.measure.value,
                fact=f"{task.task_id}:{china_day(work.now)}",
                zh=f"{name}：{zh}。{command.reason}",
                en=f"{name}: {en}. {command.reason}",
                about=f"task:{task.task_id}",
            )
        )

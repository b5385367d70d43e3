"""Joint visit (综合查一次): several tasks of one object planned for one day, each department with its own crew.

All of them or none. What a department sees to is the department's business: its crew, its tasks, its inspection.
Source: 国办发〔2024〕54号 (综合查一次).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.inspection import TaskState
from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.catalogue import Method
from supervision.domain.content import code_faults, name_faults
from supervision.domain.crew import crew_faults
from supervision.domain.task import Task
from supervision.domain.transitions import TRANSITIONS, ZH, Verb
from supervision.domain.verbs import PlanTask

_TO_COME = frozenset({TaskState.PENDING_CLAIM, *TRANSITIONS[Verb.PLAN]})
"""Where the visit is still to come."""


@dataclass(frozen=True, kw_only=True)
class VisitCrew:
    """One department's part: its officers, and its tasks when not all that wait for a visit are meant."""

    department: str
    officers: tuple[str, ...]
    tasks: tuple[str, ...] = ()

    def faults(self, pointer: str) -> Iterator[Fault]:
        """What is wrong with the content."""
        yield from code_faults(f"{pointer}/department", self.department)
        yield from crew_faults(f"{pointer}/officers", self.officers)

    def tasks_among(self, open_tasks: Sequence[Task], pointer: str) -> list[Task]:
        """The tasks of an object it plans, each able to be planned now.

        Refuses ``no-task-to-visit`` (422) for what is not an open task of the department there, or when there is none;
        ``verb-not-now`` (409) that names every task in the way.
        """
        mine = {task.task_id: task for task in open_tasks if task.department == self.department}
        if strange := [index for index, task_id in enumerate(self.tasks) if task_id not in mine]:
            raise _nothing_there([f"{pointer}/tasks/{index}" for index in strange])
        meant = [mine[task_id] for task_id in dict.fromkeys(self.tasks)] or [
            task for task in mine.values() if task.method is Method.ON_SITE and task.state in _TO_COME
        ]
        if not meant:
            raise _nothing_there([f"{pointer}/department"])
        if early := [task for task in meant if task.state not in TRANSITIONS[Verb.PLAN]]:
            raise _not_now(early, pointer)
        return meant


@dataclass(frozen=True, kw_only=True)
class PlanVisit:
    """联合排期: one object, one day, every department that comes. Raises ``invalid-content``."""

    source_system: str
    object_no: str
    planned_on: date
    crews: tuple[VisitCrew, ...]
    by: str

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise malformed(faults)

    @property
    def officers(self) -> frozenset[str]:
        """Everybody who is to come."""
        return frozenset(code for crew in self.crews for code in crew.officers)

    def of(self, task: Task, crew: VisitCrew) -> PlanTask:
        """What it asks of one task."""
        return PlanTask(task_id=task.task_id, by=self.by, planned_on=self.planned_on, officers=crew.officers)

    def _faults(self) -> Iterator[Fault]:
        yield from code_faults("/by", self.by)
        yield from code_faults("/source_system", self.source_system)
        yield from name_faults("/object_no", self.object_no, longest=64)
        if not self.crews:
            yield Fault(pointer="/crews", zh="请写明至少一个部门及其执法人员", en="name at least one department's crew")
        seen: set[str] = set()
        for index, crew in enumerate(self.crews):
            yield from crew.faults(f"/crews/{index}")
            if crew.department in seen:
                zh, en = "该部门已写过，一个部门写一次", "this department is named twice; name it once"
                yield Fault(pointer=f"/crews/{index}/department", zh=zh, en=en)
            seen.add(crew.department)


def _nothing_there(pointers: Sequence[str]) -> Refusal:
    zh, en = "该对象没有该部门待检查的任务", "the department has no such task to see to on this object"
    return Refusal(
        code="no-task-to-visit",
        zh="有部门在该对象没有待检查的任务，请查询 GET visits 后只写明有任务的部门和任务",
        en="a department has no task to see to on this object; look at GET visits and name those that have",
        faults=tuple(Fault(pointer=pointer, zh=zh, en=en) for pointer in pointers),
    )


def _not_now(tasks: Sequence[Task], pointer: str) -> Refusal:
    return Refusal(
        code="verb-not-now",
        zh="有任务现在不能排期，请先认领或办理 errors 中的任务，或在 tasks 中只写明其余任务；没有任何任务被排期",
        en="a task cannot be planned now; claim or see to those in errors[], or name the others in tasks; none was planned",
        status=409,
        faults=tuple(
            Fault(
                pointer=pointer,
                zh=f"任务 {task.task_id} {ZH[task.state]}",
                en=f"task {task.task_id} is {task.state.value}",
            )
            for task in tasks
        ),
    )

"""Ports of the chain (审管联动的端口): objects, decisions, tasks, inspections, officers and grades."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.history import TaskChange
from supervision.domain.inspection import Inspection
from supervision.domain.inspector import Inspector
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task


class Objects(Protocol):
    """监管对象名录."""

    def get(self, source_system: str, object_no: str) -> RegisteredObject | None:
        """The entry, or None."""
        ...

    def held_by(self, id_type: str, id_no: str) -> Sequence[RegisteredObject]:
        """The objects of a subject in the order of their numbers; loaded when its grade changed."""
        ...

    def save(self, entry: RegisteredObject) -> None:
        """Keep a new or changed entry."""
        ...


class Tasks(Protocol):
    """监管任务."""

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it in this unit of work."""
        ...

    def get(self, task_id: str) -> Task | None:
        """The task, or None."""
        ...

    def open_on(self, source_system: str, object_no: str) -> Sequence[Task]:
        """Open tasks of an object, oldest first."""
        ...

    def open_with(self, person: str) -> Sequence[Task]:
        """Open tasks on which a person stands in any part, oldest first; loaded when somebody left."""
        ...

    def open_in(self, department: str) -> Sequence[Task]:
        """Open tasks of a department, oldest first; loaded when it was merged."""
        ...

    def made_by(self, source_system: str, case_id: str) -> Sequence[Task]:
        """Every task the revisions of a case made, oldest first; loaded for corrections alone."""
        ...

    def save(self, task: Task) -> None:
        """Keep a new or changed task."""
        ...

    def note(self, change: TaskChange) -> None:
        """Keep the trace of a change; it never changes."""
        ...


class Decisions(Protocol):
    """已处理的决定."""

    def get(self, source_system: str, case_id: str, revision: int) -> AppliedDecision | None:
        """What came of a decision, or None when it was not applied."""
        ...

    def on(self, source_system: str, object_no: str) -> Sequence[AppliedDecision]:
        """Every decision on an object; loaded for corrections alone."""
        ...

    def save(self, decision: AppliedDecision) -> None:
        """Keep a new one; it never changes."""
        ...


class Inspections(Protocol):
    """检查记录."""

    def get(self, source_system: str, inspection_no: str) -> Inspection | None:
        """The record, or None."""
        ...

    def save(self, inspection: Inspection) -> None:
        """Keep a new one; it never changes."""
        ...


class Inspectors(Protocol):
    """执法人员."""

    def known(self, codes: Sequence[str]) -> Mapping[str, Inspector]:
        """Those of these codes that are registered."""
        ...

    def save(self, inspector: Inspector) -> None:
        """Keep a new or changed one."""
        ...


class Grades(Protocol):
    """信用等级投影."""

    def get(self, id_type: str, id_no: str) -> SubjectGrade | None:
        """What credit last said of a subject, or None."""
        ...

    def save(self, grade: SubjectGrade) -> None:
        """Keep a newer one."""
        ...

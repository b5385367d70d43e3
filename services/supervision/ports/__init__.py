"""Ports (端口): what the handlers of supervision see of the world.

One unit of work has loaded everything its messages touch; asking for anything else is a mistake of the program and
raises KeyError. ``save`` writes nothing at once: the store writes all that changed, set-wise, before the commit.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear
from kernel.deadline import Deadline
from supervision.domain.catalogue import Catalogue, Conditions, VersionRecord
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.directory import Department, Person
from supervision.domain.feedback import Feedback
from supervision.domain.history import TaskChange
from supervision.domain.inspection import Inspection
from supervision.domain.inspector import Inspector
from supervision.domain.process import ProcessRules
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.ports.draws import DrawsWork
from supervision.ports.officers import OfficersWork
from supervision.ports.plans import PlansWork
from supervision.ports.risk import RiskWork
from supervision.ports.watch import Alerts, Notices, Offices


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


class Deadlines(Protocol):
    """任务时限."""

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it in this unit of work."""
        ...

    def get(self, deadline_id: str) -> Deadline | None:
        """The deadline, or None."""
        ...

    def of(self, owner: str) -> Sequence[Deadline]:
        """Every deadline of a task, also those that ended, in the order they began."""
        ...

    def save(self, deadline: Deadline) -> None:
        """Keep a new or changed one."""
        ...

    def recomputed(self, deadline: Deadline, why: str) -> object | None:
        """Keep one that was computed anew; None when its end did not move, else what is logged."""
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


class Catalogues(Protocol):
    """事项目录."""

    @property
    def current(self) -> Catalogue:
        """Every published version."""
        ...

    @property
    def conditions(self) -> Conditions:
        """Compiles the conditions of links."""
        ...

    def record(self, version: str) -> VersionRecord | None:
        """The record of a version in any state, or None; loaded for the commands on it alone."""
        ...

    def save(self, record: VersionRecord) -> None:
        """Keep a new or changed record."""
        ...


class Grades(Protocol):
    """信用等级投影."""

    def get(self, id_type: str, id_no: str) -> SubjectGrade | None:
        """What credit last said of a subject, or None."""
        ...

    def save(self, grade: SubjectGrade) -> None:
        """Keep a newer one."""
        ...


class FeedbackFile(Protocol):
    """结果反馈."""

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it."""
        ...

    def get(self, feedback_id: str) -> Feedback | None:
        """The feedback, or None."""
        ...

    def of(self, task_id: str) -> Sequence[Feedback]:
        """Every feedback of a task, oldest first."""
        ...

    def save(self, feedback: Feedback) -> None:
        """Keep a new or changed one."""
        ...


class Directory(Protocol):
    """通讯录投影."""

    def department(self, code: str) -> Department | None:
        """What approval last said of a department, or None."""
        ...

    def save_department(self, department: Department) -> None:
        """Keep a newer one."""
        ...

    def person(self, code: str) -> Person | None:
        """What approval last said of a person, or None."""
        ...

    def save_person(self, person: Person) -> None:
        """Keep a newer one."""
        ...


class Work(OfficersWork, RiskWork, PlansWork, DrawsWork, Protocol):
    """工作单元: one transaction, as a handler sees it."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC, one for the whole transaction."""
        ...

    @property
    def today(self) -> date:
        """Its day in China."""
        ...

    @property
    def region(self) -> str:
        """区划代码 of this deployment: where an object without a stated region is."""
        ...

    @property
    def objects(self) -> Objects:
        """监管对象名录."""
        ...

    @property
    def tasks(self) -> Tasks:
        """监管任务."""
        ...

    @property
    def deadlines(self) -> Deadlines:
        """任务时限."""
        ...

    @property
    def calendar(self) -> Calendar:
        """工作日历."""
        ...

    @property
    def rules(self) -> ProcessRules:
        """过程规则."""
        ...

    @property
    def decisions(self) -> Decisions:
        """已处理的决定."""
        ...

    @property
    def inspections(self) -> Inspections:
        """检查记录."""
        ...

    @property
    def inspectors(self) -> Inspectors:
        """执法人员."""
        ...

    @property
    def catalogues(self) -> Catalogues:
        """事项目录."""
        ...

    @property
    def grades(self) -> Grades:
        """信用等级投影."""
        ...

    @property
    def feedback(self) -> FeedbackFile:
        """结果反馈."""
        ...

    @property
    def directory(self) -> Directory:
        """通讯录投影."""
        ...

    @property
    def alerts(self) -> Alerts:
        """预警计数."""
        ...

    @property
    def offices(self) -> Offices:
        """部门岗位."""
        ...

    @property
    def notices(self) -> Notices:
        """通知."""
        ...

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year of the calendar."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        ...


class StoredWork(Work, Protocol):
    """A unit of work with its store, as the edges pass it on: read before the handlers, written after them."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read, set-wise, all the messages' handlers may ask for."""
        ...

    async def flush(self) -> None:
        """Write, set-wise, all the handlers changed."""
        ...

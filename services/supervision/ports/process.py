"""Ports of the process (过程管理的端口): deadlines, the catalogue, feedback and the directory."""

from collections.abc import Sequence
from typing import Protocol

from kernel.deadline import Deadline
from supervision.domain.catalogue import Catalogue, Conditions, VersionRecord
from supervision.domain.directory import Department, Person
from supervision.domain.feedback import Feedback


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

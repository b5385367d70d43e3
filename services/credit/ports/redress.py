"""Ports of repair, objection and withdrawal (修复、异议、撤销的端口): procedures, their clocks, and who is told."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from credit.domain.procedure import Procedure
from kernel.deadline import Deadline
from kernel.notice import Notice

P = TypeVar("P", bound=Procedure)


class Procedures(Protocol[P]):
    """程序 of one kind on the records that were loaded."""

    def get(self, procedure_id: str) -> P | None:
        """The procedure, or None."""
        ...

    def of(self, record_id: str) -> Sequence[P]:
        """Every procedure of a record, ended ones too, the first one first."""
        ...

    def keep(self, procedure: P) -> None:
        """Keep a new or changed one."""
        ...


class Deadlines(Protocol):
    """时限."""

    def new_id(self) -> str:
        """A new id."""
        ...

    def get(self, deadline_id: str) -> Deadline | None:
        """The deadline, or None."""
        ...

    def of(self, owner: str) -> Sequence[Deadline]:
        """Every deadline of an owner, ended ones too, the oldest first."""
        ...

    def save(self, deadline: Deadline) -> None:
        """Keep a new or changed one."""
        ...

    def recomputed(self, deadline: Deadline, why: str) -> object | None:
        """Keep one that was computed again; what moved its end is logged."""
        ...


class Notices(Protocol):
    """通知."""

    def tell(self, notice: Notice) -> None:
        """Tell a person a fact when this commits."""
        ...

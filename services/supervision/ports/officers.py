"""Ports of what officers declare, collect and sign (回避、证据、签名的端口)."""

from collections.abc import Sequence
from typing import Protocol

from supervision.domain import evidence
from supervision.domain.conflict import Conflict
from supervision.domain.signature import Signature


class Conflicts(Protocol):
    """回避申报."""

    def new_id(self) -> str:
        """A UUIDv7."""
        ...

    def get(self, conflict_id: str) -> Conflict | None:
        """The declaration, or None."""
        ...

    def of(self, inspectors: Sequence[str]) -> Sequence[Conflict]:
        """Everything these inspectors declared, ended or not."""
        ...

    def save(self, conflict: Conflict) -> None:
        """Keep a new or ended one."""
        ...


class Evidence(Protocol):
    """证据."""

    def new_id(self) -> str:
        """A UUIDv7."""
        ...

    def of_task(self, task_id: str, sha256: str) -> evidence.Evidence | None:
        """A record of the task with this content, or None."""
        ...

    def add(self, record: evidence.Evidence, content: evidence.Content) -> None:
        """Keep a new record; its content is stored unless it is there already."""
        ...


class Signatures(Protocol):
    """签名."""

    def new_id(self) -> str:
        """A UUIDv7."""
        ...

    def save(self, signature: Signature) -> None:
        """Keep a new one; it never changes."""
        ...


class OfficersWork(Protocol):
    """What of officers a unit of work holds."""

    @property
    def conflicts(self) -> Conflicts:
        """回避申报 of the inspectors at hand."""
        ...

    @property
    def evidence(self) -> Evidence:
        """证据."""
        ...

    @property
    def signatures(self) -> Signatures:
        """签名."""
        ...

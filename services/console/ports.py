"""Ports (端口): what the use cases see of an event that was heard, and of the read model they keep."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from console.domain.fixing import FixedRow, Fixing
from kernel.calendar import CalendarYear


class Heard(Protocol):
    """An event as it came."""

    @property
    def id(self) -> UUID:
        """Its id, UUIDv7."""
        ...

    @property
    def message(self) -> Any:
        """What it says."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """CloudEvents headers, the trace among them."""
        ...

    @property
    def payload(self) -> bytes:
        """The body, byte for byte."""
        ...

    @property
    def told_at(self) -> datetime | None:
        """When it was told, by its sender's clock; aware."""
        ...


class Work(Protocol):
    """The read model (读模型) in one transaction."""

    def keep(self, group: str, told: UUID, *key: Any, **values: Any) -> None:
        """What an event says of one group of columns of one row; the newest event of the row and group wins."""
        ...

    def trace(self, **values: Any) -> None:
        """One line of what was told (全链路)."""
        ...

    def calendar_year(self, year: CalendarYear) -> None:
        """A year of the working-day calendar; an older version changes nothing."""
        ...


class FixingWork(Protocol):
    """The months that are fixed (定格), in one transaction that holds them."""

    @property
    def now(self) -> datetime:
        """The instant of the transaction."""
        ...

    @property
    def today(self) -> date:
        """Its day in China."""
        ...

    @property
    def rebuild(self) -> int | None:
        """The latest rebuilding of the read model, 0 before the first; None while one is under way."""
        ...

    def fixing(self, month: date) -> Fixing | None:
        """How a month was fixed; None: it is not."""
        ...

    def keep(self, fixing: Fixing, rows: Sequence[FixedRow]) -> None:
        """Fix a month."""
        ...

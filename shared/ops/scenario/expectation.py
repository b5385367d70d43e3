"""Expectation (期望): what can be looked at, as data: a subject, how its rows are asked for, and which keys they show."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kernel.clock import CHINA
from ops.scenario.asking import Answer
from ops.scenario.matching import COUNT, Row

Reach = Callable[[Row], Any]


class Asker(Protocol):
    """How expectations ask the services."""

    async def get(self, service: str, path: str, **which: str) -> Any:
        """The JSON of a GET; None when there is no such thing."""
        ...

    async def every(self, service: str, path: str, **which: str) -> list[dict[str, Any]]:
        """All rows of a list, page by page. Raises StepFailed when the service has no such list."""
        ...

    async def send(
        self, service: str, method: str, path: str, content: bytes, content_type: str = "application/json"
    ) -> Answer:
        """One request; for questions that are no GET."""
        ...


Load = Callable[[Asker, Sequence[Mapping[str, Any]]], Awaitable[Sequence[Row]]]
"""Asks for the rows; hears what is expected, for subjects that must be named."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One key of an expectation. ``selects``: it says which row is meant, the others what it is like."""

    name: str
    zh: str
    en: str
    of: Reach
    selects: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something that can be looked at. ``needs``: an entry must name one of these."""

    name: str
    zh: str
    en: str
    load: Load
    seen: tuple[Seen, ...]
    needs: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every key an entry may have."""
        return (*(each.name for each in self.seen), COUNT)

    @property
    def selecting(self) -> list[str]:
        """The keys that say which row is meant."""
        return [each.name for each in self.seen if each.selects]

    async def rows(self, asker: Asker, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
        """What the services show, under the names of this table."""
        return [{each.name: each.of(row) for each in self.seen} for row in await self.load(asker, asked)]


def at(*path: str) -> Reach:
    """The value at a path of a row; None where the path ends early."""

    def reach(row: Row) -> Any:
        value: Any = row
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    return reach


def first(*reaches: Reach) -> Reach:
    """The first of several that shows something."""

    def reach(row: Row) -> Any:
        return next((value for each in reaches if (value := each(row)) not in (None, "")), None)

    return reach


def said(*path: str) -> Reach:
    """Whether something stands at a path."""
    reached = at(*path)

    def reach(row: Row) -> Any:
        return bool(reached(row))

    return reach


def last(name: str, *path: str) -> Reach:
    """A value of the last of several at a path."""
    reached = at(*path)

    def reach(row: Row) -> Any:
        several = reached(row)
        return several[-1].get(name) if several else None

    return reach


def size(reached: Reach) -> Reach:
    """How many there are."""

    def reach(row: Row) -> Any:
        return len(reached(row) or ())

    return reach


def day(reached: Reach) -> Reach:
    """The day in China of an instant; a day is itself."""

    def reach(row: Row) -> Any:
        value = reached(row)
        if not value or len(value) == len("2026-03-02"):
            return value
        return datetime.fromisoformat(value).astimezone(CHINA).date().isoformat()

    return reach

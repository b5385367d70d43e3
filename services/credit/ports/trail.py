"""Ports of the query log (查询日志)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from credit.domain.trail import SubjectQuery


class QueryLog(Protocol):
    """查询日志; lines are added and, past their term, dropped, never changed."""

    def add(self, query: SubjectQuery) -> None:
        """Keep one line, with the instant of the transaction."""
        ...

    def forget(self, day: date) -> None:
        """Drop the lines of a day in China."""
        ...


class TrailWork(Protocol):
    """One transaction on the query log."""

    @property
    def today(self) -> date:
        """The day of the stack clock in China."""
        ...

    @property
    def query_log(self) -> QueryLog:
        """查询日志."""
        ...


class StoredTrailWork(TrailWork, Protocol):
    """The same as the edges hand it to the chassis."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Nothing is read."""
        ...

    async def flush(self) -> None:
        """Write what the use cases added or dropped."""
        ...

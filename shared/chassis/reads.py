"""Reads (合并读取): what the parts of a store ask at the same moment goes to the server as one statement.

A round trip costs both sides more than finding a few rows by key. Every part stays a straight line of its own: it asks,
and goes on with its rows. In a shared statement rows travel as records, by place; their columns get their names back here.
"""

import re
from collections.abc import Coroutine, Generator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from asyncpg import UndefinedColumnError

from chassis.database import Connection
from chassis.packing import packed

Columns = dict[str, tuple[str, ...]]
"""Query → the names of its columns, as one process knows them of its database."""
Part = Coroutine["_Asked", Any, object]
_PARAMETER = re.compile(r"\$(\d+)")


class Asking(Protocol):
    """Whatever answers a query: a connection, or the reads of a transaction."""

    async def fetch(self, query: str, *parameters: Any) -> Sequence[Any]:
        """The rows, each by the names of its columns."""
        ...


class _Asked:
    """A query of one part; what waits for it goes on when all parts wait."""

    def __init__(self, query: str, parameters: tuple[Any, ...]) -> None:
        self.query = query
        self.parameters = parameters

    def __await__(self) -> Generator["_Asked", Sequence[Any], Sequence[Any]]:
        return (yield self)


class Reads:
    """The queries of one transaction."""

    def __init__(self, connection: Connection, columns: Columns) -> None:
        self._connection = connection
        self._columns = columns
        self._shared = False

    async def fetch(self, query: str, *parameters: Any) -> Sequence[Any]:
        """The rows: at once, or with what the other parts ask, inside ``together``."""
        if self._shared:
            return await _Asked(query, parameters)
        rows: Sequence[Any] = await self._connection.fetch(query, *parameters)
        return rows

    async def together(self, *parts: Part) -> None:
        """Run parts side by side, each until it asks; what all of them wait for is one statement, then they go on.

        A part waits for nothing but ``fetch`` of these reads: locks are taken before, by a statement of their own, for
        a statement sees what was there when it began, not when its lock was granted.
        """
        self._shared = True
        try:
            await self._run(parts)
        finally:
            self._shared = False
            for part in parts:
                part.close()

    async def _run(self, parts: Sequence[Part]) -> None:
        waiting: list[tuple[Part, Sequence[Any] | None]] = [(part, None) for part in parts]
        while waiting:
            asked = [(part, query) for part, rows in waiting if (query := _until_it_asks(part, rows))]
            answers = await self._answers([query for _, query in asked])
            waiting = [(part, rows) for (part, _), rows in zip(asked, answers, strict=True)]

    async def _answers(self, asked: Sequence[_Asked]) -> list[Sequence[Any]]:
        if len(asked) <= 1:
            return [await self._connection.fetch(each.query, *each.parameters) for each in asked]
        names = [await self._names(each.query) for each in asked]
        sent = [packed(each.query, each.parameters) for each in asked]
        statement = _joined(tuple((text, len(given), of) for (text, given), of in zip(sent, names, strict=True)))
        try:
            answer = await self._connection.fetch(statement, *(value for _, given in sent for value in given))
        except UndefinedColumnError:
            self._columns.clear()  # a migration took a column away: the next try asks anew
            raise
        return [[dict(zip(of, row, strict=True)) for row in rows] for of, rows in zip(names, answer[0], strict=True)]

    async def _names(self, query: str) -> tuple[str, ...]:
        if query not in self._columns:
            prepared = await self._connection.prepare(query)
            self._columns[query] = tuple(column.name for column in prepared.get_attributes())
        return self._columns[query]


def _until_it_asks(part: Part, rows: Sequence[Any] | None) -> _Asked | None:
    """The next query of a part; None when it is done."""
    try:
        asked: object = part.send(rows)
    except StopIteration:
        return None
    if not isinstance(asked, _Asked):
        raise TypeError(f"a part of a shared read waits for {asked!r}, which no query answers")
    return asked


@lru_cache(maxsize=500)
def _joined(queries: tuple[tuple[str, int, tuple[str, ...]], ...]) -> str:
    """One statement that answers each query (text, number of its parameters, columns) with an array of records."""
    answers, before = [], 0
    for query, parameters, columns in queries:
        row = ", ".join(f't."{name}"' for name in columns)
        answers.append(f"ARRAY(SELECT ROW({row}) FROM ({moved(query, before)}) AS t)")  # noqa: S608 - constants
        before += parameters
    return f"SELECT {', '.join(answers)}"


def moved(statement: str, by: int) -> str:
    """A statement whose parameters come after so many others."""
    return _PARAMETER.sub(lambda number: f"${int(number[1]) + by}", statement) if by else statement

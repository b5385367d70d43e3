"""Writes (合并写入): what a transaction writes goes to the server as one statement, when it commits.

The parts of one statement see the state before it and nothing of each other, and foreign keys are checked at its end: so
order matters only within one table. What writes a table that is written already begins the next statement.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from chassis.database import Connection
from chassis.packing import packed
from chassis.reads import moved
from chassis.setwise import transposed

MOST = 2000
"""Rows after which the next statement begins: a file import must not become one that takes longer than one may."""
_TABLE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)")

Write = tuple[str, Sequence[Any]]


class Writes:
    """What one transaction has still to write, in order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[Write] = []

    def put(self, statement: str, *parameters: Any) -> None:
        """Write this when the transaction commits. ``statement``: INSERT, UPDATE or DELETE, without a WITH before it."""
        self._waiting.append((statement, parameters))

    def put_rows(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same for a set-wise statement and its rows; nothing when there are none."""
        if columns := transposed(rows):
            self.put(statement, *columns)

    async def send(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        for group in _grouped(waiting):
            together = [packed(*write) for write in group]
            statement = _joined(tuple((text, len(parameters)) for text, parameters in together))
            await self._connection.execute(statement, *(value for _, parameters in together for value in parameters))


def _grouped(waiting: Iterable[Write]) -> list[list[Write]]:
    """What may go in one statement."""
    groups: list[list[Write]] = []
    tables: set[str] = set()
    rows = 0
    for write in waiting:
        table = _table(write[0])
        if not groups or table in tables or rows > MOST:
            groups.append([])
            tables, rows = set(), 0
        groups[-1].append(write)
        tables.add(table)
        rows += max((len(each) for each in write[1] if isinstance(each, list)), default=1)
    return groups


@lru_cache(maxsize=500)
def _table(statement: str) -> str:
    """The table a statement writes."""
    found = _TABLE.match(statement)
    if not found:
        raise ValueError(f"not a single INSERT, UPDATE or DELETE: {statement[:60]!r}")
    return found[1]


@lru_cache(maxsize=500)
def _joined(writes: tuple[tuple[str, int], ...]) -> str:
    """One statement for several, each with the number of its parameters."""
    parts, before = [], 0
    for text, parameters in writes:
        parts.append(moved(text, before))
        before += parameters
    *first, last = parts
    said = ", ".join(f"w{number} AS ({part})" for number, part in enumerate(first))
    return f"WITH {said} {last}" if said else last

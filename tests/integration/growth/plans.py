"""Plans (执行计划): what a service asks its database is caught on its way, and asked again with EXPLAIN."""

import json
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from chassis.database import Connection

_TELL = "SELECT set_config('shenguan.departments'"
MOST_READ = 3000
"""Rows of a growing table a page may look at; a page has 51."""


@dataclass(frozen=True)
class Asked:
    """One statement as it was sent, and what the connection was told of who asks."""

    statement: str
    parameters: tuple[Any, ...]
    told: tuple[Any, ...]


@dataclass
class Caught:
    """The statements of one answer."""

    statements: list[Asked] = field(default_factory=list)
    told: tuple[Any, ...] = ()


@contextmanager
def caught() -> Iterator[Caught]:
    """Everything readers ask meanwhile."""
    found = Caught()

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        if statement.startswith(_TELL):
            found.told = tuple(parameters)
        else:
            found.statements.append(Asked(statement, tuple(parameters), found.told))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@asynccontextmanager
async def heard(connection: Connection) -> AsyncIterator[list[Asked]]:
    """Everything one connection of the hot path is asked meanwhile."""
    found: list[Asked] = []

    def hear(record: Any) -> None:
        if record.query.lstrip().startswith(("SELECT", "WITH")):
            found.append(Asked(record.query, tuple(record.args), ("*", "*")))

    connection.add_query_logger(hear)
    try:
        yield found
    finally:
        connection.remove_query_logger(hear)


class Explainer:
    """Asks PostgreSQL how it answers, as the service's reader would be answered."""

    def __init__(self, connection: Connection, growing: Collection[str]) -> None:
        self._connection = connection
        self._growing = growing

    async def faults(self, asked: Asked) -> list[str]:
        """What of the plan grows with the tables: ``table: what``."""
        async with self._connection.transaction(readonly=True):
            await self._connection.execute("SELECT set_config('shenguan.departments', $1, true)", asked.told[0])
            await self._connection.execute("SELECT set_config('shenguan.regions', $1, true)", asked.told[1])
            plan = await self._connection.fetchval(
                f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) {asked.statement}", *asked.parameters
            )
        return [fault for node in _nodes(json.loads(plan)[0]["Plan"]) if (fault := self._fault(node))]

    def _fault(self, node: dict[str, Any]) -> str:
        table = _table(node.get("Relation Name", ""), self._growing)
        if not table:
            return ""
        passed_over = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        read = (node["Actual Rows"] + passed_over) * node["Actual Loops"]
        if node["Node Type"] == "Seq Scan" and read:  # of an empty partition nothing else is worth while
            return f"{table}: sequential scan"
        return (
            f"{table}: {read:.0f} rows read by {node.get('Index Name', node['Node Type'])}" if read > MOST_READ else ""
        )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _table(relation: str, growing: Collection[str]) -> str:
    """The growing table a relation is, or is a partition of; empty for any other."""
    if relation in growing:
        return relation
    return next((table for table in growing if relation.startswith((f"{table}_20", f"{table}_default"))), "")

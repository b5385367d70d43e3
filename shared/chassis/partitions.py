"""Partitions (按月分区): event log, audit log and inbox are cut by UTC month, so that an old month goes in one step.

The logs are cut by the time of their rows; the inbox by event id, which begins with its time (UUIDv7): its key holds no
column more, and an event belongs to the same month whenever it comes. What no month holds is in the default partition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import structlog

from chassis.database import Connection
from chassis.ids import first_id

_log = structlog.get_logger(__name__)

Bound = Callable[[datetime], Any]
"""The first value of the key at an instant."""
BY_MONTH: Mapping[str, Bound] = {"event_log": datetime.isoformat, "audit_entry": datetime.isoformat, "inbox": first_id}
"""Table → how the bounds of its months are written."""
_INBOX_MONTHS = """
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent = 'inbox'::regclass AND c.relname ~ '^inbox_[0-9]{4}_[0-9]{2}$' ORDER BY 1
"""
_EARLY = "DELETE FROM inbox_default WHERE event_id >= $1 AND event_id < $2 RETURNING *"
_PATIENCE = "SET LOCAL lock_timeout = '1s'"
"""Whoever waits for the lock of a whole table, while a backup reads it, has every consumer wait behind it."""
_MARGIN = timedelta(days=1)
"""Between the clock of who made an id and the database's."""


@dataclass(frozen=True, slots=True)
class InboxMonth:
    """One month of the inbox (收件箱的一个月): its partition, and how many rows it has."""

    partition: str
    rows: int


async def ensure_partitions(connection: Connection, *, months_ahead: int = 2) -> None:
    """Make this month's and the coming months' partitions. Idempotent.

    Nothing is made while somebody reads the tables for long (a backup): months ahead leave time to try again.
    """
    today = datetime.now(UTC)
    try:
        async with connection.transaction():
            await connection.execute(_PATIENCE)
            for ahead in range(months_ahead + 1):
                await _make(connection, _month(today.year, today.month + ahead))
    except asyncpg.LockNotAvailableError:
        _log.warning("partitions.in_use")


async def ensure_months(connection: Connection, since: datetime) -> None:
    """Make the partitions from the month of ``since`` to this one, for rows that are brought in from before. Idempotent."""
    month, today = _month(since.year, since.month), datetime.now(UTC)
    async with connection.transaction():
        while month <= today:
            await _make(connection, month)
            month = _month(month.year, month.month + 1)


async def inbox_months_over(connection: Connection, days: int) -> list[InboxMonth]:
    """Months of the inbox that ended, and in which nothing was received, for ``days`` by the database's clock.

    Both: an event that was late in coming may come again as long as one that was not.
    """
    now = await connection.fetchval("SELECT clock_timestamp()")
    over = []
    for row in await connection.fetch(_INBOX_MONTHS):
        name = row["name"]
        year, month = map(int, name.removeprefix("inbox_").split("_"))
        if _month(year, month + 1) + timedelta(days=days) + _MARGIN > now:
            break
        ((rows, last),) = await connection.fetch(f"SELECT count(*), max(received_at) FROM {name}")  # noqa: S608 - from the catalogue
        if last is None or last + timedelta(days=days) < now:
            over.append(InboxMonth(name, rows))
    return over


async def drop_month(connection: Connection, month: InboxMonth) -> bool:
    """Drop a month; False when somebody reads the inbox for long (a backup): try again another day."""
    try:
        async with connection.transaction():
            await connection.execute(_PATIENCE)
            await connection.execute(f"DROP TABLE {month.partition}")
    except asyncpg.LockNotAvailableError:
        _log.warning("partitions.in_use", partition=month.partition)
        return False
    return True


async def _make(connection: Connection, start: datetime) -> None:
    """Make one month of each table; what a clock that was ahead put into the inbox's default partition moves in."""
    end = _month(start.year, start.month + 1)
    for table, bound in BY_MONTH.items():
        name = f"{table}_{start:%Y_%m}"
        if not await connection.fetchval("SELECT to_regclass($1) IS NULL", name):
            continue
        early = await connection.fetch(_EARLY, first_id(start), first_id(end)) if table == "inbox" else ()
        bounds = f"FROM ('{bound(start)}') TO ('{bound(end)}')"
        await connection.execute(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}")
        if early:
            await connection.executemany("INSERT INTO inbox VALUES ($1, $2, $3, $4)", [tuple(row) for row in early])


def _month(year: int, month: int) -> datetime:
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)

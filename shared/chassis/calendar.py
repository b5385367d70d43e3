"""Calendar (工作日历) in the database: small, so a process keeps it in memory and looks, once per transaction, for news."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Connection
from chassis.reads import Asking
from chassis.transaction import Transaction
from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear

_EDITION = "SELECT coalesce(sum(version), 0) AS edition FROM calendar_year"
YEARS = "SELECT year, version, working, free, provisional, source FROM calendar_year"
_KEEP = """
INSERT INTO calendar_year (year, version, working, free, provisional, source) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (year) DO UPDATE SET version = excluded.version, working = excluded.working, free = excluded.free,
       provisional = excluded.provisional, source = excluded.source
 WHERE calendar_year.version < excluded.version
"""


class CalendarCache:
    """One per process and database."""

    def __init__(self) -> None:
        self._calendar = Calendar()

    async def current(self, reads: Asking) -> Calendar:
        """The calendar as this transaction sees it."""
        if await edition(reads) != self._calendar.edition:
            self._calendar = Calendar([year_of(row) for row in await reads.fetch(YEARS)])
        return self._calendar


async def edition(reads: Asking) -> int:
    """The edition of the calendar kept: grows with every version of any year."""
    (row,) = await reads.fetch(_EDITION)
    return int(row["edition"])


async def keep(connection: Connection, year: CalendarYear) -> None:
    """Keep a year unless the same or a newer version is kept."""
    working, free = sorted(year.working), sorted(year.free)
    await connection.execute(_KEEP, year.year, year.version, working, free, year.provisional, year.source)


class CalendarWork:
    """A unit of work on the calendar alone: for the service that owns it, and for those that only keep it."""

    def __init__(self, tx: Transaction, cache: CalendarCache, region: str = "") -> None:
        self.region = region
        self._tx = tx
        self._cache = cache
        self._changed: dict[int, CalendarYear] = {}
        self.calendar = Calendar()

    async def load(self, _messages: Sequence[Any]) -> None:
        """Lock the calendar: its versions are counted by one transaction at a time."""
        await self._tx.lock(["calendar"])
        self.calendar = await self._cache.current(self._tx.connection)

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year; an older one changes nothing."""
        if self.calendar.year(year.year).version < year.version:
            self._changed[year.year] = year
            self.calendar = Calendar([*self.calendar.told, year])

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        self._tx.publish(event)

    async def flush(self) -> None:
        """Write the years that changed."""
        for year in self._changed.values():
            await keep(self._tx.connection, year)


def year_of(row: Any) -> CalendarYear:
    """A year from its row."""
    return CalendarYear(
        year=row["year"],
        version=row["version"],
        working=frozenset(row["working"]),
        free=frozenset(row["free"]),
        provisional=row["provisional"],
        source=row["source"],
    )

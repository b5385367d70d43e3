"""Loaded time (已加载时限与日历): the calendar and the deadlines a unit of work sees."""

from collections.abc import Collection

from chassis import calendar, deadlines
from chassis.calendar import CalendarCache
from chassis.loaded_deadlines import LoadedDeadlines
from chassis.reads import Asking
from chassis.transaction import Transaction
from kernel.calendar import Calendar, CalendarYear


class LoadedTime:
    """Calendar and deadlines of one unit of work."""

    def __init__(self, cache: CalendarCache) -> None:
        self._cache = cache
        self._years: dict[int, CalendarYear] = {}
        self.calendar = Calendar()
        self.deadlines = LoadedDeadlines()

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        known = self._years.get(year.year)
        if known is None or known.version < year.version:
            self._years[year.year] = year

    async def owners_of(self, tx: Transaction, ids: Collection[str]) -> set[str]:
        """Whose deadlines these are: the owners are locked before anything is read."""
        return set((await deadlines.owners_of(tx.reads, ids)).values())

    async def read_calendar(self, reads: Asking) -> None:
        """Read the calendar."""
        self.calendar = await self._cache.current(reads)

    async def write(self, tx: Transaction) -> None:
        """Write what changed."""
        for _, year in sorted(self._years.items()):
            await calendar.keep(tx.connection, year)
        self.deadlines.write(tx.writes, tx.now)

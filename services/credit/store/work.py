"""SqlWork (工作单元): ports.Work on one PostgreSQL transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chassis.calendar import CalendarCache
from chassis.loaded_time import LoadedTime
from chassis.transaction import Transaction
from contracts.event import Event
from credit.store.holders import LoadedHolders
from credit.store.needs import needs_of
from credit.store.rulebooks import LoadedEditions, RulebookCache
from credit.store.subjects import LoadedSubjects
from kernel.calendar import CalendarYear


class SqlWork:
    """One transaction. ``rulebooks`` and ``calendars``: one per process; ``region``: 区划代码 of this deployment."""

    def __init__(self, tx: Transaction, rulebooks: RulebookCache, calendars: CalendarCache, region: str) -> None:
        self.region = region
        self._tx = tx
        self._rulebooks = rulebooks
        self.rules = rulebooks.base
        self.editions = LoadedEditions()
        self._time = LoadedTime(calendars)
        self.subjects = LoadedSubjects(tx)
        self.holders = LoadedHolders()

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        return self._tx.now

    @property
    def today(self) -> date:
        """Its day in China."""
        return self._tx.today

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        self._time.keep_year(year)

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        self._tx.publish(event)

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read what the messages are about: the rules, then objects, since their holders are subjects to lock."""
        needs = needs_of(messages)
        await self.editions.read(self._tx, needs.editions)
        self.rules = await self._rulebooks.current(self._tx.connection)
        if needs.new_years:
            await self._tx.lock(["calendar"])
        await self.holders.read(self._tx, needs.holders)
        held = {holder.subject for holder in self.holders.values()}
        await self.subjects.read(needs.subjects | held, needs.records)

    async def flush(self) -> None:
        """Write what the handlers changed."""
        await self.editions.write(self._tx.connection)
        await self.subjects.write()
        await self.holders.write(self._tx)
        await self._time.write(self._tx)

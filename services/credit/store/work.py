"""SqlWork (工作单元): ports.Work on one PostgreSQL transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chassis.calendar import CalendarCache
from chassis.keys.held import HeldKeys
from chassis.loaded_time import LoadedTime
from chassis.notices.posting import Told
from chassis.transaction import Transaction
from contracts.event import Event
from credit.domain.constraints import Constraints
from credit.domain.process import ProcessRules
from credit.store.annulments import LoadedAnnulments
from credit.store.holders import LoadedHolders
from credit.store.items import LoadedItems
from credit.store.needs import Needs, needs_of
from credit.store.procedures import OBJECTIONS, REPAIRS, WITHDRAWALS, LoadedProcedures
from credit.store.rulebooks import LoadedEditions, RulebookCache
from credit.store.subjects import LoadedSubjects
from kernel.calendar import Calendar, CalendarYear


class SqlWork:
    """One transaction. ``rulebooks`` and ``calendars``: one per process; ``region``: 区划代码 of this deployment."""

    def __init__(
        self,
        tx: Transaction,
        rulebooks: RulebookCache,
        calendars: CalendarCache,
        *,
        region: str,
        process: ProcessRules,
        constraints: Constraints,
    ) -> None:
        self.region = region
        self.process = process
        self.constraints = constraints
        self._tx = tx
        self._rulebooks = rulebooks
        self.rules = rulebooks.base
        self.editions = LoadedEditions()
        self._time = LoadedTime(calendars)
        self.subjects = LoadedSubjects(tx)
        self.holders = LoadedHolders()
        self.items = LoadedItems()
        self.annulments = LoadedAnnulments()
        self.repairs = LoadedProcedures(tx, REPAIRS)
        self.objections = LoadedProcedures(tx, OBJECTIONS)
        self.withdrawals = LoadedProcedures(tx, WITHDRAWALS)
        self.deadlines = self._time.deadlines
        self.held_keys = HeldKeys(tx)

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        return self._tx.now

    @property
    def today(self) -> date:
        """Its day in China."""
        return self._tx.today

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar, when a message has to do with deadlines."""
        return self._time.calendar

    @property
    def notices(self) -> Told:
        """What persons are told when this commits."""
        return self._tx.notices

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        self._time.keep_year(year)

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        self._tx.publish(event)

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read what the messages are about: the rules, then objects and cases, whose holders are to be locked."""
        needs = needs_of(messages)
        await self.editions.read(self._tx, needs.editions)
        self.rules = await self._rulebooks.current(self._tx.connection)
        if needs.new_years:
            await self._tx.lock(["calendar"])
        await self.holders.read(self._tx, needs.holders)
        await self.items.read(self._tx, needs.items)
        await self.annulments.read(self._tx, needs.annulments)
        bars = needs.bars | {each.bar_id for each in self.annulments.values() if each.bar_id}
        held = {holder.subject for holder in self.holders.values()}
        await self._find_procedures(needs)
        await self.subjects.read(needs.subjects | held, needs.records | needs.procedures, bars)
        await self._read_procedures(needs)

    async def flush(self) -> None:
        """Write what the handlers changed."""
        await self.editions.write(self._tx.connection)
        await self.subjects.write()
        await self.holders.write(self._tx)
        for procedures in (self.repairs, self.objections, self.withdrawals):
            await procedures.write()
        await self.items.write(self._tx)
        await self.annulments.write(self._tx)
        await self._time.write(self._tx)
        await self.held_keys.flush()

    async def _find_procedures(self, needs: Needs) -> None:
        """Which records the procedures and clocks asked for are about."""
        for owner in await self._time.owners_of(self._tx, needs.deadlines):
            kind, _, name = owner.partition(":")
            {"repair": needs.repairs, "objection": needs.objections}.get(kind, needs.procedures).add(name)
        needs.procedures |= await self.repairs.records_of(needs.repairs)
        needs.procedures |= await self.objections.records_of(needs.objections)

    async def _read_procedures(self, needs: Needs) -> None:
        """Read all procedures of these records and their clocks; the subjects are locked."""
        if not (needs.procedures or needs.deadlines):
            return
        owners = {f"withdrawal:{record_id}" for record_id in needs.procedures}
        for procedures in (self.repairs, self.objections, self.withdrawals):
            await procedures.read(needs.procedures)
            owners |= procedures.owners()
        await self._time.read(self._tx, owners, needs.deadlines)

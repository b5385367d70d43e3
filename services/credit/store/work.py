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
from credit.store.rulebooks import RULES, SHARED, LoadedEditions, RulebookCache
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
        await self._lock(needs)
        reads = self._tx.reads
        await reads.together(
            self._read_rules(needs.editions),
            self.holders.read(reads, needs.holders),
            self.items.read(reads, needs.items),
            self.annulments.read(reads, needs.annulments),
            self.subjects.find(needs.subjects),
            self._find_records(needs),
        )
        bars = needs.bars | {each.bar_id for each in self.annulments.values() if each.bar_id}
        held = {holder.subject for holder in self.holders.values()}
        await self.subjects.read(held, bars)
        await self._read_procedures(needs)

    async def flush(self) -> None:
        """Write what the handlers changed."""
        await self.editions.write(self._tx.connection)
        self.subjects.write()
        self.holders.write(self._tx.writes)
        for procedures in (self.repairs, self.objections, self.withdrawals):
            procedures.write()
        self.items.write(self._tx.writes)
        self.annulments.write(self._tx.writes)
        await self._time.write(self._tx)
        self.held_keys.write()

    async def _lock(self, needs: Needs) -> None:
        """Whoever works on an edition is alone with the rules, everybody else beside others."""
        keys = {
            *(f"object:{source}:{number}" for source, number in needs.holders),
            *(f"case:{source}:{case}" for source, case in needs.annulments),
            *(["calendar"] if needs.new_years else ()),
        }
        if needs.editions:
            await self._tx.lock([RULES])
            await self._tx.lock(keys)
        else:
            await self._tx.lock(keys, beside=SHARED)

    async def _read_rules(self, editions: set[str]) -> None:
        await self.editions.read(self._tx.reads, editions)
        self.rules = await self._rulebooks.current(self._tx.reads)

    async def _find_records(self, needs: Needs) -> None:
        """Which records the procedures and clocks asked for are about, and whose records are meant."""
        for owner in await self._time.owners_of(self._tx, needs.deadlines):
            kind, _, name = owner.partition(":")
            {"repair": needs.repairs, "objection": needs.objections}.get(kind, needs.procedures).add(name)
        needs.procedures |= await self.repairs.records_of(needs.repairs)
        needs.procedures |= await self.objections.records_of(needs.objections)
        await self.subjects.find_holders(needs.records | needs.procedures)

    async def _read_procedures(self, needs: Needs) -> None:
        """Read all procedures of these records and their clocks; the subjects are locked."""
        if not (needs.procedures or needs.deadlines):
            return
        kinds = (self.repairs, self.objections, self.withdrawals)
        reads = self._tx.reads
        await reads.together(self._time.read_calendar(reads), *(kind.read(needs.procedures) for kind in kinds))
        owners = {f"withdrawal:{record_id}" for record_id in needs.procedures}.union(*(kind.owners() for kind in kinds))
        await self.deadlines.read(reads, owners=owners, ids=needs.deadlines)

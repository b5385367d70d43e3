"""Calendar and deadlines come back from PostgreSQL as they went in, and the sweeper acts on what is due."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis import calendar, deadlines
from chassis.calendar import CalendarCache, CalendarWork
from chassis.clock import StackClock
from chassis.loaded_deadlines import LoadedDeadlines
from chassis.sweeper import PAGE, Sweep, Sweeper, acting
from chassis.transaction import Transaction, Transactions
from chassis.unit_of_work import UnitOfWork
from chassis.writes import Writes
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import CHINA
from kernel.deadline import Deadline, Ladder, Limit, Step, Unit
from tests.integration.chassis.road import Road

pytestmark = pytest.mark.servers

MONDAY = datetime(2026, 3, 2, 9, tzinfo=CHINA).astimezone(UTC)
LADDER = Ladder(half=True, before=Limit(1, Unit.WORKDAY), red=Limit(2, Unit.WORKDAY))
DUE = datetime(2026, 3, 5, tzinfo=CHINA)


def year(version: int = 1, *, free: frozenset[date] = frozenset(), provisional: bool = False) -> CalendarYear:
    return CalendarYear(
        year=2026,
        version=version,
        working=frozenset({date(2026, 2, 14)}),
        free=free,
        provisional=provisional,
        source="国办发明电〔2025〕7号",
    )


PLAIN = Calendar([year()])


def started(deadline_id: str = "d1", limit: str = "2wd", at: datetime = MONDAY, known: Calendar = PLAIN) -> Deadline:
    return Deadline.started(
        deadline_id=deadline_id,
        owner=f"task-{deadline_id}",
        kind="CLAIM",
        limit=Limit.parse(limit),
        at=at,
        calendar=known,
        ladder=LADDER,
    )


class ClockAt:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now


class Desk:
    """A unit of work that has deadlines and nothing else."""

    def __init__(self, tx: Transaction, cache: CalendarCache) -> None:
        self.tx = tx
        self._cache = cache
        self.deadlines = LoadedDeadlines()
        self.calendar = Calendar()

    async def load(self, messages: Sequence[str]) -> None:
        owners = await deadlines.owners_of(self.tx.connection, messages)
        await self.tx.lock(owners.values())
        await self.deadlines.read(self.tx.connection, owners=owners.values(), ids=messages)
        self.calendar = await self._cache.current(self.tx.connection)

    async def flush(self) -> None:
        self.deadlines.write(self.tx.writes, self.tx.now)


@dataclass
class Office:
    """A service that notes the steps it took."""

    road: Road
    clock: Any
    taken: list[tuple[str, Step, datetime]] = field(default_factory=list)
    poison: str = ""
    idle: bool = False
    took: dict[Step, asyncio.Event] = field(default_factory=lambda: {step: asyncio.Event() for step in Step})

    def __post_init__(self) -> None:
        pool = self.road.pool
        transactions = Transactions(lambda: pool, self.clock, "supervision", "640202", lambda: None)
        cache = CalendarCache()
        self.unit: UnitOfWork[Desk] = UnitOfWork(transactions, lambda tx: Desk(tx, cache))
        self.sweep = Sweep(
            take_step=acting(self.unit, self.take_step, str),
            recompute=acting(self.unit, self.recompute, str),
        )
        self.sweeper = Sweeper(pool, self.clock, self.sweep)

    def take_step(self, work: Desk, deadline_id: str) -> None:
        if deadline_id == self.poison:
            raise ZeroDivisionError("a bug met this deadline")
        known = work.deadlines.get(deadline_id)
        if self.idle or known is None or known.next_step is None or known.next_at is None:
            return
        if known.next_at > work.tx.now:
            return
        self.taken.append((deadline_id, known.next_step, known.next_at))
        self.took[known.next_step].set()
        work.deadlines.save(known.stepped(work.calendar))

    def recompute(self, work: Desk, deadline_id: str) -> None:
        known = work.deadlines.get(deadline_id)
        if known:
            work.deadlines.recomputed(known.recomputed(work.calendar, work.tx.now), "a notice")

    async def keep(self, *kept: Deadline | CalendarYear) -> None:
        async with self.road.pool.acquire() as connection:
            writes = Writes(connection)
            deadlines.write(writes, [each for each in kept if isinstance(each, Deadline)])
            await writes.send()
            for each in kept:
                if isinstance(each, CalendarYear):
                    await calendar.keep(connection, each)

    async def due(self) -> int:
        async with self.road.pool.acquire() as connection:
            return await deadlines.count_due(connection, self.clock.now())

    async def kept(self, deadline_id: str) -> Deadline:
        async with self.road.pool.acquire() as connection:
            (found,) = await deadlines.of_ids(connection, [deadline_id])
            return found

    async def changes(self) -> list[Any]:
        return list(await self.road.pool.fetch("SELECT * FROM deadline_change ORDER BY id"))


@pytest.fixture
async def office(road: Road) -> Office:
    office = Office(road, ClockAt(MONDAY))
    await office.keep(year())
    return office


@asynccontextmanager
async def running(sweeper: Sweeper) -> AsyncIterator[None]:
    task = asyncio.create_task(sweeper.run())
    try:
        yield
    finally:
        await sweeper.stop()
        await task


async def moved(road: Road, clock: StackClock, to: datetime) -> None:
    async with road.pool.acquire() as connection, connection.transaction():
        await clock.move(connection, to)


async def test_the_calendar_comes_back_and_the_newest_version_stays(office: Office) -> None:
    cache = CalendarCache()
    async with office.road.pool.acquire() as connection:
        assert (await cache.current(connection)).told == [year()]
        await calendar.keep(connection, year(3, free=frozenset({date(2026, 3, 3)})))
        await calendar.keep(connection, year(2))
        told = await cache.current(connection)
        assert told.year(2026) == year(3, free=frozenset({date(2026, 3, 3)}))
        assert await calendar.edition(connection) == told.edition == 3


async def test_a_unit_of_work_on_the_calendar_keeps_the_newest_of_a_batch(office: Office) -> None:
    pool = office.road.pool
    transactions = Transactions(lambda: pool, office.clock, "credit", "640202", lambda: None)
    unit = UnitOfWork(transactions, lambda tx: CalendarWork(tx, CalendarCache()))
    newer, older = year(3, free=frozenset({date(2026, 3, 3)})), year(2)
    await unit.run_each(CalendarWork.keep_year, [newer, older])
    async with pool.acquire() as connection:
        assert (await CalendarCache().current(connection)).told == [newer]


async def test_a_deadline_comes_back_whole_whatever_happened_to_it(office: Office) -> None:
    stopped = started("d2", "10wd").stopped("停业", MONDAY + timedelta(days=3))
    resumed = started("d3", "2m").stopped("停业", MONDAY).resumed(MONDAY + timedelta(days=9), PLAIN)
    extended = started("d4", "24h").extended(Limit(5, Unit.HOUR), "局长", "案情复杂", MONDAY, PLAIN)
    met = started("d5").stepped(PLAIN).met(MONDAY + timedelta(days=30))
    all_of_them = [started(), stopped, resumed, extended, met, started("d6", "5d").voided(MONDAY)]
    await office.keep(*all_of_them)
    async with office.road.pool.acquire() as connection:
        found = await deadlines.of_owners(connection, [d.owner for d in all_of_them])
    assert {d.deadline_id: d for d in found} == {d.deadline_id: d for d in all_of_them}


async def test_one_late_sweep_takes_every_step_with_the_instant_it_was_due(office: Office) -> None:
    await office.keep(started())
    office.clock.set(MONDAY + timedelta(days=60))
    assert await office.due() == 1
    await office.sweeper.sweep_all()
    assert office.taken == [
        ("d1", Step.HALF, DUE - timedelta(days=1)),
        ("d1", Step.BEFORE, DUE - timedelta(days=1)),
        ("d1", Step.YELLOW, DUE),
        ("d1", Step.RED, datetime(2026, 3, 7, tzinfo=CHINA)),
    ]
    assert await office.due() == 0


async def test_nothing_happens_before_its_instant_and_everything_at_it(office: Office) -> None:
    await office.keep(started())
    office.clock.set(DUE - timedelta(microseconds=1))
    await office.sweeper.sweep_all()
    assert [step for _, step, _ in office.taken] == [Step.HALF, Step.BEFORE]
    office.clock.set(DUE)
    await office.sweeper.sweep_all()
    assert [step for _, step, _ in office.taken] == [Step.HALF, Step.BEFORE, Step.YELLOW]


async def test_more_deadlines_than_a_page_are_all_swept(office: Office) -> None:
    await office.keep(*(started(f"d{n}") for n in range(PAGE + 20)))
    office.clock.set(MONDAY + timedelta(days=60))
    await office.sweeper.sweep_all()
    assert len(office.taken) == 4 * (PAGE + 20)


async def test_two_processes_sweeping_at_once_take_each_step_once(office: Office) -> None:
    other = Office(office.road, office.clock)
    await office.keep(*(started(f"d{n:03}") for n in range(40)))
    office.clock.set(MONDAY + timedelta(days=60))
    await asyncio.gather(office.sweeper.sweep_all(), other.sweeper.sweep_all())
    taken = [(deadline_id, step) for deadline_id, step, _ in office.taken + other.taken]
    assert len(taken) == len(set(taken)) == 4 * 40


async def test_a_deadline_that_fails_harms_no_other_and_is_left_out_for_a_while(office: Office) -> None:
    office.poison = "d1"
    await office.keep(started("d1"), started("d2", at=MONDAY + timedelta(minutes=1)))
    office.clock.set(MONDAY + timedelta(days=60))
    await office.sweeper.sweep_all()
    assert {deadline_id for deadline_id, _, _ in office.taken} == {"d2"}
    assert await office.due() == 1


async def test_a_handler_that_changes_nothing_does_not_keep_the_sweep_busy(office: Office) -> None:
    office.idle = True
    await office.keep(started())
    office.clock.set(MONDAY + timedelta(days=60))
    async with asyncio.timeout(20):
        await office.sweeper.sweep_all()
    assert office.taken == []


async def test_two_processes_that_sweep_at_once_take_every_step_once(office: Office) -> None:
    other = Office(office.road, office.clock)
    await office.keep(*(started(f"d{n}") for n in range(2 * PAGE + 50)))
    office.clock.set(MONDAY + timedelta(days=60))
    await asyncio.gather(office.sweeper.sweep_all(), other.sweeper.sweep_all())
    steps = Counter((deadline_id, step) for deadline_id, step, _ in office.taken + other.taken)
    assert set(steps.values()) == {1}
    assert (len(steps), await office.due()) == (len({step for _, step in steps}) * (2 * PAGE + 50), 0)
    assert min(len(office.taken), len(other.taken)) > 0


async def test_two_processes_that_recompute_at_once_log_every_move_once(office: Office) -> None:
    other = Office(office.road, office.clock)
    await office.keep(*(started(f"d{n}") for n in range(PAGE + 50)))
    await office.keep(year(2, free=frozenset({date(2026, 3, 3)})))
    await asyncio.gather(office.sweeper.sweep_all(), other.sweeper.sweep_all())
    assert (len(await office.changes()), await office.due()) == (PAGE + 50, 0)


async def test_a_notice_recomputes_open_deadlines_and_logs_what_moved(office: Office) -> None:
    await office.keep(started("moves"), started("stays", "24h"), started("ended").met(MONDAY))
    await office.keep(year(2, free=frozenset({date(2026, 3, 3)})))
    assert await office.due() == 2
    await office.sweeper.sweep_all()
    assert await office.due() == 0
    (change,) = await office.changes()
    assert (change["deadline_id"], change["old_due_at"], change["new_due_at"]) == (
        "moves",
        DUE,
        DUE + timedelta(days=1),
    )
    assert (change["edition"], change["why"]) == (2, "a notice")
    assert (await office.kept("moves")).due_on == date(2026, 3, 5)
    assert (await office.kept("ended")).due_on == date(2026, 3, 4)


async def test_a_red_card_waits_for_the_notice(office: Office) -> None:
    unconfirmed = Calendar([year(2, provisional=True)])
    await office.keep(year(2, provisional=True), started(known=unconfirmed))
    office.clock.set(MONDAY + timedelta(days=60))
    await office.sweeper.sweep_all()
    assert [step for _, step, _ in office.taken] == [Step.HALF, Step.BEFORE, Step.YELLOW]
    await office.keep(year(3))
    await office.sweeper.sweep_all()
    await office.sweeper.sweep_all()
    assert office.taken[-1] == ("d1", Step.RED, MONDAY + timedelta(days=60))


async def test_moving_the_clock_wakes_the_sweeper(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.sweeper._EVERY", 3600.0)
    clock = StackClock()
    await moved(office.road, clock, MONDAY)
    awake = Office(office.road, clock)
    clock.on_move(awake.sweeper.wake)
    await office.keep(started())
    async with running(awake.sweeper):
        for step, days in ((Step.BEFORE, 2), (Step.RED, 60)):
            await moved(office.road, clock, MONDAY + timedelta(days=days))
            await asyncio.wait_for(awake.took[step].wait(), 20)

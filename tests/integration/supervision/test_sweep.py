"""The ladder on a real database: the sweeper finds what is due, cards and notices are written with the step."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import supervision
from chassis import calendar, deadlines
from chassis.calendar import CalendarCache
from chassis.database import Pool, open_pool
from chassis.migrations import migrate
from chassis.sweeper import Round, Sweep, Sweeper, acting
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from chassis.writes import Writes
from kernel.calendar import CalendarYear
from kernel.deadline import Deadline, Ladder, Limit
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision import handlers
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.risk_object import ReclassifyObject
from supervision.store import CatalogueCache, CelConditions, DueObjects, SqlWork
from tests.fakes.alerts import early_rules
from tests.fakes.draws import DESK
from tests.fakes.plans import PLAN_RULES
from tests.fakes.publicity import PUBLICITY
from tests.fakes.risk import TABLE
from tests.fakes.supervised import NOON, RULES, a_link, a_version, decided, inspectors, publishing

pytestmark = pytest.mark.servers
LADDER = Ladder(half=True, before=Limit.parse("1wd"), red=Limit.parse("2wd"))
DUE = datetime(2011, 9, 6, 16, tzinfo=UTC)


class HandClock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class House:
    """Supervision without its edges."""

    pool: Pool
    clock: HandClock
    unit: UnitOfWork[SqlWork]
    sweeper: Sweeper

    async def start(self, kind: DeadlineKind, limit: str = "2wd") -> None:
        """A deadline of every task, as the verbs start them."""
        async with self.pool.acquire() as connection:
            known = await CalendarCache().current(connection)
            tasks = await connection.fetch("SELECT task_id FROM task")
            started = [
                Deadline.started(
                    deadline_id=f"{kind.value}-{number}",
                    owner=str(row["task_id"]),
                    kind=kind,
                    limit=Limit.parse(limit),
                    at=NOON,
                    calendar=known,
                    ladder=LADDER,
                )
                for number, row in enumerate(tasks)
            ]
            writes = Writes(connection)
            deadlines.write(writes, started)
            await writes.send()

    async def sweep(self, at: datetime) -> None:
        self.clock.at = at
        await self.sweeper.sweep_all()

    async def said(self, word: str) -> int:
        return int(await self.pool.fetchval("SELECT count(*) FROM event_log WHERE type LIKE $1", f"%{word}%"))

    async def told(self) -> dict[tuple[str, str], int]:
        rows = await self.pool.fetch("SELECT kind, person, count(*) AS n FROM notice GROUP BY kind, person")
        return {(row["kind"], row["person"]): row["n"] for row in rows}


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await migrate(database_url, Path(supervision.__file__).parent / "migrations")
    pool, clock = await open_pool(database_url), HandClock()
    async with pool.acquire() as connection:
        year = CalendarYear(
            year=2011, version=1, working=frozenset(), free=frozenset(), provisional=False, source="test"
        )
        await calendar.keep(connection, year)
        await connection.execute(
            "INSERT INTO department (code, name, uscc, head, liaison, superior, merged_into, version) VALUES "
            "('DEMO-FOOD', '市监', '', 'wang', 'zhao', 'DEMO-GOV', '', 1), ('DEMO-GOV', '政府', '', 'li', '', '', '', 1)"
        )
    transactions = Transactions(lambda: pool, clock, "supervision", "640202", lambda: None)
    cache = CatalogueCache(CelConditions())
    work = partial(
        SqlWork,
        cache=cache,
        region="640202",
        alert_rules=early_rules(),
        calendar=CalendarCache(),
        rules=RULES,
        risk_table=TABLE,
        publicity=PUBLICITY,
        plan_rules=PLAN_RULES,
        draws=DESK,
    )
    unit: UnitOfWork[SqlWork] = UnitOfWork(transactions, work)
    sweep = Sweep(
        take_step=acting(unit, handlers.take_step, TakeStep),
        recompute=acting(unit, handlers.recompute_deadline, RecomputeDeadline),
        rounds=(
            Round(due=DueObjects(TABLE, cache), act=acting(unit, reclassified, lambda key: ReclassifyObject(*key))),
        ),
    )
    made = House(pool, clock, unit, Sweeper(pool, clock, sweep))
    await furnish(made.unit)
    yield made
    await pool.close()


def reclassified(work: SqlWork, command: ReclassifyObject) -> None:
    """As in the service; O3 is one nobody can classify."""
    if command.object_no == "O3":
        raise RuntimeError("nobody knows why")
    handlers.reclassify_object(work, command)


async def furnish(unit: UnitOfWork[SqlWork]) -> None:
    commands: list[tuple[Any, Any]] = [(handlers.register_inspector, inspector) for inspector in inspectors()]
    commands += publishing(a_version(a_link()))
    commands += [(handlers.on_case_decided, decided(f"C{number}", f"O{number}")) for number in range(7)]
    for handle, command in commands:
        await unit.run(handle, command)


async def test_claims_nobody_made_go_to_the_liaison_with_a_yellow_card(house: House) -> None:
    await house.start(DeadlineKind.CLAIM)
    await house.sweep(DUE - timedelta(seconds=1))
    assert await house.told() == {("HALF", "zhao"): 7, ("BEFORE", "zhao"): 7}
    await house.sweep(DUE + timedelta(hours=9))
    tasks = await house.pool.fetch("SELECT DISTINCT state, claimed_by, claimed_at FROM task")
    assert [tuple(row) for row in tasks] == [("CLAIMED", "zhao", DUE)]
    assert await house.said("card.issued") == 7
    assert (await house.told())["YELLOW", "wang"] == 7
    await house.sweep(DUE + timedelta(days=30))
    assert await house.said("escalated") == 0


async def test_missed_first_checks_get_both_cards_go_up_and_raise_alerts(house: House) -> None:
    await house.start(DeadlineKind.FIRST_CHECK)
    await house.sweep(DUE + timedelta(days=30))
    assert (await house.said("card.issued"), await house.said("task.escalated")) == (14, 7)
    told = await house.told()
    assert (told["RED", "wang"], told["RED", "li"], told["ALERT", "wang"], told["ALERT", "li"]) == (7, 7, 2, 2)
    alerts = await house.pool.fetch("SELECT key, rule, period, number, jsonb_array_length(facts) FROM alert")
    assert sorted(tuple(row) for row in alerts) == [
        ("DEMO-FOOD", "OVERDUE_CHECK", "2011", 1, 3),
        ("DEMO-FOOD", "OVERDUE_CHECK", "2011", 2, 3),
    ]


async def test_sweeps_at_the_same_time_take_each_step_once(house: House) -> None:
    await house.start(DeadlineKind.FIRST_CHECK)
    house.clock.at = DUE + timedelta(days=30)
    await asyncio.gather(*(house.sweeper.sweep_all() for _ in range(3)))
    assert (await house.said("deadline.reminded"), await house.said("card.issued")) == (14, 14)


async def test_a_changed_calendar_moves_the_ends_logs_and_tells(house: House) -> None:
    await house.start(DeadlineKind.CLAIM)
    async with house.pool.acquire() as connection:
        year = CalendarYear(
            year=2011,
            version=2,
            working=frozenset(),
            free=frozenset({date(2011, 9, 6)}),
            provisional=False,
            source="test",
        )
        await calendar.keep(connection, year)
    await house.sweep(NOON)
    assert await house.said("deadline.recomputed") == 7
    moved = await house.pool.fetch("SELECT DISTINCT old_due_at, new_due_at FROM deadline_change")
    assert [tuple(row) for row in moved] == [(DUE, DUE + timedelta(days=1))]
    await house.sweep(DUE)
    assert await house.said("card.issued") == 0


async def test_what_a_rule_overtook_is_done_once_and_what_fails_holds_nobody_up(house: House) -> None:
    await house.pool.execute("UPDATE object_risk SET basis = 'an older table'")
    await house.sweep(NOON)
    stale = "SELECT object_no FROM object_risk WHERE basis = 'an older table'"
    assert [row["object_no"] for row in await house.pool.fetch(stale)] == ["O3"]
    assert await house.said("risk.classified") == 7

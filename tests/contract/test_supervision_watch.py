"""Tallies, visits and notices come back as they went, from PostgreSQL and from the fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from chassis.calendar import CalendarCache
from chassis.migrations import migrate
from kernel.alert import AlertRule
from supervision import handlers
from supervision.ports import StoredWork
from supervision.store import SqlWork
from tests.contract.test_supervision_store import (
    MIGRATIONS,
    FakeStore,
    SqlStore,
    Store,
    all_of,
    kinds,
    one,
    publish,
    seen,
)
from tests.fakes.alerts import early_rules
from tests.fakes.draws import DESK
from tests.fakes.plans import PLAN_RULES
from tests.fakes.publicity import PUBLICITY
from tests.fakes.risk import TABLE
from tests.fakes.supervised import RULES, TODAY, a_version, an_inspection, decided, inspectors

KEY = ("DEMO-FOOD", "2011")


class WatchedStore(SqlStore):
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[StoredWork]:
        async with self._transactions.begin() as tx:
            yield SqlWork(
                *(tx, self.cache, "640202"),
                rules=RULES,
                calendar=CalendarCache(),
                risk_table=TABLE,
                publicity=PUBLICITY,
                plan_rules=PLAN_RULES,
                draws=DESK,
                alert_rules=early_rules(),
            )


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[WatchedStore]:
    await migrate(database_url, MIGRATIONS)
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    yield WatchedStore(pool)
    await pool.close()


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def empty_store(request: pytest.FixtureRequest) -> Store:
    if request.param == "sql":
        real: WatchedStore = request.getfixturevalue("sql_store")
        return real
    fake = FakeStore()
    fake.database.alert_rules = early_rules()
    return fake


@pytest.fixture
async def store(empty_store: Store) -> Store:
    await furnish(empty_store)
    return empty_store


async def furnish(store: Store) -> None:
    await all_of(store, handlers.register_inspector, inspectors())
    await publish(store, a_version())
    await all_of(store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in range(1, 5)])


def not_shown(number: int) -> Any:
    return an_inspection(f"I{number}", f"O{number}", code_shown=False, for_cause=False)


async def test_cases_are_counted_over_transactions_and_within_one(store: Store) -> None:
    await one(store, handlers.conclude_inspection, not_shown(1))
    counted = await seen(store, not_shown(2), lambda work: work.alerts.tally(AlertRule.CODE_NOT_SHOWN, *KEY))
    assert (counted.facts, counted.raised) == (("chicago:I1",), 0)
    await all_of(store, handlers.conclude_inspection, [not_shown(2), not_shown(3)])
    counted = await seen(store, not_shown(4), lambda work: work.alerts.tally(AlertRule.CODE_NOT_SHOWN, *KEY))
    assert (counted.facts, counted.raised) == ((), 2)
    assert (await kinds(store)).count("AlertRaised") == 2


async def test_visits_of_an_enterprise_are_found_by_whom_they_were_to(store: Store) -> None:
    await one(store, handlers.conclude_inspection, not_shown(1))
    earlier = an_inspection("I2", "O2", for_cause=False, inspected_on=TODAY - timedelta(days=3))
    await one(store, handlers.conclude_inspection, earlier)
    known = await seen(store, not_shown(3), lambda work: work.alerts.visits("099", "S1"))
    assert list(known) == [TODAY - timedelta(days=3), TODAY]


async def test_what_an_inspection_says_of_its_code_comes_back(store: Store) -> None:
    sent = an_inspection("I1", "O1", code_shown=False, code_excuse="系统故障", for_cause=True)
    await one(store, handlers.conclude_inspection, sent)
    kept = await seen(store, sent, lambda work: work.inspections.get("chicago", "I1"))
    assert kept.report == sent.report


@pytest.mark.servers
async def test_an_alert_and_its_notices_are_written_with_the_inspection(sql_store: WatchedStore) -> None:
    await furnish(sql_store)
    await all_of(sql_store, handlers.conclude_inspection, [not_shown(1), not_shown(2)])
    alerts = await sql_store.pool.fetch("SELECT rule, key, period, number, facts FROM alert")
    assert [tuple(row) for row in alerts] == [
        ("CODE_NOT_SHOWN", "DEMO-FOOD", "2011", 1, '["chicago:I1", "chicago:I2"]')
    ]
    told = await sql_store.pool.fetch("SELECT person, kind, about FROM notice ORDER BY person")
    assert [tuple(row) for row in told] == [
        ("HEAD:DEMO-FOOD", "ALERT", "alert:CODE_NOT_SHOWN:DEMO-FOOD:2011:1"),
        ("SUPERIOR:DEMO-FOOD", "ALERT", "alert:CODE_NOT_SHOWN:DEMO-FOOD:2011:1"),
    ]


@pytest.mark.servers
async def test_two_transactions_of_one_department_count_one_after_the_other(sql_store: WatchedStore) -> None:
    await furnish(sql_store)
    await asyncio.gather(*(one(sql_store, handlers.conclude_inspection, not_shown(n)) for n in range(1, 5)))
    assert await sql_store.pool.fetchval("SELECT max(number) FROM alert WHERE rule = 'CODE_NOT_SHOWN'") == 3


@pytest.mark.servers
async def test_tallies_are_read_for_messages_that_may_count_alone(sql_store: WatchedStore) -> None:
    await furnish(sql_store)
    with pytest.raises(KeyError):
        await seen(sql_store, an_inspection("I1", "O1", for_cause=True), lambda work: work.alerts.visits("099", "S1"))

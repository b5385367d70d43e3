"""The ledger of exports in both stores: what is sent again, changed and withdrawn, numbers, refusals, personal data."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chassis.database import Pool, open_pool
from chassis.exports.batch import ExportReceipt
from chassis.exports.running import ExportWork, run_export
from chassis.identity import IdentityKeys
from chassis.migrations import migrate
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from kernel.export import RunExport
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.fakes.approval import KEY
from tests.fakes.exports import NOW, FakeStore, Rows, a_candidate, exports_with

MIGRATIONS = Path(__file__).parents[2] / "services" / "approval" / "migrations"
SEAL = IdentityKeys(KEY)
MARCH = RunExport(table="licence", first=date(2026, 3, 1), last=date(2026, 3, 10), by="clerk-1")
PERSON: dict[str, Any] = {"XK_XDR_MC": "王小明", "XK_XDR_ZJHM": "11010519491231002X"}


class Noon:
    """A clock that stands still."""

    def now(self) -> Any:
        return NOW


class SqlStore:
    """Exports on PostgreSQL."""

    def __init__(self, pool: Pool, rows: Rows, most: int = 100) -> None:
        self._pool = pool
        transactions = Transactions(lambda: pool, Noon(), "approval", "640202", lambda: None)
        self._unit = UnitOfWork(transactions, partial(ExportWork, exports=exports_with(rows, SEAL, most)))

    async def run(self, command: RunExport) -> ExportReceipt:
        return await self._unit.run(run_export, command)

    async def lines(self) -> list[tuple[str, str, str]]:
        found = await self._pool.fetch("SELECT batch, row_key, operation FROM export_line ORDER BY batch, number")
        return [tuple(row) for row in found]


Store = FakeStore | SqlStore


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    await migrate(database_url, MIGRATIONS)
    opened = await open_pool(database_url)
    yield opened
    await opened.close()


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest, rows: Rows) -> Store:
    if request.param == "fake":
        return FakeStore(rows, SEAL, most=5)
    return SqlStore(request.getfixturevalue("pool"), rows, most=5)


async def sent(store: Store, command: RunExport = MARCH) -> list[tuple[str, str]]:
    """(row, operation) of one export."""
    before = len(await store.lines())
    await store.run(command)
    return [(key, operation) for _, key, operation in (await store.lines())[before:]]


async def test_a_row_lives_from_new_over_changed_to_withdrawn_and_may_come_back(store: Store, rows: Rows) -> None:
    rows.rows = [a_candidate()]
    assert await sent(store) == [("s:A1", "i")]
    assert await sent(store) == []
    rows.rows = [a_candidate(XK_ZT="1")]
    assert await sent(store) == [("s:A1", "u")]
    rows.rows = []
    assert await sent(store) == [("s:A1", "d")]
    assert await sent(store) == []
    rows.rows = [a_candidate(XK_ZT="1")]
    assert await sent(store) == [("s:A1", "i")]


async def test_a_row_that_moved_into_another_window_is_changed_and_not_new(store: Store, rows: Rows) -> None:
    rows.rows = [a_candidate(on=date(2026, 2, 5))]
    february = replace(MARCH, first=date(2026, 2, 1), last=date(2026, 2, 28))
    assert await sent(store, february) == [("s:A1", "i")]
    rows.rows = [a_candidate(XK_JDRQ=date(2026, 3, 5))]
    assert await sent(store) == [("s:A1", "u")]
    assert await sent(store, february) == []


async def test_numbers_go_on_through_the_day(store: Store, rows: Rows) -> None:
    numbers = []
    for key in ("s:A1", "s:A2"):
        rows.rows = [*rows.rows, a_candidate(key)]
        batch = (await store.run(MARCH)).batch
        assert batch is not None
        numbers.append((batch.batch, batch.inserted, batch.unchanged, batch.by, batch.at))
    assert numbers == [("2026031000001", 1, 0, "clerk-1", NOW), ("2026031000002", 1, 1, "clerk-1", NOW)]


async def test_nothing_new_answers_with_the_batch_before(store: Store, rows: Rows) -> None:
    assert await store.run(MARCH) == ExportReceipt(batch=None, unchanged=0, duplicate=True)
    rows.rows = [a_candidate()]
    first = await store.run(MARCH)
    assert await store.run(MARCH) == replace(first, unchanged=1, duplicate=True)


async def test_the_same_refusals_make_no_batch_and_others_do(store: Store, rows: Rows) -> None:
    rows.rows = [a_candidate(XK_NR=""), a_candidate("s:A2", XK_WSH="")]
    first = await store.run(MARCH)
    assert (first.duplicate, first.batch and first.batch.refused) == (False, 2)
    assert (await store.run(MARCH)).duplicate
    rows.rows = [a_candidate(XK_NR=""), a_candidate("s:A2", XK_XKJG="")]
    assert not (await store.run(MARCH)).duplicate


async def test_a_person_with_the_same_mask_and_another_number_is_changed(store: Store, rows: Rows) -> None:
    rows.rows = [a_candidate(kind=SubjectKind.PERSON, **PERSON)]
    assert await sent(store) == [("s:A1", "i")]
    assert await sent(store) == []
    rows.rows = [a_candidate(kind=SubjectKind.PERSON, **PERSON | {"XK_XDR_ZJHM": "11010519500101002X"})]
    assert await sent(store) == [("s:A1", "u")]


async def test_more_rows_than_a_batch_may_have_are_refused_and_leave_nothing(store: Store, rows: Rows) -> None:
    rows.rows = [a_candidate(f"s:A{n}") for n in range(6)]
    with pytest.raises(Refusal, match="export-too-large"):
        await store.run(MARCH)
    assert await store.lines() == []
    rows.rows = rows.rows[:5]
    assert len(await sent(store)) == 5


@pytest.mark.servers
async def test_two_processes_at_once_share_neither_a_number_nor_a_row(pool: Pool, rows: Rows) -> None:
    rows.rows = [a_candidate(f"s:A{n}", on=date(2026, 3, 1 + n % 9)) for n in range(40)]
    stores = [SqlStore(pool, rows), SqlStore(pool, rows)]
    days = [replace(MARCH, first=date(2026, 3, day), last=date(2026, 3, day)) for day in range(1, 10)]
    receipts = await asyncio.gather(*(stores[n % 2].run(each) for n, each in enumerate([*days, MARCH, *days, MARCH])))
    made = [receipt.batch for receipt in receipts if receipt.batch and not receipt.duplicate]
    assert sorted(batch.batch for batch in made) == [f"202603100{n:04}" for n in range(1, len(made) + 1)]
    lines = await stores[0].lines()
    assert (len(lines), {operation for _, _, operation in lines}) == (40, {"i"})


@pytest.mark.servers
async def test_what_fails_half_way_leaves_neither_lines_nor_ledger(pool: Pool, rows: Rows) -> None:
    rows.rows = [a_candidate()]
    await pool.execute("ALTER TABLE export_entry ADD CONSTRAINT broken CHECK (false)")
    with pytest.raises(Exception, match="broken"):
        await SqlStore(pool, rows).run(MARCH)
    await pool.execute("ALTER TABLE export_entry DROP CONSTRAINT broken")
    assert await pool.fetchval("SELECT count(*) FROM export_batch") == 0
    receipt = await SqlStore(pool, rows).run(MARCH)
    assert receipt.batch is not None
    assert (receipt.batch.batch, receipt.batch.inserted) == ("2026031000001", 1)

"""One suite for both query logs of credit: what holds for PostgreSQL holds for the fake."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import pytest

from chassis.migrations import migrate
from chassis.transaction import SingleStatements
from credit import main
from credit.domain.publicity import Retention
from credit.domain.trail import ForgetQueries, QueryChannel, SubjectQuery
from credit.handlers import forget_queries, note_query
from credit.ports.trail import StoredTrailWork, TrailWork
from credit.store import SqlTrail
from credit.store.trail import days_over
from kernel.subject import SubjectKey
from tests.fakes.credit_trail import FakeTrail, Line

FIVE = Retention(keep_years=5, source="测试", confirmed=False)
MIDNIGHT = datetime(2012, 4, 2, 16, tzinfo=UTC)
"""The first instant of 2012-04-03 in China."""
COLUMNS = "at, channel, id_type, id_no, asked_by, found"


class Store(Protocol):
    now: datetime

    async def do(self, handle: Callable[[TrailWork, Any], object], *messages: Any) -> None: ...
    async def lines(self) -> list[Line]: ...


class FakeStore:
    def __init__(self) -> None:
        self.now = MIDNIGHT
        self._kept: list[Line] = []

    async def do(self, handle: Callable[[TrailWork, Any], object], *messages: Any) -> None:
        work = FakeTrail(self._kept, self.now)
        for message in messages:
            handle(work, message)
        await work.flush()

    async def lines(self) -> list[Line]:
        return list(self._kept)


class _Clock:
    def __init__(self, store: "SqlStore") -> None:
        self._store = store

    def now(self) -> datetime:
        return self._store.now


class SqlStore:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.now = MIDNIGHT
        self.pool = pool
        self._statements = SingleStatements(lambda: pool, _Clock(self), "credit", "640202", lambda: None)

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[StoredTrailWork]:
        async with self._statements.begin() as tx:
            yield SqlTrail(tx)

    async def do(self, handle: Callable[[TrailWork, Any], object], *messages: Any) -> None:
        async with self._begin() as work:
            await work.load(messages)
            for message in messages:
                handle(work, message)
            await work.flush()

    async def lines(self) -> list[Line]:
        rows = await self.pool.fetch(f"SELECT {COLUMNS} FROM subject_query ORDER BY seq")  # noqa: S608 - a constant
        return [
            (
                row["at"],
                SubjectQuery(
                    channel=QueryChannel(row["channel"]),
                    subject=SubjectKey(row["id_type"], row["id_no"]),
                    asked_by=row["asked_by"],
                    found=row["found"],
                ),
            )
            for row in rows
        ]


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("database_url") if request.param == "sql" else None


@pytest.fixture
async def store(url: str | None) -> AsyncIterator[Store]:
    if url is None:
        yield FakeStore()
        return
    await migrate(url, Path(main.__file__).parent / "migrations")
    async with asyncpg.create_pool(url, min_size=1, max_size=2) as pool:
        yield SqlStore(pool)


def a_query(number: str, *, found: bool = True) -> SubjectQuery:
    return SubjectQuery(channel=QueryChannel.PUBLIC, subject=SubjectKey("099", number), asked_by="XYB-01", found=found)


async def test_lines_are_kept_in_order_with_the_instant_of_the_stack(store: Store) -> None:
    await store.do(note_query, a_query("S1"), a_query("S2", found=False))
    await store.do(note_query, a_query("S1"))
    assert await store.lines() == [(MIDNIGHT, q) for q in (a_query("S1"), a_query("S2", found=False), a_query("S1"))]


async def test_a_day_is_dropped_only_when_its_term_is_over(store: Store) -> None:
    for instant in (MIDNIGHT.replace(hour=15, minute=59), MIDNIGHT, datetime(2013, 1, 1, tzinfo=UTC)):
        store.now = instant
        await store.do(note_query, a_query(str(instant)))
    over = ForgetQueries(day=date(2012, 4, 2), retention=FIVE)
    store.now = datetime(2017, 4, 2, 15, 59, tzinfo=UTC)
    await store.do(forget_queries, over)
    assert len(await store.lines()) == 3
    store.now = datetime(2017, 4, 2, 16, tzinfo=UTC)
    await store.do(forget_queries, over)
    assert [at for at, _ in await store.lines()] == [MIDNIGHT, datetime(2013, 1, 1, tzinfo=UTC)]


@pytest.mark.servers
async def test_days_past_their_term_are_found_the_earliest_first(database_url: str) -> None:
    await migrate(database_url, Path(main.__file__).parent / "migrations")
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        store = SqlStore(pool)
        for instant in (MIDNIGHT, MIDNIGHT, datetime(2011, 1, 1, tzinfo=UTC), datetime(2013, 1, 1, tzinfo=UTC)):
            store.now = instant
            await store.do(note_query, a_query("S1"))
        async with pool.acquire() as connection:
            for now, days in (
                (datetime(2016, 1, 1, 15, tzinfo=UTC), []),
                (datetime(2016, 1, 1, 16, tzinfo=UTC), ["2011-01-01"]),
                (datetime(2017, 12, 1, tzinfo=UTC), ["2011-01-01", "2012-04-03"]),
            ):
                assert await days_over(FIVE)(connection, now, 10, ()) == dict.fromkeys(days, "forget")
                assert await days_over(FIVE)(connection, now, 1, ["2011-01-01"]) == dict.fromkeys(days[1:], "forget")

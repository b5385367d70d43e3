"""One suite for both works of credit: what holds for PostgreSQL holds for the fake, so unit tests may trust it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

import asyncpg
import msgspec
import pytest

from chassis.clock import StackClock
from chassis.migrations import migrate
from chassis.transaction import Transactions
from contracts.credit import GradeChanged
from contracts.event import Event
from contracts.supervision import InspectionConcluded
from contracts.topology import EVENTS
from credit import main, ports
from credit.domain.subject import Subject
from credit.handlers import on_inspection_concluded
from credit.settings import CreditSettings
from credit.store import SqlWork
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork
from tests.fakes.credit_inspections import an_inspection

S1 = SubjectKey("099", "S1")


class LoadedWork(ports.Work, Protocol):
    async def load(self, messages: Sequence[InspectionConcluded]) -> None: ...
    async def flush(self) -> None: ...


class Store(Protocol):
    def begin(self) -> AbstractAsyncContextManager[LoadedWork]: ...
    async def said(self) -> list[Event]: ...


class FakeStore:
    def __init__(self) -> None:
        self._database = FakeDatabase()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[LoadedWork]:
        yield FakeWork(self._database)

    async def said(self) -> list[Event]:
        return list(self._database.said)


class SqlStore:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._transactions = Transactions(lambda: pool, StackClock(), "credit", "640202", lambda: None)
        self._rules = CreditSettings().rulebook()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[LoadedWork]:
        async with self._transactions.begin() as tx:
            yield SqlWork(tx, self._rules)

    async def said(self) -> list[Event]:
        rows = await self._pool.fetch("SELECT type, payload FROM outbox JOIN event_log USING (event_id) ORDER BY id")
        return [msgspec.json.decode(row["payload"], type=EVENTS[row["type"]]) for row in rows]


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("database_url") if request.param == "sql" else None


@pytest.fixture
async def store(url: str | None) -> AsyncIterator[Store]:
    if url is None:
        yield FakeStore()
        return
    await migrate(url, Path(main.__file__).parent / "migrations")
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        yield SqlStore(pool)


async def tell(store: Store, *events: InspectionConcluded) -> None:
    async with store.begin() as work:
        await work.load(events)
        for event in events:
            on_inspection_concluded(work, event)
        await work.flush()


async def found(store: Store, event: InspectionConcluded) -> Subject | None:
    async with store.begin() as work:
        await work.load([event])
        return work.subject(SubjectKey(event.subject.id_type, event.subject.id_no))


async def test_what_one_work_keeps_the_next_one_finds_whole(store: Store) -> None:
    inspections = [an_inspection("1", "FAIL", "CRITICAL"), an_inspection("2", on="2012-04-01", name="新名称")]
    async with store.begin() as work:
        await work.load(inspections)
        for inspection in inspections:
            on_inspection_concluded(work, inspection)
        kept = work.subject(S1)
        await work.flush()
    assert kept is not None
    assert kept.version == 2
    assert kept.name == "新名称"
    assert await found(store, inspections[0]) == kept


async def test_a_subject_without_a_record_is_kept_without_an_assessment(store: Store) -> None:
    await tell(store, an_inspection("1", "PASS"))
    subject = await found(store, an_inspection())
    assert subject is not None
    assert (subject.version, subject.standing, subject.records) == (0, None, [])


async def test_nothing_is_kept_and_nothing_is_said_when_the_work_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as work:
            await work.load([an_inspection()])
            on_inspection_concluded(work, an_inspection())
            raise ZeroDivisionError
    assert await found(store, an_inspection()) is None
    assert await store.said() == []


async def test_what_was_not_loaded_is_not_seen_and_what_was_is_one_object(store: Store) -> None:
    await tell(store, an_inspection("1"), an_inspection("2", of="S2"))
    async with store.begin() as work:
        await work.load([an_inspection("3")])
        assert work.subject(S1) is work.subject(S1)
        assert work.subject(SubjectKey("099", "S2")) is None
        assert work.record("unit", "2") is None


async def test_a_record_is_found_by_its_number_also_when_it_is_about_another_subject(store: Store) -> None:
    await tell(store, an_inspection("1", of="S2"))
    async with store.begin() as work:
        await work.load([an_inspection("1", of="S1")])
        known = work.record("unit", "1")
    assert known is not None
    assert known.subject == SubjectKey("099", "S2")


async def tell_late(store: Store) -> None:
    """Tell of an inspection that another work, begun later, has already told of."""
    async with store.begin() as early:
        await early.load([an_inspection("1", of="S2")])
        await tell(store, an_inspection("1", of="S1"))
        on_inspection_concluded(early, an_inspection("1", of="S2"))
        await early.flush()


async def test_one_inspection_told_about_two_subjects_at_once_makes_one_record(store: Store) -> None:
    with pytest.raises((asyncpg.UniqueViolationError, ValueError)):
        await tell_late(store)
    assert await found(store, an_inspection(of="S2")) is None
    assert len(await store.said()) == 2


async def test_batches_that_meet_at_one_subject_number_their_assessments_without_gaps(store: Store) -> None:
    batches = [[an_inspection(f"{b}-{n}", "FAIL", "CRITICAL") for n in range(2)] for b in range(2)]
    await asyncio.gather(*(tell(store, *batch) for batch in batches))
    said = [event for event in await store.said() if isinstance(event, GradeChanged)]
    assert sorted(event.version for event in said) == [1, 2, 3, 4]
    subject = await found(store, an_inspection())
    assert subject is not None
    assert (subject.version, len(subject.records)) == (4, 4)


async def test_where_a_subject_was_first_seen_never_changes(store: Store) -> None:
    await tell(store, an_inspection("1", source="first"))
    await tell(store, an_inspection("2", source="second", on="2013-05-01"))
    subject = await found(store, an_inspection())
    assert subject is not None
    assert subject.source_system == "first"
    assert subject.named_on == date(2013, 5, 1)


async def test_a_work_without_changes_writes_nothing(store: Store) -> None:
    async with store.begin() as work:
        await work.load([an_inspection()])
        await work.flush()
    assert await found(store, an_inspection()) is None

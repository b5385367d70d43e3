"""One suite for both works of credit: what holds for PostgreSQL holds for the fake, so unit tests may trust it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import msgspec
import pytest

from chassis.calendar import CalendarCache
from chassis.migrations import migrate
from chassis.transaction import Transactions
from contracts.credit import GradeChanged
from contracts.event import Event
from contracts.supervision import InspectionConcluded
from contracts.topology import EVENTS
from credit import main, ports
from credit.domain.commands import MergeSubject, Reassess, SplitSubject
from credit.domain.holder import provisional_key
from credit.domain.record import record_id_of
from credit.domain.subject import Subject
from credit.handlers import merge_subject, on_case_decided, on_inspection_concluded, split_subject
from credit.store import RulebookCache, SqlWork
from kernel.credit import RecordKind
from kernel.subject import SubjectKey
from tests.fakes.credit import CONSTRAINTS, NOON, PROCESS, RULES, FakeDatabase, FakeWork
from tests.fakes.credit_inspections import a_decision, an_inspection

S1, S2 = SubjectKey("099", "S1"), SubjectKey("099", "S2")
RECORD_1, RECORD_2 = (record_id_of(RecordKind.INSPECTION, "unit", number) for number in "12")


class Store(Protocol):
    def begin(self) -> AbstractAsyncContextManager[ports.StoredWork]: ...
    async def said(self) -> list[Event]: ...


class FixedClock:
    """Stands where the fake's clock stands."""

    def now(self) -> datetime:
        return NOON


class FakeStore:
    def __init__(self) -> None:
        self._database = FakeDatabase()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[ports.StoredWork]:
        yield FakeWork(self._database)

    async def said(self) -> list[Event]:
        return list(self._database.said)


class SqlStore:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._transactions = Transactions(lambda: pool, FixedClock(), "credit", "640202", lambda: None)
        self._calendars = CalendarCache()
        self._rulebooks = RulebookCache(RULES)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[ports.StoredWork]:
        async with self._transactions.begin() as tx:
            yield SqlWork(
                tx, self._rulebooks, self._calendars, region="640202", process=PROCESS, constraints=CONSTRAINTS
            )

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


async def do(store: Store, handle: Callable[[ports.StoredWork, Any], object], *messages: Any) -> None:
    async with store.begin() as work:
        await work.load(messages)
        for message in messages:
            handle(work, message)
        await work.flush()


async def tell(store: Store, *events: InspectionConcluded) -> None:
    await do(store, on_inspection_concluded, *events)


async def found(store: Store, event: InspectionConcluded) -> Subject | None:
    return await subject_of(store, SubjectKey(event.subject.id_type, event.subject.id_no))


async def subject_of(store: Store, key: SubjectKey) -> Subject | None:
    async with store.begin() as work:
        await work.load([Reassess(subject=key)])
        return work.subjects.get(key)


@pytest.mark.parametrize("url", [pytest.param("sql", marks=pytest.mark.servers)], indirect=True)
async def test_a_record_that_ended_is_read_when_it_is_asked_for_alone(store: Store) -> None:
    old, new = (an_inspection(no, "FAIL", "CRITICAL", on=day) for no, day in (("1", "2005-02-01"), ("2", "2012-02-01")))
    await do(store, on_inspection_concluded, old, new)
    subject = await subject_of(store, S1)
    assert subject is not None
    assert [record.inspection_no for record in subject.records.values()] == ["2"]
    async with store.begin() as work:
        await work.load([old])
        subject = work.subjects.get(S1)
    assert subject is not None
    assert [(record.inspection_no, record.state.value) for record in subject.records.values()] == [
        ("1", "EXPIRED"),
        ("2", "ACTIVE"),
    ]


async def test_what_one_work_keeps_the_next_one_finds_whole(store: Store) -> None:
    inspections = [an_inspection("1", "FAIL", "CRITICAL", on="2012-02-01"), an_inspection("2", name="新名称")]
    async with store.begin() as work:
        await work.load(inspections)
        for inspection in inspections:
            on_inspection_concluded(work, inspection)
        kept = work.subjects.get(S1)
        await work.flush()
    assert kept is not None
    assert kept.root.version == 2
    assert kept.root.name == "新名称"
    assert await found(store, inspections[0]) == kept


async def test_a_subject_without_a_record_is_kept_without_an_assessment(store: Store) -> None:
    await tell(store, an_inspection("1", "PASS"))
    subject = await found(store, an_inspection())
    assert subject is not None
    assert (subject.root.version, subject.standing, subject.records) == (0, None, {})


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
        assert work.subjects.get(S1) is work.subjects.get(S1)
        with pytest.raises(KeyError):
            work.subjects.get(SubjectKey("099", "S2"))
        with pytest.raises(KeyError):
            work.subjects.with_record(RECORD_2)


async def test_a_record_is_found_by_its_number_also_when_it_is_about_another_subject(store: Store) -> None:
    await tell(store, an_inspection("1", of="S2"))
    async with store.begin() as work:
        await work.load([an_inspection("1", of="S1")])
        owner = work.subjects.with_record(RECORD_1)
    assert owner is not None
    assert owner.records[RECORD_1].subject == SubjectKey("099", "S2")


async def tell_late(store: Store) -> None:
    """Tell of an inspection that another work, begun later, has already told of."""
    async with store.begin() as early:
        event = an_inspection("1", of="S2", object_no="L2")
        await early.load([event])
        await tell(store, an_inspection("1", of="S1"))
        on_inspection_concluded(early, event)
        await early.flush()


async def test_one_inspection_told_about_two_subjects_at_once_makes_one_record(store: Store) -> None:
    with pytest.raises((asyncpg.UniqueViolationError, ValueError)):
        await tell_late(store)
    assert await found(store, an_inspection(of="S2")) is None
    assert len(await store.said()) == 3


async def test_batches_that_meet_at_one_subject_number_their_assessments_without_gaps(store: Store) -> None:
    batches = [[an_inspection(f"{b}-{n}", "FAIL", "CRITICAL") for n in range(2)] for b in range(2)]
    await asyncio.gather(*(tell(store, *batch) for batch in batches))
    said = [event for event in await store.said() if isinstance(event, GradeChanged)]
    assert sorted(event.version for event in said) == [1, 2, 3, 4]
    subject = await found(store, an_inspection())
    assert subject is not None
    assert (subject.root.version, len(subject.records)) == (4, 4)


async def test_where_a_subject_was_first_seen_never_changes(store: Store) -> None:
    await tell(store, an_inspection("1", source="first"))
    await tell(store, an_inspection("2", source="second", on="2013-05-01"))
    subject = await found(store, an_inspection())
    assert subject is not None
    assert subject.root.source_system == "first"
    assert subject.root.named_on == date(2013, 5, 1)


async def test_a_work_without_changes_writes_nothing(store: Store) -> None:
    async with store.begin() as work:
        await work.load([an_inspection()])
        await work.flush()
    assert await found(store, an_inspection()) is None


def merge(subject: SubjectKey, into: SubjectKey) -> MergeSubject:
    return MergeSubject(subject=subject, into=into, by="xy-1", reason="同一主体")


async def test_a_merged_subject_is_found_by_every_number_with_all_its_records(store: Store) -> None:
    await tell(store, an_inspection("1"), an_inspection("2", of="S2"), an_inspection("3", of="S3"))
    await do(store, merge_subject, merge(SubjectKey("099", "S3"), S2))
    await do(store, merge_subject, merge(S2, S1))
    found_by = [await subject_of(store, SubjectKey("099", f"S{n}")) for n in (1, 2, 3)]
    assert found_by[0] == found_by[1] == found_by[2]
    assert found_by[0] is not None
    assert found_by[0].root.key == S1
    assert sorted(r.number for r in found_by[0].records.values()) == ["1", "2", "3"]
    assert {i.key.id_no: i.identity_version for i in found_by[0].identities} == {"S1": 0, "S2": 1, "S3": 1}


async def test_a_split_subject_stands_alone_again(store: Store) -> None:
    await tell(store, an_inspection("1"), an_inspection("2", of="S2"))
    await do(store, merge_subject, merge(S2, S1))
    await do(store, split_subject, SplitSubject(subject=S2, by="xy-1", reason="并错了"))
    alone, other = await subject_of(store, S2), await subject_of(store, S1)
    assert alone is not None
    assert other is not None
    assert (alone.root.merged_into, alone.root.identity_version, set(alone.records)) == (None, 2, {RECORD_2})
    assert (other.aliases, set(other.records)) == ({}, {RECORD_1})


async def test_the_holder_told_by_the_earliest_decision_is_kept(store: Store) -> None:
    await do(store, on_case_decided, a_decision(of="S2", version=2))
    await do(store, on_case_decided, a_decision(of="S1", version=1))
    await do(store, on_case_decided, a_decision(of="S3", version=3))
    orphan = an_inspection("1", of=provisional_key("unit", "L1").id_no)
    await tell(store, orphan)
    subject = await found(store, orphan)
    assert subject is not None
    assert subject.root.key == S1


async def test_mergers_that_meet_leave_nobody_in_two_places(store: Store) -> None:
    await tell(store, *(an_inspection(str(n), of=f"S{n}") for n in range(1, 5)))
    keys = [SubjectKey("099", f"S{n}") for n in range(1, 5)]
    pairs = [(keys[1], keys[0]), (keys[2], keys[1]), (keys[3], keys[2])]
    await asyncio.gather(*(do(store, merge_subject, merge(*pair)) for pair in pairs), return_exceptions=True)
    subjects = [await subject_of(store, key) for key in keys]
    numbers = {s.root.key: sorted(r.number for r in s.records.values()) for s in subjects if s}
    assert sorted(number for told in numbers.values() for number in told) == ["1", "2", "3", "4"]

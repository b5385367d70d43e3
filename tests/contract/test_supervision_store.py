"""One suite for both works of supervision: what holds for PostgreSQL holds for the fake, so unit tests may trust it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import UUID

import asyncpg
import msgspec
import pytest

import supervision
from chassis.calendar import CalendarCache
from chassis.migrations import migrate
from chassis.transaction import Transactions
from contracts.event import Event
from contracts.topology import EVENTS
from kernel.decision import DecisionKind
from kernel.inspection import LineResult, Severity
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.catalogue import CatalogueVersion
from supervision.domain.claim import ClaimTask
from supervision.domain.inspection import ConcludeTask, Line
from supervision.ports import StoredWork
from supervision.store import CatalogueCache, CelConditions, SqlWork
from tests.fakes.draws import DESK
from tests.fakes.plans import PLAN_RULES
from tests.fakes.publicity import PUBLICITY
from tests.fakes.risk import TABLE
from tests.fakes.supervised import (
    NOON,
    RULES,
    a_link,
    a_report,
    a_version,
    an_inspection,
    corrected,
    decided,
    found,
    inspectors,
    publishing,
)
from tests.fakes.supervision import FakeDatabase, FakeWork

MIGRATIONS = Path(supervision.__file__).parent / "migrations"
NO_TASK = str(UUID(int=0))

MakeDatabase = Callable[[str | None], Awaitable[str]]


class NoonClock:
    def now(self) -> Any:
        return NOON


class Store(Protocol):
    def begin(self) -> AbstractAsyncContextManager[StoredWork]: ...
    async def said(self) -> list[Event]: ...


class FakeStore:
    def __init__(self) -> None:
        self.database = FakeDatabase()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[StoredWork]:
        yield FakeWork(self.database)

    async def said(self) -> list[Event]:
        return list(self.database.said)


class SqlStore:
    more: ClassVar[Mapping[str, Any]] = {}
    """Rules the work has besides."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool = pool
        self.cache = CatalogueCache(CelConditions())
        self.calendar = CalendarCache()
        self.publicity = PUBLICITY
        self._transactions = Transactions(lambda: pool, NoonClock(), "supervision", "640202", lambda: None)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[StoredWork]:
        async with self._transactions.begin() as tx:
            yield SqlWork(
                tx,
                self.cache,
                "640202",
                rules=RULES,
                calendar=self.calendar,
                risk_table=TABLE,
                publicity=self.publicity,
                plan_rules=PLAN_RULES,
                draws=DESK,
                **self.more,
            )

    async def said(self) -> list[Event]:
        rows = await self.pool.fetch(
            "SELECT e.type, e.payload FROM outbox o JOIN event_log e USING (event_id) ORDER BY o.id"
        )
        return [msgspec.json.decode(row["payload"], type=EVENTS[row["type"]]) for row in rows]


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    await migrate(database_url, MIGRATIONS)
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    yield SqlStore(pool)
    await pool.close()


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def empty_store(request: pytest.FixtureRequest) -> Store:
    chosen: Store = FakeStore() if request.param == "fake" else request.getfixturevalue("sql_store")
    return chosen


@pytest.fixture
async def store(empty_store: Store) -> Store:
    await all_of(empty_store, handlers.register_inspector, inspectors())
    await publish(empty_store, a_version(a_link(), a_link("OTHER", item_code="1007", checklist="OTHER-5")))
    return empty_store


async def publish(store: Store, version: CatalogueVersion) -> None:
    """Bring a version into force, by two persons."""
    for handle, command in publishing(version):
        await one(store, handle, command)


async def one(store: Store, handle: Callable[[Any, Any], Any], message: Any) -> Any:
    return (await all_of(store, handle, [message]))[0]


async def all_of(store: Store, handle: Callable[[Any, Any], Any], messages: Sequence[Any]) -> list[Any]:
    async with store.begin() as work:
        await work.load(messages)
        answers = [handle(work, message) for message in messages]
        await work.flush()
    return answers


async def seen(store: Store, message: Any, look: Callable[[StoredWork], Any]) -> Any:
    async with store.begin() as work:
        await work.load([message])
        return look(work)


async def kinds(store: Store) -> list[str]:
    """What was told, the furnishing and risk classes apart: test_supervision_risk.py is about those."""
    names = [type(event).__name__ for event in await store.said()]
    return [name for name in names if name not in {"CataloguePublished", "RiskClassified"}]


async def test_what_a_decision_made_is_there_in_the_next_transaction(store: Store) -> None:
    applied = await one(store, handlers.on_case_decided, decided())
    async with store.begin() as work:
        await work.load([decided()])
        assert work.decisions.get("chicago", "C1", 1) == applied
        entry = work.objects.get("chicago", "O1")
        (task,) = work.tasks.open_on("chicago", "O1")
        assert work.tasks.get(task.task_id) == task
    assert entry is not None
    assert (entry.holder.id_no, entry.name, entry.object_version, entry.provisional) == ("S1", "某店", 1, False)
    assert (task.link_code, task.case_id, task.created_at, task.holder) == ("FOOD", "C1", NOON, entry.holder)
    assert await kinds(store) == ["TaskCreated"]


async def test_commands_of_one_batch_see_each_other(store: Store) -> None:
    second = decided("C2", object_version=2, kind=DecisionKind.RENEW)
    ending = decided("C1-END", object_version=3, kind=DecisionKind.REVOKE)
    third = decided("C3", object_version=4)
    outcomes = [
        a.outcome.value for a in await all_of(store, handlers.on_case_decided, [decided(), second, ending, third])
    ]
    assert outcomes == ["TASK", "JOINED", "CANCELLED", "TASK"]
    open_tasks = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    assert [task.case_id for task in open_tasks] == ["C3"]


async def test_a_task_closed_and_its_successor_are_written_in_one_batch(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    ending = decided("C1-END", object_version=2, kind=DecisionKind.REVOKE)
    await all_of(store, handlers.on_case_decided, [ending, decided("C2", object_version=3)])
    open_tasks = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    assert [task.case_id for task in open_tasks] == ["C2"]


async def test_open_tasks_come_oldest_first(store: Store) -> None:
    both = [decided(), decided("C2", object_version=2, item_code="1007")]
    await all_of(store, handlers.on_case_decided, both)
    open_tasks = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    assert [task.case_id for task in open_tasks] == ["C1", "C2"]
    assert list(open_tasks) == sorted(open_tasks, key=lambda task: task.age)


async def test_an_inspection_comes_back_as_it_went(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    lines = tuple(Line(str(number), answer) for number, answer in ((2, LineResult.FAIL), (1, LineResult.PASS)))
    lines += (Line("3", LineResult.NOT_APPLICABLE), Line("4", LineResult.NOT_CHECKED))
    findings = (found("2", Severity.SERIOUS, "离地不足 10 厘米"),)
    command = an_inspection(lines=lines, findings=findings, object_version=1)
    receipt = await one(store, handlers.conclude_inspection, command)
    kept = await seen(store, command, lambda work: work.inspections.get("chicago", "I1"))
    assert set(kept.report.lines) == set(lines)
    assert replace(kept.report, lines=lines) == command.report
    assert (kept.task_id, kept.ad_hoc, kept.orphan) == (receipt.task_id, False, False)
    assert (await one(store, handlers.conclude_inspection, command)).duplicate
    assert await kinds(store) == ["TaskCreated", "InspectionConcluded"]


async def test_an_inspection_without_lines_is_kept_without_lines(store: Store) -> None:
    command = an_inspection(lines=())
    assert (await one(store, handlers.conclude_inspection, command)).orphan
    kept = await seen(store, command, lambda work: work.inspections.get("chicago", "I1"))
    assert kept.report == command.report


async def test_the_same_inspection_twice_in_one_batch_is_recorded_once(store: Store) -> None:
    receipts = await all_of(store, handlers.conclude_inspection, [an_inspection(), an_inspection()])
    assert [receipt.duplicate for receipt in receipts] == [False, True]
    assert await kinds(store) == ["TaskCreated", "InspectionConcluded"]


async def test_what_is_refused_in_a_batch_changes_nothing_and_the_rest_is_kept(store: Store) -> None:
    async with store.begin() as work:
        messages = [an_inspection("I1", inspectors=("nobody", "ghost")), an_inspection("I2")]
        await work.load(messages)
        with pytest.raises(Refusal):
            handlers.conclude_inspection(work, messages[0])
        handlers.conclude_inspection(work, messages[1])
        await work.flush()
    assert await seen(store, an_inspection("I1"), lambda work: work.inspections.get("chicago", "I1")) is None
    assert await seen(store, an_inspection("I2"), lambda work: work.inspections.get("chicago", "I2")) is not None


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    async def fails() -> None:
        async with store.begin() as work:
            await work.load([decided()])
            handlers.on_case_decided(work, decided())
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fails()
    assert await seen(store, decided(), lambda work: work.decisions.get("chicago", "C1", 1)) is None
    assert await kinds(store) == []


async def test_a_correction_finds_the_tasks_of_its_case_open_or_not(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    await one(store, handlers.on_case_corrected, corrected(item_code="1007"))
    back = corrected(object_version=3, revision=3, corrects_revision=2)
    assert (await one(store, handlers.on_case_corrected, back)).outcome.value == "TASK"
    made = await seen(store, back, lambda work: work.tasks.made_by("chicago", "C1"))
    assert [(t.link_code, t.state.value) for t in made] == [
        ("FOOD", "CANCELLED"),
        ("OTHER", "CANCELLED"),
        ("FOOD", "PENDING_CLAIM"),
    ]


async def test_a_decision_and_its_correction_in_one_batch_see_each_other(store: Store) -> None:
    both = [decided(), corrected(item_code="1007")]
    async with store.begin() as work:
        await work.load(both)
        handlers.on_case_decided(work, both[0])
        handlers.on_case_corrected(work, corrected(item_code="1007"))
        await work.flush()
    open_tasks = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    assert [task.link_code for task in open_tasks] == ["OTHER"]


async def test_a_task_is_claimed_and_then_concluded_by_its_id(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    (task,) = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    claimed = await one(store, handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    assert (claimed.state.value, claimed.claimed_at) == ("CLAIMED", NOON)
    command = ConcludeTask(task_id=task.task_id, report=a_report())
    receipt = await one(store, handlers.conclude_task, command)
    assert (receipt.task_id, receipt.source_system, receipt.duplicate) == (task.task_id, "chicago", False)
    assert (await one(store, handlers.conclude_task, command)).duplicate


async def test_a_task_nobody_made_is_not_found(store: Store) -> None:
    with pytest.raises(Refusal) as refused:
        await one(store, handlers.conclude_task, ConcludeTask(task_id=NO_TASK, report=a_report()))
    assert refused.value.status == 404


async def test_an_inspector_is_renewed(store: Store) -> None:
    moved = replace(inspectors()[0], department="DEMO-FIRE")
    await one(store, handlers.register_inspector, moved)
    assert await seen(store, moved, lambda work: work.inspectors.known([moved.code])) == {moved.code: moved}


@pytest.mark.servers
async def test_two_transactions_on_one_object_make_one_task(sql_store: SqlStore) -> None:
    await publish(sql_store, a_version())
    both = [one(sql_store, handlers.on_case_decided, decided(f"C{n}", object_version=n)) for n in (1, 2)]
    outcomes = sorted(applied.outcome.value for applied in await asyncio.gather(*both))
    assert outcomes == ["JOINED", "TASK"]


@pytest.mark.servers
async def test_two_transactions_with_one_inspection_record_it_once(sql_store: SqlStore) -> None:
    await all_of(sql_store, handlers.register_inspector, inspectors())
    both = [one(sql_store, handlers.conclude_inspection, an_inspection()) for _ in range(2)]
    assert sorted(receipt.duplicate for receipt in await asyncio.gather(*both)) == [False, True]


@pytest.mark.servers
async def test_asking_for_what_was_not_loaded_is_a_mistake_not_an_absence(sql_store: SqlStore) -> None:
    async with sql_store.begin() as work:
        await work.load([decided()])
        for asked in (
            lambda: work.objects.get("chicago", "O2"),
            lambda: work.inspections.get("chicago", "I1"),
            lambda: work.tasks.open_on("chicago", "O2"),
            lambda: work.tasks.made_by("chicago", "C1"),
            lambda: work.grades.get("099", "S2"),
            lambda: work.risks.get("chicago", "O2"),
            lambda: work.objects.held_by("099", "S1"),
            lambda: work.decisions.on("chicago", "O1"),
        ):
            with pytest.raises(KeyError):
                asked()

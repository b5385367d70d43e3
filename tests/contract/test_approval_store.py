"""One suite for both works of approval: what holds for PostgreSQL holds for the fake, so unit tests may trust it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec
import pytest

from approval import handlers, ports
from approval.domain.commands import ListItem, RegisterCase, TellItems
from approval.domain.holder import Holder, number_place
from approval.domain.intake import ImportCases, NotWritten
from approval.domain.item import Item
from approval.domain.progress import CaseStep, StepKind
from approval.store import SqlWork
from chassis.calendar import CalendarCache
from chassis.migrations import migrate
from chassis.transaction import SingleStatements, Transactions
from contracts.approval import CaseCorrected, CaseDecided, ItemListed
from contracts.credit import GradeChanged
from contracts.directory import DirectoryChanged
from contracts.event import Event
from contracts.feedback import FeedbackOverdue
from contracts.topology import EVENTS
from kernel.credit import Grade
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKey, SubjectKind
from kernel.sweep import TakeStep
from tests.fakes.approval import (
    CODE,
    FOOD,
    IDENTITY,
    NOW,
    PERSON_NO,
    RULES,
    FakeDatabase,
    FakeWork,
    a_case,
    a_colleague,
    a_department,
    a_grade,
    a_person,
    a_raised,
    a_statement,
    a_task_created,
    an_answer,
    an_unmatched,
)

FEEDBACK = str(UUID(int=5))
MIGRATIONS = Path(__file__).parents[2] / "services" / "approval" / "migrations"


class Store(Protocol):
    def begin(self) -> AbstractAsyncContextManager[ports.StoredWork]: ...
    async def said(self) -> list[Event]: ...
    async def steps(self) -> list[CaseStep]: ...
    async def untell(self) -> None: ...


class FakeStore:
    def __init__(self) -> None:
        self._database = FakeDatabase()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[ports.StoredWork]:
        yield FakeWork(self._database)

    async def said(self) -> list[Event]:
        return list(self._database.said)

    async def steps(self) -> list[CaseStep]:
        return list(self._database.steps)

    async def untell(self) -> None:
        self._database.items = {code: replace(item, version=0) for code, item in self._database.items.items()}


class FixedClock:
    def now(self) -> Any:
        return NOW


class SqlStore:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool
        self._calendars = CalendarCache()
        self._transactions = Transactions(lambda: pool, FixedClock(), "approval", "640202", lambda: None)
        self.single = SingleStatements(lambda: pool, FixedClock(), "approval", "640202", lambda: None)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[ports.StoredWork]:
        async with self._transactions.begin() as tx:
            yield SqlWork(tx, IDENTITY, "640202", RULES, self._calendars)

    async def said(self) -> list[Event]:
        rows = await self.pool.fetch("SELECT type, payload FROM outbox JOIN event_log USING (event_id) ORDER BY id")
        return [msgspec.json.decode(row["payload"], type=EVENTS[row["type"]]) for row in rows]

    async def steps(self) -> list[CaseStep]:
        rows = await self.pool.fetch("SELECT * FROM case_step ORDER BY id")
        facts = [
            {**row, "task_id": str(row["task_id"] or ""), "facts": msgspec.json.decode(row["facts"])} for row in rows
        ]
        return [CaseStep(**{name: fact[name] for name in CaseStep.__slots__}) for fact in facts]

    async def untell(self) -> None:
        await self.pool.execute("UPDATE item SET version = 0")


@pytest.fixture
async def sql_store(make_database: Callable[[str | None], Awaitable[str]]) -> AsyncIterator[SqlStore]:
    url = await make_database(None)
    await migrate(url, MIGRATIONS)
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        store = SqlStore(pool)
        await tell(store, handlers.list_item, ListItem(FOOD))
        await pool.execute("DELETE FROM outbox")  # tests look at what they said themselves
        yield store


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "fake":
        return FakeStore()
    found: SqlStore = request.getfixturevalue("sql_store")
    return found


async def tell(store: Store, handle: Callable[..., Any], *messages: Any) -> list[Any]:
    async with store.begin() as work:
        await work.load(messages)
        answers = [handle(work, message) for message in messages]
        await work.flush()
    return answers


async def register(store: Store, *commands: RegisterCase) -> list[int]:
    return [receipt.object_version for receipt in await tell(store, handlers.register_case, *commands)]


async def test_what_one_work_registers_the_next_one_knows(store: Store) -> None:
    assert await register(store, a_case("A"), a_case("B"), a_case("C", object_no="O2")) == [1, 2, 1]
    (again,) = await tell(store, handlers.register_case, a_case("B"))
    assert (again.duplicate, again.object_version) == (True, 2)
    assert await register(store, a_case("A", revision=2)) == [3]
    assert [type(event) for event in await store.said()] == [CaseDecided] * 3 + [CaseCorrected]


async def test_other_content_and_gaps_are_seen_across_works(store: Store) -> None:
    await register(store, a_case())
    for command, code in (
        (a_case(licence_no="L"), "case-differs"),
        (a_case(revision=3), "revision-gap"),
        (a_case(revision=2, object_no="O2"), "object-changed"),
    ):
        with pytest.raises(Refusal, match=code):
            await register(store, command)
    assert len(await store.said()) == 1


async def test_the_same_numbers_in_two_source_systems_are_two_things(store: Store) -> None:
    assert await register(store, a_case(), a_case(source_system="other")) == [1, 1]


async def test_a_person_is_known_again(store: Store) -> None:
    await register(store, a_case(subject=a_person()))
    (again,) = await tell(store, handlers.register_case, a_case(subject=a_person()))
    assert again.duplicate
    with pytest.raises(Refusal, match="case-differs"):
        await register(store, a_case(subject=a_person(name="李四")))


async def test_nothing_is_kept_and_nothing_is_said_when_the_work_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as work:
            await work.load([a_case()])
            handlers.register_case(work, a_case())
            raise ZeroDivisionError
    assert await store.said() == []
    assert await register(store, a_case()) == [1]


async def test_an_import_that_may_not_stand_leaves_no_trace(store: Store) -> None:
    rows = ((2, a_statement("A")), (3, a_statement("B", region="999999")))
    with pytest.raises(NotWritten):
        await tell(store, handlers.import_cases, ImportCases(rows=rows))
    assert await store.said() == []
    (report,) = await tell(store, handlers.import_cases, ImportCases(rows=rows, partial=True))
    assert (report.written, len(report.refused)) == (1, 1)


async def test_items_are_listed_replaced_and_found(store: Store) -> None:
    new, renamed = Item(item_code="2001", name="药品"), Item(item_code="2001", name="药品零售", department="局")
    flagged = replace(renamed, public_safety=True)
    commands = [ListItem(item) for item in (new, renamed, renamed, flagged)]
    receipts = await tell(store, handlers.list_item, *commands)
    assert [(r.version, r.created, r.duplicate) for r in receipts] == [
        (1, True, False),
        (2, False, False),
        (2, False, True),
        (3, False, False),
    ]
    assert [r.duplicate for r in await tell(store, handlers.list_item, ListItem(flagged))] == [True]
    async with store.begin() as work:
        await work.load([ListItem(new)])
        assert work.items.get("2001") == replace(flagged, version=3)
    told = [event for event in await store.said() if isinstance(event, ItemListed)]
    assert [(event.aggregate, event.version, event.public_safety) for event in told] == [
        ("item:2001", 1, False),
        ("item:2001", 2, False),
        ("item:2001", 3, True),
    ]


async def test_entries_from_before_entries_were_told_are_told_once(store: Store) -> None:
    await store.untell()
    assert await tell(store, handlers.tell_items, TellItems()) == [1]
    assert await tell(store, handlers.tell_items, TellItems()) == [0]
    (told,) = await store.said()
    assert isinstance(told, ItemListed)
    assert (told.item_code, told.version, told.public_safety) == (FOOD.item_code, 1, True)
    assert [r.duplicate for r in await tell(store, handlers.list_item, ListItem(FOOD))] == [True]


async def test_regions_of_every_level_are_known_and_others_are_not(store: Store) -> None:
    async with store.begin() as work:
        await work.load([a_case(region=code) for code in ("640202", "640200", "640000", "640299")])
        assert [work.region_known(code) for code in ("640202", "640200", "640000", "640299")] == [
            True,
            True,
            True,
            False,
        ]


async def test_the_newest_grade_is_held(store: Store) -> None:
    events: tuple[GradeChanged, ...] = (a_grade(2, Grade.C), a_grade(1, Grade.B), a_grade(7, Grade.A, id_no="X"))
    await tell(store, handlers.on_grade_changed, *events)
    await tell(store, handlers.on_grade_changed, a_grade(1, Grade.D))
    async with store.begin() as work:
        await work.load([a_grade()])
        held = work.held.grade(SubjectKey("001", CODE))
        assert held is not None
        assert (held.version, held.grade, held.score) == (2, Grade.C, 880)
        assert work.held.grade(SubjectKey("001", "X")) is None


async def test_the_directory_is_kept_with_a_version_per_change(store: Store) -> None:
    office, renamed = a_department(), a_department(name="另一名称", merged_into="DEMO-CITY")
    first = await tell(store, handlers.list_department, office, office, renamed)
    assert [(r.version, r.created, r.duplicate) for r in first] == [
        (1, True, False),
        (1, False, True),
        (2, False, False),
    ]
    people = [a_colleague(), a_colleague("p-2", left_on=date(2026, 3, 2), successor="p-1", deputy="p-3")]
    assert [r.version for r in await tell(store, handlers.list_person, *people)] == [1, 1]
    (again,) = await tell(store, handlers.list_person, people[1])
    assert (again.version, again.duplicate) == (1, True)
    async with store.begin() as work:
        await work.load([office, *people])
        assert work.directory.department("DEMO-FOOD") == replace(renamed.department, version=2)
        assert work.directory.person("p-2") == replace(people[1].person, version=1)
    said = [event for event in await store.said() if isinstance(event, DirectoryChanged)]
    assert [(event.aggregate, event.version) for event in said] == [
        ("DEPARTMENT:DEMO-FOOD", 1),
        ("DEPARTMENT:DEMO-FOOD", 2),
        ("PERSON:p-1", 1),
        ("PERSON:p-2", 1),
    ]


async def test_an_entry_that_may_not_stand_leaves_no_trace(store: Store) -> None:
    with pytest.raises(Refusal, match="invalid-content"):
        await tell(store, handlers.list_person, a_colleague(department="NOWHERE"))
    for unfit in (a_department("\x00"), a_department("")):
        with pytest.raises(Refusal, match="invalid-content"):
            await tell(store, handlers.list_department, unfit)
    assert await store.said() == []


async def test_the_progress_of_cases_is_appended_as_it_was_told(store: Store) -> None:
    task = str(UUID(int=7))
    created, unmatched = a_task_created(task), an_unmatched("C2")
    async with store.begin() as work:
        await work.load([created, unmatched])
        handlers.on_task_created(work, created)
        handlers.on_unmatched(work, unmatched)
        await work.flush()
    assert await store.steps() == [
        CaseStep(
            source_system="unit",
            case_id="C1",
            task_id=task,
            kind=StepKind.PUSHED,
            at=NOW,
            department="DEMO-FOOD",
            facts={"department": "DEMO-FOOD", "link_code": "FOOD", "catalogue_version": "2010-1"},
        ),
        CaseStep(source_system="unit", case_id="C2", task_id="", kind=StepKind.UNMATCHED, at=NOW),
    ]


async def test_a_feedback_is_kept_with_its_clock_and_answered_together_with_the_decision(store: Store) -> None:
    raised, answer = a_raised(FEEDBACK), an_answer(FEEDBACK, reason="同意")
    await register(store, a_case())
    await tell(store, handlers.on_feedback_raised, raised, raised)
    async with store.begin() as work:
        await work.load([answer])
        kept = work.feedback.get(FEEDBACK)
        (clock,) = work.deadlines.of(FEEDBACK)
    assert kept is not None
    assert (kept.state, kept.kind, kept.subject.id_no, kept.raised_at) == ("OPEN", "REVOKE", CODE, NOW)
    assert (clock.kind, clock.state, clock.due_on) == ("ANSWER", "RUNNING", date(2026, 3, 9))
    ((answered, again),) = await tell(store, handlers.answer_feedback, answer)
    assert (answered.accepted, answered.decision_case_id, answered.decision_revision, again) == (True, "C2", 1, False)
    ((same, again),) = await tell(store, handlers.answer_feedback, answer)
    assert (same, again) == (answered, True)
    async with store.begin() as work:
        await work.load([answer])
        (clock,) = work.deadlines.of(FEEDBACK)
        assert work.feedback.get(FEEDBACK) == answered
    assert clock.state == "MET"
    said = [type(event).__name__ for event in await store.said()]
    assert said == ["CaseDecided", "CaseDecided", "FeedbackAnswered"]


async def test_an_answer_whose_decision_is_refused_leaves_no_trace(store: Store) -> None:
    await tell(store, handlers.on_feedback_raised, a_raised(FEEDBACK))
    unsound = an_answer(FEEDBACK, statement=a_statement("C2", kind=DecisionKind.REVOKE, region="1"))
    with pytest.raises(Refusal) as refused:
        await tell(store, handlers.answer_feedback, unsound)
    assert [fault.pointer for fault in refused.value.faults] == ["/case/region"]
    assert await store.said() == []
    async with store.begin() as work:
        await work.load([unsound])
        kept = work.feedback.get(FEEDBACK)
    assert kept is not None
    assert kept.state == "OPEN"


async def test_an_answer_to_a_feedback_nobody_raised_is_refused(store: Store) -> None:
    for unknown in (FEEDBACK, "no uuid at all"):
        with pytest.raises(Refusal, match="not-found"):
            await tell(store, handlers.answer_feedback, an_answer(unknown))


async def test_a_step_is_taken_once_and_only_when_it_is_due(store: Store) -> None:
    await tell(store, handlers.on_feedback_raised, a_raised(FEEDBACK, raised_at=NOW - timedelta(days=30)))
    async with store.begin() as work:
        await work.load([an_answer(FEEDBACK)])
        (clock,) = work.deadlines.of(FEEDBACK)
    for _ in range(5):
        await tell(store, handlers.take_step, TakeStep(clock.deadline_id))
    async with store.begin() as work:
        await work.load([TakeStep(clock.deadline_id)])
        taken = work.deadlines.get(clock.deadline_id)
    assert taken is not None
    assert [step for step, _ in taken.steps] == ["HALF", "BEFORE", "YELLOW"]
    (overdue,) = await store.said()
    assert isinstance(overdue, FeedbackOverdue)
    assert (overdue.feedback_id, overdue.due_on, overdue.overdue_since) == (FEEDBACK, clock.due_on, clock.due_at)


async def test_unfit_characters_are_refused_by_content_and_never_reach_the_database(store: Store) -> None:
    unfit = [a_case("\x00"), a_case(item_code="\x00"), a_case(region="\ud800"), a_case(object_no="\x00")]
    async with store.begin() as work:
        await work.load([*unfit, a_case()])
        for command in unfit:
            with pytest.raises(Refusal, match="invalid-content"):
                handlers.register_case(work, command)
        assert handlers.register_case(work, a_case()).object_version == 1


@pytest.mark.servers
async def test_writers_at_the_same_time_leave_no_gap_and_no_double(sql_store: SqlStore) -> None:
    async def write(first: int) -> None:
        await register(sql_store, *(a_case(f"C{n}", object_no=f"O{n % 3}") for n in range(first, first + 40)))

    command = ImportCases(rows=tuple((n, a_statement(f"I{n}", object_no=f"O{n % 3}")) for n in range(2, 40)))
    await asyncio.gather(write(0), write(20), tell(sql_store, handlers.import_cases, command), write(10))
    rows = await sql_store.pool.fetch("SELECT object_no, object_version FROM decision ORDER BY 1, 2")
    assert len(rows) == 60 + 38
    for thing in {row["object_no"] for row in rows}:
        versions = [row["object_version"] for row in rows if row["object_no"] == thing]
        assert versions == list(range(1, len(versions) + 1))


@pytest.mark.servers
async def test_a_persons_number_and_name_are_nowhere_in_clear(sql_store: SqlStore) -> None:
    foreign = Holder(id_type="099", id_no="G12345678", kind=SubjectKind.PERSON, name="张三丰")
    await register(sql_store, a_case("A", subject=a_person()), a_case("B", subject=foreign))
    tables = await sql_store.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        for row in await sql_store.pool.fetch(f'SELECT * FROM "{table[0]}"'):  # noqa: S608 - names from the catalogue
            clear = repr(tuple(row)) + "".join(v.decode("utf-8", "replace") for v in row if isinstance(v, bytes))
            assert not any(secret in clear for secret in (PERSON_NO, "张三丰", "G12345678"))
    (row,) = await sql_store.pool.fetch("SELECT * FROM subject WHERE id_type = '111'")
    assert IDENTITY.open(row["sealed_no"], number_place("111", row["id_no"])) == PERSON_NO
    assert row["number_index"] in IDENTITY.indexes(PERSON_NO)

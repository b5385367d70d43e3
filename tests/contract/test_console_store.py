"""The read model is the same in whatever order and in whatever batches the events come, and however often."""

import random
import runpy
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from uuid_utils.compat import uuid7

import console
from chassis.clock import StackClock
from chassis.database import open_pool, reading_engine
from chassis.envelope import Cause, Opened, seal
from chassis.owner import Owner
from chassis.transaction import Transactions
from console.handlers import hear
from console.queries import CaseFilter, cases
from console.store import SqlWork
from console.store.groups import TABLES
from contracts import approval, credit, directory, process, supervision, watch
from contracts.event import Event, Object, Subject, speaker
from contracts.feedback import FeedbackRaised
from contracts.supervision import OpenDeadline
from kernel.credit import Grade
from kernel.deadline import Step
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind
from kernel.inspection import InspectionResult

pytestmark = pytest.mark.servers

MIGRATIONS = Path(console.__file__).parent / "migrations"
NEVER = 9999
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = date(2026, 3, 2)
HOLDER = Subject(id_type="001", id_no="91640202MA00000001", kind="ORGANISATION", name="示例店")
SHOP = Object(object_no="S-1", name="示例店", address="朝阳街 1 号")
ABOUT: dict[str, Any] = {"source_system": "test", "region": "640202", "subject": HOLDER, "object": SHOP}
FIRST, SECOND = str(UUID(int=1)), str(UUID(int=2))


def story() -> Iterator[Event]:
    """Two tasks of one case, one of them through every turn a task can take, and what credit said."""
    case: dict[str, Any] = ABOUT | {"case_id": "C-1", "kind": DecisionKind.NEW, "item_code": "food", "decided_on": DAY}
    yield approval.CaseDecided(**case, revision=1, object_version=1)
    yield approval.CaseCorrected(**case | {"item_code": "drinks"}, revision=2, object_version=2, corrects_revision=1)
    for task_id, department in ((FIRST, "FOOD"), (SECOND, "FIRE")):
        of = ABOUT | {"task_id": task_id, "department": department, "case_id": "C-1"}
        first = OpenDeadline(kind="CLAIM", due_at=AT + timedelta(days=3))
        yield supervision.TaskCreated(**of, ad_hoc=False, link_code="L", created_at=AT, deadlines=(first,))
    yield from clocks_of_the_second()
    of = ABOUT | {"task_id": FIRST, "department": "FOOD", "case_id": "C-1"}
    moved = of | {"by": "boss-1", "at": AT, "reason": "说明"}
    clock: dict[str, Any] = {"deadline_id": "D", "due_at": AT, "due_on": DAY, "at": AT}
    yield watch.CardIssued(**of, **clock, kind="CLAIM", card=Step.YELLOW)
    yield process.TaskReturned(**moved)
    yield process.TaskRouted(**moved | {"department": "MARKET"}, previous_department="FOOD")
    yield supervision.TaskClaimed(**of | {"department": "MARKET"}, claimed_by="officer-1", claimed_at=AT)
    yield process.TaskTransferred(**moved | {"department": "MARKET"}, officer="officer-2")
    yield process.TaskHandedOver(
        **moved | {"department": "MARKET"}, previous_department="MARKET", claimed_by="officer-3"
    )
    yield process.TaskPlanned(**moved | {"department": "MARKET"}, planned_on=DAY, officers=("officer-3",))
    yield process.TaskStarted(**moved | {"department": "MARKET"})
    yield watch.CardIssued(**of | {"department": "MARKET"}, **clock, kind="FIRST_CHECK", card=Step.RED)
    yield watch.TaskUrged(**moved | {"department": "MARKET"}, measure="URGE", to=("officer-3",))
    yield supervision.InspectionConcluded(
        **of | {"department": "MARKET"},
        inspection_no="I-1",
        result=InspectionResult.FAIL,
        inspected_on=DAY,
        inspectors=("officer-3", "officer-4"),
    )
    yield process.RectificationOrdered(**moved | {"department": "MARKET"}, round=1, demand="改", due_on=DAY)
    yield process.TaskClosed(**moved | {"department": "MARKET"}, close_reason="RECTIFIED")
    said: dict[str, Any] = {"source_system": "test", "region": "640202", "subject": HOLDER}
    yield credit.SubjectRegistered(**said, named_on=DAY)
    graded: dict[str, Any] = said | {"previous": None, "scorecard": "2026", "assessed_on": DAY}
    yield credit.GradeChanged(**graded, version=1, grade=Grade.B, score=80)
    yield credit.GradeChanged(**graded, version=2, grade=Grade.A, score=95)
    yield from names()


def names() -> Iterator[Event]:
    """A department and an item, named and named anew; a person, whose name stays in approval."""
    listed: dict[str, Any] = {"source_system": directory.SOURCE, "region": "640202"}
    for version, name in ((1, "市场局"), (2, "市场监督管理局")):
        entry = directory.DepartmentEntry(name=name)
        yield directory.DirectoryChanged(**listed, code="MARKET", version=version, department=entry)
    officer = directory.PersonEntry(department="MARKET")
    yield directory.DirectoryChanged(**listed, code="officer-1", version=1, person=officer)
    for version, name in ((1, "饮品店许可"), (2, "饮品经营许可")):
        yield approval.ItemListed(**listed, item_code="drinks", name=name, version=version)


def clocks_of_the_second() -> Iterator[Event]:
    """One clock is stopped by an event that says nothing of the others yet, another begins, and the feedback ends it."""
    of = ABOUT | {"task_id": SECOND, "department": "FIRE", "case_id": "C-1"}
    clock: dict[str, Any] = {"deadline_id": "D", "kind": "CLAIM", "due_at": AT + timedelta(days=3), "due_on": DAY}
    yield watch.DeadlineStopped(**of, **clock, by="officer-1", reason="停业", at=AT)
    waits = OpenDeadline(kind="FIRST_CHECK", due_at=AT + timedelta(days=1), stopped=True)
    runs = [OpenDeadline(kind=kind, due_at=AT + timedelta(days=days)) for kind, days in (("FEEDBACK", 9), ("CLAIM", 8))]
    yield watch.DeadlineResumed(**of, **clock, by="officer-1", was_due_at=AT, at=AT, deadlines=(waits, *runs))
    asked: dict[str, Any] = {"feedback_id": "F-1", "kind": FeedbackKind.REVOKE, "reason": "不再符合条件"}
    yield FeedbackRaised(**of, **asked, raised_by="officer-1", raised_at=AT, deadlines=(waits, runs[0]))


def heard(event: Event, at: datetime) -> Opened:
    """The event as it would come."""
    sealed = seal(event, service=speaker(type(event)), region="640202", now=at, cause=None, traceparent="00-ab-cd-01")
    return Opened(sealed.id, event, event.source_system, Cause("", ""), sealed.subject, sealed.headers, sealed.payload)


@pytest.fixture
def events() -> list[Opened]:
    return [heard(event, AT + timedelta(minutes=n)) for n, event in enumerate(story())]


async def applied(pool: Any, batches: Sequence[Sequence[Opened]]) -> dict[str, list[str]]:
    """The whole read model after these batches."""
    transactions = Transactions(lambda: pool, StackClock(), "console", "640202", lambda: None)
    for table in TABLES:
        await pool.execute(f"DELETE FROM {table}")  # noqa: S608 - constants of the store
    for batch in batches:
        async with transactions.begin() as tx:
            work = SqlWork(tx)
            for event in batch:
                hear(work, event)
            await work.flush()
    rows = {table: await pool.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1") for table in TABLES}  # noqa: S608
    return {table: [row["row"] for row in found] for table, found in rows.items()}


async def test_any_order_any_batches_any_repetition_give_the_same(database_url: str, events: list[Opened]) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    told = await applied(pool, [events])
    assert len(told["told"]) == len(events)
    rng = random.Random(7)  # noqa: S311 - a test that repeats itself
    for _ in range(12):
        shuffled = rng.sample(events, len(events)) + rng.sample(events, 5)
        cuts = sorted(rng.sample(range(len(shuffled)), rng.randint(0, 6)))
        batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
        assert await applied(pool, batches) == told
    await pool.close()


async def test_what_stands_is_what_was_told_last(database_url: str, events: list[Opened]) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    await applied(pool, [events[::-1]])
    (task,) = await pool.fetch("SELECT * FROM task_line WHERE task_id = $1", UUID(FIRST))
    names = ("department", "state", "claimed_by", "card", "card_kind", "result", "inspection_no", "link_code")
    assert [task[name] for name in names] == ["MARKET", "CLOSED", "officer-3", "RED", "FIRST_CHECK", "FAIL", "I-1", "L"]
    assert (task["due_kind"], task["due_at"], task["due_on"], task["due_stopped"]) == ("FIRST_CHECK", AT, DAY, False)
    assert task["due_place"].year == NEVER, "a closed task is due no more, whatever was told of its clocks"
    (case,) = await pool.fetch("SELECT * FROM case_line")
    assert (case["revision"], case["item_code"], case["pushed_at"]) == (2, "drinks", AT)
    (subject,) = await pool.fetch("SELECT * FROM subject_line")
    assert (subject["name"], subject["grade"], subject["score"]) == ("示例店", "A", 95)
    (line,) = await pool.fetch("SELECT * FROM told WHERE fact = 'supervision.task.closed'")
    assert (line["case_ref"], line["trace"], line["department"]) == ("test:C-1", "ab", "MARKET")
    assert msgspec.json.decode(line["payload"])["close_reason"] == "RECTIFIED"
    await pool.close()


async def test_a_task_is_due_with_the_tightest_clock_that_runs(database_url: str, events: list[Opened]) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    of_the_second = [each for each in events if getattr(each.message, "task_id", "") == SECOND]
    told = [("CLAIM", 3, False), ("CLAIM", 3, True), ("CLAIM", 8, False), ("FEEDBACK", 9, False)]
    for number, (kind, days, stopped) in enumerate(told, start=1):
        await applied(pool, [of_the_second[:number][::-1]])
        (task,) = await pool.fetch("SELECT * FROM task_line")
        assert (task["due_kind"], task["due_at"], task["due_stopped"]) == (kind, AT + timedelta(days=days), stopped)
        assert (task["due_place"] == task["due_at"]) is not stopped
    await pool.close()


COUNTED = (
    """SELECT region, department, state, sum(tasks), sum(red), sum(yellow) FROM task_state_count GROUP BY 1, 2, 3
        HAVING sum(tasks) <> 0 ORDER BY 1, 2, 3""",
    """SELECT region, department, month, sum(tasks), sum(claimed), sum(claimed_in_time), sum(concluded)
        FROM task_month_count GROUP BY 1, 2, 3 HAVING sum(tasks) <> 0 ORDER BY 1, 2, 3""",
    "SELECT month, sum(decided), sum(pushed), sum(unmatched) FROM case_month_count GROUP BY 1 HAVING sum(decided) <> 0",
)
COUNTING = (
    """SELECT region, department, state, count(*), count(*) FILTER (WHERE standing = 'RED'),
        count(*) FILTER (WHERE standing = 'YELLOW') FROM task_line WHERE department <> '' AND state <> ''
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
    """SELECT region, department, date_trunc('month', created_at)::date, count(*), count(claimed_told),
        count(*) FILTER (WHERE (claimed_told IS NOT NULL OR state = 'CLOSED') AND claim_missed_told IS NULL),
        count(*) FILTER (WHERE state = 'CLOSED')
        FROM task_line WHERE department <> '' AND case_id <> '' AND created_at IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
    """SELECT date_trunc('month', decided_on)::date, count(*), count(pushed_told), count(unmatched_told)
        FROM case_line WHERE decided_told IS NOT NULL GROUP BY 1""",
)


async def test_counts_are_those_of_the_rows_after_every_event(database_url: str, events: list[Opened]) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    rng = random.Random(7)  # noqa: S311 - as above
    for number in range(1, len(events) + 1):
        batches = [events[:number]] if number % 2 else [[event] for event in rng.sample(events, number)]
        await applied(pool, batches)
        for kept, counted in zip(COUNTED, COUNTING, strict=True):
            assert [tuple(row) for row in await pool.fetch(kept)] == [tuple(row) for row in await pool.fetch(counted)]
    assert await pool.fetchval("SELECT sum(tasks) FROM task_state_count") > 0
    await pool.close()


async def test_a_card_stands_until_what_it_was_for_is_done(database_url: str, events: list[Opened]) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    stood: dict[str, str] = {}
    for number, event in enumerate(events, start=1):
        await applied(pool, [events[:number]])
        standing = await pool.fetchval("SELECT standing FROM task_line WHERE task_id = $1", UUID(FIRST))
        stood[f"{number} {type(event.message).__name__}"] = standing or ""
    changes = [
        f"{name.split()[1]}:{card}" for (_, was), (name, card) in pairwise([("", ""), *stood.items()]) if card != was
    ]
    assert changes == ["CardIssued:YELLOW", "TaskReturned:", "CardIssued:RED", "InspectionConcluded:"]
    await pool.close()


async def test_names_are_those_told_last_and_an_upgrade_reads_them_from_the_trace(
    database_url: str, events: list[Opened]
) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    await applied(pool, [events[::-1]])
    names = "SELECT department, name FROM department_line UNION ALL SELECT item_code, name FROM item_line"
    told = [("MARKET", "市场监督管理局"), ("drinks", "饮品经营许可")]
    assert [tuple(row) for row in await pool.fetch(names)] == told
    for statement in ("DROP TABLE department_line, item_line", "DROP INDEX case_line_by_number, case_line_by_name"):
        await pool.execute(statement)
    for statement in runpy.run_path(str(MIGRATIONS / "versions" / "0014_names.py"))["STATEMENTS"]:
        await pool.execute(statement)
    assert [tuple(row) for row in await pool.fetch(names)] == told
    await pool.close()


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (CaseFilter(case_id="C-1"), True),
        (CaseFilter(holder="示例店"), True),
        (CaseFilter(holder="91640202ma00000001"), True),
        (CaseFilter(holder="示例"), False),
        (CaseFilter(case_id="C-2"), False),
    ],
)
async def test_a_case_is_found_by_number_and_by_whose_it_is(
    database_url: str, events: list[Opened], which: CaseFilter, *, found: bool
) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    await applied(pool, [events])
    reading = reading_engine(database_url)
    async with reading.connect() as connection:
        rows = await cases(connection, which, None, 10)
    assert [(row["case_id"], row["item_name"]) for row in rows] == [("C-1", "饮品经营许可")] * found
    await reading.dispose()
    await pool.close()


def test_ids_are_in_the_order_of_their_making() -> None:
    made = [uuid7() for _ in range(1000)]
    assert made == sorted(made)

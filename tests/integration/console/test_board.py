"""The figures of the board, counted by hand from events: by month, by stage, by department."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any
from uuid import UUID

import pytest

from chassis.database import open_pool, reading_engine
from chassis.owner import Owner
from chassis.reader import Reader
from console import queries
from console.domain.assessment import MonthFigures
from console.domain.fixing import by_department
from console.web.clocks import spans
from contracts import approval, process, supervision, watch
from contracts.event import Event, Object
from contracts.supervision import OpenDeadline
from kernel.deadline import Step
from kernel.decision import DecisionKind
from tests.contract.test_console_store import ABOUT, DAY, MIGRATIONS, applied, heard

pytestmark = pytest.mark.servers

TODAY = date(2026, 4, 10)
NOW = datetime(2026, 4, 10, 4, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
EVE = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)
"""Half past midnight of the first of April in China."""
Said = tuple[datetime, Event]


def case(number: int, on: date) -> Event:
    about = ABOUT | {"object": Object(object_no=f"S-{number}", name="示例店")}
    names: dict[str, Any] = {"case_id": f"C-{number}", "kind": DecisionKind.NEW, "item_code": "food"}
    return approval.CaseDecided(**about, **names, decided_on=on, revision=1, object_version=1)


def task_of(number: int, department: str) -> dict[str, Any]:
    return ABOUT | {"task_id": str(UUID(int=number)), "department": department, "case_id": f"C-{number}"}


def made(of: dict[str, Any], at: datetime, due: datetime) -> Said:
    clock = (OpenDeadline(kind="CLAIM", due_at=due),)
    return at, supervision.TaskCreated(**of, ad_hoc=False, created_at=at, deadlines=clock)


def card(of: dict[str, Any], at: datetime, kind: str, colour: Step = Step.YELLOW) -> Said:
    clock: dict[str, Any] = {"deadline_id": "D", "due_at": at, "due_on": DAY, "at": at}
    return at, watch.CardIssued(**of, **clock, kind=kind, card=colour)


def claimed(of: dict[str, Any], at: datetime, *, automatically: bool = False) -> Said:
    return at, supervision.TaskClaimed(**of, claimed_by="officer", claimed_at=at, automatically=automatically)


def closed(of: dict[str, Any], at: datetime) -> Said:
    return at, process.TaskClosed(**of, by="officer", at=at, reason="", close_reason="PASSED", deadlines=())


def told() -> Iterator[Said]:
    """Three decisions of March and two of April, four of them pushed; one is claimed late, one when its limit was over."""
    for number, on in ((1, DAY), (2, DAY), (3, DAY), (4, APRIL), (5, APRIL)):
        yield datetime(2026, 3, 2, 1, tzinfo=UTC), case(number, on)
    food, fire = task_of(1, "FOOD"), task_of(2, "FOOD")
    start = datetime(2026, 3, 3, 1, tzinfo=UTC)
    yield made(food, start, start + timedelta(days=2))
    yield claimed(food, start + timedelta(days=1))
    yield closed(food, start + timedelta(days=20))
    yield made(fire, start, start + timedelta(days=2))
    yield card(fire, start + timedelta(days=2), "CLAIM")
    yield claimed(fire, start + timedelta(days=2), automatically=True)
    yield card(fire, start + timedelta(days=30), "FIRST_CHECK", Step.RED)
    pushed = task_of(4, "FIRE")
    yield made(pushed, EVE, NOW + timedelta(days=1))
    yield claimed(pushed, EVE, automatically=True)
    yield made(task_of(5, "FIRE"), EVE, NOW - timedelta(hours=1))
    adhoc = task_of(6, "FIRE") | {"case_id": ""}
    yield made(adhoc, EVE, NOW + timedelta(days=30))


@pytest.fixture
async def figures(database_url: str) -> dict[str, Any]:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    await applied(pool, [[heard(event, at) for at, event in told()]])
    await pool.close()
    engine = reading_engine(database_url)
    async with Reader(engine)() as connection:
        found = await queries.board(connection, TODAY, spans(NOW))
    await engine.dispose()
    return found


async def test_a_month_is_counted_as_in_china(figures: dict[str, Any]) -> None:
    months = {month["month"]: month for month in figures["months"]}
    assert (len(months), figures["since"], min(months)) == (12, date(2025, 5, 1), date(2025, 5, 1))
    of: Callable[[date], tuple[int, ...]] = lambda month: tuple(months[month][stage] for stage in STAGES)  # noqa: E731
    assert of(MARCH) == (3, 2, 2, 2, 1, 1)
    assert of(APRIL) == (2, 2, 2, 1, 1, 0)
    assert of(date(2026, 2, 1)) == (0, 0, 0, 0, 0, 0)


STAGES = ("decided", "pushed", "tasks", "claimed", "claimed_in_time", "concluded")


async def test_the_funnel_is_the_months_together(figures: dict[str, Any]) -> None:
    assert [figures["funnel"][stage] for stage in STAGES] == [5, 4, 4, 3, 2, 1]


async def test_what_is_due_is_counted_once_by_department(figures: dict[str, Any]) -> None:
    (counted,) = (row for row in figures["due"] if row["department"] == "FIRE")
    assert counted == {"department": "FIRE", "over": 1, "today": 0, "soon": 1, "calm": 1}


async def test_what_was_told_before_is_filled_in_by_the_migration(database_url: str) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    before = await applied(pool, [[heard(event, at) for at, event in told()]])
    await pool.execute("UPDATE task_line SET claim_missed_told = NULL, limit_missed_told = NULL")
    specification = spec_from_file_location("in_time", MIGRATIONS / "versions" / "0012_in_time.py")
    assert specification is not None
    assert specification.loader is not None
    migration = module_from_spec(specification)
    specification.loader.exec_module(migration)
    for statement in migration.STATEMENTS[-2:]:
        await pool.execute(statement)
    rows = await pool.fetch("SELECT t::text AS row FROM task_line t ORDER BY 1")
    assert [row["row"] for row in rows] == before["task_line"]
    await pool.close()


async def test_a_month_is_assessed_as_counted_by_hand(database_url: str) -> None:
    """March: two tasks of FOOD, one claimed late; one concluded after 14 workdays. April: two of FIRE, what FOOD left."""
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    pressed = task_of(2, "FOOD") | {"by": "office", "at": NOW, "reason": "请办理", "to": ("officer",)}
    also = [
        *((NOW, watch.TaskUrged(**pressed, measure=measure)) for measure in ("URGE", "URGE", "ESCALATE")),
        card(task_of(2, "FOOD"), NOW, "ROUTE"),
        (NOW, supervision.TaskCreated(**task_of(7, "FIRE"), ad_hoc=True, created_at=NOW)),
    ]
    await applied(pool, [[heard(event, at) for at, event in [*told(), *also]]])
    await pool.close()
    engine = reading_engine(database_url)
    async with Reader(engine)() as connection:
        months = [await queries.counted(connection, month) for month in (MARCH, APRIL, date(2026, 5, 1))]
    await engine.dispose()
    done = {"concluded": 1, "concluded_in_time": 1, "workdays": 14}
    march, april, may = (by_department(month.rows) for month in months)
    assert march == {"FOOD": MonthFigures(received=2, claimed=1, claim_missed=1, overdue=1, yellow=1, **done)}
    assert april == {"FIRE": MonthFigures(received=3, claimed=1), "FOOD": MonthFigures(red=1, urged=2, escalated=1)}
    assert may == {}

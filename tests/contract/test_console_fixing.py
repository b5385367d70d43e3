"""A month that was fixed stands still: whatever is told later stands beside it, and nobody changes or hides it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

import console
from chassis.access.principal import Principal, PrincipalKind, on_behalf_of
from chassis.audit import entries
from chassis.audit.findings import Bad
from chassis.audit.sequencer import Sequencer
from chassis.audit.verify import verify
from chassis.clock import StackClock
from chassis.database import Pool, open_pool, reading_engine
from chassis.owner import Owner
from chassis.reader import Reader
from chassis.signing.events import EventVerifier
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from console import queries
from console.api.fixing import Fixer
from console.domain.assessment import MonthFigures, parse
from console.domain.fixing import Fixing, Standing
from console.handlers import hear
from console.store import DueMonths, ReadModel, SqlFixings, SqlWork
from console.store.groups import TABLES
from console.web.names import Names
from console.web.reports import Report, Reports
from console.web.services import Services
from contracts import process, supervision, watch
from contracts.calendar import SOURCE, CalendarChanged
from contracts.event import Event
from kernel.calendar import CalendarYear
from kernel.deadline import Step
from kernel.refusal import Refusal
from ops.postgres import EmbeddedPostgres
from tests.contract.test_console_store import ABOUT, DAY, MIGRATIONS, heard
from tests.keys import signer, trusted

pytestmark = pytest.mark.servers

RULES = parse((Path(console.__file__).parent / "assessment.toml").read_text(encoding="utf-8"))
MARCH = date(2026, 3, 1)
MADE = datetime(2026, 3, 2, 1, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 3, 4, tzinfo=UTC)
LATE_UNTIL = date(2026, 4, 8)
"""The fifth workday of April 2026; the sixth is free (清明节)."""
FREE = CalendarYear(
    year=2026, version=1, working=frozenset(), free=frozenset({date(2026, 4, 6)}), provisional=False, source="notice"
)


class At(StackClock):
    """A clock of the test."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class Office:
    """A console without a process: its database, under a role that owns nothing, and what is done with it."""

    pool: Pool
    clock: At
    transactions: Transactions
    reader: Reader
    fixer: Fixer
    owner_url: str

    async def hears(self, *events: Event) -> None:
        async with self.transactions.begin() as tx:
            work = SqlWork(tx)
            for event in events:
                hear(work, heard(event, self.clock.at))
            await work.flush()

    async def report(self, month: str = "2026-03", *departments: str) -> Report:
        reports = Reports(self.reader, Services({}), Names(self.reader), self.clock.now, RULES)
        with on_behalf_of(somebody(*departments)):
            return await reports.of(month)

    async def due(self, *, heard_all: bool = True) -> dict[date, date]:
        async def heard() -> bool:
            return heard_all

        async with self.pool.acquire() as connection:
            return await DueMonths(RULES, heard)(connection, self.clock.now(), 10, ())

    def model(self) -> ReadModel:
        async def transacting(work: Any) -> None:
            async with self.transactions.begin() as tx:
                await work(tx)

        return ReadModel(lambda: self.pool, transacting, EventVerifier(trusted()), hear)


def somebody(*departments: str) -> Principal:
    held = frozenset(departments or ("*",))
    return Principal(id="office-1", kind=PrincipalKind.PERSON, regions=frozenset({"640202"}), departments=held)


@pytest.fixture
async def office(own_server: EmbeddedPostgres) -> AsyncIterator[Office]:
    """March: two tasks of FOOD, one claimed in time, one still within its limit; one of FIRE. The calendar is known."""
    made = await own_server.database(f"console_{uuid4().hex[:8]}")
    await Owner(made.owner_url, made.url).prepare(MIGRATIONS)
    pool, engine, clock = await open_pool(made.url), reading_engine(made.url), At(MADE)
    transactions = Transactions(lambda: pool, clock, "console", "640202", lambda: None)
    reader = Reader(engine)
    fixer = Fixer(UnitOfWork(transactions, SqlFixings), reader, RULES)
    office = Office(pool, clock, transactions, reader, fixer, made.owner_url)
    await office.hears(*(task(number, name) for number, name in ((1, "FOOD"), (2, "FOOD"), (3, "FIRE"))))
    await office.hears(claimed(1, "FOOD"), calendar_told(FREE))
    clock.at = IN_APRIL
    yield office
    await pool.close()
    await engine.dispose()


def of(number: int, department: str) -> dict[str, Any]:
    return ABOUT | {"task_id": str(UUID(int=number)), "department": department, "case_id": f"C-{number}"}


def task(number: int, department: str) -> Event:
    return supervision.TaskCreated(**of(number, department), ad_hoc=False, created_at=MADE)


def claimed(number: int, department: str) -> Event:
    return supervision.TaskClaimed(**of(number, department), claimed_by="officer", claimed_at=MADE)


def late(number: int, department: str, at: datetime) -> Event:
    """A yellow card that is told afterwards, of a day in March."""
    clock: dict[str, Any] = {"deadline_id": "D", "due_at": at, "due_on": DAY, "at": at}
    return watch.CardIssued(**of(number, department), **clock, kind="CLAIM", card=Step.YELLOW)


def routed(number: int, before: str, after: str) -> Event:
    moved: dict[str, Any] = {"by": "office", "at": IN_APRIL, "reason": "不属于", "previous_department": before}
    return process.TaskRouted(**of(number, after), **moved)


def calendar_told(year: CalendarYear) -> Event:
    days: dict[str, Any] = {name: tuple(sorted(getattr(year, name))) for name in ("working", "free")}
    said: dict[str, Any] = {name: getattr(year, name) for name in ("year", "version", "provisional", "source")}
    return CalendarChanged(source_system=SOURCE, region="640202", **said, **days)


async def fixed(office: Office, month: date = MARCH, by: str = "office-1", reason: str = "") -> Fixing:
    return await office.fixer.fix(month, by, reason)


def code_of(found: object) -> str:
    assert isinstance(found, Refusal)
    return found.code


async def refused(office: Office, month: date = MARCH, **said: str) -> str:
    with pytest.raises(Refusal) as refusal:
        await fixed(office, month, **said)
    assert refusal.value.zh
    assert refusal.value.en
    return refusal.value.code


async def test_before_it_is_fixed_a_month_is_provisional_and_follows_what_comes(office: Office) -> None:
    report = await office.report()
    assert (report.standing, report.closes_on, report.fixing) == (Standing.PROVISIONAL, LATE_UNTIL, None)
    assert report.departments == {"FIRE": MonthFigures(received=1), "FOOD": MonthFigures(received=2, claimed=1)}
    await office.hears(claimed(3, "FIRE"))
    assert (await office.report()).departments["FIRE"] == MonthFigures(received=1, claimed=1)


async def test_a_fixed_month_stands_still_and_says_what_is_another_today(office: Office) -> None:
    fixing = await fixed(office, reason=" 已核对 ")
    before = await office.report()
    assert (before.standing, before.changes, before.intact) == (Standing.FIXED, [], True)
    assert before.fixing == fixing
    assert (fixing.by, fixing.reason, fixing.at, fixing.rows) == ("office-1", "已核对", IN_APRIL, 2)
    assert fixing.rules == RULES[0]
    await office.hears(claimed(3, "FIRE"), routed(2, "FOOD", "MARKET"))
    after = await office.report()
    assert (after.departments, after.intact, after.fixing) == (before.departments, True, fixing)
    assert [(each.department, each.name, each.fixed, each.today) for each in after.changes] == [
        ("FIRE", "claimed", 0, 1),
        ("FIRE", "claim_rate", None, 1.0),
        ("FOOD", "received", 2, 1),
        ("MARKET", "received", 0, 1),
    ]


async def test_the_trend_shows_a_fixed_month_as_it_was_and_as_it_is(office: Office) -> None:
    async def march(*departments: str) -> dict[str, Any]:
        with on_behalf_of(somebody(*departments)):
            async with office.reader() as connection:
                months = (await queries.board(connection, IN_APRIL.date(), {}))["months"]
        (found,) = (month for month in months if month["month"] == MARCH)
        return {name: found["fixed"] and found["fixed"][name] for name in ("tasks", "claimed")} | {
            "now": found["claimed"]
        }

    assert await march() == {"tasks": None, "claimed": None, "now": 1}
    await fixed(office)
    await office.hears(claimed(3, "FIRE"))
    assert await march() == {"tasks": 3, "claimed": 1, "now": 2}
    assert await march("FIRE") == {"tasks": 1, "claimed": 0, "now": 1}


async def test_the_score_of_a_fixed_month_is_by_the_rules_of_then(office: Office) -> None:
    await office.hears(late(2, "FOOD", MADE))
    await fixed(office)
    later = Reports(office.reader, Services({}), Names(office.reader), office.clock.now, parse(_tougher()))
    report = await later.of("2026-03")
    assert report.rules == RULES[0]
    assert report.score(report.departments["FOOD"]) == RULES[0].score(report.departments["FOOD"])


def _tougher() -> str:
    text = (Path(console.__file__).parent / "assessment.toml").read_text(encoding="utf-8")
    return text.replace("claimed = 40", "claimed = 10")


async def test_a_month_is_fixed_once(office: Office) -> None:
    first = await fixed(office)
    with pytest.raises(Refusal) as refusal:
        await fixed(office, by="office-2")
    assert refusal.value.code == "month-fixed"
    assert "office-1" in refusal.value.zh
    assert "2026-04-03 12:00" in refusal.value.en
    assert (await office.fixer.fix_due([MARCH])) == [first], "its time has come, and it is fixed"


async def test_of_two_at_once_one_fixes_it(office: Office) -> None:
    answers = await asyncio.gather(*(fixed(office, by=f"office-{n}") for n in range(4)), return_exceptions=True)
    assert sorted(code_of(each) for each in answers if not isinstance(each, Fixing)) == ["month-fixed"] * 3
    assert await office.pool.fetchval("SELECT count(*) FROM fixed_month") == 1
    assert await office.pool.fetchval("SELECT count(*) FROM fixed_figures") == 2


@pytest.mark.parametrize("month", [date(2026, 4, 1), date(2026, 5, 1), date(2099, 1, 1)], ids=str)
async def test_a_month_that_is_not_over_is_not_fixed(office: Office, month: date) -> None:
    assert await refused(office, month) == "month-not-over"


async def test_a_month_is_over_at_midnight_in_china(office: Office) -> None:
    office.clock.at = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)
    assert await refused(office) == "month-not-over"
    office.clock.at += timedelta(minutes=1)
    assert (await fixed(office)).month == MARCH


async def test_a_reason_with_the_number_of_a_person_is_not_kept(office: Office) -> None:
    assert await refused(office, reason="张三 11010519491231002X 已核对") == "invalid-content"
    for by in ("x" * 65, "a\x00b"):
        assert await refused(office, by=by) == "invalid-content"


async def test_without_a_calendar_of_the_year_nothing_is_fixed(office: Office) -> None:
    assert await refused(office, date(2025, 12, 1)) == "calendar-unknown"


async def test_a_read_model_that_is_not_whole_is_not_fixed_from(office: Office) -> None:
    model = office.model()
    number = await model.clear()
    assert await refused(office) == "read-model-incomplete"
    await office.hears(task(1, "FOOD"))
    office.clock.at = datetime(2026, 4, 20, tzinfo=UTC)
    assert await office.due() == {}
    assert code_of((await office.fixer.fix_due([MARCH]))[0]) == "read-model-incomplete"
    await model.complete(number)
    assert (await fixed(office)).rows == 1


async def test_what_was_counted_before_the_read_model_was_emptied_is_not_kept(office: Office) -> None:
    command = await office.fixer._command(MARCH, by="office-1", reason="")
    model = office.model()
    await model.complete(await model.clear())
    with pytest.raises(Refusal) as refusal:
        await UnitOfWork(office.transactions, SqlFixings).run(console.handlers.fix_month, command)
    assert refusal.value.code == "read-model-incomplete"


async def test_rebuilding_leaves_fixed_months_alone_and_its_digest_knows_nothing_of_them(office: Office) -> None:
    model = office.model()
    before = await model.digest()
    await fixed(office)
    assert await model.digest() == before
    assert not {"fixed_month", "fixed_figures"} & set(TABLES)
    await model.complete(await model.clear())
    report = await office.report()
    assert report.departments == {"FIRE": MonthFigures(received=1), "FOOD": MonthFigures(received=2, claimed=1)}
    assert report.intact
    assert {change.today for change in report.changes if change.name == "received"} == {0}


@pytest.mark.parametrize("table", ["fixed_month", "fixed_figures"])
@pytest.mark.parametrize("act", ["UPDATE {} SET month = month", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_is_fixed_nobody_changes(office: Office, table: str, act: str) -> None:
    await fixed(office)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await office.pool.execute(act.format(table))
    owner = await asyncpg.connect(office.owner_url)
    with pytest.raises(asyncpg.RaiseError, match="is only added to"):
        await owner.execute(act.format(table))
    await owner.close()


async def test_a_department_sees_its_own_row_and_what_of_it_is_another_today(office: Office) -> None:
    await fixed(office)
    await office.hears(claimed(3, "FIRE"), routed(2, "FOOD", "MARKET"))
    own = await office.report("2026-03", "FOOD")
    assert list(own.departments) == ["FOOD"]
    assert own.intact is None
    assert {each.department for each in own.changes} == {"FOOD"}
    other = await office.report("2026-03", "MARKET")
    assert other.departments == {}
    assert [(each.department, each.name, each.today) for each in other.changes] == [("MARKET", "received", 1)]


async def test_elsewhere_nothing_of_it_is_seen(office: Office) -> None:
    await fixed(office)
    away = Principal(id="1", kind=PrincipalKind.PERSON, regions=frozenset({"640205"}), departments=frozenset({"*"}))
    with on_behalf_of(away):
        report = await Reports(office.reader, Services({}), Names(office.reader), office.clock.now, RULES).of("2026-03")
    assert (report.departments, report.changes, report.intact) == ({}, [], None)


async def test_a_month_is_due_after_the_last_day_for_late_data(office: Office) -> None:
    office.clock.at = datetime(2026, 4, 8, 15, 59, tzinfo=UTC)
    assert await office.due() == {}
    office.clock.at += timedelta(minutes=1)
    assert await office.due() == {MARCH: LATE_UNTIL}
    assert await office.due(heard_all=False) == {}, "not everything that was told is heard"
    (fixing,) = await office.fixer.fix_due([MARCH])
    assert isinstance(fixing, Fixing)
    assert (fixing.by, fixing.at) == ("", office.clock.at)
    assert await office.due() == {}


async def test_every_month_since_the_first_task_is_due_once(office: Office) -> None:
    office.clock.at = datetime(2026, 7, 20, 4, tzinfo=UTC)
    months = list(await office.due())
    assert months == [date(2026, n, 1) for n in (3, 4, 5, 6)]
    assert [each.rows for each in await office.fixer.fix_due(months) if isinstance(each, Fixing)] == [2, 0, 0, 0]


async def test_a_newer_calendar_takes_the_place_of_an_older_one(office: Office) -> None:
    plain = CalendarYear(year=2026, version=2, working=frozenset(), free=frozenset(), provisional=False, source="later")
    await office.hears(calendar_told(plain))
    await office.hears(calendar_told(FREE))
    assert (await office.report()).closes_on == date(2026, 4, 7)


async def test_what_was_fixed_is_vouched_for_by_the_audit_chain(office: Office) -> None:
    with on_behalf_of(somebody()):
        await fixed(office)
    await Sequencer("console", office.pool, office.transactions, entries.unsealed, signer("console")).seal_head()
    owner = await asyncpg.connect(office.owner_url)
    assert (await verify(owner, "console", trusted=trusted())).bad is None
    kept = await owner.fetch("SELECT principal, action FROM audit_entry WHERE kind = 'PERSON'")
    assert [tuple(each) for each in kept] == [("office-1", "fix_month")]
    await owner.execute("ALTER TABLE fixed_month DISABLE TRIGGER USER")
    await owner.execute("UPDATE fixed_month SET reason = 'x'")
    found = (await verify(owner, "console", trusted=trusted())).bad
    assert isinstance(found, Bad)
    assert found.table == "fixed_month"
    await owner.close()


async def test_rows_somebody_touched_are_told_by_the_digest(office: Office) -> None:
    await fixed(office)
    owner = await asyncpg.connect(office.owner_url)
    await owner.execute("ALTER TABLE fixed_figures DISABLE TRIGGER USER")
    await owner.execute("""UPDATE fixed_figures SET figures = figures || '{"red": 9}' WHERE department = 'FOOD'""")
    await owner.close()
    assert (await office.report()).intact is False


async def test_the_calendar_is_filled_in_from_the_trace_when_the_database_is_older(office: Office) -> None:
    migration = import_module("console.migrations.versions.0015_fixing")
    await office.pool.execute("DELETE FROM calendar_year")
    owner = await asyncpg.connect(office.owner_url)
    await owner.execute(migration.CALENDAR)
    await owner.close()
    assert (await office.report()).closes_on == LATE_UNTIL

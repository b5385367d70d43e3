"""An office that fixes months (定格的联动办): a console without a process, two months and what is told in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

import console
from chassis.access.principal import Principal, PrincipalKind, on_behalf_of
from chassis.clock import StackClock
from chassis.database import Pool, open_pool, reading_engine
from chassis.owner import Owner
from chassis.reader import Reader
from chassis.signing.events import EventVerifier
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from console.api.fixing import Fixer
from console.domain.assessment import parse
from console.domain.fixing import Fixing
from console.handlers import hear
from console.store import DueMonths, ReadModel, SqlFixings, SqlWork
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
from tests.keys import trusted

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


@asynccontextmanager
async def opened(own_server: EmbeddedPostgres) -> AsyncIterator[Office]:
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
    try:
        yield office
    finally:
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

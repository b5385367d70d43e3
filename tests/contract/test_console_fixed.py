"""A month that was fixed is kept: nobody changes it, each sees its own of it, and what is due next follows from it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import asyncpg
import pytest

from chassis.access.principal import Principal, PrincipalKind, on_behalf_of
from chassis.audit import entries
from chassis.audit.findings import Bad
from chassis.audit.sequencer import Sequencer
from chassis.audit.verify import verify
from console.domain.assessment import MonthFigures
from console.domain.fixing import Fixing
from console.store.groups import TABLES
from console.web.names import Names
from console.web.reports import Reports
from console.web.services import Services
from kernel.calendar import CalendarYear
from ops.postgres import EmbeddedPostgres
from tests.contract.office import (
    FREE,
    LATE_UNTIL,
    MARCH,
    RULES,
    Office,
    calendar_told,
    claimed,
    fixed,
    opened,
    routed,
    somebody,
)
from tests.keys import signer, trusted

pytestmark = pytest.mark.servers


@pytest.fixture
async def office(own_server: EmbeddedPostgres) -> AsyncIterator[Office]:
    async with opened(own_server) as made:
        yield made


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

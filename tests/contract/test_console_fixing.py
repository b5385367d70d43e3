"""A month is fixed once, when it is over and everything is known: from then on it stands still, corrections beside it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import console
from chassis.access.principal import on_behalf_of
from chassis.unit_of_work import UnitOfWork
from console import queries
from console.domain.assessment import MonthFigures, parse
from console.domain.fixing import Fixing, Standing
from console.store import SqlFixings
from console.web.names import Names
from console.web.reports import Reports
from console.web.services import Services
from kernel.refusal import Refusal
from ops.postgres import EmbeddedPostgres
from tests.contract.office import (
    IN_APRIL,
    LATE_UNTIL,
    MADE,
    MARCH,
    RULES,
    Office,
    claimed,
    code_of,
    fixed,
    late,
    opened,
    refused,
    routed,
    somebody,
    task,
)

pytestmark = pytest.mark.servers


@pytest.fixture
async def office(own_server: EmbeddedPostgres) -> AsyncIterator[Office]:
    async with opened(own_server) as made:
        yield made


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

"""The limit of 双公示: seven working days of the loaded calendar, for decisions since the rule began."""

from datetime import date

import pytest

from kernel.calendar import Calendar, CalendarYear
from kernel.export_limit import Arrears, ExportRules, Unsent, arrears, parse
from kernel.refusal import Refusal
from tests.fakes.field_rows import SERVICES

SPRING = CalendarYear(
    year=2026,
    version=1,
    working=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
    free=frozenset({date(2026, 2, 16 + n) for n in range(5)} | {date(2026, 2, 23)}),
    provisional=False,
    source="春节 2026",
)
CALENDAR = Calendar([SPRING])
SHIPPED = (SERVICES / "approval" / "exports.toml").read_text(encoding="utf-8")
RULES = parse(SHIPPED)


def owed(today: date, *dated: tuple[date, int], rules: ExportRules = RULES) -> list[Arrears]:
    unsent = [Unsent(table="licence", department="D1", dated_on=day, rows=rows) for day, rows in dated]
    return arrears(rules, unsent, CALENDAR, today)


def test_seven_working_days_pass_over_the_spring_festival() -> None:
    assert RULES.due_on("licence", date(2026, 2, 12), CALENDAR) == date(2026, 2, 28)
    assert RULES.due_on("licence", date(2026, 3, 2), CALENDAR) == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("today", "overdue", "due_soon", "running"),
    [
        (date(2026, 2, 13), 0, 0, 2),
        (date(2026, 2, 26), 0, 0, 2),
        (date(2026, 2, 27), 0, 2, 0),
        (date(2026, 2, 28), 0, 2, 0),
        (date(2026, 3, 1), 2, 0, 0),
    ],
)
def test_a_row_is_running_then_due_soon_then_overdue(today: date, overdue: int, due_soon: int, running: int) -> None:
    (found,) = owed(today, (date(2026, 2, 12), 2))
    assert (found.overdue, found.due_soon, found.running) == (overdue, due_soon, running)
    assert found.earliest_due == date(2026, 2, 28)


def test_decisions_before_the_rule_began_raise_nothing() -> None:
    assert RULES.since("licence") == date(2026, 1, 1)
    assert owed(date(2026, 6, 1), (date(2025, 12, 31), 14_375)) == []
    assert not RULES.begun(date(2025, 12, 31))
    assert RULES.begun(date(2026, 1, 1))


def test_a_table_without_a_limit_has_none() -> None:
    assert RULES.since("check_action") is None
    assert RULES.due_on("check_action", date(2026, 3, 2), CALENDAR) is None


def test_each_department_and_table_is_told_apart_the_earliest_due_first() -> None:
    said = [
        Unsent(table="licence", department="D2", dated_on=date(2026, 3, 3), rows=1),
        Unsent(table="licence", department="D1", dated_on=date(2026, 3, 4), rows=1),
        Unsent(table="licence", department="D2", dated_on=date(2026, 3, 2), rows=5),
    ]
    found = arrears(RULES, said, CALENDAR, date(2026, 3, 12))
    assert [(each.department, each.overdue, each.due_soon, each.running) for each in found] == [
        ("D2", 5, 1, 0),
        ("D1", 0, 1, 0),
    ]


def test_the_edition_of_the_decision_counts() -> None:
    later = SHIPPED.replace("2026-01-01", "2026-03-03").replace('"7wd"', '"3wd"').split("[categories]")[0]
    both = parse(SHIPPED.split("[categories]")[0] + later)
    assert both.due_on("licence", date(2026, 3, 2), CALENDAR) == date(2026, 3, 11)
    assert both.due_on("licence", date(2026, 3, 3), CALENDAR) == date(2026, 3, 6)


@pytest.mark.parametrize("service", ["approval", "supervision"])
def test_the_shipped_numbers_name_their_source_and_wait_for_confirmation(service: str) -> None:
    rules = parse((SERVICES / service / "exports.toml").read_text(encoding="utf-8"))
    assert [(str(each.limit), each.confirmed) for each in rules.editions] == [("7wd", False)]
    assert all("424号" in each.source for each in rules.editions)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('"7wd"', '"7d"'),
        ('"7wd"', '"9999wd"'),
        ("source =", "sources ="),
        ("2026-01-01", '"bald"'),
        ("\nconfirmed = false", '\nconfirmed = "no"'),
        ('["licence"]', "[]"),
    ],
)
def test_a_rule_that_is_not_one_is_refused_at_start(said: str, instead: str) -> None:
    assert said in SHIPPED
    with pytest.raises(Refusal, match="invalid-export-rules"):
        parse(SHIPPED.replace(said, instead, 1))

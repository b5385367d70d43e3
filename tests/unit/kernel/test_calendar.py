"""The calendar agrees with chinesecalendar on every official day, and adding and counting undo each other."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import Calendar, CalendarYear, is_weekend
from kernel.refusal import Refusal

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def library_year(year: int) -> CalendarYear:
    days = every_day(date(year, 1, 1), date(year, 12, 31))
    return CalendarYear(
        year=year,
        version=1,
        working=frozenset(day for day in days if is_weekend(day) and chinese_calendar.is_workday(day)),
        free=frozenset(day for day in days if not is_weekend(day) and not chinese_calendar.is_workday(day)),
        provisional=False,
        source="chinesecalendar",
    )


OFFICIAL = Calendar(library_year(year) for year in range(2004, 2027))
days = st.dates(date(2003, 6, 1), date(2028, 6, 1))


def test_every_official_day_is_as_chinesecalendar_says() -> None:
    asked = every_day(FIRST, LAST)
    assert [OFFICIAL.is_workday(day) for day in asked] == [chinese_calendar.is_workday(day) for day in asked]


@given(day=days, n=st.integers(1, 700))
def test_after_and_count_are_inverse(day: date, n: int) -> None:
    found = OFFICIAL.after(day, n)
    assert OFFICIAL.is_workday(found)
    assert OFFICIAL.count(day, found) == n
    assert OFFICIAL.count(day, found - timedelta(days=1)) == n - 1


@given(day=days, length=st.integers(-5, 900))
def test_count_is_the_number_of_workdays_looked_at_one_by_one(day: date, length: int) -> None:
    last = day + timedelta(days=length)
    looked_at = every_day(day + timedelta(days=1), last)
    assert OFFICIAL.count(day, last) == sum(OFFICIAL.is_workday(one) for one in looked_at)


def test_the_spring_festival_of_2026_is_skipped_and_its_make_up_saturday_is_worked() -> None:
    assert not OFFICIAL.is_workday(date(2026, 2, 17))
    assert OFFICIAL.is_workday(date(2026, 2, 14))
    assert OFFICIAL.after(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_a_year_nobody_told_is_monday_to_friday_and_provisional() -> None:
    calendar = Calendar()
    assert calendar.after(date(2026, 10, 1), 1) == date(2026, 10, 2)
    assert calendar.provisional(date(2026, 10, 1), date(2026, 10, 1))
    assert calendar.year(2026).version == 0


def test_a_span_is_provisional_when_any_of_its_years_is() -> None:
    assert not OFFICIAL.provisional(date(2025, 12, 1), date(2026, 12, 31))
    assert OFFICIAL.provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not OFFICIAL.provisional(date(2027, 1, 1), date(2026, 12, 31))


def test_the_newest_version_of_a_year_wins_whatever_the_order() -> None:
    old = CalendarYear(year=2030, version=1, working=frozenset(), free=frozenset(), provisional=True, source="old")
    new = CalendarYear(
        year=2030,
        version=2,
        working=frozenset(),
        free=frozenset({date(2030, 1, 1)}),
        provisional=False,
        source="new",
    )
    for years in ([old, new], [new, old]):
        assert not Calendar(years).is_workday(date(2030, 1, 1))
        assert Calendar(years).told == [new]


@pytest.mark.parametrize(
    ("working", "free"),
    [({date(2026, 3, 2)}, set()), (set(), {date(2026, 3, 1)}), ({date(2025, 3, 1)}, set())],
    ids=["a Monday is worked anyway", "a Sunday is free anyway", "a day of another year"],
)
def test_a_year_keeps_only_days_that_deviate(working: set[date], free: set[date]) -> None:
    with pytest.raises(Refusal) as refused:
        CalendarYear(
            year=2026,
            version=1,
            working=frozenset(working),
            free=frozenset(free),
            provisional=False,
            source="",
        )
    assert refused.value.code == "invalid-content"
    assert len(refused.value.faults) == 1

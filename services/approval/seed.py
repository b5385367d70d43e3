"""Seed (初始年历): the years chinesecalendar knows are official; the two after them are a guess and marked so.

The library follows the yearly notices of the State Council; `holidays` adds the days the law names (全国年节及纪念日放假
办法) and knows nothing of make-up days to come.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version

import chinese_calendar

from kernel.calendar import CalendarYear, is_weekend

FIRST = min(chinese_calendar.constants.holidays).year
LAST = max(chinese_calendar.constants.holidays).year
GUESSED = 2
"""Years after the last official one that are guessed."""


def official_years() -> Iterator[CalendarYear]:
    """Every year of chinesecalendar."""
    source = f"chinesecalendar {version('chinesecalendar')}"
    for year in range(FIRST, LAST + 1):
        days = _days(year)
        yield CalendarYear(
            year=year,
            version=0,
            working=frozenset(day for day in days if is_weekend(day) and chinese_calendar.is_workday(day)),
            free=frozenset(day for day in days if not is_weekend(day) and chinese_calendar.is_holiday(day)),
            provisional=False,
            source=source,
        )


def guessed_years() -> Iterator[CalendarYear]:
    """The years after, as the law alone lets one expect them."""
    import holidays  # noqa: PLC0415 - half a second that only the first start of a database has to spend

    source = f"holidays {version('holidays')}"
    for year in range(LAST + 1, LAST + 1 + GUESSED):
        named = holidays.country_holidays("CN", years=year)
        yield CalendarYear(
            year=year,
            version=0,
            working=frozenset(),
            free=frozenset(day for day in named if day.year == year and not is_weekend(day)),
            provisional=True,
            source=source,
        )


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]

"""Working days (工作日): how far a clock goes when a scenario advances it by working days of approval's calendar."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar

from kernel.clock import CHINA
from ops.scenario.asking import Asking

_SATURDAY = 5
Years = Mapping[int, Mapping[str, Any]]


async def after_workdays(asking: Asking, now: datetime, number: int) -> datetime:
    """The same hour of the ``number``-th working day after today (China)."""
    years = await calendar_years(asking)
    local = now.astimezone(CHINA)
    day, left = local.date(), number
    while left > 0:
        day += timedelta(days=1)
        left -= works(years, day)
    return datetime.combine(day, local.time(), CHINA).astimezone(now.tzinfo)


async def calendar_years(asking: Asking) -> Years:
    """What approval says of each year; nothing when it keeps no calendar."""
    answer = await asking.get("approval", "/api/v1/calendar-years")
    rows: Sequence[Mapping[str, Any]] = answer.get("items", ()) if isinstance(answer, dict) else answer or ()
    return {int(row["year"]): row for row in rows}


def works(years: Years, day: date) -> bool:
    """Whether a day is worked; years nobody told are looked up in the published notices, else Monday to Friday."""
    year = years.get(day.year)
    if year is not None:
        if day.isoformat() in year.get("working", ()):
            return True
        return day.weekday() < _SATURDAY and day.isoformat() not in year.get("free", ())
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY

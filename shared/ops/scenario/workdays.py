"""Working days (工作日): how far a clock goes when a scenario advances it by working days of approval's calendar."""

from datetime import date, datetime, timedelta

import chinese_calendar

from kernel.clock import CHINA
from ops.scenario.asking import Asking

_SATURDAY = 5


async def after_workdays(asking: Asking, now: datetime, number: int) -> datetime:
    """The same hour of the ``number``-th working day after today (China)."""
    local = now.astimezone(CHINA)
    today = local.date()
    which = {"from": today.isoformat(), "limit": f"{number}wd"}
    counted = await asking.get("approval", "/api/v1/deadline-count", **which) if number else {"due_on": which["from"]}
    day = date.fromisoformat(counted["due_on"]) if counted else _published(today, number)
    return datetime.combine(day, local.time(), CHINA).astimezone(now.tzinfo)


def _published(day: date, number: int) -> date:
    """The same by the published notices, for an approval that keeps no calendar."""
    while number > 0:
        day += timedelta(days=1)
        number -= works(day)
    return day


def works(day: date) -> bool:
    """Whether a day is worked; years without a notice are Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY

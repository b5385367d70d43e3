"""Working days (工作日): how far a clock goes when a scenario advances it by working days of approval's calendar."""

from datetime import date, datetime

from kernel.clock import CHINA
from ops.scenario.asking import Asking, StepFailed


async def after_workdays(asking: Asking, now: datetime, number: int) -> datetime:
    """The same hour of the ``number``-th working day after today (China). Raises StepFailed without a calendar."""
    local = now.astimezone(CHINA)
    if number < 1:
        return now
    which = {"from": local.date().isoformat(), "limit": f"{number}wd"}
    counted = await asking.get("approval", "/api/v1/deadline-count", **which)
    if counted is None:
        raise StepFailed("approval 没有工作日历", "approval keeps no calendar")
    return datetime.combine(date.fromisoformat(counted["due_on"]), local.time(), CHINA).astimezone(now.tzinfo)

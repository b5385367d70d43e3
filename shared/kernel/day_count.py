"""Day count (逐日计算): shows everybody why a limit ends when it ends."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kernel.calendar import is_weekend
from kernel.clock import china_day
from kernel.limit import Unit
from kernel.reckoning import Reckoning


class Why(StrEnum):
    """What is special about a day of a count (计日说明)."""

    START = "START"  # 起算日
    REST = "REST"  # 休息日
    HOLIDAY = "HOLIDAY"  # 节假日
    MAKE_UP = "MAKE_UP"  # 调休上班
    STOPPED = "STOPPED"  # 中止
    PROVISIONAL = "PROVISIONAL"  # 暂定
    DUE = "DUE"  # 到期日

    @property
    def zh(self) -> str:
        """As people write it."""
        return _CHINESE[self]


_CHINESE = {
    Why.START: "起算日",
    Why.REST: "休息日",
    Why.HOLIDAY: "节假日",
    Why.MAKE_UP: "调休上班",
    Why.STOPPED: "中止",
    Why.PROVISIONAL: "暂定",
    Why.DUE: "到期日",
}


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """One day of a count."""

    day: date
    number: int | None
    """The running number when the day counts (第几日)."""
    why: tuple[Why, ...]
    source: str
    """Where the calendar of this year comes from."""


def count_days(reckoning: Reckoning, unit: Unit, due_on: date, *, stopped: bool) -> list[DayCount]:
    """Every day from the start to ``due_on``; while the clock is stopped no day is the last one."""
    start = china_day(reckoning.started_at)
    days: list[DayCount] = []
    number = 0
    for ahead in range((due_on - start).days + 1):
        day = start + timedelta(days=ahead)
        counts = ahead > 0 and _counts(reckoning, unit, day)
        number += counts
        why = _why(reckoning, day, start=start, due_on=None if stopped else due_on)
        source = reckoning.calendar.year(day.year).source
        days.append(DayCount(day=day, number=number if counts else None, why=why, source=source))
    return days


def _counts(reckoning: Reckoning, unit: Unit, day: date) -> bool:
    if day > reckoning.counted_to or reckoning.stood_still(day):
        return False
    return unit is not Unit.WORKDAY or reckoning.calendar.is_workday(day)


def _why(reckoning: Reckoning, day: date, *, start: date, due_on: date | None) -> tuple[Why, ...]:
    worked = reckoning.calendar.is_workday(day)
    told = {
        Why.START: day == start,
        Why.REST: not worked and is_weekend(day),
        Why.HOLIDAY: not worked and not is_weekend(day),
        Why.MAKE_UP: worked and is_weekend(day),
        Why.STOPPED: reckoning.stood_still(day),
        Why.PROVISIONAL: reckoning.calendar.provisional(day, day),
        Why.DUE: day == due_on,
    }
    return tuple(why for why, holds in told.items() if holds)

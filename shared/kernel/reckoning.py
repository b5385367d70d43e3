"""Reckoning (时限计算): from a start, limits and stops to the last day and the instants of the ladder. Pure.

The day of the start does not count (民法典 art. 201); the last day ends at 24:00 Asia/Shanghai. A day on which the clock
stood still at any time does not count. A month ends on the day with the start's number, or on the last of the month
(art. 202); a limit in days or months that ends on a free day ends on the next workday (art. 203).
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from kernel.calendar import Calendar
from kernel.clock import CHINA, china_day
from kernel.limit import Limit, Unit

_DAY = timedelta(days=1)
_LAST_MOMENT = timedelta(microseconds=1)
_HALVES = 2


class Step(StrEnum):
    """A step of the ladder of reminders and cards (预警阶梯)."""

    HALF = "HALF"  # 过半提醒
    BEFORE = "BEFORE"  # 预警
    YELLOW = "YELLOW"  # 黄牌
    RED = "RED"  # 红牌


_ORDER = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """When the steps are due (预警阶梯); from configuration, and kept with each deadline it was started with."""

    half: bool
    """Remind at half of the limit."""
    before: Limit | None
    """Warn so long before the end; None: never."""
    red: Limit | None
    """The red card so long after the due day; None: never."""
    next_workday: bool = True
    """A limit in days or months that ends on a free day ends on the next workday (民法典 art. 203)."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """The clock stood still (中止)."""

    began_at: datetime
    ended_at: datetime | None
    reason: str
    by: str = ""
    """Who stopped it; empty: nobody by hand, or not known (旧数据)."""
    ended_by: str = ""
    cause: str = ""
    """What it ends with (起因), a word of the service; empty: somebody resumes it by hand."""


def end_of(day: date) -> datetime:
    """24:00 of a day in China, UTC."""
    return start_of(day + _DAY)


def start_of(day: date) -> datetime:
    """0:00 of a day in China, UTC."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def last_day(end: datetime) -> date:
    """The day in China an exclusive end belongs to: 24:00 belongs to the day it ends."""
    return china_day(end - _LAST_MOMENT)


def months_after(day: date, n: int) -> date:
    """The same day ``n`` months later, or the last of that month (民法典 art. 202)."""
    month = day.year * 12 + day.month - 1 + n
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """One clock, laid out. ``stops`` are over and do not overlap; ``limits`` follow one another."""

    started_at: datetime
    limits: Sequence[Limit]
    stops: Sequence[Stop]
    calendar: Calendar
    ladder: Ladder

    @cached_property
    def due_at(self) -> datetime:
        """The exclusive end of the limit (到期时刻)."""
        if self.limits[0].unit is Unit.HOUR:
            return self._running(timedelta(hours=sum(limit.n for limit in self.limits)))
        if self.ladder.next_workday and self.limits[-1].unit is not Unit.WORKDAY:
            return end_of(self._nth(self.counted_to - _DAY, 1, working=True))
        return end_of(self.counted_to)

    @cached_property
    def counted_to(self) -> date:
        """The last counted day, before a free day moves the end to the next workday; for hours the start's day."""
        day = china_day(self.started_at)
        if self.limits[0].unit is not Unit.HOUR:
            for limit in _merged(self.limits):
                day = self._advance(day, limit)
        return day

    @cached_property
    def due_on(self) -> date:
        """The last day (终止日)."""
        return last_day(self.due_at)

    def steps(self) -> list[tuple[Step, datetime]]:
        """Every step with the instant it is due, in the order of the instants; a red card that is not certain is held."""
        planned = [(Step.YELLOW, self.due_at)]
        if self.ladder.half:
            planned.append((Step.HALF, self._half()))
        if self.ladder.before and (before := self._before(self.ladder.before)):
            planned.append((Step.BEFORE, before))
        if self.ladder.red and (red := self._red(self.ladder.red)):
            planned.append((Step.RED, red))
        return in_order(planned)

    def stood_still(self, day: date) -> bool:
        """True when the clock was stopped at any time of the day (中止)."""
        return any(first <= day <= last for first, last in self._still)

    def _half(self) -> datetime:
        limits = _merged(self.limits)
        if len(limits) == 1 and limits[0].unit is Unit.WORKDAY and limits[0].n >= _HALVES:
            return end_of(self._nth(china_day(self.started_at), limits[0].n // _HALVES, working=True))
        stopped = sum((_length(stop) for stop in self.stops if stop.began_at < self.due_at), timedelta())
        return self._running((self.due_at - self.started_at - stopped) / _HALVES)

    def _before(self, early: Limit) -> datetime | None:
        match early.unit:
            case Unit.HOUR:
                instant = self.due_at - timedelta(hours=early.n)
            case Unit.DAY:
                instant = end_of(self.due_on - early.n * _DAY)
            case Unit.MONTH:
                instant = end_of(months_after(self.due_on, -early.n))
            case Unit.WORKDAY:
                instant = start_of(self._nth_last(early.n))
        return instant if instant > self.started_at else None

    def _red(self, late: Limit) -> datetime | None:
        if late.unit is Unit.HOUR:
            red = self.due_at + timedelta(hours=late.n)
        else:
            red = end_of(self._advance(self.due_on, late))
        uncertain = self.calendar.provisional(china_day(self.started_at) + _DAY, last_day(red))
        return None if uncertain else red

    def _advance(self, day: date, limit: Limit) -> date:
        match limit.unit:
            case Unit.WORKDAY:
                return self._nth(day, limit.n, working=True)
            case Unit.MONTH:
                end = months_after(day, limit.n)
                still = self._lost(day, end, working=False)
                return self._nth(end, still, working=False) if still else end
            case _:
                return self._nth(day, limit.n, working=False)

    def _nth(self, day: date, n: int, *, working: bool) -> date:
        """The n-th counted day after ``day``: from below, make up for each day lost to a stop until none is."""
        found = day
        counted = n
        while True:
            end = self.calendar.after(day, counted) if working else day + counted * _DAY
            if end == found:
                return end
            found, counted = end, n + self._lost(day, end, working=working)

    def _lost(self, day: date, end: date, *, working: bool) -> int:
        """How many days in (day, end] do not count because the clock stood still."""
        lost = 0
        for first, last in self._still:
            after, until = max(day, first - _DAY), min(end, last)
            if after < until:
                lost += self.calendar.count(after, until) if working else (until - after).days
        return lost

    def _nth_last(self, n: int) -> date:
        """The n-th counted workday backwards, the due day (or the last workday before it) being the first."""
        day, start = self.due_on, china_day(self.started_at)
        while day > start:
            if self.calendar.is_workday(day) and not self.stood_still(day):
                n -= 1
                if n == 0:
                    break
            day -= _DAY
        return day

    def _running(self, needed: timedelta) -> datetime:
        """The instant at which the clock has run for so long."""
        instant = self.started_at + needed
        for stop in self.stops:
            if stop.began_at < instant:
                instant += _length(stop)
        return instant

    @cached_property
    def _still(self) -> list[tuple[date, date]]:
        """The days of the stops, inclusive, merged where they meet: no day is lost twice."""
        merged: list[tuple[date, date]] = []
        for stop in self.stops:
            first, last = china_day(stop.began_at), _last_still(stop)
            if merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return merged


def in_order(steps: Iterable[tuple[Step, datetime]]) -> list[tuple[Step, datetime]]:
    """Steps by instant, at the same instant by rank."""
    return sorted(steps, key=lambda planned: (planned[1], _ORDER[planned[0]]))


def _merged(limits: Sequence[Limit]) -> list[Limit]:
    """Neighbours of one unit are one limit: 1 month and 1 month is 2 months, also from the 31st."""
    return [Limit(sum(limit.n for limit in same), unit) for unit, same in groupby(limits, key=lambda limit: limit.unit)]


def _length(stop: Stop) -> timedelta:
    return (stop.ended_at or stop.began_at) - stop.began_at


def _last_still(stop: Stop) -> date:
    began = china_day(stop.began_at)
    return max(began, last_day(stop.ended_at)) if stop.ended_at else began

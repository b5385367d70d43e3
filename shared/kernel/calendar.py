"""Working-day calendar (工作日历): which days are worked, and how certain that is.

A year is kept as its deviations from Monday to Friday, as the yearly notice of the State Council (国务院办公厅关于
部分节假日安排的通知) tells them. A year nobody told is Monday to Friday and provisional (暂定). Days are days in China.
Counting uses the ordinals of each year's workdays, sorted once: adding days is one bisection, not a walk.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, malformed

_SATURDAY = 5


def is_weekend(day: date) -> bool:
    """Saturday or Sunday (双休日), whatever a notice says."""
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """One year of the calendar (年历): the days that deviate from Monday to Friday.

    Raises:
        Refusal: ``invalid-content`` when a day lies outside the year or does not deviate.
    """

    year: int
    version: int
    """Counts up with each notice about this year; the larger one wins."""
    working: frozenset[date]
    """Weekend days that are worked (调休上班)."""
    free: frozenset[date]
    """Weekdays that are free (放假)."""
    provisional: bool
    """True until the notice of the State Council is in (暂定): no red card rests on such a year."""
    source: str
    """The notice or the library it comes from (来源)."""

    def __post_init__(self) -> None:
        faults = [
            _fault(f"/working/{day}", "调休上班日应为该年的周六或周日")
            for day in self._strange(self.working, weekend=True)
        ]
        faults += [
            _fault(f"/free/{day}", "放假日应为该年的周一至周五") for day in self._strange(self.free, weekend=False)
        ]
        if faults:
            raise malformed(faults)

    def _strange(self, days: Iterable[date], *, weekend: bool) -> list[date]:
        return sorted(day for day in days if day.year != self.year or is_weekend(day) != weekend)

    def is_workday(self, day: date) -> bool:
        """True when a day of this year is worked."""
        return day in self.working if is_weekend(day) else day not in self.free


def _fault(pointer: str, zh: str) -> Fault:
    return Fault(pointer=pointer, zh=zh, en="working days lie on weekends of the year, free days on its weekdays")


class Calendar:
    """All years told so far (工作日历). Immutable to its users."""

    def __init__(self, years: Iterable[CalendarYear] = ()) -> None:
        """Take the newest version of every year."""
        self._years: dict[int, CalendarYear] = {}
        for year in years:
            known = self._years.get(year.year)
            if known is None or known.version < year.version:
                self._years[year.year] = year
        self._ordinals: dict[int, list[int]] = {}

    def year(self, number: int) -> CalendarYear:
        """The year as told, or the provisional Monday-to-Friday year (version 0)."""
        return self._years.get(number) or CalendarYear(
            year=number,
            version=0,
            working=frozenset(),
            free=frozenset(),
            provisional=True,
            source="",
        )

    @property
    def told(self) -> list[CalendarYear]:
        """The years somebody told, in order."""
        return [self._years[number] for number in sorted(self._years)]

    @property
    def edition(self) -> int:
        """Grows with every version of any year: what was computed with an older edition is computed again."""
        return sum(year.version for year in self._years.values())

    def is_workday(self, day: date) -> bool:
        """True when the day is worked (工作日)."""
        told = self._years.get(day.year)
        return told.is_workday(day) if told else not is_weekend(day)

    def provisional(self, first: date, last: date) -> bool:
        """True when any day in [first, last] rests on a year that is not confirmed (暂定)."""
        if last < first:
            return False
        years = (self._years.get(number) for number in range(first.year, last.year + 1))
        return any(year is None or year.provisional for year in years)

    def after(self, day: date, n: int) -> date:
        """The n-th workday strictly after ``day``; n is 1 or more."""
        year = day.year
        worked = self._worked(year)
        place = bisect_right(worked, day.toordinal()) + n - 1
        while place >= len(worked):
            place -= len(worked)
            year += 1
            worked = self._worked(year)
        return date.fromordinal(worked[place])

    def count(self, first: date, last: date) -> int:
        """How many workdays lie in (first, last]; 0 when ``last`` is not after ``first``."""
        if last <= first:
            return 0
        between = sum(len(self._worked(year)) for year in range(first.year, last.year))
        return between + self._rank(last) - self._rank(first)

    def _rank(self, day: date) -> int:
        return bisect_right(self._worked(day.year), day.toordinal())

    def _worked(self, year: int) -> list[int]:
        known = self._ordinals.get(year)
        if known is None:
            known = self._ordinals[year] = self._reckon(year)
        return known

    def _reckon(self, year: int) -> list[int]:
        first = date(year, 1, 1).toordinal()
        last = date(year, 12, 31).toordinal()
        worked = [n for n in range(first, last + 1) if self.is_workday(date.fromordinal(n))]
        if not worked:
            raise ValueError(f"the calendar year {year} has no workday")
        return worked

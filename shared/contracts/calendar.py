"""What approval tells of the working-day calendar (工作日历): one event per year and version."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Subject
from kernel.calendar import CalendarYear
from kernel.subject import IdType, SubjectKind

SOURCE = "calendar"
"""来源系统 of these events: no case and no bureau system is behind them."""


class CalendarChanged(Event, frozen=True, kw_only=True):
    """工作日历已变更: the days of a year that deviate from Monday to Friday. A reader ignores an older ``version``."""

    fact: ClassVar[str] = "approval.calendar.changed"

    year: int
    version: int
    """Counts the notices about this year from 1."""
    working: tuple[date, ...]
    """调休上班: weekend days that are worked, in order."""
    free: tuple[date, ...]
    """放假: weekdays that are free, in order."""
    provisional: bool
    """暂定: the notice of the State Council is not in yet."""
    source: str
    """The notice, or the library the days come from."""

    @property
    def aggregate(self) -> str:
        """The year."""
        return f"YEAR:{self.year}"

    @property
    def holder(self) -> Subject:
        """Nobody is licensed here: all years travel in one partition."""
        return Subject(id_type=IdType.OTHER, id_no="CALENDAR", kind=SubjectKind.ORGANISATION)

    @property
    def calendar_year(self) -> CalendarYear:
        """The year as the kernel counts with it."""
        return CalendarYear(
            year=self.year,
            version=self.version,
            working=frozenset(self.working),
            free=frozenset(self.free),
            provisional=self.provisional,
            source=self.source,
        )


EVENTS: tuple[type[Event], ...] = (CalendarChanged,)

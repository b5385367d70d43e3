"""Working-day calendar (工作日历): kept as approval tells it."""

from contracts.calendar import CalendarChanged
from credit.ports import CalendarWork


def on_calendar_changed(work: CalendarWork, event: CalendarChanged) -> None:
    """工作日历已变更: the newer version wins, whatever order they arrive in."""
    work.keep_year(event.calendar_year)

"""Calendar (工作日历): keep what approval last told of a year. Open deadlines are computed anew by the sweep."""

from contracts.calendar import CalendarChanged
from supervision.ports import Work


def on_calendar_changed(work: Work, event: CalendarChanged) -> None:
    """工作日历已变更: the newer version wins, whatever order they arrive in."""
    work.keep_year(event.calendar_year)

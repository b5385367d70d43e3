"""Calendar (工作日历): approval owns it. Every new version of a year is told to the others."""

from approval import outgoing, ports
from approval.domain.notice import SeedCalendar, TellYear, YearReceipt, next_version, wanted


def tell_year(work: ports.CalendarWork, command: TellYear) -> YearReceipt:
    """公布年历, or only tell what would be kept. Refusal: ``calendar-official``."""
    known = work.calendar.year(command.told.year)
    kept = next_version(known, command.told)
    if kept is known:
        return YearReceipt(year=known, duplicate=True)
    if not command.preview:
        work.keep_year(kept)
        work.publish(outgoing.year_told(kept, work.region))
    return YearReceipt(year=kept, duplicate=False)


def seed_calendar(work: ports.CalendarWork, command: SeedCalendar) -> list[int]:
    """初始年历: the years nobody told, and provisional ones that are official by now. Answers which."""
    years = wanted(work.calendar, command.years)
    for year in years:
        work.keep_year(year)
        work.publish(outgoing.year_told(year, work.region))
    return [year.year for year in years]

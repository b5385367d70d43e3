"""Notice (放假安排通知): the days of one year as the State Council tells them, and when a new version replaces the old.

A notice says which days are free and which weekend days are worked; only what deviates from Monday to Friday is kept,
so a weekend inside a holiday says nothing. An official year is replaced by an official one alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kernel.calendar import Calendar, CalendarYear, is_weekend
from kernel.refusal import Fault, Refusal, malformed
from kernel.text import text_fault

FIRST_YEAR, LAST_YEAR = 1990, 2200
_LONGEST_SPAN = 31
_LONGEST_SOURCE = 200


class DayKind(StrEnum):
    """What a notice says of days (日期类型)."""

    FREE = "FREE"  # 放假
    WORKING = "WORKING"  # 调休上班


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One line of a notice (通知一行): from a day to a day, both included."""

    place: str
    """JSON pointer of the line."""
    row: int | None = None
    """Its row when it comes from a file."""
    first: date
    last: date
    kind: DayKind


@dataclass(frozen=True, kw_only=True)
class TellYear:
    """Command: take a notice over (公布年历)."""

    told: CalendarYear
    preview: bool = False
    """Only tell what would be kept."""


@dataclass(frozen=True, kw_only=True)
class SeedCalendar:
    """Command: take over the years nobody told yet (初始年历)."""

    years: tuple[CalendarYear, ...]


@dataclass(frozen=True, kw_only=True)
class YearReceipt:
    """What became of a notice (年历回执)."""

    year: CalendarYear
    duplicate: bool
    """It says what is known already; nothing changed."""


def noticed_year(rows: Sequence[NoticeRow], *, year: int | None, source: str, provisional: bool) -> CalendarYear:
    """The year a notice tells, not numbered yet. ``year``: None takes the year all the rows are about.

    Raises:
        Refusal: ``invalid-content`` with every faulty row.
    """
    about = year if year is not None else _year_of(rows)
    faults = [*_general_faults(about, source), *(fault for row in rows for fault in _row_faults(row, about))]
    said: dict[date, NoticeRow] = {}
    for row in rows if not faults else ():
        for day in _days(row):
            before = said.setdefault(day, row)
            if before.kind is not row.kind:
                where = f"第 {before.row} 行" if before.row else before.place
                zh, en = f"{day} 在{where}已写作另一类型", f"{day} has another kind in {before.place}"
                faults.append(_fault(row, zh, en))
    if faults:
        raise malformed(faults)
    return CalendarYear(
        year=about,
        version=0,
        working=frozenset(day for day, row in said.items() if row.kind is DayKind.WORKING),
        free=frozenset(day for day, row in said.items() if row.kind is DayKind.FREE and _is_of(day, about)),
        provisional=provisional,
        source=source,
    )


def next_version(known: CalendarYear, told: CalendarYear) -> CalendarYear:
    """The year to keep: ``known`` itself when nothing changes.

    Raises:
        Refusal: ``calendar-official`` (409) when an official year would become provisional.
    """
    numbered = replace(told, version=known.version)
    if known.version and numbered == known:
        return known
    if known.version and told.provisional and not known.provisional:
        raise Refusal(
            code="calendar-official",
            zh=f"{told.year} 年的日历已按正式通知公布，不能改为暂定；请以正式通知更正",
            en=f"The calendar of {told.year} is official and cannot become provisional; correct it by an official notice",
            status=409,
        )
    return replace(told, version=known.version + 1)


def wanted(calendar: Calendar, years: Iterable[CalendarYear]) -> list[CalendarYear]:
    """Of the years a library knows those to take over: nobody told them, or they become official."""
    return [
        next_version(known, year)
        for year in years
        if not (known := calendar.year(year.year)).version or (known.provisional and not year.provisional)
    ]


def _year_of(rows: Sequence[NoticeRow]) -> int:
    years = {day.year for row in rows for day in (row.first, row.last)}
    if len(years) != 1:
        zh, en = (
            "文件涉及的年份不唯一，请用 year 指明通知所属年份",
            "the rows name several years or none; say which with `year`",
        )
        raise malformed([Fault(pointer="/year", zh=zh, en=en)])
    return years.pop()


def _general_faults(year: int, source: str) -> list[Fault]:
    faults = []
    if not FIRST_YEAR <= year <= LAST_YEAR:
        zh, en = f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", f"a year is {FIRST_YEAR} to {LAST_YEAR}"
        faults.append(Fault(pointer="/year", zh=zh, en=en))
    if not source.strip():
        zh, en = "请写明依据的通知，如 国办发明电〔2025〕7号", "say which notice this is, such as 国办发明电〔2025〕7号"
        faults.append(Fault(pointer="/source", zh=zh, en=en))
    unfit = text_fault("/source", source, longest=_LONGEST_SOURCE)
    return [*faults, unfit] if unfit else faults


def _row_faults(row: NoticeRow, year: int) -> list[Fault]:
    if row.last < row.first:
        return [_fault(row, "截止日期早于起始日期", "the last day is before the first")]
    if (row.last - row.first).days >= _LONGEST_SPAN:
        return [_fault(row, f"一行最多 {_LONGEST_SPAN} 天，请核对日期", f"a row has at most {_LONGEST_SPAN} days")]
    faults = []
    for day in _days(row):
        if row.kind is DayKind.WORKING and not is_weekend(day):
            zh, en = f"{day} 是周一至周五，本来就上班，请核对日期", f"{day} is a weekday and worked anyway"
            faults.append(_fault(row, zh, en))
        elif day.year != year and (row.kind is DayKind.WORKING or not is_weekend(day)):
            zh, en = (
                f"{day} 不属于 {year} 年，请写入那一年的通知",
                f"{day} is not in {year}; tell it with that year's notice",
            )
            faults.append(_fault(row, zh, en))
    return faults


def _days(row: NoticeRow) -> list[date]:
    return [row.first + timedelta(days=n) for n in range((row.last - row.first).days + 1)]


def _is_of(day: date, year: int) -> bool:
    return day.year == year and not is_weekend(day)


def _fault(row: NoticeRow, zh: str, en: str) -> Fault:
    if row.row is None:
        return Fault(pointer=row.place, zh=zh, en=en)
    return Fault(pointer=row.place, zh=f"第 {row.row} 行：{zh}", en=f"row {row.row}: {en}")

"""Calendar (工作日历) over HTTP: the notice of a year as JSON, CSV or xlsx; and the count of a limit, day by day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from approval import handlers, queries
from approval.api.notices import read_notice
from approval.api.paging import Reading
from approval.domain.notice import FIRST_YEAR, LAST_YEAR, DayKind, NoticeRow, TellYear, YearReceipt, noticed_year
from approval.ports import StoredCalendarWork
from chassis.ndjson import decoded
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import china_day
from kernel.deadline import Deadline, Ladder, Limit
from kernel.reckoning import start_of
from kernel.refusal import Fault, Refusal, malformed

_CREATED, _AGAIN = 201, 200
_LONGEST_COUNT = 1100
_PLAIN = Ladder(half=False, before=None, red=None)

Start = Annotated[
    date | AwareDatetime, Query(alias="from", description="起算日 2026-03-02 或时刻 / a day or an instant")
]
LimitText = Annotated[str, Query(alias="limit", max_length=20, description="时限 24h、2wd、10d、2m / a limit")]
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="通知所属年份 / the year of the notice")]
Source = Annotated[str, Query(max_length=200, description="依据的通知 / which notice")]
Preview = Annotated[bool, Query(description="只看会怎样，不登记 / only tell what would be kept")]
Provisional = Annotated[bool, Query(description="暂定 / not the official notice")]


class _NoticeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    year: int
    source: str
    provisional: bool = False
    working: list[date]
    free: list[date]


_bodies = msgspec.json.Decoder(_NoticeBody)


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredCalendarWork], reading: Reading) -> None:
    """Put the routes of the calendar on ``routes``."""

    @routes.post("/calendar-years", tags=["日历 calendar"], summary="登记放假安排通知 / take a notice over")
    async def tell_year(
        request: Request,
        year: Year = None,
        source: Source = "",
        *,
        provisional: Provisional = False,
        preview: Preview = False,
    ) -> Response:
        """201 with the new version, 200 when it says what is known. JSON, or the file with `year` and `source` asked."""
        content = await request.body()
        if request.headers.get("content-type", "").startswith("application/json"):
            told = _stated(decoded(_bodies, content))
        else:
            told = noticed_year(read_notice(content), year=year, source=source, provisional=provisional)
        receipt = await unit.run(handlers.tell_year, TellYear(told=told, preview=preview))
        status = _AGAIN if receipt.duplicate or preview else _CREATED
        return Response(msgspec.json.encode(_receipt(receipt)), status, media_type="application/json")

    @routes.get("/calendar-years", tags=["日历 calendar"], summary="各年日历 / the years told")
    async def years() -> dict[str, Any]:
        """Every year with its version, without its days."""
        async with reading() as connection:
            calendar = await queries.calendar(connection)
        return {"items": [_head(year) for year in calendar.told]}

    @routes.get("/calendar-years/{year}", tags=["日历 calendar"], summary="一年的日历 / one year")
    async def one_year(year: int) -> dict[str, Any]:
        """The days that deviate from Monday to Friday; 404 when nobody told the year."""
        async with reading() as connection:
            calendar = await queries.calendar(connection)
        found = calendar.year(year)
        if not found.version:
            raise not_found(f" {year} 年的日历", f"calendar of {year}")
        workdays = calendar.count(date(year - 1, 12, 31), date(year, 12, 31))
        return {**_whole(found), "workdays": workdays}

    @routes.get("/deadline-count", tags=["日历 calendar"], summary="逐日计算时限 / count a limit day by day")
    async def deadline_count(start: Start, limit: LimitText) -> dict[str, Any]:
        """When a limit that begins then ends, and why: every day with its number or the reason it does not count."""
        begun = _instant(start)
        async with reading() as connection:
            calendar = await queries.calendar(connection)
        counted = Deadline.started(
            deadline_id="", owner="", kind="", limit=Limit.parse(limit), at=begun, calendar=calendar, ladder=_PLAIN
        )
        if (counted.due_on - china_day(begun)).days > _LONGEST_COUNT:
            raise Refusal(
                code="count-too-long",
                zh=f"逐日计算最多 {_LONGEST_COUNT} 天，请缩短时限",
                en=f"A count has at most {_LONGEST_COUNT} days; ask for a shorter limit",
            )
        return _count(counted, calendar)


def _count(counted: Deadline, calendar: Calendar) -> dict[str, Any]:
    days = counted.explained(calendar)
    return {
        "limit": str(counted.limit),
        "zh": counted.limit.zh,
        "from": counted.started_at,
        "due_on": counted.due_on,
        "due_at": counted.due_at,
        "provisional": calendar.provisional(days[0].day, counted.due_on),
        "days": [
            {
                "day": each.day,
                "number": each.number,
                "why": list(each.why),
                "zh": [why.zh for why in each.why],
                "source": each.source,
            }
            for each in days
        ],
    }


def _stated(body: _NoticeBody) -> CalendarYear:
    rows = [*_rows("/working", body.working, DayKind.WORKING), *_rows("/free", body.free, DayKind.FREE)]
    return noticed_year(rows, year=body.year, source=body.source, provisional=body.provisional)


def _rows(place: str, days: Sequence[date], kind: DayKind) -> list[NoticeRow]:
    return [NoticeRow(place=f"{place}/{n}", first=day, last=day, kind=kind) for n, day in enumerate(days)]


def _instant(start: date | datetime) -> datetime:
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        zh, en = f"应在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间", f"is a day of the years {FIRST_YEAR} to {LAST_YEAR}"
        raise malformed([Fault(pointer="/from", zh=zh, en=en)])
    return start if isinstance(start, datetime) else start_of(start)


def _head(year: CalendarYear) -> dict[str, Any]:
    return {
        "year": year.year,
        "version": year.version,
        "provisional": year.provisional,
        "source": year.source,
        "working_days": len(year.working),
        "free_days": len(year.free),
    }


def _whole(year: CalendarYear) -> dict[str, Any]:
    return {
        "year": year.year,
        "version": year.version,
        "provisional": year.provisional,
        "source": year.source,
        "working": sorted(year.working),
        "free": sorted(year.free),
    }


def _receipt(receipt: YearReceipt) -> dict[str, Any]:
    return {**_whole(receipt.year), "duplicate": receipt.duplicate}

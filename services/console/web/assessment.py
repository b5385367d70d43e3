"""Monthly assessment (月度考核): what each department did in a month and its score; as a page, JSON, PDF and xlsx.

The addresses below ``/api`` are the same for programs and the command line, with a token instead of a session.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request, Response

from chassis.audit.trail import PERSONAL
from chassis.pages import Reading
from console import queries
from console.domain.assessment import MonthFigures, ScoreRules, rules_of, totals
from console.forms import Assessed, printed_assessment
from console.web.downloads import handed_over
from console.web.language import month_text, said, time_text, translations
from console.web.names import Names
from console.web.rendering import page
from console.web.services import Asking, Services
from console.web.sheets import Cell, Sheet, SheetFormat, as_file
from console.web.view import View
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import china_day
from kernel.reckoning import months_after
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

PATH = "/board/report"
_API = "/api/v1" + PATH
_YEARS = 5
"""Years a task may have been open for its workdays to be counted by the calendar; before them Monday to Friday."""
Month = Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="月份 / month, 2026-11")]
COLUMNS = {
    "received": said("接收任务"),
    "claimed": said("按时认领"),
    "claim_missed": said("认领超期"),
    "claim_rate": said("按时认领率"),
    "concluded": said("办结"),
    "concluded_in_time": said("按时办结"),
    "conclude_rate": said("按时办结率"),
    "average_workdays": said("平均办结工作日"),
    "overdue": said("超期任务"),
    "yellow": said("黄牌"),
    "red": said("红牌"),
    "urged": said("催办"),
    "escalated": said("督办"),
}
"""What a row shows → what it is called."""
_RATES = {"claim_rate", "conclude_rate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """月度考核 of a month. ``rules``: None before the first edition, then there is no score; ``calendar``: whether it was known."""

    month: date
    departments: dict[str, MonthFigures]
    rules: ScoreRules | None
    calendar: bool
    at: datetime

    def score(self, figures: MonthFigures) -> float | None:
        """得分."""
        return self.rules.score(figures) if self.rules else None

    def rows(self, names: dict[str, str], together: str) -> list[tuple[str, MonthFigures, float | None]]:
        """Name, figures and score of each department, the best first, and all of them together without a score."""
        listed = [(names.get(code, code), figures, self.score(figures)) for code, figures in self.departments.items()]
        listed.sort(key=lambda row: (-(row[2] or 0), row[0]))
        return [*listed, (together, totals(self.departments), None)] if listed else []


class Reports:
    """Makes reports. ``reading``: the read model; ``editions``: the rules of the score."""

    def __init__(
        self,
        reading: Reading,
        services: Services,
        names: Names,
        now: Callable[[], datetime],
        editions: Sequence[ScoreRules],
    ) -> None:
        self._reading = reading
        self._services = services
        self.names = names
        self.now = now
        self._editions = editions

    def asking(self, request: Request) -> Asking:
        """The services, in the name of who asks."""
        return Asking(self._services, request)

    async def of(self, request: Request, text: str) -> Report:
        """The report of a month, 2026-11; empty: of the month before this one. Refuses a month that has not begun."""
        today = china_day(self.now())
        month = date.fromisoformat(f"{text}-01") if text else months_after(today.replace(day=1), -1)
        if month > today:
            raise _not_begun()
        calendar = await _calendar(self.asking(request), month)
        async with self._reading() as connection:
            departments = await queries.assessed(connection, month, (calendar or Calendar()).count)
        rules = rules_of(self._editions, month)
        return Report(month=month, departments=departments, rules=rules, calendar=calendar is not None, at=self.now())


def router(reports: Reports) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get(PATH)
    async def shown(request: Request, month: Month = "") -> Response:
        """The page."""
        report = await reports.of(request, month)
        together = translations(View.of(request).language).gettext(_TOGETHER)
        names = await reports.names.departments()
        rows = [(name, shown_of(figures), score) for name, figures, score in report.rows(names, together)]
        this = china_day(reports.now()).replace(day=1)
        months = [months_after(this, -n) for n in range(24)]
        return page(request, "assessment.html", report=report, rows=rows, columns=COLUMNS, months=months)

    @routes.get(_API)
    async def told(request: Request, month: Month = "") -> dict[str, Any]:
        """The report as JSON."""
        report = await reports.of(request, month)
        names = await reports.names.departments()
        return document(report, names)

    @routes.get(f"{PATH}.csv", openapi_extra=PERSONAL)
    @routes.get(f"{PATH}.xlsx", openapi_extra=PERSONAL)
    @routes.get(f"{_API}.xlsx", openapi_extra=PERSONAL)
    async def sheets(request: Request, month: Month = "") -> Response:
        """The report as a table."""
        report, language = await reports.of(request, month), View.of(request).language
        names = await reports.names.departments()
        title = f"{translations(language).gettext(_TITLE)} {report.month:%Y-%m}"
        return await as_file(title, report_sheets(report, names, language), SheetFormat.of(request.url.path))

    @routes.get(f"{PATH}.pdf", openapi_extra=PERSONAL)
    @routes.get(f"{_API}.pdf", openapi_extra=PERSONAL)
    async def paper(request: Request, month: Month = "") -> Response:
        """The report as PDF, in Chinese whoever prints it."""
        report = await reports.of(request, month)
        names = await reports.names.departments()
        made = await asyncio.to_thread(lambda: printed_assessment(on_paper(report, names), china_day(report.at)))
        return handed_over(made.pdf, f"{_TITLE} {report.month:%Y-%m}.pdf", "application/pdf", shown=True)

    return routes


_TITLE = said("审管联动月度考核")
_TOGETHER = said("合计")
_SCORE = said("得分")
_UNCONFIRMED = said("未经主管部门确认")


def shown_of(figures: MonthFigures) -> dict[str, str]:
    """A row as people read it: shares in percent to a tenth, days to a tenth, a dash for what nothing is counted for."""
    return {name: _shown(name, getattr(figures, name)) for name in COLUMNS}


def document(report: Report, names: dict[str, str]) -> dict[str, Any]:
    """The report as JSON; ``score`` null where no rules were in force."""
    departments = [
        {"department": code, "name": names.get(code, code), **figures.document(), "score": report.score(figures)}
        for code, figures in report.departments.items()
    ]
    rules = report.rules
    return {
        "month": f"{report.month:%Y-%m}",
        "departments": departments,
        "total": totals(report.departments).document(),
        "calendar_known": report.calendar,
        "rules": {"version": rules.version, "source": rules.source, "confirmed": rules.confirmed} if rules else None,
    }


def report_sheets(report: Report, names: dict[str, str], language: str) -> list[Sheet]:
    """The report as a table, and what it rests on."""
    say = translations(language).gettext
    rows: list[list[Cell]] = []
    for name, figures, score in report.rows(names, say(_TOGETHER)):
        numbers = [(column, getattr(figures, column)) for column in COLUMNS]
        rows.append([name, *(_number(column, number) for column, number in numbers), score])
    columns = [say(name) + (" %" if column in _RATES else "") for column, name in COLUMNS.items()]
    table = Sheet(
        name=month_text(report.month, language), columns=[say(said("监管部门")), *columns, say(_SCORE)], rows=rows
    )
    notes = [[each] for each in (time_text(report.at, language), *_notes(report, say))]
    return [table, Sheet(name=say(said("说明")), columns=[say(_TITLE)], rows=notes)]


def on_paper(report: Report, names: dict[str, str]) -> Assessed:
    """The report as it is printed."""
    rows = [
        (name, *shown_of(figures).values(), "" if score is None else f"{score:g}")
        for name, figures, score in report.rows(names, _TOGETHER)
    ]
    return Assessed(
        title=_TITLE,
        month=month_text(report.month, "zh"),
        columns=("监管部门", *COLUMNS.values(), _SCORE),
        rows=tuple(rows),
        notes=_notes(report, str),
    )


def _notes(report: Report, say: Callable[[str], str]) -> tuple[str, ...]:
    rules = report.rules
    told = [say(said("口径见控制台文档“月度考核的口径”；不含临时任务。"))]
    if rules is None:
        told.append(say(said("这个月没有施行中的考核规则，没有得分。")))
    else:
        about = f"{rules.source}（{say(_UNCONFIRMED)}）" if not rules.confirmed else rules.source
        told.append(say(said("考核规则 %(version)s：%(source)s")) % {"version": rules.version, "source": about})
    if not report.calendar:
        told.append(say(said("暂时取不到工作日历，平均办结工作日按周一至周五计算。")))
    return tuple(told)


def _shown(column: str, value: float | None) -> str:
    if value is None:
        return "—"
    if column in _RATES:
        return f"{100 * value:.1f}%"
    return f"{value:.1f}" if column == "average_workdays" else str(value)


def _number(column: str, value: float | None) -> Cell:
    if value is None:
        return None
    return round(100 * value if column in _RATES else value, 1)


def _not_begun() -> Refusal:
    return Refusal(
        code="month-not-begun",
        zh="这个月还没有开始，请选以前的月份",
        en="This month has not begun; choose an earlier one",
        status=422,
    )


async def _calendar(asking: Asking, month: date) -> Calendar | None:
    """The calendar of the years a task of the month may have run in; None while approval cannot be asked."""
    path = "/api/v1/calendar-years"
    try:
        known = [each["year"] for each in (await asking.get("approval", path))["items"]]
        wanted = [year for year in known if month.year - _YEARS <= year <= month.year + 1]
        told = await asyncio.gather(*(asking.get("approval", f"{path}/{year}") for year in wanted))
    except Refusal as refusal:
        _log.warning("calendar.unknown", cause=refusal.code)
        return None
    return Calendar(_year(each) for each in told)


def _year(told: Mapping[str, Any]) -> CalendarYear:
    days: dict[str, Any] = {name: frozenset(map(date.fromisoformat, told[name])) for name in ("working", "free")}
    return CalendarYear(**{name: told[name] for name in ("year", "version", "provisional", "source")}, **days)

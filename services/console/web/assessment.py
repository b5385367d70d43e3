"""Monthly assessment (月度考核): what each department did in a month and its score; as a page, JSON, PDF and xlsx.

The addresses below ``/api`` are the same for programs and the command line, with a token instead of a session.
"""

import asyncio
import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.audit.trail import PERSONAL
from console.domain.assessment import WRITTEN_MONTH
from console.domain.fixing import Standing
from console.forms import printed_assessment
from console.web.assessment_papers import (
    COLUMNS,
    TITLE,
    TOGETHER,
    changed,
    digest_text,
    document,
    on_paper,
    report_sheets,
    shown_of,
    standing_text,
)
from console.web.downloads import handed_over
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.language import translations
from console.web.rendering import page, wrong
from console.web.reports import Reports
from console.web.services import part
from console.web.session import carried, departments_of
from console.web.sheets import SheetFormat, as_file
from console.web.view import View
from kernel.clock import china_day
from kernel.reckoning import months_after
from kernel.refusal import Fault, Refusal, malformed
from kernel.role import Role

PATH = "/board/report"
_API = "/api/v1" + PATH
_SEE_OTHER = 303
Month = Annotated[str, Query(pattern=f"^({WRITTEN_MONTH})?$", description="月份 / month, 2026-11")]


def router(reports: Reports) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_pages(routes, reports)

    @routes.get(_API)
    async def told(month: Month = "") -> dict[str, Any]:
        """The report as JSON."""
        report = await reports.of(month)
        names = await reports.names.departments()
        return document(report, names)

    @routes.get(f"{PATH}.csv", openapi_extra=PERSONAL)
    @routes.get(f"{PATH}.xlsx", openapi_extra=PERSONAL)
    @routes.get(f"{_API}.xlsx", openapi_extra=PERSONAL)
    async def sheets(request: Request, month: Month = "") -> Response:
        """The report as a table."""
        report, language = await reports.of(month), View.of(request).language
        names = await reports.names.departments()
        title = f"{translations(language).gettext(TITLE)} {report.month:%Y-%m}"
        return await as_file(title, report_sheets(report, names, language), SheetFormat.of(request.url.path))

    @routes.get(f"{PATH}.pdf", openapi_extra=PERSONAL)
    @routes.get(f"{_API}.pdf", openapi_extra=PERSONAL)
    async def paper(month: Month = "") -> Response:
        """The report as PDF, in Chinese whoever prints it."""
        report = await reports.of(month)
        names = await reports.names.departments()
        made = await asyncio.to_thread(lambda: printed_assessment(on_paper(report, names), china_day(report.at)))
        return handed_over(made.pdf, f"{TITLE} {report.month:%Y-%m}.pdf", "application/pdf", shown=True)

    return routes


def _add_pages(routes: APIRouter, reports: Reports) -> None:
    @routes.get(PATH)
    async def shown(request: Request, month: Month = "") -> Response:
        """The page."""
        return await _page(request, reports, month)

    @routes.post(f"{PATH}/fix")
    async def fixed(request: Request, typed: Filled) -> Response:
        """Fix the month, and come back to it."""
        month = typed.text("month")
        try:
            if typed.text("sure") != "yes":
                raise malformed(
                    [Fault(pointer="/sure", zh="请先勾选已核对", en="tick that you have looked at it first")]
                )
            body = {"reason": typed.text("reason")}
            await reports.asking(request).post("console", f"{_API}/{part(month)}:fix", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal) or not re.fullmatch(WRITTEN_MONTH, month):
                raise
            return await _page(request, reports, month, typed, refusal)
        return RedirectResponse(f"{PATH}?month={part(month)}", _SEE_OTHER)


async def _page(
    request: Request, reports: Reports, month: str, typed: Typed | None = None, refusal: Refusal | None = None
) -> Response:
    """The page of a month; with what was wrong when it was to be fixed."""
    report, language = await reports.of(month), View.of(request).language
    names, say = await reports.names.departments(), translations(language).gettext
    this = china_day(reports.now()).replace(day=1)
    return page(
        request,
        "assessment.html",
        status=refusal.status if refusal else 200,
        report=report,
        rows=[(name, shown_of(figures), score) for name, figures, score in report.rows(names, say(TOGETHER))],
        columns=COLUMNS,
        months=[months_after(this, -n) for n in range(24)],
        standing=standing_text(report, say, language),
        digest=digest_text(report, say),
        changes=changed(report, names, say),
        fixes=report.standing is Standing.PROVISIONAL and _may_fix(request),
        typed=typed or Typed(),
        wrong=wrong(refusal, language) if refusal else None,
        once=new_key(),
    )


def _may_fix(request: Request) -> bool:
    """Whether the button is offered; the route says who may press it."""
    session = carried(request.scope)
    return session is not None and Role.LINKAGE_OFFICE in session.roles and not departments_of(request)

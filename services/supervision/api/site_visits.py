"""Site visits over HTTP (入企检查接口): request, approve, announce, enter, finish, cancel; counts, rules, suggestions."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock, china_day
from kernel.visit import VisitKind, VisitState
from supervision import handlers
from supervision.api.verbs import PersonForm, ReasonForm
from supervision.domain.visits import Matter, SiteVisit, VisitEdition, VisitRules, refusals
from supervision.domain.visits import commands as asked_for
from supervision.domain.visits.commands import VisitCommand
from supervision.domain.visits.recusal import AnswerRecusal
from supervision.handlers import VisitReceipt
from supervision.ports import StoredWork, Work
from supervision.queries import visits as queries

NOT_KEPT = {"Cache-Control": "no-store"}
_MOST = 50
Person = Annotated[PersonForm, Field()]


@dataclass(frozen=True, kw_only=True)
class Visiting:
    """What the routes of site visits are made with; ``public_url``: where enterprises reach this service."""

    unit: UnitOfWork[StoredWork]
    reading: Reading
    page_limit: int
    rules: VisitRules
    clock: Clock
    public_url: str

    def today(self) -> date:
        """The day of the stack clock in China."""
        return china_day(self.clock.now())

    def edition(self, year: int) -> VisitEdition:
        """The rules of a year: of its last day. Refuses ``visit-rules-not-begun``."""
        edition = self.rules.in_force(date(year, 12, 31))
        if edition is None:
            raise refusals.no_rules()
        return edition

    async def whole(self, visit_no: str) -> dict[str, Any]:
        """A visit as it is now, with its trace. Refuses ``not-found``."""
        async with self.reading() as connection:
            found = await queries.one_site_visit(connection, visit_no)
        if found is None:
            raise refusals.no_such_visit(visit_no)
        return found

    async def does(self, handle: Callable[[Work, Any], SiteVisit], command: VisitCommand) -> dict[str, Any]:
        """Carry a verb out and answer with the visit."""
        await self.unit.run(handle, command)
        return await self.whole(command.visit_no)


class MatterForm(BaseModel):
    """检查事项."""

    model_config = ConfigDict(extra="forbid")

    code: str
    name: str = ""


class RequestForm(PersonForm):
    """申请: which object, which department, when, who, what, why, under which law; over a cap with an exemption."""

    source_system: str
    object_no: str
    department: str
    kind: VisitKind = VisitKind.ROUTINE
    planned_on: date
    officers: tuple[str, ...] = Field(max_length=_MOST)
    matters: tuple[MatterForm, ...] = Field(max_length=_MOST)
    reason: str
    legal_basis: str
    exemption: str = ""
    exemption_document: str = ""
    tasks: tuple[UUID, ...] = Field((), max_length=_MOST)
    joint_with: UUID | None = Field(None, description="并入哪一次入企检查 / the visit it is made with")

    def command(self) -> asked_for.RequestVisit:
        """The command. Refuses ``invalid-content``."""
        matters = tuple(Matter(code=each.code, name=each.name) for each in self.matters)
        said = dict(self) | {"matters": matters, "tasks": tuple(map(str, self.tasks))}
        return asked_for.RequestVisit(**said | {"joint_with": str(self.joint_with or "")})


class EnterForm(PersonForm):
    """入企; ``code``: what was scanned at the door."""

    code: str = Field("", max_length=64)


class RecusalAnswerForm(PersonForm):
    """回避决定."""

    officer: str
    granted: bool
    decision: str


class VisitsListed(PageAsked):
    """Which visits (入企检查查询)."""

    state: VisitState | None = None
    department: Asked | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None
    id_no: Asked | None = None
    unannounced: bool | None = None
    planned_on: date | None = None


class CountsAsked(BaseModel):
    """Whose counts, of which year (频次查询)."""

    model_config = ConfigDict(extra="forbid")

    id_type: Asked = "001"
    id_no: Asked
    year: int | None = Field(None, ge=2000, le=2200, description="缺省为今年 / this year when left out")


class RatingsAsked(PageAsked):
    """Whose ratings, of which year (评价查询)."""

    department: Asked | None = None
    year: int | None = Field(None, ge=2000, le=2200, description="缺省为今年 / this year when left out")


class SuggestionsAsked(PageAsked):
    """Which days (合并建议查询), both included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    id_no: Asked | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None


def router(visiting: Visiting) -> APIRouter:
    """The routes of site visits."""
    routes = APIRouter()
    _add_request(routes, visiting)
    _add_verbs(routes, visiting)
    _add_questions(routes, visiting)
    return routes


def _add_request(routes: APIRouter, visiting: Visiting) -> None:
    @routes.post("/site-visits", status_code=201, summary="申请入企检查 / request a site visit")
    async def requested(form: RequestForm, response: Response) -> dict[str, Any]:
        """201 a new one, 200 the very same again; ``warnings`` and ``merge_with`` are advice and stop nobody."""
        receipt = await visiting.unit.run(handlers.request_visit, form.command())
        response.status_code = 200 if receipt.duplicate else 201
        return await visiting.whole(receipt.visit.visit_no) | _advice(receipt)

    @routes.get("/site-visits", summary="入企检查 / site visits")
    async def listed(asked: Annotated[VisitsListed, Query()]) -> Page:
        """In the order they were requested."""
        limit, after = asked.within(visiting.page_limit), asked.after(UUID)
        which = asked.model_dump(exclude={"cursor", "limit"})
        async with visiting.reading() as connection:
            items = await queries.site_visits(connection, which, str(after) if after else None, limit + 1)
        return page(items, ["visit_no"], limit)

    @routes.get("/site-visits/{visit_no}", summary="一次入企检查 / one site visit with its trace")
    async def shown(visit_no: UUID) -> dict[str, Any]:
        """With the code the enterprise scans, once it was announced."""
        return await visiting.whole(str(visit_no))

    @routes.get(
        "/site-visits/{visit_no}/code.svg", summary="检查码 / the code as a QR picture", response_class=Response
    )
    async def picture(visit_no: UUID) -> Response:
        """An SVG that leads to the public page of the visit; 409 ``visit-not-announced`` before there is a code."""
        visit = await visiting.whole(str(visit_no))
        if not visit["code"]:
            raise refusals.not_announced(visit["number"])
        address = f"{visiting.public_url.rstrip('/')}/api/v1/public/visits/{visit['code']}"
        drawn = BytesIO()
        segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=6, title=visit["number"])
        return Response(drawn.getvalue(), headers=NOT_KEPT, media_type="image/svg+xml")


def _advice(receipt: VisitReceipt) -> dict[str, Any]:
    return {
        "duplicate": receipt.duplicate,
        "caps": [queries.use_shown(use) for use in receipt.uses],
        "warnings": [asdict(each) for each in receipt.warnings],
        "merge_with": [asdict(each) for each in receipt.merge_with],
    }


def _add_verbs(routes: APIRouter, visiting: Visiting) -> None:
    @routes.post("/site-visits/{visit_no}:approve", summary="审批 / approve")
    async def approved(visit_no: UUID, form: PersonForm) -> dict[str, Any]:
        """By somebody else than who requested it."""
        return await visiting.does(handlers.approve_visit, asked_for.ApproveVisit(visit_no=str(visit_no), by=form.by))

    @routes.post("/site-visits/{visit_no}:announce", summary="告知企业 / announce")
    async def announced(visit_no: UUID, form: PersonForm) -> dict[str, Any]:
        """The code is made and the enterprise is told."""
        return await visiting.does(handlers.announce_visit, asked_for.AnnounceVisit(visit_no=str(visit_no), by=form.by))

    @routes.post("/site-visits/{visit_no}:enter", summary="入企 / enter")
    async def entered(visit_no: UUID, form: EnterForm) -> dict[str, Any]:
        """By one of its officers, on its day; with the code when it was scanned."""
        command = asked_for.EnterVisit(visit_no=str(visit_no), by=form.by, code=form.code)
        return await visiting.does(handlers.enter_visit, command)

    @routes.post("/site-visits/{visit_no}:finish", summary="完成 / finish")
    async def finished(visit_no: UUID, form: PersonForm) -> dict[str, Any]:
        """An inspection of a task it serves finishes it too."""
        return await visiting.does(handlers.finish_visit, asked_for.FinishVisit(visit_no=str(visit_no), by=form.by))

    @routes.post("/site-visits/{visit_no}:answer-recusal", summary="回避决定 / decide a recusal")
    async def answered(visit_no: UUID, form: RecusalAnswerForm) -> dict[str, Any]:
        """By somebody else than the officer; granted, the officer has a conflict with the enterprise from today on."""
        command = AnswerRecusal(
            visit_no=str(visit_no), by=form.by, officer=form.officer, granted=form.granted, decision=form.decision
        )
        await visiting.unit.run(handlers.answer_recusal, command)
        return await visiting.whole(command.visit_no)

    @routes.post("/site-visits/{visit_no}:cancel", summary="取消 / cancel")
    async def cancelled(visit_no: UUID, form: ReasonForm) -> dict[str, Any]:
        """Before anybody came; what it used of the cap is given back."""
        command = asked_for.CancelVisit(visit_no=str(visit_no), by=form.by, reason=form.reason)
        return await visiting.does(handlers.cancel_visit, command)


def _add_questions(routes: APIRouter, visiting: Visiting) -> None:
    @routes.get("/visit-counts", summary="企业检查频次 / how often an enterprise was visited")
    async def counts(asked: Annotated[CountsAsked, Query()]) -> dict[str, Any]:
        """Of a natural year: in all, by department and level, what is used of which cap, which floors are met."""
        year = asked.year or visiting.today().year
        async with visiting.reading() as connection:
            return await queries.visit_counts(connection, asked.id_type, asked.id_no, visiting.edition(year), year)

    @routes.get("/visit-ratings", summary="企业评价汇总 / how enterprises rated visits")
    async def ratings(asked: Annotated[RatingsAsked, Query()]) -> Page:
        """By department; never one rating: fewer than the rules say are not shown."""
        year, limit = asked.year or visiting.today().year, asked.within(visiting.page_limit)
        which, after = {"department": asked.department}, asked.after(str) or ""
        async with visiting.reading() as connection:
            items = await queries.visit_ratings(connection, visiting.edition(year), year, which, after, limit + 1)
        return page(items, ["department"], limit)

    @routes.get("/visit-rules", summary="频次上限与豁免情形 / caps and exemptions")
    async def rules() -> dict[str, list[dict[str, Any]]]:
        """Every edition, with source and whether somebody competent confirmed it."""
        return {"items": [_edition(edition) for edition in visiting.rules.editions]}

    @routes.get("/visits:merge-suggestions", summary="合并建议 / what could be visited together")
    async def suggestions(asked: Annotated[SuggestionsAsked, Query()]) -> Page:
        """Objects of enterprises several departments mean to visit in these days; accept by ``POST visits:plan``."""
        limit = asked.within(visiting.page_limit)
        which = asked.model_dump(exclude={"cursor", "limit", "first", "last"})
        days = (asked.first, asked.last)
        async with visiting.reading() as connection:
            items = await queries.merge_suggestions(connection, days, which, asked.after(tuple[str, str]), limit + 1)
        return page(items, ["source_system", "object_no"], limit)


def _edition(edition: VisitEdition) -> dict[str, Any]:
    plain = vars(edition)
    return plain | {
        "caps": [vars(cap) for cap in edition.caps],
        "floors": [vars(floor) for floor in edition.floors],
        "exemptions": [vars(exemption) for exemption in edition.exemptions.values()],
    }

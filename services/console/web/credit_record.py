"""One credit record (信用记录): where it comes from, how long it counts, and repair, objection or withdrawal of it."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console import queries
from console.web.credit import CreditDesk, deals, subject_path
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.redress import OPEN, REMEDIES, latest, possible
from console.web.rendering import page, wrong
from console.web.services import Asking, part
from console.web.session import carried
from console.web.view import View
from kernel.refusal import Refusal
from kernel.role import Role

_SEE_OTHER = 303
_PATH = "/api/v1/records"


def router(desk: CreditDesk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/credit/records/{record_id}")
    async def one(request: Request, record_id: UUID) -> Response:
        """One record."""
        return await _shown(desk, request, record_id)

    @routes.post("/credit/records/{record_id}/{verb}")
    async def done(request: Request, record_id: UUID, verb: str, typed: Filled) -> Response:
        """Do it, and come back to the record."""
        remedy = REMEDIES.get(verb)
        if remedy is None:
            raise _no_such_verb()
        name = part(typed.text("procedure")) if remedy.on in {"repair", "objection"} else str(record_id)
        try:
            path = f"/api/v1/{remedy.path.format(id=name)}"
            await Asking(desk.services, request).post("credit", path, remedy.body(typed), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(desk, request, record_id, refusal, typed, verb)
        return RedirectResponse(f"/credit/records/{record_id}", _SEE_OTHER)

    @routes.get("/credit/records/{record_id}/deadlines/{deadline}")
    async def days(request: Request, record_id: UUID, deadline: UUID) -> Response:
        """Why the last day is the last day."""
        asking = Asking(desk.services, request)
        counted, (_, standing) = await asyncio.gather(
            asking.get("credit", f"/api/v1/deadlines/{deadline}/days"), _standing(asking, record_id)
        )
        every = [clock for procedures in standing.values() for each in procedures for clock in each["deadlines"]]
        clock = next((each for each in every if each["deadline_id"] == str(deadline)), None)
        if clock is None:
            raise _no_such_clock()
        back = {"address": f"/credit/records/{record_id}", "name": None}
        return page(request, "days.html", back=back, clock=clock, days=counted["days"])

    return routes


async def _standing(asking: Asking, record_id: UUID) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The record, and kind → everything that was ever begun about it, the newest first."""
    record = await asking.get("credit", f"{_PATH}/{record_id}")
    told = await asking.get("credit", f"{subject_path(record['id_type'], record['id_no'])}/procedures")
    return record, {kind: [each for each in told[f"{kind}s"] if each["record_id"] == str(record_id)] for kind in OPEN}


async def _shown(
    desk: CreditDesk,
    request: Request,
    record_id: UUID,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    verb: str = "",
) -> Response:
    """The page; with what was wrong at the form of ``verb``."""
    asking = Asking(desk.services, request)
    if deals(request):
        record, procedures = await _standing(asking, record_id)
    else:
        record, procedures = await asking.get("credit", f"{_PATH}/{record_id}"), {kind: [] for kind in OPEN}
    subject, conditions, departments = await asyncio.gather(
        asking.get("credit", subject_path(record["id_type"], record["id_no"])),
        asking.get("credit", f"{_PATH}/{record_id}/repair-conditions"),
        desk.names.departments(),
    )
    async with desk.reading() as connection:
        cases = await queries.cases_behind(connection, record["id_type"], record["id_no"])
    standing = {kind: latest(each) for kind, each in procedures.items()}
    return page(
        request,
        "credit_record.html",
        status=refusal.status if refusal else 200,
        record=record,
        subject=subject,
        conditions=conditions,
        departments=departments,
        case=cases.get(str(record_id), ""),
        procedures=procedures,
        clocks=[clock for listed in procedures.values() for each in listed for clock in desk.clocks(each)],
        remedies=possible(record, standing) if _may_act(request) else [],
        standing=standing,
        act_at=f"/credit/records/{record_id}",
        verb=verb,
        typed=typed or Typed(),
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
        once=new_key(),
    )


def _may_act(request: Request) -> bool:
    session = carried(request.scope)
    return session is not None and Role.CREDIT_OFFICER in session.roles


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这项办理；请回到记录，使用页面上的按钮",
        en="There is nothing like that to be done; go back to the record and use its buttons",
        status=404,
    )


def _no_such_clock() -> Refusal:
    return Refusal(
        code="not-found",
        zh="该记录没有这个时限；请从记录页面打开",
        en="The record has no such clock; open it from the page of the record",
        status=404,
    )

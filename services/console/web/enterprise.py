"""The enterprise's page (企业页): its licences, visits, what it has to put right, its credit; it answers each here.

Everything is asked for in the name of who is signed in, an enterprise by its 统一社会信用代码: no page here names another.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from chassis.pages import Reading
from console import queries
from console.web import clocks
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.session import Session, carried
from console.web.view import View
from kernel.refusal import Refusal

PHOTOS = r"/enterprise/rectifications/[^/]+"
"""Where bodies are photos, for the limit of bodies."""
_ID_TYPE = "001"
"""统一社会信用代码: what an enterprise signs in with."""
_SHOWN = "50"
_MOST = 50
_SEE_OTHER = 303
_OPEN = {"APPLIED", "ACCEPTED", "LODGED", "FORWARDED", "IN_REVIEW"}


def router(services: Services, reading: Reading, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    async def shown(request: Request, refusal: Refusal | None = None, typed: Typed | None = None) -> Response:
        found = await _found(Asking(services, request), reading, signed_in(request).person, now())
        return page(
            request,
            "enterprise.html",
            status=refusal.status if refusal else 200,
            **found,
            departments=await names.departments(),
            typed=typed or Typed(),
            once=new_key(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )

    @routes.get("/enterprise")
    async def own(request: Request) -> Response:
        """All there is of the enterprise that is signed in."""
        return await shown(request)

    @routes.post("/enterprise/rectifications/{task_id}")
    async def reported(request: Request, task_id: UUID, typed: Filled) -> Response:
        """Report what was put right: the pictures first, then the report."""
        try:
            await _report(Asking(services, request), _own(request), task_id, typed)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, refusal, typed)
        return RedirectResponse(f"/enterprise/receipts/rectifications/{task_id}", _SEE_OTHER)

    @routes.post("/enterprise/records/{record_id}/{procedure}")
    async def asked(request: Request, record_id: UUID, procedure: str, typed: Filled) -> Response:
        """Apply for repair of a record, or object to it."""
        if procedure not in _PROCEDURES:
            raise _no_such_procedure()
        path = f"/api/v1/records/{record_id}/{procedure}"
        try:
            made = await Asking(services, request).post("credit", path, _PROCEDURES[procedure](typed), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, refusal, typed)
        identifier = made["repair_id" if procedure == "repairs" else "objection_id"]
        return RedirectResponse(f"/enterprise/receipts/{procedure}/{identifier}", _SEE_OTHER)

    return routes


async def _found(asking: Asking, reading: Reading, number: str, now: datetime) -> dict[str, Any]:
    """Everything the page shows of the enterprise of this number."""
    own = own_path(number)
    visits, rectifications, assessment, records = await asyncio.gather(
        asking.get("supervision", f"{own}/visits", limit=_SHOWN),
        asking.get("supervision", f"{own}/rectifications", limit=_SHOWN),
        _assessment(asking, number),
        asking.get("credit", "/api/v1/records", id_type=_ID_TYPE, id_no=number, limit=_SHOWN),
    )
    shown = await asyncio.gather(*(_with_procedures(asking, each, now) for each in reversed(records["items"])))
    async with reading() as connection:
        licences = await queries.cases(connection, queries.CaseFilter(id_no=number), None, _MOST)
    own_licences = [each for each in licences if each["id_type"] == _ID_TYPE]
    return {
        "number": number,
        "name": next((each["subject_name"] for each in own_licences if each["subject_name"]), number),
        "licences": own_licences,
        "visits": visits["items"],
        "rectifications": rectifications["items"],
        "assessment": assessment,
        "records": shown,
    }


async def _assessment(asking: Asking, number: str) -> dict[str, Any]:
    """The grade of today with its reasons; empty for an enterprise credit has never heard of."""
    try:
        found: dict[str, Any] = await asking.get("credit", f"/api/v1/subjects/{_ID_TYPE}/{part(number)}/assessment")
    except Refusal as refusal:
        if refusal.code != "not-found":
            raise
        return {}
    return found


async def _with_procedures(asking: Asking, record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A record with its repairs and objections, the clocks that run, and what may be asked for now."""
    which = {"record_id": record["record_id"], "limit": _SHOWN}
    repairs, objections = await asyncio.gather(
        asking.get("credit", "/api/v1/repairs", **which), asking.get("credit", "/api/v1/objections", **which)
    )
    told = [("repair", each) for each in repairs["items"]] + [("objection", each) for each in objections["items"]]
    procedures = [
        {"kind": kind, "state": each["state"], "clocks": clocks.running(each["deadlines"], now), **_answer(kind, each)}
        for kind, each in told
    ]
    going = {each["kind"] for each in procedures if each["state"] in _OPEN}
    active = record["state"] == "ACTIVE"
    may = {
        "repairs": active and record["repairable"] and "repair" not in going,
        "objections": active and "objection" not in going,
    }
    return {**record, "procedures": procedures, "may": may}


def _answer(kind: str, procedure: Mapping[str, Any]) -> dict[str, Any]:
    """When it was asked for, and what was decided, the review last."""
    if kind == "repair":
        return {"asked_at": procedure["applied_at"], "decision": procedure["reason"]}
    return {"asked_at": procedure["lodged_at"], "decision": procedure["review_decision"] or procedure["decision"]}


async def _report(asking: Asking, own: str, task_id: UUID, typed: Typed) -> None:
    at = f"{own}/rectifications/{task_id}"
    for picture in typed.files("photos"):
        kind = picture.content_type or ""
        await asking.send(
            "supervision", f"{at}/evidence", await picture.read(), kind, name=(picture.filename or "")[:200]
        )
    await asking.post("supervision", f"{at}:report", {"report": typed.text("report")}, typed.once)


def signed_in(request: Request) -> Session:
    """Who is signed in; the gate lets nobody come this far without."""
    session = carried(request.scope)
    if session is None:
        raise LookupError("no session")
    return session


def _own(request: Request) -> str:
    return own_path(signed_in(request).person)


def own_path(number: str) -> str:
    """Where supervision answers what is of the enterprise of this number."""
    return f"/api/v1/enterprises/{_ID_TYPE}/{part(number)}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


_PROCEDURES: dict[str, Callable[[Typed], dict[str, Any]]] = {
    "repairs": lambda typed: {"proof": _lines(typed.text("proof")), "commitment": typed.text("commitment")},
    "objections": lambda typed: {"reason": typed.text("reason"), "evidence": _lines(typed.text("evidence"))},
}
"""What can be asked for a record, as credit takes it."""


def _no_such_procedure() -> Refusal:
    zh, en = "没有这个申请；请使用页面上的按钮", "There is nothing like that to ask for; use the buttons of the page"
    return Refusal(code="not-found", zh=zh, en=en, status=404)

"""Coming to an enterprise (入企与亮码): the site visit a task is inspected on, from request to the code the enterprise scans.

Who may request, approve and come, supervision decides; the picture leads to the public page of the visit (``scanned.py``).
"""

import asyncio
from typing import Any
from uuid import UUID

import segno
from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console.web.fields import YES
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking
from console.web.session import carried
from console.web.tasks import Desk
from console.web.view import View
from kernel.clock import china_day
from kernel.refusal import Refusal
from kernel.visit import VisitKind, VisitState

_PATH = "/api/v1/site-visits"
_SEE_OTHER = 303
_COMPLAINT = "投诉举报核查"
"""What a visit for a complaint looks at, as the enterprise reads it."""
_ACTS = {
    "approve": (),
    "announce": (),
    "enter": (),
    "finish": (),
    "cancel": ("reason",),
    "answer-recusal": ("officer", "decision"),
}
"""What is done with a visit, and which fields its form has."""


def router(desk: Desk, public_url: str) -> APIRouter:
    """The routes. ``public_url``: the address people type; empty: as the page was asked for."""
    routes = APIRouter()

    @routes.get("/tasks/{task_id}/code")
    async def shown(request: Request, task_id: UUID) -> Response:
        """How far the visit is, its code, and the next step."""
        return await _shown(desk, public_url, request, task_id)

    @routes.post("/tasks/{task_id}/code")
    async def requested(request: Request, task_id: UUID, typed: Filled) -> Response:
        """Request a visit for the task."""
        asking, task = Asking(desk.services, request), await desk.task(request, task_id)
        reason = await desk.catalogues.reason(asking, task)
        try:
            await asking.post("supervision", _PATH, _body(task, reason.link, typed), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(desk, public_url, request, task_id, refusal, typed)
        return RedirectResponse(f"/tasks/{task_id}/code", _SEE_OTHER)

    @routes.post("/tasks/{task_id}/code/{visit_no}/{act}")
    async def done(request: Request, task_id: UUID, visit_no: UUID, act: str, typed: Filled) -> Response:
        """The next step of the visit."""
        if act not in _ACTS:
            raise _no_such_act()
        body: dict[str, Any] = {name: typed.text(name) for name in _ACTS[act]}
        if act == "answer-recusal":
            body["granted"] = typed.text("granted") == YES
        try:
            await Asking(desk.services, request).post("supervision", f"{_PATH}/{visit_no}:{act}", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(desk, public_url, request, task_id, refusal, typed)
        return RedirectResponse(f"/tasks/{task_id}/code", _SEE_OTHER)

    return routes


async def site_visit_of(asking: Asking, task: dict[str, Any]) -> dict[str, Any]:
    """The newest site visit that serves the task, whole; empty when there is none."""
    where = {name: task[name] for name in ("department", "source_system", "object_no")}
    told = await asking.get("supervision", _PATH, limit="200", **where)
    serving = [each for each in told["items"] if task["task_id"] in each["tasks"] and each["state"] != "CANCELLED"]
    if not serving:
        return {}
    found: dict[str, Any] = await asking.get("supervision", f"{_PATH}/{serving[-1]['visit_no']}")
    return found


async def _shown(
    desk: Desk,
    public_url: str,
    request: Request,
    task_id: UUID,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
) -> Response:
    asking, task = Asking(desk.services, request), await desk.task(request, task_id)
    visit, reason, colleagues, rules, people = await asyncio.gather(
        site_visit_of(asking, task),
        desk.catalogues.reason(asking, task),
        desk.colleagues(asking, task["department"]),
        asking.get("supervision", "/api/v1/visit-rules"),
        people_of(desk.services, request, task["department"]),
    )
    session = carried(request.scope)
    address = scanned_address(request, public_url, visit["code"]) if visit.get("code") else ""
    return page(
        request,
        "site_visit.html",
        status=refusal.status if refusal else 200,
        task=task,
        visit=visit,
        reason=reason,
        colleagues=colleagues,
        exemptions=rules["items"][-1]["exemptions"] if rules["items"] else [],
        people=people,
        person=session.person if session else "",
        today=china_day(desk.now()),
        address=address,
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=6, dark="#10151c") if address else "",
        shown=visit.get("state") in {VisitState.ANNOUNCED, VisitState.ENTERED},
        typed=typed or Typed(),
        once=new_key(),
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
    )


def scanned_address(request: Request, public_url: str, code: str) -> str:
    """Where the picture leads: the public page of the visit."""
    return f"{(public_url or str(request.base_url)).rstrip('/')}/visits/{code}"


def _body(task: dict[str, Any], link: dict[str, Any], typed: Typed) -> dict[str, Any]:
    """The request, as supervision takes it: what the catalogue says of the task is not asked again."""
    code = link.get("supervise_item_code") or link.get("item_code") or next(iter(task["items"]), "")
    name = link.get("supervise_main_item") or link.get("approval_item_name") or ""
    if task.get("complaint_id"):
        code, name = task["purpose"], _COMPLAINT
    return {
        **({"kind": VisitKind.CASE} if task.get("complaint_id") else {}),
        **{each: task[each] for each in ("source_system", "object_no", "department")},
        "planned_on": typed.text("planned_on"),
        "officers": typed.texts("officers"),
        "matters": [{"code": code, "name": name}] if code else [],
        "reason": typed.text("reason"),
        "legal_basis": typed.text("legal_basis"),
        "exemption": typed.text("exemption"),
        "exemption_document": typed.text("exemption_document"),
        "tasks": [task["task_id"]],
    }


def _no_such_act() -> Refusal:
    zh, en = "没有这个动作；请使用页面上的按钮", "There is no such step; use the buttons of the page"
    return Refusal(code="not-found", zh=zh, en=en, status=404)

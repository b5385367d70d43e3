"""Visits to enterprises (入企频次与合并): how often one was visited against its caps, and what could be one visit (综合查一次)."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.session import carried
from console.web.view import View
from kernel.clock import china_day
from kernel.refusal import Refusal
from kernel.role import Role

_AHEAD = timedelta(days=30)
"""How far ahead is looked for visits that could be one (工程约定)."""
_SHOWN = "20"
_VISITS = "200"
_SEE_OTHER = 303
_BEFORE, _ON_SITE = frozenset({"CLAIMED", "PLANNED"}), "ON_SITE"
"""States of tasks for which somebody may yet come."""


def router(services: Services, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    async def shown(
        request: Request, holder: str, cursor: str = "", refusal: Refusal | None = None, typed: Typed | None = None
    ) -> Response:
        asking, today = Asking(services, request), china_day(now())
        days = {"from": today.isoformat(), "to": (today + _AHEAD).isoformat()}
        path = "/api/v1/visits:merge-suggestions"
        told = await asking.get("supervision", path, limit=_SHOWN, cursor=cursor, id_no=holder, **days)
        session = carried(request.scope)
        office = session is not None and Role.LINKAGE_OFFICE in session.roles
        wanted = {code for each in told["items"] for code in each["departments"]} if office else set()
        return page(
            request,
            "visit_plan.html",
            status=refusal.status if refusal else 200,
            holder=holder,
            found=await _enterprise(asking, holder) if holder else None,
            suggestions=told["items"],
            following=told["next"],
            office=office,
            officers=await _officers(asking, wanted),
            departments=await names.departments(),
            today=today,
            last=today + _AHEAD,
            typed=typed or Typed(),
            once=new_key(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )

    @routes.get("/visits/plan")
    async def planning(
        request: Request,
        holder: Annotated[str, Query(max_length=64)] = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
    ) -> Response:
        """Caps and visits of one enterprise, and what could be one visit."""
        return await shown(request, holder.strip(), cursor)

    @routes.post("/visits/plan")
    async def accepted(request: Request, typed: Filled) -> Response:
        """Make it one visit: every department's tasks for one day, all of them or none."""
        holder = typed.text("holder")
        try:
            await Asking(services, request).post("supervision", "/api/v1/visits:plan", joint(typed), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, holder, refusal=refusal, typed=typed)
        return RedirectResponse(f"/visits/plan?holder={part(holder)}", _SEE_OTHER)

    return routes


def joint(typed: Typed) -> dict[str, Any]:
    """A joint visit as supervision takes it: each department with the officers ticked for it."""
    crews = [
        {"department": department, "officers": typed.texts(f"officers:{department}")}
        for department in typed.texts("department")
    ]
    return {
        "source_system": typed.text("source_system"),
        "object_no": typed.text("object_no"),
        "planned_on": typed.text("planned_on"),
        "crews": crews,
    }


async def _enterprise(asking: Asking, holder: str) -> dict[str, Any]:
    counts, visits, rules, tasks = await asyncio.gather(
        asking.get("supervision", "/api/v1/visit-counts", id_no=holder),
        _visits(asking, holder),
        asking.get("supervision", "/api/v1/visit-rules"),
        asking.get("console", "/api/v1/tasks", id_no=holder, limit=_VISITS),
    )
    coming = [each for each in tasks["items"] if each["state"] in _BEFORE and each["method"] == _ON_SITE]
    edition: Mapping[str, Any] = next((each for each in rules["items"] if each["version"] == counts["rules"]), {})
    months: dict[str, list[Mapping[str, Any]]] = {}
    for visit in sorted(visits, key=lambda each: each["planned_on"]):
        if visit["planned_on"].startswith(str(counts["year"])):
            months.setdefault(visit["planned_on"][:7], []).append(visit)
    calendar = [(date.fromisoformat(f"{month}-01"), of) for month, of in months.items()]
    return {"counts": counts, "calendar": calendar, "exemptions": edition.get("exemptions", []), "tasks": coming}


async def _visits(asking: Asking, holder: str) -> list[dict[str, Any]]:
    """Its visits; of the own departments alone where no more may be seen."""
    try:
        told = await asking.get("supervision", "/api/v1/site-visits", id_no=holder, limit=_VISITS)
    except Refusal as refusal:
        if refusal.status != 403:  # noqa: PLR2004 - forbidden: the counts are for everybody, the list is not
            raise
        return []
    items: list[dict[str, Any]] = told["items"]
    return items


async def _officers(asking: Asking, departments: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Who may go, by department."""
    asked = sorted(departments)
    path = "/api/v1/inspectors"
    told = await asyncio.gather(*(asking.get("supervision", path, department=each, limit="200") for each in asked))
    return {
        department: [each for each in of["items"] if not each.get("left_on")]
        for department, of in zip(asked, told, strict=True)
    }

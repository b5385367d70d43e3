"""Drafting an annual plan (起草年度计划): its head and as many entries as it has, each a part of one form.

Without scripts too: asking for a further entry sends the form, and it comes back as it was with one part more.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.plans import PATH
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.session import departments_of
from console.web.view import View
from kernel.refusal import Fault, Refusal
from kernel.risk import RiskClass

_SEE_OTHER = 303
_MOST = 50
"""Entries of one form."""
_PAGE, _PAGES = "200", 5
WHOLE = {"officers_per_object": "officers", "max_objects": "objects"}
"""Number of a department → the field of the entry; left empty, the rules say it."""


class DraftForm:
    """The form of a plan, new or ``editing`` a draft that stands."""

    def __init__(self, services: Services, names: Names) -> None:
        self._services, self._names = services, names

    async def shown(
        self,
        request: Request,
        typed: Typed,
        entries: list[str],
        refusal: Refusal | None = None,
        editing: Mapping[str, Any] | None = None,
    ) -> Response:
        """The form as it was typed, with these entries."""
        asking = Asking(self._services, request)
        matters, departments = await asyncio.gather(_matters(asking), self._names.departments())
        held = departments_of(request)
        taken = [*map(int, entries), len(editing["entries"]) if editing else 0]
        return page(
            request,
            "plan_draft.html",
            status=refusal.status if refusal else 200,
            numbers=entries,
            following=str(max(taken) + 1) if len(entries) < _MOST else "",
            classes=list(RiskClass),
            matters=matters,
            departments=departments,
            leads={code: departments.get(code, code) for code in held} or departments,
            editing=editing,
            typed=typed,
            once=typed.once or new_key(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )


def pressed(typed: Typed) -> tuple[list[str], bool]:
    """The entries of the form, and whether it was sent only for one more or one less."""
    entries = [each for each in typed.texts("entry") if each.isdigit()][:_MOST]
    if typed.text("more").isdigit():
        return [*entries, typed.text("more")], True
    if less := typed.text("less"):
        return [each for each in entries if each != less], True
    return entries, False


def router(services: Services, form: DraftForm) -> APIRouter:
    """The routes; they go before those of a plan."""
    routes = APIRouter()

    @routes.get("/random/plans/new")
    async def asked(request: Request) -> Response:
        """An empty form with one entry."""
        return await form.shown(request, Typed(), ["1"])

    @routes.post("/random/plans/new")
    async def drafted(request: Request, typed: Filled) -> Response:
        """Draft it, all or nothing; or one entry more, or one less."""
        entries, again = pressed(typed)
        if again:
            return await form.shown(request, typed, entries)
        asking = Asking(services, request)
        try:
            await _require_new(asking, typed.text("plan_no"))
            told = await asking.post("supervision", PATH, plan_of(typed, entries), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await form.shown(request, typed, entries, refusal)
        return RedirectResponse(f"/random/plans/{part(told['plan_no'])}", _SEE_OTHER)

    return routes


def plan_of(typed: Typed, entries: list[str]) -> dict[str, Any]:
    """A plan as supervision takes it; what is left empty is left to the rules. The lead department takes part first."""
    lead = typed.text("lead_department")
    head = {name: typed.text(name) for name in ("plan_no", "year", "title", "region") if typed.text(name)}
    return head | {"lead_department": lead, "entries": [_entry(typed, each, lead) for each in entries]}


def _entry(typed: Typed, number: str, lead: str) -> dict[str, Any]:
    def filled(name: str) -> str:
        return typed.text(f"{name}:{number}")

    numbers = {name: filled(field) for name, field in WHOLE.items() if filled(field)}
    taking = dict.fromkeys([lead, *typed.texts(f"departments:{number}")])
    plain = {"code": filled("code"), "name": filled("name"), "starts_on": filled("from"), "ends_on": filled("to")}
    return plain | {
        "matters": typed.texts(f"matters:{number}"),
        "departments": [{"department": code} | numbers for code in taking],
        "ratios": {letter.value: filled(f"ratio-{letter}") for letter in RiskClass if filled(f"ratio-{letter}")},
        "frequency": {"times_per_year": filled("times") or "1"},
    }


async def _require_new(asking: Asking, plan_no: str) -> None:
    """Nobody's draft is overwritten by a number typed twice. Refuses ``plan-exists`` (409)."""
    if not plan_no:
        return
    try:
        await asking.get("supervision", f"{PATH}/{part(plan_no)}")
    except Refusal as refusal:
        if refusal.code != "not-found":
            raise
        return
    zh, en = f"已有编号为 {plan_no} 的计划，请换一个编号", f"there is a plan {plan_no} already; choose another number"
    raise Refusal(code="plan-exists", zh=zh, en=en, faults=(Fault(pointer="/plan_no", zh=zh, en=en),), status=409)


async def _matters(asking: Asking) -> list[dict[str, Any]]:
    """抽查事项 in use, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    for _ in range(_PAGES):
        told = await asking.get("supervision", "/api/v1/matters", active="true", limit=_PAGE, cursor=cursor)
        found += told["items"]
        cursor = told["next"]
        if not cursor:
            break
    return found

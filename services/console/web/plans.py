"""Annual plans (年度抽查计划) and their draws: what is planned, what it asks of each department, and drawing for an entry."""

import asyncio
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.session import carried
from console.web.view import View
from kernel.refusal import Refusal
from kernel.role import Role

PATH, DRAWS = "/api/v1/plans", "/api/v1/draws"
_SHOWN = "50"
_SEE_OTHER = 303
_CHINA = "+08:00"
_ALL, _OFFICE = frozenset({Role.SUPERVISOR, Role.LINKAGE_OFFICE}), frozenset({Role.LINKAGE_OFFICE})
VERBS = {
    "submit": ("DRAFT", _ALL, ()),
    "send-back": ("SUBMITTED", _OFFICE, ("reason",)),
    "file": ("SUBMITTED", _OFFICE, ("filing_no", "filed_on")),
}
"""动作 → the state it is offered in, to whom, and what its form asks."""
Cursor = Annotated[str, Query(max_length=1000)]


def offered(state: str, roles: Iterable[str]) -> list[str]:
    """What somebody with these roles may try with a version in a state."""
    held = set(roles)
    return [verb for verb, (needed, who, _) in VERBS.items() if state == needed and who & held]


def router(services: Services, names: Names) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/random")
    async def listed(request: Request, plans: Cursor = "", draws: Cursor = "") -> Response:
        """Plans by number and version, and draws by number."""
        asking = Asking(services, request)
        planned, drawn, departments = await asyncio.gather(
            asking.get("supervision", PATH, limit=_SHOWN, cursor=plans),
            asking.get("supervision", DRAWS, limit=_SHOWN, cursor=draws),
            names.departments(),
        )
        return page(request, "random.html", plans=planned, draws=drawn, departments=departments)

    @routes.get("/random/plans/{plan_no}")
    async def one(request: Request, plan_no: str) -> Response:
        """One plan, its newest version."""
        return await _shown(request, services, names, plan_no)

    @routes.post("/random/plans/{plan_no}/{verb}")
    async def done(request: Request, plan_no: str, verb: str, typed: Filled) -> Response:
        """Submit, send back or file a version; or announce a draw for one of its entries."""
        try:
            if verb == "draw":
                return await _announced(request, services, plan_no, typed)
            if verb not in VERBS:
                raise _no_such_verb()
            said = {name: typed.text(name) for name in VERBS[verb][2] if typed.text(name)}
            await Asking(services, request).post("supervision", f"{PATH}/{part(plan_no)}:{verb}", said, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(request, services, names, plan_no, refusal, typed)
        return RedirectResponse(f"/random/plans/{part(plan_no)}", _SEE_OTHER)

    return routes


async def _announced(request: Request, services: Services, plan_no: str, typed: Typed) -> Response:
    """Freeze the pool and announce; the moment is said as clocks in China show it."""
    draw_no, at = typed.text("draw_no"), typed.text("at")
    value = {"source": typed.text("source"), "form": typed.text("written"), "at": f"{at}{_CHINA}" if at else ""}
    said = {"draw_no": draw_no, "plan_no": plan_no, "entry": typed.text("entry"), "public_value": value}
    await Asking(services, request).post("supervision", DRAWS, said, typed.once)
    return RedirectResponse(f"/random/draws/{part(draw_no)}", _SEE_OTHER)


async def _shown(
    request: Request,
    services: Services,
    names: Names,
    plan_no: str,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
) -> Response:
    """The page; with what was wrong at its forms."""
    asking, where = Asking(services, request), f"{PATH}/{part(plan_no)}"
    plan, forecast, drawn, departments, people = await asyncio.gather(
        asking.get("supervision", where),
        asking.long("supervision", f"{where}/forecast"),
        asking.get("supervision", DRAWS, plan_no=plan_no, limit=_SHOWN),
        names.departments(),
        people_of(services, request),
    )
    session = carried(request.scope)
    roles = session.roles if session else ()
    return page(
        request,
        "plan.html",
        status=refusal.status if refusal else 200,
        plan=plan,
        forecast={each["code"]: each for each in forecast["entries"]},
        warnings=forecast["warnings"],
        draws=drawn["items"],
        departments=departments,
        people=people,
        offered=offered(plan["state"], roles),
        may_draw=plan["in_force"] is not None and bool(_ALL & set(roles)),
        typed=typed or Typed(),
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
        once=new_key(),
    )


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个动作；请回到计划，使用页面上的按钮",
        en="There is no such action; go back to the plan and use its buttons",
        status=404,
    )

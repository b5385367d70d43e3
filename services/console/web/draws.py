"""Random draws (双随机抽取): announced, run or cancelled by two persons, and the receipt that anybody recomputes.

One page for whoever takes part and for everybody; who may do what, supervision says.
"""

import asyncio
import json
from collections import Counter
from typing import Annotated, Any

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

PATH, PUBLIC = "/api/v1/draws", "/api/v1/public/draws"
_SHOWN = 30
_OBJECTS = "200"
_SEE_OTHER = 303
_BLANKS = {
    "run": ("value", "looked_up", "witness"),
    "cancel": ("reason", "witness"),
    "replace": ("object", "department", "officer", "reason", "witness"),
}
"""动作 → what its form asks."""
Cursor = Annotated[str, Query(max_length=1000)]


def router(services: Services, names: Names) -> APIRouter:
    """The routes of who takes part."""
    routes = APIRouter()

    @routes.get("/random/draws/{draw_no}")
    async def one(request: Request, draw_no: str) -> Response:
        """One draw, with its tasks and what can be done."""
        return await _shown(request, services, names, draw_no)

    @routes.post("/random/draws/{draw_no}/{verb}")
    async def done(request: Request, draw_no: str, verb: str, typed: Filled) -> Response:
        """Run it, cancel it, or replace an officer."""
        if verb not in _BLANKS:
            raise _no_such_verb()
        body = {name: typed.text(name) for name in _BLANKS[verb]}
        path = f"{PATH}/{part(draw_no)}:{verb}"
        if verb == "replace":
            path = f"{PATH}/{part(draw_no)}/replacements"
            body["source_system"], _, body["object_no"] = body.pop("object").partition(":")
        try:
            await Asking(services, request).post("supervision", path, body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(request, services, names, draw_no, refusal, typed, verb)
        return RedirectResponse(f"/random/draws/{part(draw_no)}", _SEE_OTHER)

    return routes


def public_router(services: Services, names: Names) -> APIRouter:
    """The routes of everybody."""
    routes = APIRouter()

    @routes.get("/public/draws")
    async def listed(request: Request, cursor: Cursor = "") -> Response:
        """Announcements and results."""
        asking = Asking(services, request)
        told = await asking.get("supervision", PUBLIC, limit=str(_SHOWN), cursor=cursor)
        shown = {"draws": told["items"], "following": told["next"], "base": "/public/draws"}
        return page(request, "public_draws.html", **shown, departments=await names.departments())

    @routes.get("/public/draws/script")
    async def script(request: Request) -> Response:
        """The script that recomputes a receipt anywhere."""
        return await _passed_on(services, request, f"{PUBLIC}/script", "text/x-python; charset=utf-8", "verify_draw.py")

    @routes.get("/public/draws/{draw_no}/receipt")
    async def receipt(request: Request, draw_no: str) -> Response:
        """The receipt as a file."""
        return await _passed_on(
            services, request, f"{PUBLIC}/{part(draw_no)}/receipt", "application/json", "receipt.json"
        )

    @routes.get("/public/draws/{draw_no}/pool")
    async def pool(request: Request, draw_no: str) -> Response:
        """The pool as a file, byte for byte as it was hashed."""
        return await _passed_on(
            services, request, f"{PUBLIC}/{part(draw_no)}/pool", "application/x-ndjson", "pool.jsonl"
        )

    @routes.get("/public/draws/{draw_no}")
    async def one(request: Request, draw_no: str) -> Response:
        """One draw at its permanent address."""
        return await _shown(request, services, names, draw_no, mine=False)

    return routes


async def _passed_on(services: Services, request: Request, path: str, kind: str, name: str) -> Response:
    told = await Asking(services, request).file("supervision", path)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(told.content, media_type=kind, headers=headers)


async def _shown(
    request: Request,
    services: Services,
    names: Names,
    draw_no: str,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    verb: str = "",
    *,
    mine: bool = True,
) -> Response:
    """The page; with what was wrong at the form of ``verb``. ``mine``: for who takes part, not for everybody."""
    asking, where = Asking(services, request), f"{PUBLIC}/{part(draw_no)}"
    draw = await asking.get("supervision", where)
    over = draw["state"] == "CONCLUDED"
    named, replaced, receipt, pool, departments = await asyncio.gather(
        asking.get("supervision", f"{where}/objects", limit=_OBJECTS),
        asking.get("supervision", f"{where}/replacements"),
        asking.file("supervision", f"{where}/receipt") if over else _nothing(),
        asking.file("supervision", f"{where}/pool"),
        names.departments(),
    )
    tasks = await asking.get("supervision", f"{PATH}/{part(draw_no)}/objects", limit=_OBJECTS) if mine else None
    return page(
        request,
        "draw.html",
        status=refusal.status if refusal else 200,
        draw=draw,
        people=await people_of(services, request) if mine else {},
        objects=_with_tasks(named["items"], tasks["items"] if tasks else ()),
        more=named["next"] is not None,
        replacements=replaced["items"],
        receipt=receipt.text if receipt else "",
        pool=pool_of(pool.text),
        departments=departments,
        mine=mine,
        may_act=mine and _may_act(request),
        typed=typed or Typed(),
        verb=verb,
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
        once=new_key(),
    )


def pool_of(text: str) -> dict[str, Any]:
    """What a pool holds: objects by class, those drawn for certain, inspectors, and who is recused from what."""
    rows = [json.loads(line) for line in text.splitlines()]
    objects = [row for row in rows if "object" in row]
    return {
        "classes": Counter(row["class"] for row in objects if not row["certain"]),
        "certain": sum(row["certain"] for row in objects),
        "quota": {row["class"]: row["quota"] for row in rows if "quota" in row},
        "inspectors": sum("inspector" in row and "recused" not in row for row in rows),
        "recusals": [(row["inspector"], row["recused"]) for row in rows if "recused" in row],
    }


def _with_tasks(named: list[dict[str, Any]], tasks: Any) -> list[dict[str, Any]]:
    """The objects by name, beside what became of each."""
    became = {(row["source_system"], row["object_no"]): row for row in tasks}
    return [
        {"tasks": {}, "outcome": ""} | row | became.get((row["source_system"], row["object_no"]), {}) for row in named
    ]


async def _nothing() -> None:
    return None


def _may_act(request: Request) -> bool:
    session = carried(request.scope)
    return session is not None and bool({Role.SUPERVISOR, Role.LINKAGE_OFFICE} & set(session.roles))


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个动作；请回到抽取，使用页面上的按钮",
        en="There is no such action; go back to the draw and use its buttons",
        status=404,
    )

"""Catalogue pages (联动目录): its versions, one of them with its links, what changed, what is doubtful, and what would be.

Nothing is decided here: who may submit, publish or retire, and that two persons do, supervision says.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator
from starlette.responses import RedirectResponse

from console.web.forms import Filled, new_key, refused_form
from console.web.names import Names
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.session import carried
from console.web.view import View
from kernel.refusal import Refusal
from kernel.role import Role

PATH = "/api/v1/catalogue-versions"
_SHOWN = 50
_SEE_OTHER = 303
Text = Annotated[str, Query(max_length=200)]
Day = Annotated[date | None, BeforeValidator(lambda said: said or None)]
"""A day of a form; a field left empty is none."""
DRAFTERS = frozenset({Role.APPROVER, Role.LINKAGE_OFFICE})
OFFICE = frozenset({Role.LINKAGE_OFFICE})
VERBS = {
    "submit": ("DRAFT", DRAFTERS),
    "send-back": ("SUBMITTED", DRAFTERS),
    "publish": ("SUBMITTED", OFFICE),
    "retire": ("PUBLISHED", OFFICE),
}
"""动作 → the state it is offered in, and to whom."""
_LOOKED_AT = (
    *("code", "item_code", "approval_item_name", "supervise_item_code", "supervise_main_item", "department"),
    *("checklist", "legal_basis", "condition"),
)
"""What a search of links looks at."""


def found_in(links: Iterable[Mapping[str, Any]], asked: str) -> list[Mapping[str, Any]]:
    """The links in which every word that was asked for stands somewhere; capitals make no difference."""
    words = asked.casefold().split()
    texts = ((link, " ".join(str(link.get(name) or "") for name in _LOOKED_AT).casefold()) for link in links)
    return [link for link, text in texts if all(word in text for word in words)]


def offered(state: str, roles: Iterable[str]) -> list[str]:
    """What somebody with these roles may try with a version in a state."""
    held = set(roles)
    return [verb for verb, (needed, who) in VERBS.items() if state == needed and who & held]


def router(services: Services, names: Names) -> APIRouter:
    """The routes; those with a name of their own before that of a version."""
    routes = APIRouter()
    _add_reading(routes, services, names)
    _add_analyses(routes, services, names)

    @routes.post("/catalogue/{version}/{verb}")
    async def done(request: Request, version: str, verb: str, typed: Filled) -> Response:
        """Do it, and come back to the version."""
        if verb not in VERBS:
            raise _no_such_verb()
        body = {"on": typed.text("on")} if verb == "retire" and typed.text("on") else {}
        try:
            await Asking(services, request).post("supervision", f"{PATH}/{part(version)}:{verb}", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _version(request, services, names, version, refusal=refusal)
        return RedirectResponse(f"/catalogue/{part(version)}", _SEE_OTHER)

    return routes


def _add_reading(routes: APIRouter, services: Services, names: Names) -> None:
    @routes.get("/catalogue")
    async def listed(request: Request, on: Day = None) -> Response:
        """Every version, and which one counts on a day."""
        return await listed_page(request, services, on)

    @routes.get("/catalogue/diff")
    async def difference(
        request: Request, before: Annotated[str, Query(alias="from")], after: Annotated[str, Query(alias="to")]
    ) -> Response:
        """What a reader of one version has to know about another."""
        asking = Asking(services, request)
        told, departments = await asyncio.gather(
            asking.get("supervision", f"{PATH}/diff", **{"from": before, "to": after}), names.departments()
        )
        return page(request, "edition_diff.html", diff=told, before=before, after=after, departments=departments)

    @routes.get("/catalogue/{version}")
    async def one(
        request: Request, version: str, q: Text = "", number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1
    ) -> Response:
        """One version: its life, and its links page by page."""
        return await _version(request, services, names, version, asked=q.strip(), number=number)


def _add_analyses(routes: APIRouter, services: Services, names: Names) -> None:
    @routes.get("/catalogue/{version}/lint")
    async def doubts(request: Request, version: str) -> Response:
        """What the version may say and still be a mistake, by rule."""
        asking = Asking(services, request)
        told, departments = await asyncio.gather(
            asking.long("supervision", f"{PATH}/{part(version)}/lint"), names.departments()
        )
        rules: dict[str, list[dict[str, Any]]] = {}
        for each in told["findings"]:
            rules.setdefault(each["rule"], []).append(each)
        return page(request, "edition_lint.html", version=version, rules=rules, departments=departments)

    @routes.get("/catalogue/{version}/what-if")
    async def trial(
        request: Request,
        version: str,
        first: Annotated[Day, Query(alias="from")] = None,
        end: Annotated[Day, Query(alias="to")] = None,
    ) -> Response:
        """The decisions of a period matched with this version instead: nothing is changed by it."""
        asking = Asking(services, request)
        found = None
        if first:
            asked = {"from": first.isoformat(), "to": end.isoformat() if end else None}
            found = await asking.long("supervision", f"{PATH}/{part(version)}/what-if", **asked)
        departments = await names.departments()
        shown: dict[str, Any] = {"first": first, "end": end, "found": found, "departments": departments}
        return page(request, "edition_what_if.html", version=version, **shown)


async def listed_page(
    request: Request, services: Services, on: date | None = None, refusal: Refusal | None = None
) -> Response:
    """The page of all versions; with what was wrong with a file."""
    told = await Asking(services, request).get("supervision", PATH, on=on.isoformat() if on else None)
    session = carried(request.scope)
    return page(
        request,
        "editions.html",
        people=await people_of(services, request),
        status=refusal.status if refusal else 200,
        versions=told["items"][::-1],
        on=on,
        drafts=bool(DRAFTERS & set(session.roles if session else ())),
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
    )


async def _version(
    request: Request,
    services: Services,
    names: Names,
    version: str,
    *,
    asked: str = "",
    number: int = 1,
    refusal: Refusal | None = None,
) -> Response:
    """The page of a version; with what was wrong at its buttons."""
    asking = Asking(services, request)
    told, every, departments, people = await asyncio.gather(
        asking.get("supervision", f"{PATH}/{part(version)}"),
        asking.get("supervision", PATH),
        names.departments(),
        people_of(services, request),
    )
    links = found_in(told["links"], asked)
    session = carried(request.scope)
    return page(
        request,
        "edition.html",
        status=refusal.status if refusal else 200,
        version=told,
        people=people,
        others=[each["version"] for each in every["items"][::-1] if each["version"] != told["version"]],
        in_force=any(each["in_force"] for each in every["items"] if each["version"] == told["version"]),
        links=links[(number - 1) * _SHOWN : number * _SHOWN],
        found=len(links),
        number=number,
        pages=(len(links) + _SHOWN - 1) // _SHOWN,
        asked=asked,
        offered=offered(told["state"], session.roles if session else ()),
        departments=departments,
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
        once=new_key(),
    )


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个动作；请回到目录版本，使用页面上的按钮",
        en="There is no such action; go back to the version and use its buttons",
        status=404,
    )

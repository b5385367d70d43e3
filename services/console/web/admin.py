"""Administration (字典维护): dictionaries, the working-day calendar with its notices, and API keys, through the services' own forms.

Whoever may not write there is refused by the service; what was typed stays.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.dictionaries import DICTIONARIES, Dictionary
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.rendering import page, wrong
from console.web.services import LONG, Asking, Services, part
from console.web.view import View
from kernel.refusal import Fault, Refusal, malformed

_SHOWN = "200"
_SEE_OTHER = 303
_YEARS = "/api/v1/calendar-years"
_KEYS = "/api/v1/api-keys"
_KEEPERS = ("supervision", "approval", "credit")
"""Services that keep deadlines."""
Cursor = Annotated[str, Query(max_length=1000)]
Word = Annotated[str, Query(max_length=64)]
Words = Annotated[str, Query(max_length=100)]


def router(services: Services, names: Names) -> APIRouter:
    """The routes; those of calendar and keys before the one that takes any dictionary."""
    routes = APIRouter()
    _add_calendar(routes, services, names)
    _add_keys(routes, services)
    _add_dictionaries(routes, services, names)
    return routes


def _add_dictionaries(routes: APIRouter, services: Services, names: Names) -> None:
    async def shown(
        request: Request,
        which: Dictionary,
        cursor: str = "",
        code: str = "",
        refusal: Refusal | None = None,
        typed: Typed | None = None,
        saved: str = "",
        words: str = "",
    ) -> Response:
        told = await Asking(services, request).get(which.service, which.path, limit=_SHOWN, cursor=cursor, q=words)
        entry = next((each for each in told["items"] if each[which.key] == code), None)
        return page(
            request,
            "dictionary.html",
            status=refusal.status if refusal else 200,
            which=which,
            departments=await names.departments(),
            dictionaries=DICTIONARIES,
            rows=told["items"],
            following=told["next"],
            cursor=cursor,
            entry=entry,
            held=which.shown(entry, typed),
            saved=saved,
            words=words,
            opened=bool(entry or typed),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )

    @routes.get("/admin")
    async def first() -> Response:
        """The first of them."""
        return RedirectResponse("/admin/items", _SEE_OTHER)

    @routes.get("/admin/{dictionary}")
    async def listed(
        request: Request, dictionary: str, cursor: Cursor = "", code: Word = "", saved: Word = "", q: Words = ""
    ) -> Response:
        """The entries, or those looked for, and a form for one: a new one, or the one that is to be changed."""
        return await shown(request, _known(dictionary), cursor, code, saved=saved, words=q.strip())

    @routes.post("/admin/{dictionary}")
    async def kept(request: Request, dictionary: str, typed: Filled) -> Response:
        """Put an entry in, or replace what it says."""
        which, cursor = _known(dictionary), typed.text("cursor")
        try:
            await Asking(services, request).line(which.service, f"{which.path}:batch", which.typed(typed))
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, which, cursor, refusal=refusal, typed=typed)
        kept = part(typed.text(which.key))
        return RedirectResponse(f"/admin/{which.slug}?cursor={part(cursor)}&saved={kept}", _SEE_OTHER)


def _known(dictionary: str) -> Dictionary:
    found = DICTIONARIES.get(dictionary)
    if found is None:
        raise Refusal(code="not-found", zh="没有这本字典", en="There is no such dictionary", status=404)
    return found


async def _calendar(
    services: Services,
    names: Names,
    request: Request,
    year: int | None = None,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    preview: Mapping[str, Any] | None = None,
) -> Response:
    asking = Asking(services, request)
    years = (await asking.get("approval", _YEARS))["items"]
    one = await asking.get("approval", f"{_YEARS}/{year}") if year else None
    return page(
        request,
        "calendar.html",
        status=refusal.status if refusal else 200,
        dictionaries=DICTIONARIES,
        years=years,
        one=one,
        preview=preview,
        departments=await names.departments() if preview else {},
        typed=typed or Typed(),
        once=new_key(),
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
    )


def _add_calendar(routes: APIRouter, services: Services, names: Names) -> None:
    @routes.get("/admin/calendar")
    async def years(request: Request, year: Annotated[int | None, Query(ge=1900, le=2200)] = None) -> Response:
        """The years told, one with its days, and the form for a notice."""
        return await _calendar(services, names, request, year)

    @routes.post("/admin/calendar")
    async def looked_at(request: Request, typed: Filled) -> Response:
        """What a notice would change; nothing is kept."""
        try:
            preview = await _noticed(Asking(services, request), typed)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _calendar(services, names, request, None, refusal, typed)
        return await _calendar(services, names, request, typed=typed, preview=preview)

    @routes.post("/admin/calendar/confirm")
    async def kept(request: Request, typed: Filled) -> Response:
        """Keep what was looked at; open deadlines follow by themselves."""
        try:
            body = _document(typed.text("document"))
            told = await Asking(services, request).post("approval", _YEARS, body, typed.once, LONG)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _calendar(services, names, request, None, refusal)
        return RedirectResponse(f"/admin/calendar?year={told['year']}", _SEE_OTHER)


async def _noticed(asking: Asking, typed: Typed) -> dict[str, Any]:
    """A notice as it would be kept, and the days it changes. Refuses as approval does."""
    files = typed.files("file")
    if not files:
        raise malformed([Fault(pointer="/file", zh="请选择文件", en="choose a file")])
    asked = {
        "source": typed.text("source"),
        "year": typed.text("year"),
        "provisional": "true" if typed.text("provisional") == "yes" else "false",
        "preview": "true",
    }
    content = await files[0].read()
    told = await asking.send("approval", _YEARS, content, "application/octet-stream", **asked)
    known = await _days_of(asking, told["year"])
    kept = {name: told[name] for name in ("year", "source", "provisional", "working", "free")}
    shown = {"told": told, "changes": changes(known, told), "document": json.dumps(kept, ensure_ascii=False)}
    return shown | {"clocks": await _moving(asking, kept) if shown["changes"] else {}}


async def _moving(asking: Asking, year: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """Service → which of its open deadlines the notice would move; None where it does not answer now."""
    answers = await asyncio.gather(*(_moved(asking, service, year) for service in _KEEPERS))
    return dict(zip(_KEEPERS, answers, strict=True))


async def _moved(asking: Asking, service: str, year: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = await asking.post(service, "/api/v1/deadlines:preview", year, patience=LONG)
    except Refusal as refusal:
        if not refusal.retryable:
            raise
        return None
    return told


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise malformed([Fault(pointer="/file", zh="请重新选择文件", en="choose the file again")]) from error


async def _days_of(asking: Asking, year: int) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = await asking.get("approval", f"{_YEARS}/{year}")
    except Refusal as refusal:
        if refusal.code != "not-found":
            raise
        return {"working": [], "free": []}
    return found


def changes(known: Mapping[str, Any], told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(day, what becomes of it) for every day that changes between two versions of a year, in their order."""
    before = dict.fromkeys(known["working"], "WORKING") | dict.fromkeys(known["free"], "FREE")
    after = dict.fromkeys(told["working"], "WORKING") | dict.fromkeys(told["free"], "FREE")
    days = sorted({*before, *after}, key=date.fromisoformat)
    return [(day, after.get(day, "USUAL")) for day in days if before.get(day) != after.get(day)]


def _add_keys(routes: APIRouter, services: Services) -> None:
    async def shown(
        request: Request,
        cursor: str = "",
        refusal: Refusal | None = None,
        typed: Typed | None = None,
        issued: Mapping[str, Any] | None = None,
    ) -> Response:
        told = await Asking(services, request).get("approval", _KEYS, limit=_SHOWN, cursor=cursor)
        return page(
            request,
            "api_keys.html",
            status=refusal.status if refusal else 200,
            rows=told["items"],
            following=told["next"],
            issued=issued,
            typed=typed or Typed(),
            once=new_key(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )

    @routes.get("/admin/keys")
    async def listed(request: Request, cursor: Cursor = "") -> Response:
        """The keys, and the form for one."""
        return await shown(request, cursor)

    @routes.post("/admin/keys")
    async def issued(request: Request, typed: Filled) -> Response:
        """Issue a key; its secret stands on this one answer and nowhere else."""
        body = {
            "name": typed.text("name"),
            "scopes": _lines(typed.text("scopes")),
            "source_systems": _lines(typed.text("source_systems")),
            "expires_on": typed.text("expires_on"),
        }
        try:
            told = await Asking(services, request).post("approval", _KEYS, body)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, refusal=refusal, typed=typed)
        return await shown(request, issued=told)

    @routes.post("/admin/keys/{key}/revoke")
    async def revoked(request: Request, key: str, typed: Filled) -> Response:
        """Revoke a key, at once."""
        try:
            body = {"reason": typed.text("reason")}
            await Asking(services, request).post("approval", f"{_KEYS}/{part(key)}:revoke", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, refusal=refusal)
        return RedirectResponse("/admin/keys", _SEE_OTHER)


def _lines(text: str) -> Sequence[str]:
    return [each.strip() for each in text.replace(",", "\n").replace("，", "\n").splitlines() if each.strip()]

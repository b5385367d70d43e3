"""Imports (批量导入): upload, say which column is what, look at every fault, import with progress, undo.

The file waits in approval between the steps. Rows are registered in portions; one request does as many as a few seconds
hold and shows how far it is: with scripts the page asks for the rest by itself, without them one more press does.
"""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import LONG, Asking, Services
from console.web.session import carried
from console.web.view import View
from kernel.refusal import Fault, Refusal, malformed

PATH = "/api/v1/imports"
_SHOWN = "30"
_SEE_OTHER = 303
_AT_ONCE = 4.0
"""Seconds one request goes on importing."""
_OPEN = {"UPLOADED", "CHECKED"}


def router(services: Services) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_list(routes, services)
    _add_one(routes, services)
    _add_steps(routes, services)
    _add_undo(routes, services)
    return routes


def _add_list(routes: APIRouter, services: Services) -> None:
    async def shown(request: Request, cursor: str = "", refusal: Refusal | None = None) -> Response:
        told, people = await asyncio.gather(
            Asking(services, request).get("approval", PATH, limit=_SHOWN, cursor=cursor), people_of(services, request)
        )
        said = wrong(refusal, View.of(request).language) if refusal else None
        status = refusal.status if refusal else 200
        rows = {"rows": told["items"], "following": told["next"], "people": people}
        return page(request, "imports.html", status=status, wrong=said, **rows)

    @routes.get("/imports")
    async def listed(request: Request, cursor: Annotated[str, Query(max_length=1000)] = "") -> Response:
        """The form for a file, and what was imported before."""
        return await shown(request, cursor)

    @routes.post("/imports")
    async def uploaded(request: Request, typed: Filled) -> Response:
        """Hand the file to approval, and go on to its columns."""
        try:
            files = typed.files("file")
            if not files:
                raise malformed([Fault(pointer="/file", zh="请选择文件", en="choose a file")])
            name = (files[0].filename or "")[:200]
            content = await files[0].read()
            asking = Asking(services, request)
            batch = await asking.send("approval", PATH, content, "application/octet-stream", name=name)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, refusal=refusal)
        return RedirectResponse(f"/imports/{batch['batch']}", _SEE_OTHER)


def _add_one(routes: APIRouter, services: Services) -> None:
    @routes.get("/imports/{batch}")
    async def one(request: Request, batch: UUID) -> Response:
        """One import at the step it is at."""
        return await _one(services, request, batch)

    @routes.get("/imports/{batch}/annotated")
    async def annotated(request: Request, batch: UUID) -> Response:
        """The file with its faults."""
        found = await Asking(services, request).file("approval", f"{PATH}/{batch}/annotated")
        kept = {name: found.headers[name] for name in ("content-disposition", "cache-control")}
        return Response(found.content, media_type=found.headers["content-type"], headers=kept)


def _add_steps(routes: APIRouter, services: Services) -> None:
    @routes.post("/imports/{batch}/check")
    async def checked(request: Request, batch: UUID, typed: Filled) -> Response:
        """Judge every row by the columns chosen here; nothing is registered."""
        body = {
            "columns": _of(typed, "column:"),
            "fixed": _of(typed, "fixed:"),
            "existing": typed.text("existing") == "yes",
        }
        try:
            await Asking(services, request).post("approval", f"{PATH}/{batch}:check", body, patience=LONG)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _one(services, request, batch, refusal, typed)
        return RedirectResponse(f"/imports/{batch}#checked", _SEE_OTHER)

    @routes.post("/imports/{batch}/run")
    async def run(request: Request, batch: UUID, typed: Filled) -> Response:
        """Import for a few seconds; the page goes on with the rest."""
        asking, until = Asking(services, request), monotonic() + _AT_ONCE
        body = {"partial": typed.text("partial") == "yes"}
        try:
            state = "RUNNING"
            while state == "RUNNING" and monotonic() < until:
                told = await asking.post("approval", f"{PATH}/{batch}:run", body, patience=LONG)
                state = told["state"]
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _one(services, request, batch, refusal, typed)
        return RedirectResponse(f"/imports/{batch}", _SEE_OTHER)


def _add_undo(routes: APIRouter, services: Services) -> None:
    @routes.post("/imports/{batch}/undo")
    async def undone(request: Request, batch: UUID, typed: Filled) -> Response:
        """First what would be done, then, confirmed, do it."""
        preview = typed.text("confirmed") != "yes"
        body = {"reason": typed.text("reason"), "preview": preview}
        once = "" if preview else typed.once
        try:
            told = await Asking(services, request).post("approval", f"{PATH}/{batch}:undo", body, once, LONG)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _one(services, request, batch, refusal, typed)
        if preview:
            return await _one(services, request, batch, typed=typed, undo=told)
        return RedirectResponse(f"/imports/{batch}", _SEE_OTHER)


async def _one(
    services: Services,
    request: Request,
    batch: UUID,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    undo: Mapping[str, Any] | None = None,
) -> Response:
    asking = Asking(services, request)
    found, people = await asyncio.gather(asking.get("approval", f"{PATH}/{batch}"), people_of(services, request))
    session = carried(request.scope)
    mine = session is not None and session.person == found["by"]
    preview = None
    if mine and found["state"] in _OPEN and found["file_kept"]:
        preview = await asking.get("approval", f"{PATH}/{batch}/preview")
    return page(
        request,
        "import.html",
        status=refusal.status if refusal else 200,
        batch=found,
        people=people,
        mine=mine,
        preview=preview,
        chosen=_chosen(found, preview, typed),
        typed=typed or Typed(),
        undo=undo,
        once=new_key(),
        link=f"/imports/{quote(str(batch))}",
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
    )


def _chosen(
    found: Mapping[str, Any], preview: Mapping[str, Any] | None, typed: Typed | None
) -> dict[str, tuple[str, str]]:
    """Field → (heading, what every row says): as typed, else as checked, else as suggested."""
    if typed is not None and _of(typed, "column:"):
        columns, fixed = _of(typed, "column:"), _of(typed, "fixed:")
    elif found["columns"]:
        columns, fixed = found["columns"], found["fixed"]
    else:
        guess = preview["suggested"] if preview else {"columns": {}, "fixed": {}}
        columns, fixed = guess["columns"], guess["fixed"]
    return {each["name"]: (columns.get(each["name"], ""), fixed.get(each["name"], "")) for each in found["fields"]}


def _of(typed: Typed, prefix: str) -> dict[str, str]:
    """The fields of the form whose names begin so, those left empty apart."""
    return {name.removeprefix(prefix): said for name, said in typed.plain() if name.startswith(prefix) and said.strip()}

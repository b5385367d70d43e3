"""Importing a catalogue (导入目录): a workbook or JSON is checked first, nothing is kept; confirmed, it is a draft as a whole.

Between the two the version stands in the form as the JSON supervision takes.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console.web.editions import PATH, listed_page
from console.web.forms import Filled, refused_form
from console.web.names import Names
from console.web.rendering import page
from console.web.services import LONG, Asking, Services, part
from kernel.refusal import Fault, Refusal, malformed

_SEE_OTHER = 303
_MOST = 50
"""Doubts of one rule that are listed."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def router(services: Services, names: Names) -> APIRouter:
    """The routes; they go before those of a version."""
    routes = APIRouter()

    @routes.post("/catalogue/import")
    async def checked(request: Request, typed: Filled) -> Response:
        """What a file holds, and what may be a mistake in it."""
        asking = Asking(services, request)
        try:
            found = await _checked(asking, await _content(typed))
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await listed_page(request, services, refusal=refusal)
        every, departments = await asyncio.gather(asking.get("supervision", PATH), names.departments())
        rules: dict[str, list[Mapping[str, Any]]] = {}
        for doubt in found["findings"]:
            rules.setdefault(doubt["rule"], []).append(doubt)
        return page(
            request,
            "edition_import.html",
            found=found,
            rules=rules,
            most=_MOST,
            known=next((each for each in every["items"] if each["version"] == found["version"]), None),
            document=json.dumps(found["document"], ensure_ascii=False),
            departments=departments,
        )

    @routes.post("/catalogue/import/confirm")
    async def kept(request: Request, typed: Filled) -> Response:
        """Keep it as a draft, all of it or nothing."""
        try:
            body = _document(typed.text("document"))
            told = await Asking(services, request).post("supervision", PATH, body, patience=LONG)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await listed_page(request, services, refusal=refusal)
        return RedirectResponse(f"/catalogue/{part(told['version'])}", _SEE_OTHER)

    return routes


async def _content(typed: Filled) -> bytes:
    files = typed.files("file")
    if not files:
        raise malformed([Fault(pointer="/file", zh="请选择文件", en="choose a file")])
    return await files[0].read()


async def _checked(asking: Asking, content: bytes) -> dict[str, Any]:
    """A workbook is a ZIP; anything else is read as JSON."""
    if content.startswith(b"PK"):
        found = await asking.send("supervision", f"{PATH}:import", content, _XLSX, preview="true")
    else:
        body = _document(content.decode("utf-8-sig", "replace"))
        found = await asking.post("supervision", f"{PATH}:check", body, patience=LONG)
    whole: dict[str, Any] = found
    return whole


def _document(text: str) -> dict[str, Any]:
    """A version as JSON. Refuses ``invalid-content``."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        zh, en = (
            "不是目录工作簿（xlsx），也不是 JSON；请从一个版本导出后修改",
            "neither a workbook nor JSON; export a version first",
        )
        raise malformed([Fault(pointer="/file", zh=zh, en=en)])
    return document

"""Verify now (即时核验): the auditor has every service's audit chain checked, and watches the page fill while it is done.

The answer is one page that comes bit by bit: it needs no script, and keeps nothing anywhere for another process to miss.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from console.web.forms import Filled
from console.web.passages import SERVICES
from console.web.rendering import page, templates, wrong
from console.web.services import Asking, Services
from console.web.view import View
from kernel.refusal import Refusal

_HERE = "<!--here-->"
"""Where in the page what is found goes."""
_TOLD_EVERY = 200
"""Blocks between two words of progress, as the command has it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """一条链的核验: its report; or why there is none."""

    service: str
    report: Mapping[str, Any] | None
    refusal: Mapping[str, Any] | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was touched."""
        return bool(self.report and self.report["ok"])


def router(services: Services) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.post("/audit/verify")
    async def verified(request: Request, typed: Filled) -> Response:
        """Check one chain, or all one after the other."""
        chosen = typed.text("service")
        wanted = [chosen] if chosen in SERVICES else list(SERVICES)
        whole = page(request, "audit_verify.html", here=_HERE)
        head, tail = bytes(whole.body).decode().split(_HERE)
        headers = {name: value for name, value in whole.headers.items() if name != "content-length"}
        headers |= {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        telling = _page(Asking(services, request), wanted, View.of(request).language, head, tail)
        return StreamingResponse(telling, headers=headers)

    return routes


async def _page(asking: Asking, wanted: list[str], language: str, head: str, tail: str) -> AsyncIterator[str]:
    line = templates(language).get_template("audit_verify_line.html")
    yield head
    found: list[Checked] = []
    for service in wanted:
        yield line.render(kind="begun", service=service)
        async for told in _check(asking, service, language):
            if isinstance(told, Checked):
                found.append(told)
                yield line.render(kind="done", checked=told, language=language)
            else:
                yield line.render(kind="progress", service=service, **told)
    yield line.render(kind="whole", sound=all(each.sound for each in found))
    yield tail


async def _check(asking: Asking, service: str, language: str) -> AsyncIterator[Checked | dict[str, int]]:
    """Progress worth a word, and at last what was found; a service that gives no answer does not end the others'."""
    report, said = None, -_TOLD_EVERY
    try:
        witnessed = await _witnessed(asking, service)
        async for told in asking.following(service, "/ops/v1/audit:verify", {"witnessed": witnessed}):
            report = told.get("report", report)
            if told.get("done", 0) >= said + _TOLD_EVERY:
                said = told["done"]
                yield {"done": said, "blocks": told["blocks"]}
    except Refusal as refusal:
        yield Checked(service, None, wrong(refusal, language))
        return
    yield Checked(service, report)


async def _witnessed(asking: Asking, service: str) -> list[dict[str, Any]]:
    """The newest heads of its chain that the others kept."""
    others = [each for each in SERVICES if each != service]
    kept = await asyncio.gather(*(asking.get(each, "/ops/v1/witnessed-heads", of=service) for each in others))
    return [head for heads in kept for head in heads]

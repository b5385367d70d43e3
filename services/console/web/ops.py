"""Operations (运维): are the services well, what waits, what could not be applied, was everything applied once; the audit log.

What is shown comes from ``/ops/v1`` of every service with the token of who is signed in.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.demo import Demonstration
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.ops_day import SERVICES, compared
from console.web.rendering import page, wrong
from console.web.services import LONG, Asking, Services
from console.web.view import View
from kernel.clock import china_day
from kernel.refusal import Fault, Refusal, malformed

_SEE_OTHER = 303
_SHOWN = "50"
Word = Annotated[str, Query(max_length=200)]


def router(services: Services, demonstration: Demonstration) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_health(routes, services, demonstration)
    _add_letters(routes, services)
    _add_day(routes, services)
    _add_audit(routes, services)
    return routes


def _add_health(routes: APIRouter, services: Services, demonstration: Demonstration) -> None:
    async def shown(request: Request, refusal: Refusal | None = None) -> Response:
        asking = Asking(services, request)
        rows = await asyncio.gather(*(_health(asking, service) for service in SERVICES))
        said = wrong(refusal, View.of(request).language) if refusal else None
        status = refusal.status if refusal else 200
        shown: dict[str, Any] = {"demonstration": demonstration, "rows": rows, "wrong": said, "once": new_key()}
        return page(request, "ops.html", status=status, **shown)

    @routes.get("/ops")
    async def health(request: Request) -> Response:
        """Every service: ready, what waits, how far its consumers are."""
        return await shown(request)

    @routes.post("/ops/clock")
    async def moved(request: Request, typed: Filled) -> Response:
        """Demonstrations alone: let days pass in every service."""
        await demonstration.move(Asking(services, request), typed.text("step"))
        return RedirectResponse("/ops", _SEE_OTHER)

    @routes.post("/ops/kill")
    async def killed(typed: Filled) -> Response:
        """Demonstrations alone: kill a process; who keeps it starts it again."""
        await demonstration.kill(services, typed.text("service"))
        return RedirectResponse("/ops", _SEE_OTHER)


async def _health(asking: Asking, service: str) -> dict[str, Any]:
    ready, parts = await asking.health(service)
    try:
        status = await asking.get(service, "/ops/v1/status")
    except Refusal as refusal:
        if refused_form(refusal):
            return {"service": service, "ready": False, "missing": [], "status": None}
        raise
    missing = [name for name, well in parts.items() if not well]
    return {"service": service, "ready": ready, "missing": missing, "status": status}


def _add_letters(routes: APIRouter, services: Services) -> None:
    async def shown(request: Request, chosen: tuple[str, str], refusal: Refusal | None = None, **more: Any) -> Response:
        asking = Asking(services, request)
        found = await asyncio.gather(*(asking.get(service, "/ops/v1/dead-letters") for service in SERVICES))
        every = [each | {"service": name} for name, of in zip(SERVICES, found, strict=True) for each in of]
        service, cause = chosen
        rows = [each for each in every if service in {"", each["service"]} and cause in {"", each["cause"]}]
        said = wrong(refusal, View.of(request).language) if refusal else None
        told = {"typed": Typed(), "told": None} | more
        return page(
            request,
            "letters.html",
            status=refusal.status if refusal else 200,
            rows=rows,
            groups=_grouped(every),
            service=service,
            cause=cause,
            wrong=said,
            once=new_key(),
            **told,
        )

    @routes.get("/ops/letters")
    async def listed(request: Request, service: Word = "", cause: Word = "") -> Response:
        """What could not be applied, by service and cause."""
        return await shown(request, (service if service in SERVICES else "", cause))

    @routes.post("/ops/letters")
    async def redriven(request: Request, typed: Filled) -> Response:
        """First how many, then, confirmed, apply them again."""
        service, cause = typed.text("service"), typed.text("cause")
        preview = typed.text("confirmed") != "yes"
        body = {"cause": cause, "reason": typed.text("reason"), "preview": preview}
        try:
            if service not in SERVICES:
                raise malformed([Fault(pointer="/service", zh="请先选择一个服务", en="choose a service first")])
            once = "" if preview else typed.once
            path = "/ops/v1/dead-letters:redrive"
            told = await Asking(services, request).post(service, path, body, once, LONG)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, (service, cause), refusal, typed=typed)
        return await shown(request, (service, cause), typed=typed, told=told | {"preview": preview})

    @routes.get("/ops/letters/{service}/{letter}")
    async def one(request: Request, service: str, letter: UUID) -> Response:
        """One letter with its raw message."""
        if service not in SERVICES:
            raise _no_such_service()
        found = await Asking(services, request).get(service, f"/ops/v1/dead-letters/{letter}")
        return page(request, "letter.html", service=service, letter=found)


def _grouped(letters: Sequence[dict[str, Any]]) -> list[tuple[str, str, int]]:
    counted = Counter((each["service"], each["cause"]) for each in letters)
    return [(service, cause, count) for (service, cause), count in sorted(counted.items())]


def _add_day(routes: APIRouter, services: Services) -> None:
    @routes.get("/ops/day")
    async def of_a_day(request: Request, day: date | None = None) -> Response:
        """What was told on a day, and whether everybody who listens applied it once."""
        chosen = day or china_day(datetime.now(UTC))  # ids tell the real time, whatever the stack clock shows
        told = await compared(Asking(services, request), chosen.isoformat())
        return page(request, "ops_day.html", day=chosen, told=told)


def _add_audit(routes: APIRouter, services: Services) -> None:
    @routes.get("/audit")
    async def audit(
        request: Request,
        service: Word = "approval",
        principal: Word = "",
        action: Word = "",
        object_: Annotated[str, Query(max_length=200, alias="object")] = "",
        result: Word = "",
        cursor: Word = "",
    ) -> Response:
        """The audit log of one service, newest first."""
        of = service if service in SERVICES else SERVICES[0]
        asked = {"principal": principal, "action": action, "object": object_, "result": result}
        told = await Asking(services, request).get(of, "/api/v1/audit", limit=_SHOWN, cursor=cursor, **asked)
        shown = {"rows": told["items"], "following": told["next"], "asked": asked, "service": of}
        return page(request, "audit.html", services=SERVICES, **shown)


def _no_such_service() -> Refusal:
    return Refusal(code="not-found", zh="没有这个服务", en="There is no such service", status=404)

"""Hooks (推送订阅): which system outside gets which facts, how it stands, every try; sent again with a reason."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.view import View
from contracts.offered import offered
from contracts.topology import LISTENS
from kernel.refusal import Fault, Refusal, malformed

_PATH = "/api/v1/hooks"
_SHOWN, _TRIES = "100", "50"
_SEE_OTHER = 303
OFFERING = {service: list(facts) for service in LISTENS if (facts := offered(service))}
"""Service → the facts it offers."""
_FIRST = next(iter(OFFERING))
_STATES = ("", "SENT", "FAILED", "PARKED")
_MOVES = ("pause", "resume", "end")
_SECRETS = ("rotate-secret", "retire-secret")
Service = Annotated[str, Query(max_length=32)]
Cursor = Annotated[str, Query(max_length=100)]


class HookDesk:
    """What both pages are made with."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def every(
        self, request: Request, service: str, cursor: str = "", refusal: Refusal | None = None, **more: Any
    ) -> Response:
        """The hooks of one service; ``more``: what was typed, or who was added."""
        told = await self.asking(request).get(service, _PATH, limit=_SHOWN, cursor=cursor)
        known: dict[str, Any] = {"rows": told["items"], "following": told["next"], "service": service}
        known |= {"offering": OFFERING, "typed": Typed(), "added": None} | more
        return page(request, "hooks.html", **known, **_wrong(request, refusal))

    async def one(
        self, request: Request, service: str, hook: str, refusal: Refusal | None = None, **more: Any
    ) -> Response:
        """One hook and its log."""
        state, cursor = request.query_params.get("state", ""), request.query_params.get("cursor", "")
        asking, path = self.asking(request), f"{_PATH}/{part(hook)}"
        known: dict[str, Any] = {"hook": await asking.get(service, path), "service": service, "states": _STATES}
        told = await asking.get(service, f"{path}/deliveries", limit=_TRIES, state=state[:10], cursor=cursor[:20])
        known |= {"tries": told["items"], "following": told["next"], "state": state}
        known |= {"typed": Typed(), "changed": None} | more
        return page(request, "hook.html", once=new_key(), **known, **_wrong(request, refusal))

    def asking(self, request: Request) -> Asking:
        """In the name of who is signed in."""
        return Asking(self._services, request)


def router(services: Services) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    desk = HookDesk(services)

    @routes.get("/admin/hooks")
    async def listed(request: Request, service: Service = _FIRST, cursor: Cursor = "") -> Response:
        """Who subscribes to what one service tells."""
        return await desk.every(request, service if service in OFFERING else _FIRST, cursor)

    @routes.post("/admin/hooks")
    async def added(request: Request, typed: Filled) -> Response:
        """Subscribe; the secret stands on this one answer and nowhere else."""
        service = typed.text("service")
        try:
            _must_offer(service)
            told = await desk.asking(request).post(service, _PATH, _body(typed))
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await desk.every(request, service if service in OFFERING else _FIRST, "", refusal, typed=typed)
        return await desk.every(request, service, added=told)

    @routes.get("/admin/hooks/{service}/{hook_id}")
    async def shown(request: Request, service: str, hook_id: str) -> Response:
        """How one stands, and every try."""
        _must_offer(service)
        return await desk.one(request, service, hook_id)

    @routes.post("/admin/hooks/{service}/{hook_id}/{act}")
    async def acted(request: Request, service: str, hook_id: str, act: str, typed: Filled) -> Response:
        """Pause, resume, end, send again, change the secret."""
        _must_offer(service)
        try:
            path = f"{_PATH}/{part(hook_id)}:{_act(act)}"
            # A new secret stands in its answer alone: what is kept under a key would keep it too.
            once = "" if act in _SECRETS else typed.once
            told = await desk.asking(request).post(service, path, _said(act, typed), once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await desk.one(request, service, hook_id, refusal, typed=typed)
        if act == "rotate-secret":
            return await desk.one(request, service, hook_id, changed=told)
        return RedirectResponse(f"/admin/hooks/{service}/{part(hook_id)}", _SEE_OTHER)

    return routes


def _body(typed: Typed) -> dict[str, Any]:
    lists = {name: typed.text(name).split() for name in ("source_systems", "regions", "departments")}
    return {"name": typed.text("name"), "address": typed.text("address"), "facts": typed.texts("facts")} | lists


def _said(act: str, typed: Typed) -> dict[str, Any]:
    """What the service is asked for."""
    if act in _SECRETS:
        return {}
    said: dict[str, Any] = {"reason": typed.text("reason")}
    if act != "resend":
        return said
    if event := typed.text("event_id"):
        return said | {"event_id": event}
    return said | {name: _moment(typed.text(name)) for name in ("since", "until") if typed.text(name)}


def _moment(local: str) -> str:
    """A moment as a browser gives it, in China."""
    return f"{local}+08:00" if local.count(":") > 1 else f"{local}:00+08:00"


def _act(act: str) -> str:
    if act in {*_MOVES, *_SECRETS, "resend"}:
        return act
    raise Refusal(code="not-found", zh="没有这个操作", en="There is no such action", status=404)


def _must_offer(service: str) -> None:
    if service not in OFFERING:
        raise malformed([Fault(pointer="/service", zh="请选择发出事件的服务", en="choose the service that tells it")])


def _wrong(request: Request, refusal: Refusal | None) -> Mapping[str, Any]:
    said = wrong(refusal, View.of(request).language) if refusal else None
    return {"status": refusal.status if refusal else 200, "wrong": said}

"""Secrets of signed webhooks (回调密钥): which source signs with which, added and retired; what came in stands in the audit log."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.view import View
from contracts.topology import INTAKE
from kernel.refusal import Fault, Refusal, malformed

_PATH = "/api/v1/webhook-secrets"
_SHOWN = "200"
_SEE_OTHER = 303
TAKERS = INTAKE
"""Services that take webhooks: those that take what bureau systems send."""


def router(services: Services) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    async def shown(
        request: Request,
        service: str,
        cursor: str = "",
        refusal: Refusal | None = None,
        typed: Typed | None = None,
        added: Mapping[str, Any] | None = None,
    ) -> Response:
        told = await Asking(services, request).get(service, _PATH, limit=_SHOWN, cursor=cursor)
        known: dict[str, Any] = {"rows": told["items"], "following": told["next"], "service": service, "added": added}
        known |= {"takers": TAKERS, "typed": typed or Typed(), "once": new_key()}
        known["wrong"] = wrong(refusal, View.of(request).language) if refusal else None
        return page(request, "webhook_secrets.html", status=refusal.status if refusal else 200, **known)

    @routes.get("/admin/webhooks")
    async def listed(
        request: Request,
        service: Annotated[str, Query(max_length=32)] = TAKERS[0],
        cursor: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """The secrets of one service, good and retired."""
        return await shown(request, service if service in TAKERS else TAKERS[0], cursor)

    @routes.post("/admin/webhooks")
    async def added(request: Request, typed: Filled) -> Response:
        """Add a secret; it stands on this one answer and nowhere else."""
        service = typed.text("service")
        try:
            _must_take(service)
            body = {"source_system": typed.text("source_system")}
            told = await Asking(services, request).post(service, _PATH, body)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, service if service in TAKERS else TAKERS[0], refusal=refusal, typed=typed)
        return await shown(request, service, added=told)

    @routes.post("/admin/webhooks/{service}/{source_system}/retire")
    async def retired(request: Request, service: str, source_system: str, typed: Filled) -> Response:
        """Retire one, at once."""
        try:
            _must_take(service)
            number = typed.text("number")
            body = {"number": int(number) if number.isdecimal() else 0, "reason": typed.text("reason")}
            path = f"{_PATH}/{part(source_system)}:retire"
            await Asking(services, request).post(service, path, body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, service if service in TAKERS else TAKERS[0], refusal=refusal)
        return RedirectResponse(f"/admin/webhooks?service={service}", _SEE_OTHER)

    return routes


def _must_take(service: str) -> None:
    if service not in TAKERS:
        raise malformed([Fault(pointer="/service", zh="请选择接收的服务", en="choose the service that takes them")])

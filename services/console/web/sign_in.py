"""Signing in and out (登录与退出): through the identity provider; on an embedded stack by role or by a token."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.principal import Principal
from chassis.access.tokens import Authentication
from console.web import menu
from console.web.edge import inside
from console.web.forms import Filled
from console.web.oidc import Begun, Provider, failed
from console.web.rendering import page, wrong
from console.web.session import Session, Vault, carried
from console.web.settings import WebSettings
from console.web.view import COOKIE as VIEW
from console.web.view import View
from kernel.refusal import Refusal

_UNDER_WAY = "shenguan_signing_in"
_MINUTES = 10 * 60
_YEAR = 366 * 24 * 3600
_SEE_OTHER = 303
_LONGEST = 64
Next = Annotated[str, Query(alias="next", max_length=2000)]


class Entrance:
    """入口: makes sessions of tokens the services would believe."""

    def __init__(self, vault: Vault, authenticate: Authentication) -> None:
        self._vault = vault
        self._authenticate = authenticate

    async def admit(self, token: str, onward: str) -> Response:
        """Sign in and go on. Refuses a token the services would refuse."""
        principal = await self._authenticate(token)
        session = session_of(token, principal)
        answer = RedirectResponse(onward if onward != "/" else menu.first(session.roles), _SEE_OTHER)
        self._vault.begin(answer, session)
        return answer


def session_of(token: str, principal: Principal) -> Session:
    """The session of a token that was verified."""
    body = token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return Session(
        token=token,
        until=float(claims["exp"]),
        person=principal.id,
        name=_name_of(claims),
        roles=tuple(sorted(principal.roles)),
        departments=tuple(sorted(principal.departments)),
    )


def _name_of(claims: Mapping[str, Any]) -> str:
    """The name to show: ``name``, else ``preferred_username`` (OpenID Connect Core 1.0 §5.1); empty without either."""
    told = (claims.get(claim) for claim in ("name", "preferred_username"))
    return next(
        (each for each in told if isinstance(each, str) and 0 < len(each) <= _LONGEST and each.isprintable()), ""
    )


def router(settings: WebSettings, entrance: Entrance, vault: Vault, provider: Provider) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_provider(routes, settings, entrance, vault, provider)

    @routes.get("/")
    async def first(request: Request) -> Response:
        """Where a person begins."""
        session = carried(request.scope)
        return RedirectResponse(menu.first(session.roles) if session else "/sign-in", _SEE_OTHER)

    @routes.get("/sign-in")
    async def asked(request: Request, onward: Next = "/") -> Response:
        """How one signs in here."""
        return _asked(request, settings, provider, inside(onward))

    @routes.post("/sign-in/token")
    async def by_token(request: Request, typed: Filled) -> Response:
        """With a token of `shenguan token`; on an embedded stack alone."""
        if not settings.token_sign_in:
            raise _off()
        onward = inside(typed.text("next", "/"))
        try:
            return await entrance.admit("".join(typed.text("token").split()), onward)
        except Refusal as refusal:
            return _asked(request, settings, provider, onward, refusal)

    @routes.post("/sign-out")
    async def ended(_typed: Filled) -> Response:
        """The session ends in this browser, and so does whatever a page kept there (drafts, their pages)."""
        answer = RedirectResponse("/sign-in", _SEE_OTHER)
        answer.headers["Clear-Site-Data"] = '"storage"'
        vault.end(answer)
        return answer

    @routes.post("/view")
    async def viewed(request: Request, typed: Filled) -> Response:
        """Language, large text, single keys: for this browser."""
        answer = RedirectResponse(inside(typed.text("back", "/")), _SEE_OTHER)
        kept = View.of(request).chosen(typed.text("choice")).kept()
        answer.set_cookie(VIEW, kept, max_age=_YEAR, samesite="lax", httponly=True, secure=settings.secure)
        return answer

    @routes.get("/keys")
    async def keys(request: Request) -> Response:
        """The keys there are."""
        return page(request, "keys.html")

    return routes


def _asked(
    request: Request, settings: WebSettings, provider: Provider, onward: str, refusal: Refusal | None = None
) -> Response:
    shown: dict[str, Any] = {"onward": onward, "provider": provider.there, "roles": settings.role_switch is not None}
    told = wrong(refusal, View.of(request).language) if refusal else None
    status = refusal.status if refusal else 200
    return page(request, "sign_in.html", status=status, **shown, by_token=settings.token_sign_in, wrong=told)


def _add_provider(
    routes: APIRouter, settings: WebSettings, entrance: Entrance, vault: Vault, provider: Provider
) -> None:
    def callback(request: Request) -> str:
        return (settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")) + "/sign-in/callback"

    @routes.get("/sign-in/provider")
    async def sent(request: Request, onward: Next = "/") -> Response:
        """To the identity provider; a link, because a form may lead nowhere else (form-action)."""
        if not provider.there:
            raise _off()
        begun = await provider.begin(callback(request))
        answer = RedirectResponse(begun.address, _SEE_OTHER)
        kept = vault.seal({"state": begun.state, "verifier": begun.verifier, "next": inside(onward)})
        vault.keep(answer, _UNDER_WAY, kept, _MINUTES)
        return answer

    @routes.get("/sign-in/callback")
    async def back(request: Request) -> Response:
        """Back from the identity provider."""
        if not provider.there:
            raise _off()
        kept = vault.open(request.cookies.get(_UNDER_WAY, ""))
        if kept is None:
            raise failed("no sign-in under way in this browser")
        begun = Begun("", kept["state"], kept["verifier"])
        token = await provider.finish(callback(request), begun, request.query_params)
        answer = await entrance.admit(token, inside(kept["next"]))
        answer.delete_cookie(_UNDER_WAY)
        return answer


def _off() -> Refusal:
    return Refusal(
        code="not-found",
        zh="此处不能这样登录，请回到登录页",
        en="One does not sign in this way here; go back to the sign-in page",
        status=404,
    )

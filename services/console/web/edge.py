"""Edge of the pages (网页入口): a session becomes the token the gate asks for, and a problem becomes a page.

Outside of everything else, so that pages pass the same gate, the same audit and the same limits as the JSON interface.
The interface itself takes no session: a cookie opens nothing there.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.forms import KEPT, ONCE, TOKEN
from console.web.rendering import here, page
from console.web.session import Vault, carried, carry
from kernel.refusal import Refusal

_NO_PAGE = re.compile(r"/(api|ops/v1|docs|healthz|readyz|openapi\.json|asyncapi\.json|static|static-offline-docs)(/|$)")
_HARMLESS = {"GET", "HEAD"}
_PROBLEM = b"application/problem+json"
_ELSEWHERE = {"cross-site", "same-site"}
_UNAUTHORIZED = 401
_SEE_OTHER = 303


class PageEdge:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, vault: Vault) -> None:
        self._app = app
        self._vault = vault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the interface through as it is; put the session before everything else of a page."""
        if scope["type"] != "http" or _NO_PAGE.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        session = self._vault.session(scope)
        carry(scope, session)
        scope[KEPT] = []
        if scope["method"] not in _HARMLESS and from_elsewhere(Headers(scope=scope)):
            await _shown(Request(scope, receive), _ELSEWHERE_REFUSAL)(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] != b"authorization"]
        token = [(b"authorization", f"Bearer {session.token}".encode())] if session else []
        await self._app({**scope, "headers": [*plain, *token]}, receive, _Answering(scope, receive, send).send)


class _Answering:
    """What leaves: a problem as a page, everything else as it is."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._problem: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start" and _PROBLEM in dict(message["headers"]).get(b"content-type", b""):
            self._problem = message
        elif self._problem is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._page(self._problem["status"], dict(self._problem["headers"]))

    async def _page(self, status: int, said: Mapping[bytes, bytes]) -> None:
        request = Request(self._scope, self._receive)
        answer = (
            _sign_in(request) if status == _UNAUTHORIZED else _shown(request, _told(status, json.loads(self._body)))
        )
        for name, value in said.items():
            if name not in {b"content-type", b"content-length", b"content-security-policy", b"www-authenticate"}:
                answer.headers[name.decode()] = value.decode()
        await answer(self._scope, self._receive, self._send)


def from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site made it send this (跨站请求).

    Pages say no-referrer, so a form of ours comes with ``Origin: null``; the token in the form tells it from others.
    """
    origin = headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc != headers.get("host", ""):
        return True
    return headers.get("sec-fetch-site", "") in _ELSEWHERE


_ELSEWHERE_REFUSAL = Refusal(
    code="from-elsewhere",
    zh="该请求来自其他网站，未予办理；请在本页面上操作",
    en="Another site sent this request, so nothing was done; use the pages here",
    status=403,
)


def _told(status: int, problem: Mapping[str, Any]) -> Refusal:
    return Refusal(
        code=str(problem["type"]).rpartition(":")[2],
        zh=problem["title"],
        en=problem["title_en"],
        status=status,
        retryable=bool(problem.get("retryable")),
    )


def _shown(request: Request, refusal: Refusal) -> Response:
    typed = request.scope.get(KEPT, [])
    told = [said for name, said in typed if name not in {TOKEN, ONCE} and said.strip() and not said.startswith("data:")]
    return page(request, "error.html", status=refusal.status, refusal=refusal, typed=typed, told=told)


def _sign_in(request: Request) -> Response:
    """To the sign-in page and back; what was typed is still in the page the browser goes back to."""
    if request.method in _HARMLESS:
        return RedirectResponse(f"/sign-in?next={quote(here(request), safe='')}", _SEE_OTHER)
    return page(request, "signed_out.html", status=_UNAUTHORIZED)


def inside(address: str) -> str:
    """An address of ours to go on to; the first page for any other."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and "\\" not in address else "/"


def signed_in(request: Request) -> bool:
    """Whether the request comes with a session."""
    return carried(request.scope) is not None

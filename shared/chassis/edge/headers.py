"""Security headers (安全响应头): on every answer. An API answer is no page, so a browser may do nothing with it.

The pages describe API and events: they get their own scripts and styles, and the hash of the one inline script.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
}
_POLICY = {b"content-security-policy": _NOTHING.encode()}
_SHORT_LIVED = {b"cache-control": b"no-store"}
_PAGES = ("/docs", "/docs/oauth2-redirect", "/docs/events")
_ASSETS = "/static-offline-docs/"
_SCRIPT = re.compile(rb"<script(?:\s[^>]*)?>(.*?)</script>", re.DOTALL)


class SecurityHeaders:
    """ASGI middleware, the outermost: also refusals and failures carry them. ``hsts_seconds`` 0: HSTS is not said."""

    def __init__(self, app: ASGIApp, hsts_seconds: int = 0) -> None:
        self._app = app
        hsts = {b"strict-transport-security": b"max-age=%d; includeSubDomains" % hsts_seconds} if hsts_seconds else {}
        self._always = _ALWAYS | hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers; of a page the body is held back, its policy depends on it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        started: list[Message] = []

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._guarded(message["headers"], path)
                if path in _PAGES:
                    started.append(message)
                    return
            if started:
                MutableHeaders(scope=started[0])["Content-Security-Policy"] = _page_policy(message.get("body", b""))
                await send(started.pop())
            await send(message)

        await self._app(scope, receive, guarded)

    def _guarded(self, said: Iterable[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
        """What is always said in place of what the answer says; policy and how long it lives unless it says so."""
        headers = [pair for pair in said if pair[0] not in self._always]
        names = {name for name, _ in headers}
        usual = _POLICY if path.startswith(_ASSETS) else _POLICY | _SHORT_LIVED
        return [*headers, *self._always.items(), *(pair for pair in usual.items() if pair[0] not in names)]


def _page_policy(page: bytes) -> str:
    hashes = [b64encode(sha256(script).digest()).decode() for script in _SCRIPT.findall(page) if script.strip()]
    scripts = " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])
    # Swagger UI writes style attributes and draws its icons from data: addresses.
    own = f"script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
    return f"{_NOTHING}; {own}"

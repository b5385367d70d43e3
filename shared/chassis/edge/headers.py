"""Security headers (安全响应头): on every answer. An API answer is no page, so a browser may do nothing with it.

The one page is the description of the API: it gets its own scripts and styles, and the hash of the one inline script.
"""

import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGES = ("/docs", "/docs/oauth2-redirect")
_ASSETS = "/static-offline-docs/"
_SCRIPT = re.compile(rb"<script(?:\s[^>]*)?>(.*?)</script>", re.DOTALL)
_SHORT_LIVED = "no-store"


class SecurityHeaders:
    """ASGI middleware, the outermost: also refusals and failures carry them. ``hsts_seconds`` 0: HSTS is not said."""

    def __init__(self, app: ASGIApp, hsts_seconds: int = 0) -> None:
        self._app = app
        self._hsts = hsts_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers; of a page the body is held back, its policy depends on it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        started: list[Message] = []

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._guard(MutableHeaders(scope=message), path)
                if path in _PAGES:
                    started.append(message)
                    return
            if started:
                MutableHeaders(scope=started[0])["Content-Security-Policy"] = _page_policy(message.get("body", b""))
                await send(started.pop())
            await send(message)

        await self._app(scope, receive, guarded)

    def _guard(self, headers: MutableHeaders, path: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers.setdefault("Content-Security-Policy", _NOTHING)
        if not path.startswith(_ASSETS):
            headers.setdefault("Cache-Control", _SHORT_LIVED)
        if self._hsts:
            headers["Strict-Transport-Security"] = f"max-age={self._hsts}; includeSubDomains"


def _page_policy(page: bytes) -> str:
    hashes = [b64encode(sha256(script).digest()).decode() for script in _SCRIPT.findall(page) if script.strip()]
    scripts = " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])
    # Swagger UI writes style attributes and draws its icons from data: addresses.
    own = f"script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
    return f"{_NOTHING}; {own}"

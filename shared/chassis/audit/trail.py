"""Trail (留痕入口): the edge of the audit tells the transactions inside what request they serve.

It writes down itself what came to nothing, refused and failed commands, 401 and 403 of any request, and who was
answered personal data.

The entry is written before the answer leaves. The log itself failing changes no answer: nothing was done anyway.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from chassis.access.principal import present
from chassis.audit.deed import Deed, doing
from chassis.audit.entries import Result
from chassis.audit.log import AuditLog

_log = structlog.get_logger(__name__)

PERSONAL = {"x-personal": True}
"""``openapi_extra`` of a reading route that answers personal data: each answer leaves an entry (查阅留痕)."""
_COMMANDS = {"POST", "PUT", "PATCH", "DELETE"}
_NOT_ALLOWED = {401, 403}
_REFUSED, _FAILED = 400, 500
_OK = 300
_NUMBERS = re.compile(r"\d{17}[\dXx]|(?<!\d)1\d{10}(?!\d)|(?<!\d)\d{15}(?!\d)")
"""Numbers of persons: 居民身份证 of either length, 手机号."""
_REQUEST_ID = re.compile(r"[\w.:-]{1,64}")
_LONGEST = 300


class Trail:
    """ASGI middleware, the outermost that can still tell what was answered."""

    def __init__(self, app: ASGIApp, log: AuditLog, digest: Callable[[bytes], bytes]) -> None:
        self._app = app
        self._log = log
        self._digest = digest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request as a deed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, command = sha256(), scope["method"] in _COMMANDS

        async def counted() -> Message:
            message = await receive()
            if command:
                body.update(message.get("body", b""))
            return message

        deed = Deed(
            action=lambda: f"{scope['method']} {deed.route or _route_of(scope)}",
            object=lambda: self._object_of(scope),
            request=_request_of(scope),
            remote=(scope.get("client") or ("",))[0],
            digest=lambda: self._digest(body.digest()) if command else b"",
        )

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._keep(deed, scope, message["status"])
            await send(message)

        with doing(deed):
            await self._app(scope, counted, told)

    async def _keep(self, deed: Deed, scope: Scope, status: int) -> None:
        command = scope["method"] in _COMMANDS
        if status in _NOT_ALLOWED or (command and _REFUSED <= status < _FAILED):
            result = Result.REFUSED
        elif command and status >= _FAILED:
            result = Result.FAILED
        elif status < _OK and not command and _personal(scope):
            result = Result.READ
        else:
            return
        code = deed.code or (str(status) if result is not Result.READ else "")
        if code not in deed.kept:
            await self._log.note(deed, result, code, deed.principal or present())

    def _object_of(self, scope: Scope) -> str:
        said = "/".join(str(part) for part in scope.get("path_params", {}).values())
        if not said and _personal(scope):  # a search is named by what was searched for
            said = unquote_plus(scope.get("query_string", b"").decode("latin-1"))
        said = said.replace("\x00", "")[:_LONGEST]
        return _NUMBERS.sub(lambda found: "P" + self._digest(found.group().upper().encode()).hex()[:40].upper(), said)


def _route_of(scope: Scope) -> str:
    route = scope.get("route")
    return str(route.path) if route is not None else "-"


def _personal(scope: Scope) -> bool:
    extra: Mapping[str, Any] = getattr(scope.get("route"), "openapi_extra", None) or {}
    return bool(extra.get("x-personal"))


def _request_of(scope: Scope) -> str:
    said = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return said if _REQUEST_ID.fullmatch(said) else str(uuid7())

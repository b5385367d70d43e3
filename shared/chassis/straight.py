"""Straight ways (直达): the few routes asked thousands of times a second are answered without the framework's way to them.

Whoever comes here has passed the gate, the limits and the shape of its body as everybody does. What a way does not take
goes to the route of the same address, which documents it and tells every fault; both mean the same.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.access.gate import judged
from chassis.edge import whole_body
from chassis.failures import AWAY
from chassis.problems import away_response, problem_response
from kernel.refusal import Refusal

Way = Callable[[bytes], Awaitable[tuple[int, Mapping[str, Any]] | None]]
"""A JSON body → status and members of the answer; None: not for here. Raises Refusal."""
_JSON = b"application/json"


class StraightWays:
    """ASGI middleware, the innermost. ``ways``: (method, path without place holders) → the way."""

    def __init__(self, app: ASGIApp, ways: Mapping[tuple[str, str], Way]) -> None:
        self._app = app
        self._ways = ways

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        way = self._ways.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if way is None or not (judged(scope) and _is_json(scope)):
            await self._app(scope, receive, send)
            return
        body = await whole_body.read(receive)
        answer = await _answered(way, body)
        if answer is None:
            await self._app(scope, whole_body.again(body, receive), send)
            return
        scope["straight"] = True
        await answer(scope, receive, send)


async def _answered(way: Way, body: bytes) -> Response | None:
    try:
        said = await way(body)
    except Refusal as refusal:
        return problem_response(refusal)
    except AWAY:
        return away_response()
    if said is None:
        return None
    status, members = said
    return Response(msgspec.json.encode(members), status, media_type="application/json")


def _is_json(scope: Scope) -> bool:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bool(kind.partition(b";")[0].strip().lower() == _JSON)

"""Body limit (内容上限): a larger body is refused with 413 before it fills the memory, also when no length is announced."""

import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import problem_response
from kernel.refusal import Refusal


class BodyLimit:
    """ASGI middleware. NDJSON batches stream and are limited per line instead.

    ``own``: routes with a limit of their own (files), as patterns of whole paths.
    """

    def __init__(self, app: ASGIApp, largest: int, own: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._largest = largest
        self._own = [(re.compile(path), limit) for path, limit in (own or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; refuse when it is too much."""
        if scope["type"] != "http" or scope["path"].endswith(":batch"):
            await self._app(scope, receive, send)
            return
        largest = self._limit_of(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > largest:
            await problem_response(_refusal(largest))(scope, receive, send)
            return
        seen, begun = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > largest:
                raise _refusal(largest)
            return message

        async def told(message: Message) -> None:
            nonlocal begun
            if begun or seen <= largest:
                begun = True
                await send(message)

        try:
            await self._app(scope, counted, told)
        except Refusal:  # of ``counted``, when middleware reads the body; routes have their own handler
            if seen <= largest or begun:
                raise
        if seen > largest and not begun:  # FastAPI answers 400 for any error while it reads a body
            await problem_response(_refusal(largest))(scope, receive, send)

    def _limit_of(self, path: str) -> int:
        return next((limit for route, limit in self._own if route.fullmatch(path)), self._largest)


def _refusal(largest: int) -> Refusal:
    return Refusal(
        code="body-too-large",
        zh=f"提交内容超过 {largest} 字节，请分批提交；文件请压缩或拆分后提交",
        en=f"The body is larger than {largest} bytes; send it in parts, a file smaller or split",
        status=413,
    )

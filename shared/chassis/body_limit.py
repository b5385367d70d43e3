"""Body limit (内容上限): a larger body is refused with 413 before it fills the memory, also when no length is announced."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import problem_response
from kernel.refusal import Refusal


class BodyLimit:
    """ASGI middleware. NDJSON batches stream and are limited per line instead."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; refuse when it is too much."""
        if scope["type"] != "http" or scope["path"].endswith(":batch"):
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._largest:
            await problem_response(self._refusal())(scope, receive, send)
            return
        seen, begun = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._largest:
                raise self._refusal()
            return message

        async def told(message: Message) -> None:
            nonlocal begun
            if begun or seen <= self._largest:
                begun = True
                await send(message)

        await self._app(scope, counted, told)
        if seen > self._largest and not begun:  # FastAPI answers 400 for any error while it reads a body
            await problem_response(self._refusal())(scope, receive, send)

    def _refusal(self) -> Refusal:
        return Refusal(
            code="body-too-large",
            zh=f"提交内容超过 {self._largest} 字节，请分批提交",
            en=f"The body is larger than {self._largest} bytes; send it in parts",
            status=413,
        )

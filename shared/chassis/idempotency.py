"""Idempotency-Key (幂等键): a POST repeated with the same key gets the first answer again and does nothing twice.

The key is optional: the natural keys of the business protect too. It is kept with a keyed hash of who asked and of the
body, which may hold a person's number; the same key with another body or from somebody else is refused. An attempt says
every few seconds that it is alive: one that died without an answer is taken over ten seconds later.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.access.principal import present
from chassis.database import Pool
from chassis.edge import whole_body
from chassis.failures import AWAY
from chassis.problems import problem_response
from kernel.refusal import Refusal

_CLAIM = """
INSERT INTO idempotency (route, key, request_hash) VALUES ($1, $2, $3)
ON CONFLICT (route, key) DO UPDATE SET created_at = clock_timestamp()
WHERE idempotency.status IS NULL AND idempotency.request_hash = excluded.request_hash
  AND idempotency.created_at < clock_timestamp() - interval '10 seconds'
RETURNING 1
"""
_ALIVE = "UPDATE idempotency SET created_at = clock_timestamp() WHERE route = $1 AND key = $2 AND status IS NULL"
_BEAT = 3.0
"""Seconds between two signs of life; well below the ten after which an attempt is taken over."""
_LONGEST_KEY = 255
_SERVER_ERROR = 500
_SECRETS = ("/api-keys", "/webhook-secrets", "/hooks", ":rotate-secret")
"""Ends of paths whose answer holds a secret that is kept nowhere else."""
_ALWAYS_RUN = (":batch", ":import", ":query", ":disclose", ":reveal", ":complete", ":resend", ":rebuild", *_SECRETS)
"""Ends of paths whose requests are neither replayed nor kept: too large, questions whose answer changes, personal data, secrets."""


class IdempotencyKeys:
    """ASGI middleware; acts on POST requests that carry the header and are not batches, uploads or questions."""

    def __init__(self, app: ASGIApp, pool: Callable[[], Pool], digest: Callable[[bytes], bytes]) -> None:
        self._app = app
        self._pool = pool
        self._digest = digest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replay, refuse, or run and remember."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        body = await whole_body.read(receive)
        digest = self._digest(present().id.encode() + b"\n" + body)
        route = scope["path"]
        try:
            kept = await self._claim(route, key, digest)
        except Refusal as refusal:
            await problem_response(refusal)(scope, receive, send)
            return
        if kept is not None:
            await _replay(kept, send)
            return
        answer = _Answer()
        alive = asyncio.create_task(self._stay_alive(route, key))
        try:
            await self._app(scope, whole_body.again(body, receive), answer)
        finally:
            alive.cancel()
            await self._remember(route, key, answer)
        await answer.pass_on(send)

    async def _claim(self, route: str, key: str, digest: bytes) -> Any | None:
        if not key or len(key) > _LONGEST_KEY or not key.isprintable():
            raise Refusal(
                code="idempotency-key-invalid",
                zh="Idempotency-Key 应为 1 至 255 个可见字符",
                en="An Idempotency-Key has 1 to 255 printable characters",
                status=400,
            )
        if await self._pool().fetchval(_CLAIM, route, key, digest):
            return None
        kept = await self._pool().fetchrow("SELECT * FROM idempotency WHERE route = $1 AND key = $2", route, key)
        if kept is not None and kept["request_hash"] != digest:
            raise Refusal(
                code="idempotency-key-reused",
                zh="该 Idempotency-Key 已用于另一内容，请换一个键",
                en="This Idempotency-Key was used with another content; use a new one",
            )
        if kept is None or kept["status"] is None:
            raise Refusal(
                code="idempotency-key-in-flight",
                zh="同一请求正在处理，请稍后重试",
                en="The same request is being handled; try again shortly",
                status=409,
                retryable=True,
            )
        return kept

    async def _stay_alive(self, route: str, key: str) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            with suppress(*AWAY):
                await self._pool().execute(_ALIVE, route, key)

    async def _remember(self, route: str, key: str, answer: "_Answer") -> None:
        """Keep a final answer; forget the key when the attempt failed on our side or may be tried again (Retry-After)."""
        if answer.status is None or answer.status >= _SERVER_ERROR or answer.passing:
            await self._pool().execute("DELETE FROM idempotency WHERE route = $1 AND key = $2", route, key)
            return
        await self._pool().execute(
            "UPDATE idempotency SET status = $3, content_type = $4, response = $5 WHERE route = $1 AND key = $2",
            route,
            key,
            answer.status,
            answer.content_type,
            bytes(answer.body),
        )


class _Answer:
    """Holds an answer back until it is kept: whoever has it may send the request again at once."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self.status: int | None = None
        self.content_type = ""
        self.passing = False
        """The answer itself says that it may be another in a moment."""
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = dict(message["headers"])
            self.content_type = headers.get(b"content-type", b"").decode("latin-1")
            self.passing = b"retry-after" in headers
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
        self._messages.append(message)

    async def pass_on(self, send: Send) -> None:
        """Send what was held back."""
        for message in self._messages:
            await send(message)


def _key(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST" or scope["path"].endswith(_ALWAYS_RUN):
        return None
    value: bytes | None = dict(scope["headers"]).get(b"idempotency-key")
    return value.decode("latin-1") if value is not None else None


async def _replay(kept: Any, send: Send) -> None:
    headers = [(b"content-type", kept["content_type"].encode("latin-1")), (b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": kept["status"], "headers": headers})
    await send({"type": "http.response.body", "body": kept["response"]})

"""Keeping up (随事件更新): a page that is open is told over a stream when it would show something else, and fetches itself.

The stream (Server-Sent Events) is at the page's own address and says marks alone, so a page is made in one place and for
whoever may see it. One process asks the database once for all its open pages whether anything was told since; only then
is it looked at what a page shows. Without JavaScript a page is as it was when it was opened.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from math import inf
from time import monotonic, time
from typing import Annotated, Any
from urllib.parse import quote

import anyio
import msgspec
import structlog
from fastapi import Query, Request, Response
from sqlalchemy.exc import DBAPIError
from sse_starlette import EventSourceResponse, ServerSentEvent

from chassis.failures import AWAY
from chassis.pages import Reading
from console import queries
from console.web.session import carried

_log = structlog.get_logger(__name__)

Look = Callable[[], Awaitable[object]]
"""Reads what a page shows."""
LASTS = 60.0
"""Seconds of one stream at most: the browser takes up the next one, and comes by the session and the gate again."""
LOOK = 0.1
_PACE = 0.3
"""Seconds between two looks at the database, and at what one page shows."""
_SETTLING = 5.0
"""Seconds until a page that is not complete is made anew, though nothing was told."""
_PING = 15
"""Seconds between two comments, so that no proxy takes the stream for dead."""
_GRACE = 2.0
"""Seconds a stream has to end by itself when the service stops."""
_RETRY = 300
"""Milliseconds until a browser takes up a stream that ended."""
_KIND = "text/event-stream"
VARY = {"Vary": "Cookie, Accept"}
"""Of a page that keeps up: at its address is its stream too."""
INCOMPLETE = "~"
"""Stands behind the mark of a page that waits for more than events."""
TOLD = "told"
"""The event of a stream; its data is the new mark."""
Since = Annotated[str, Query(max_length=64)]
"""The mark of what an open page shows."""


class KeepingUp:
    """One for all pages of a process."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._asking = asyncio.Lock()
        self._asked, self._told = 0.0, -1

    def stream(self, request: Request, since: str, look: Look) -> Response:
        """The stream of a page that shows ``since``; it ends with the session."""
        session = carried(request.scope)
        until = monotonic() + (min(LASTS, session.until - time()) if session else 0.0)
        stopping = anyio.Event()
        events = self._events(since, look, lambda: stopping.is_set() or monotonic() > until)
        grace: dict[str, Any] = {"shutdown_event": stopping, "shutdown_grace_period": _GRACE}
        return EventSourceResponse(events, headers=VARY, ping=_PING, **grace)

    async def _events(self, since: str, look: Look, over: Callable[[], bool]) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(retry=_RETRY)
        try:
            async for mark in self.marks(since, look, over):
                yield ServerSentEvent(mark, event=TOLD)
        except (*AWAY, DBAPIError):  # the answer has begun; who asks again is told
            _log.warning("stream.unavailable", exc_info=True)

    async def marks(self, since: str, look: Look, over: Callable[[], bool]) -> AsyncIterator[str]:
        """The mark of what a page shows each time it is another than before, at first ``since``, until it is ``over``.

        Of a page that was incomplete the same mark too, once.
        """
        looked, shown = monotonic(), since.removesuffix(INCOMPLETE)
        anew = looked + _SETTLING if shown != since else inf
        while not over():
            await asyncio.sleep(looked + _PACE - monotonic())
            told, looked = await self._newest(), monotonic()
            mark = mark_of(await look())
            if mark != shown:
                yield (shown := mark)
            while await self._newest() == told and not over():
                if monotonic() > anew:
                    anew = inf
                    yield shown
                await asyncio.sleep(LOOK)

    async def _newest(self) -> int:
        """How much was told by now, at most ``LOOK`` ago."""
        async with self._asking:
            if monotonic() - self._asked >= LOOK:
                async with self._reading() as connection:
                    self._told = await queries.mark(connection)
                self._asked = monotonic()
        return self._told


def mark_of(seen: object) -> str:
    """The mark of what a page shows: another one for anything else."""
    return sha256(msgspec.json.encode(seen)).hexdigest()[:16]


def streams(request: Request) -> bool:
    """Whether the stream of a page is asked for, not the page."""
    return _KIND in request.headers.get("accept", "")


def stream_of(request: Request, mark: str) -> str:
    """The address of a page's stream: its own, with the mark of what it shows."""
    asked = request.url.include_query_params(since=mark)
    return f"{quote(asked.path, safe='/:')}?{asked.query}"

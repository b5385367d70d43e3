"""Keeping up (随事件更新): a page that is open asks again and again what changed; the answer waits until something did.

One process asks the database once for all its open pages whether anything was told since. Only then does a page look at
what it shows, and only what differs is sent. Without JavaScript a page is as it was when it was opened.
"""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from time import monotonic
from typing import Annotated, TypeVar
from urllib.parse import quote

import msgspec
from fastapi import Query, Request, Response

from chassis.pages import Reading
from console import queries

T = TypeVar("T")
HELD = 5.0
"""Seconds an answer waits: shorter than proxies allow and than a service takes to stop."""
LOOK = 0.1
_PACE = 0.3
"""Seconds between two looks at the database, and at what one page shows."""
UNCHANGED = 204
Since = Annotated[str, Query(max_length=64)]
"""The mark of what an open page shows; empty when it is opened."""


class KeepingUp:
    """One for all pages of a process."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._asking = asyncio.Lock()
        self._asked, self._told = 0.0, -1

    async def changed(self, since: str, look: Callable[[], Awaitable[T]]) -> tuple[T, str] | None:
        """What a page shows, and its mark, as soon as that is not ``since``; None when it stays the same for ``HELD``."""
        until = monotonic() + HELD
        while True:
            told = await self._newest() if since else 0
            seen = await look()
            mark = sha256(msgspec.json.encode(seen)).hexdigest()[:16]
            if mark != since:
                return seen, mark
            while await self._newest() == told:
                if monotonic() > until:
                    return None
                await asyncio.sleep(LOOK)
            await asyncio.sleep(_PACE)

    async def _newest(self) -> int:
        """How much was told by now, at most ``LOOK`` ago."""
        async with self._asking:
            if monotonic() - self._asked >= LOOK:
                async with self._reading() as connection:
                    self._told = await queries.mark(connection)
                self._asked = monotonic()
        return self._told


def again(request: Request, mark: str) -> str:
    """The address an open page asks at: its own, with the mark of what it shows."""
    asked = request.url.include_query_params(since=mark)
    return f"{quote(asked.path, safe='/:')}?{asked.query}"


def unchanged() -> Response:
    """The answer to a page that is still right."""
    return Response(status_code=UNCHANGED)

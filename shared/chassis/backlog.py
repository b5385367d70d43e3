"""Backlog (积压): how many messages of a stream a service has not taken yet, known without waiting for the server.

Who answers from a projection may say how far behind it is; asking the server each time would make every answer wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

State = Callable[[], Awaitable[tuple[int, int] | None]]
"""Asks the server: (messages not delivered yet, deliveries not acknowledged yet), or None when it does not answer."""

_FRESH = 1.0
"""Seconds an answer of the server is good without asking again."""
_STALE = 10.0
"""Seconds after which it is not told any more."""
_PATIENCE = 0.05
"""Seconds one asker waits for the server when nothing recent is known."""


class Backlog:
    """The backlog of one durable consumer."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: int | None = None
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def count(self) -> int | None:
        """Messages told but not applied, a second old at most or ten when the server is slow; None = not known."""
        age = monotonic() - self._asked_at
        if age > _FRESH and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask(), name="backlog")
        if age > _STALE and self._asking:
            await asyncio.wait({self._asking}, timeout=_PATIENCE)
        return self._known if monotonic() - self._asked_at <= _STALE else None

    async def _ask(self) -> None:
        state = await self._state()
        self._known = sum(state) if state else None
        self._asked_at = monotonic()

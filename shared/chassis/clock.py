"""The stack's clock (系统时钟): real time, or real time moved forward by a demo or a replay.

It ticks on from where it was moved to, survives restarts, and after the first move goes forward only:
deadlines already acted on must not come back. The processes of a service share it: one is moved, the others follow.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from chassis.database import Connection, Pool
from chassis.failures import AWAY
from chassis.waking import woken
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

CHANNEL = "clock"
"""Notified with the commit of a move: so seldom that what it costs (decision 0007) does not matter."""
_LOOK = 5.0
"""Seconds between two looks, for whoever missed the notification."""
_KEPT = "SELECT moved_to, moved_at FROM stack_clock"


class StackClock:
    """Tells the time of this service's stack."""

    def __init__(self) -> None:
        self._moved_to: datetime | None = None
        self._ahead = timedelta()
        self._told: list[Callable[[], None]] = []
        self._elsewhere = asyncio.Event()

    def on_move(self, tell: Callable[[], None]) -> None:
        """Call this after each move."""
        self._told.append(tell)

    def now(self) -> datetime:
        """The instant, aware, UTC."""
        return datetime.now(UTC) + self._ahead

    @property
    def moved(self) -> bool:
        """True when the clock does not show real time."""
        return self._moved_to is not None

    async def load(self, connection: Connection) -> None:
        """Take the position kept in the database."""
        row = await connection.fetchrow(_KEPT)
        if row is not None:
            self._set(row["moved_to"], row["moved_at"])

    def moved_elsewhere(self) -> None:
        """Another process of the service may have moved it."""
        self._elsewhere.set()

    async def follow(self, pool: Pool) -> None:
        """Take over, until cancelled, what other processes move it to: when told, and every few seconds."""
        while True:
            self._elsewhere.clear()
            try:
                kept = await pool.fetchrow(_KEPT)
                # What this process is just moving it to is not committed yet: an earlier position is no news.
                if kept is not None and (self._moved_to is None or kept["moved_to"] > self._moved_to):
                    self._set(kept["moved_to"], kept["moved_at"])
                    self._tell()
            except AWAY as away:
                _log.warning("clock.waiting", cause=repr(away))
            await woken(self._elsewhere, _LOOK)

    async def move(self, connection: Connection, to: datetime) -> None:
        """Move the clock to an aware instant and keep that.

        Raises:
            Refusal: ``clock-backwards`` (409) when ``to`` lies before an earlier move.
        """
        await connection.execute("LOCK TABLE stack_clock IN EXCLUSIVE MODE")
        await self.load(connection)
        if self._moved_to is not None and to < self._moved_to:
            raise Refusal(
                code="clock-backwards",
                zh=f"系统时钟已到 {self._moved_to.isoformat()}，只能向前拨",
                en=f"The clock was moved to {self._moved_to.isoformat()} and only goes forward",
                status=409,
            )
        if self._moved_to is not None and to <= self.now():
            return
        moved_at = datetime.now(UTC)
        await connection.execute(
            "INSERT INTO stack_clock (moved_to, moved_at) VALUES ($1, $2) "
            "ON CONFLICT (only_row) DO UPDATE SET moved_to = excluded.moved_to, moved_at = excluded.moved_at",
            to,
            moved_at,
        )
        await connection.execute(f"SELECT pg_notify('{CHANNEL}', '')")
        self._set(to, moved_at)
        self._tell()

    def _tell(self) -> None:
        for tell in self._told:
            tell()

    def _set(self, moved_to: datetime, moved_at: datetime) -> None:
        self._moved_to = moved_to
        self._ahead = moved_to - moved_at

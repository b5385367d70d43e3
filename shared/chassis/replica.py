"""Replica (只读副本): a copy of a service's database that questions go to while it is hardly behind.

Meant for the console, whose pages look at what events brought: whoever reads what he has just written needs the
database itself. A copy that is away or behind is left alone and taken again by itself; while the database is away the
copy still answers, with all there was.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import Pool
from chassis.failures import AWAY

_log = structlog.get_logger(__name__)

LATEST = 2.0
"""Seconds a copy may be behind."""
_LOOK = 0.5
UNREADABLE = (SQLAlchemyError, OSError, *AWAY)
"""What asking a copy that is not there ends with."""
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
_REPLAYED = text("SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint")


class Replica:
    """One copy. ``fresh``: it may be asked now."""

    def __init__(self, engine: AsyncEngine, pool: Callable[[], Pool]) -> None:
        self.engine = engine
        self.fresh = False
        self._pool = pool
        self._written: deque[tuple[float, int]] = deque()
        """When the database's log had come how far, the latest last."""

    def lost(self, cause: BaseException) -> None:
        """It did not answer: ask it nothing more until it does."""
        self._tell(fresh=False, cause=repr(cause))

    async def follow(self) -> None:
        """Look how far behind it is, until cancelled."""
        while True:
            try:
                await self._note()
                async with self.engine.connect() as connection:
                    replayed = (await connection.execute(_REPLAYED)).scalar_one()
                self._tell(fresh=replayed is not None and replayed >= self._wanted(), cause="behind")
            except UNREADABLE as away:
                self.lost(away)
            await asyncio.sleep(_LOOK)

    async def _note(self) -> None:
        """How far the database is now; while it is away nothing is written that could be missed."""
        try:
            self._written.append((monotonic(), await self._pool().fetchval(_WRITTEN)))
        except AWAY:
            return
        while len(self._written) > 1 and self._written[1][0] < monotonic() - LATEST:
            self._written.popleft()

    def _wanted(self) -> int:
        """How far the database was ``LATEST`` seconds ago, or when it was first asked."""
        return self._written[0][1] if self._written else 0

    def _tell(self, *, fresh: bool, cause: str) -> None:
        if fresh is not self.fresh:
            if fresh:
                _log.info("replica.taken")
            else:
                _log.warning("replica.left", cause=cause)
        self.fresh = fresh

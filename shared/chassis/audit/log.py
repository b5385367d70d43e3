"""Audit log (审计日志): entries about what changed nothing, in transactions of their own.

Requests that come together share one commit, so that a flood of refusals does not become a flood of commits.
"""

import asyncio
from collections.abc import Callable

import structlog

from chassis.access.principal import Principal, present
from chassis.audit import entries
from chassis.audit.deed import Deed
from chassis.audit.entries import Entry, Result, Seal
from chassis.database import Pool
from chassis.telemetry import current_traceparent
from chassis.writes import Writes
from kernel.clock import Clock

_log = structlog.get_logger(__name__)


class AuditLog:
    """Writes entries beside the business; never raises: what it tells about did not happen."""

    def __init__(self, pool: Callable[[], Pool], clock: Clock, seal: Seal) -> None:
        self._pool = pool
        self._clock = clock
        self._seal = seal
        self._writing = asyncio.Lock()
        self._waiting: list[Entry] = []

    async def note(self, deed: Deed, result: Result, code: str, principal: Principal) -> None:
        """An entry about a request."""
        deed.kept.add(code)
        await self._write(
            Entry(
                stack_at=self._clock.now(),
                principal=principal,
                action=deed.action(),
                object=deed.object(),
                result=result,
                code=code,
                correlation=current_traceparent()[3:35],
                request=deed.request,
                remote=deed.remote,
                digest=deed.digest(),
            )
        )

    async def refused(self, action: str, code: str, *, principal: Principal | None = None, about: str = "") -> None:
        """An entry about something refused outside HTTP, e.g. what the NATS server did not let us do."""
        await self._write(
            Entry(
                stack_at=self._clock.now(),
                principal=principal or present(),
                action=action,
                object=about,
                result=Result.REFUSED,
                code=code,
            )
        )

    async def denied(self, act: str, subject: str) -> None:
        """An entry about what NATS did not let this service do."""
        await self.refused(f"nats:{act}", "nats-refused", about=subject)

    async def _write(self, entry: Entry) -> None:
        self._waiting.append(entry)
        async with self._writing:
            together, self._waiting = self._waiting, []
            if not together:
                return
            try:
                async with self._pool().acquire() as connection, connection.transaction():
                    writes = Writes(connection)
                    entries.write(writes, together, self._seal)
                    await writes.send()
            except Exception:  # noqa: BLE001 - the answer stands whatever becomes of the log; the loss is told
                _log.exception("audit.unwritten", entries=len(together))

"""Bell (唤醒铃): one connection of its own on which a process hears that another committed, and says that it did.

It hears on further channels what others say in their own transactions, such as that the clock was moved.

A help, never a promise: whoever misses it finds the events at the next poll. It is rung after the commit, for NOTIFY
inside a transaction makes every commit of the server wait for the disk alone (decision 0007).
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from chassis.database import Connection
from chassis.failures import AWAY
from chassis.waking import woken

_log = structlog.get_logger(__name__)

CHANNEL = "outbox"
"""Notifications stay inside one database, so every service may use the same name."""
_RING = f"SELECT pg_notify('{CHANNEL}', '')"
_BEAT = "SELECT 1"
_SPACING = 0.2
"""Seconds between two rings: many commits are one ring. Who commits publishes; the others look only in case it cannot."""
_QUIET = 30.0
"""Seconds without a ring before the connection is asked whether it still lives."""
_PATIENCE = 5.0
_PAUSE = 0.5


class Bell:
    """Joins the relays of one service's processes."""

    def __init__(
        self, database_url: str, heard: Callable[[], None], others: Mapping[str, Callable[[], None]] | None = None
    ) -> None:
        """``heard``: another process committed; ``others``: further channel → what to call."""
        self._database_url = database_url
        self._heard = {**(others or {}), CHANNEL: heard}
        self._due = asyncio.Event()
        self._stopping = False

    def ring(self) -> None:
        """Something was committed in this process: tell the others soon."""
        self._due.set()

    async def run(self) -> None:
        """Listen and ring until stopped; connects again when PostgreSQL was away."""
        while not self._stopping:
            try:
                await self._serve()
            except (*AWAY, OSError) as away:
                _log.warning("bell.waiting", cause=repr(away))
            except Exception:  # noqa: BLE001 - without a bell the polls go on
                _log.exception("bell.failed")
            if not self._stopping:
                await asyncio.sleep(_PAUSE)

    async def stop(self) -> None:
        """Ring once more, for whatever this process leaves queued is the others' to publish; then disconnect."""
        self._stopping = True
        self._due.set()

    async def _serve(self) -> None:
        connection = await asyncpg.connect(
            self._database_url,
            timeout=_PATIENCE,
            command_timeout=_PATIENCE,
            server_settings={"application_name": "shenguan-bell"},
        )
        try:
            connection.add_termination_listener(self._lost)
            for channel, heard in self._heard.items():
                await connection.add_listener(channel, self._take)
                heard()  # what was said while nobody listened
            await self._ring_when_due(connection)
        finally:
            with suppress(*AWAY, OSError):
                await connection.close(timeout=_PATIENCE)

    async def _ring_when_due(self, connection: Connection) -> None:
        while True:
            await connection.execute(_RING if await self._asked() else _BEAT)
            if self._stopping:
                return
            await asyncio.sleep(_SPACING)

    async def _asked(self) -> bool:
        """True as soon as there is something to tell, False when it was quiet for long."""
        if not await woken(self._due, _QUIET):
            return False
        self._due.clear()
        return True

    def _take(self, connection: Connection, sender: int, channel: str, _payload: object) -> None:
        if sender != connection.get_server_pid():
            self._heard[channel]()

    def _lost(self, _connection: Any) -> None:
        """The connection ended: the next command on it says so."""
        self._due.set()

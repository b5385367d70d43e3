"""Database (数据库): the connection pool of a service. asyncpg on the hot path, SQLAlchemy for schema and queries.

A connection whose other end is gone without a word (failover, a forgetful firewall) is found out within seconds: a
pool that waits for it would answer nobody for minutes, and readers for ever.
"""

from collections.abc import Awaitable
from time import monotonic
from typing import Any, TypeAlias, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.connections import COMMANDS, READERS, READERS_AT_PEAK
from chassis.row_security import ALL

# asyncpg's classes are generic only for type checkers.
Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"
T = TypeVar("T")


_KEYED = {
    # Commands, events and the relay reach every row by its key. A planner without statistics (a fresh database, a
    # grown table) scans whole tables instead: measured 60 ms in place of 12 ms for a batch after some 10,000 rows.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}


_LIMITS = {
    # Milliseconds. A session whose client went without a word keeps its locks until one of these ends it; the last is
    # the only one that looks in the middle of a command (docs/decisions/0037).
    "lock_timeout": "4000",
    "idle_in_transaction_session_timeout": "15000",
    "transaction_timeout": "45000",
}
PATIENT = "SELECT " + ", ".join(f"set_config('{limit}', '0', true)" for limit in _LIMITS)
"""For a transaction that computes for long or waits for a slow reader: the limits do not hold for it."""
_STATEMENT = 15.0
"""Seconds a statement may take; nothing on the hot path comes near it."""
_READING = 31.0
"""Seconds for a reader's; the server gives up before (statement_timeout)."""
_PING = 3.0
"""Seconds a living server needs at most for a statement that does nothing."""
_FRESH = 1.0
"""Seconds a connection is trusted after its server answered: under load nobody asks."""


class _Noted(asyncpg.Connection):
    """Remembers when its server answered last, and ends itself when a command gets no answer in time.

    asyncpg would ask the server to cancel the command and wait as long again for a server that may be gone.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.used = monotonic()

    def get_reset_query(self) -> str:
        """Nothing: whatever is set here is set for one transaction. A round trip less for each."""
        return ""

    async def execute(self, *args: Any, **options: Any) -> str:
        """As asyncpg's."""
        return await self._in_time(super().execute(*args, **options))

    async def fetch(self, *args: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._in_time(super().fetch(*args, **options))

    async def fetchrow(self, *args: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._in_time(super().fetchrow(*args, **options))

    async def fetchval(self, *args: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._in_time(super().fetchval(*args, **options))

    async def _in_time(self, answer: Awaitable[T]) -> T:
        try:
            told = await answer
        except TimeoutError:
            self.terminate()
            raise
        self.used = monotonic()
        return told


class _Reader(asyncpg.Connection):
    """Begins quickly or not at all: SQLAlchemy's check of an idle connection begins a transaction too."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 - as above
        """A connection that cannot begin is ended, and SQLAlchemy told so in the words it knows."""
        if not query.startswith("BEGIN"):
            return await super().execute(query, *args, timeout=timeout)
        try:
            return await super().execute(query, *args, timeout=_PING)
        except TimeoutError as silence:
            self.terminate()
            raise asyncpg.InterfaceError("connection is closed") from silence


class _Check:
    """Asks a connection that was idle whether its server is still there, before anybody uses it."""

    def __init__(self) -> None:
        self.pool: Pool | None = None

    async def __call__(self, connection: Any) -> None:
        """Raises ConnectionError when it is not; then no idle connection is trusted any more."""
        if monotonic() - connection.used < _FRESH:
            return
        try:
            await connection.execute("SELECT 1", timeout=_PING)
        except TimeoutError as silence:
            if self.pool is not None:
                await self.pool.expire_connections()
            raise ConnectionError("the database does not answer on this connection") from silence


async def open_pool(database_url: str) -> Pool:
    """Connections for commands, events and the relay.

    Raises:
        OSError, asyncpg.PostgresError: the database does not answer.
    """
    check = _Check()
    check.pool = await asyncpg.create_pool(
        database_url,
        min_size=2,
        max_size=COMMANDS,
        command_timeout=_STATEMENT,
        # A batch of supervision runs some 70 different statements; asyncpg would keep 100, and each for five minutes.
        statement_cache_size=300,
        max_cached_statement_lifetime=0,
        # What a transaction writes is one statement, longer than the 15 KiB up to which asyncpg would keep it.
        max_cacheable_statement_size=0,
        connection_class=_Noted,
        setup=check,
        server_settings={
            "application_name": "shenguan",
            # A client that gave up waiting is gone; its statement must not hold locks for nobody.
            "client_connection_check_interval": "5000",
            **_LIMITS,
            **_KEYED,
            **ALL,
        },
    )
    return check.pool


def reading_engine(database_url: str) -> AsyncEngine:
    """Connections for queries: read only, so that a page can never change a fact."""
    return create_async_engine(
        sqlalchemy_url(database_url),
        pool_size=READERS,
        max_overflow=READERS_AT_PEAK,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "command_timeout": _READING,
            "connection_class": _Reader,
            "server_settings": {"default_transaction_read_only": "on", "statement_timeout": "30000"},
        },
    )


def sqlalchemy_url(database_url: str) -> str:
    """The same address for SQLAlchemy with asyncpg."""
    return database_url.replace("postgresql://", "postgresql+asyncpg://", 1)

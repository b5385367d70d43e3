"""Owner (属主): what only the owner of a service's database does: migrate, make partitions, say what the service may.

The service itself works under a role of its own that changes no table's shape and only adds to the tables that are
kept (只增的表): a fault of the service, or of whoever breaks into it, rewrites no history.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import asyncpg
import structlog

from chassis.database import Connection, Pool, open_pool
from chassis.failures import AWAY
from chassis.migrations import LOCK, migrate, migrated
from chassis.partitions import ensure_partitions

_log = structlog.get_logger(__name__)

T = TypeVar("T")
Daily = Callable[[Connection], Awaitable[object]]

_DAILY = 0x4441494C59  # "DAILY": held by the session that does it, so that one process of a service does it at a time
_DAY = 24 * 3600.0
_SOON = 600.0
"""Seconds after the start: a service that is started every night has its day too."""
_RETRY = 60.0
_PAUSE = 0.5
PATIENCE = 60.0
"""Seconds a database may take until it answers."""

# A table is kept when a statement trigger of this name forbids everything but INSERT, or, where a row trigger does it for
# partitions too, one of the second name forbids TRUNCATE; so are its partitions.
_KEPT = """
WITH RECURSIVE kept AS (
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relname = 'event_log' OR EXISTS (
        SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND (
            t.tgname = c.relname || '_is_kept' AND t.tgtype & 1 = 0 OR t.tgname = c.relname || '_is_whole'))
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN kept k ON k.oid = i.inhparent)
SELECT oid::regclass::text AS name FROM kept ORDER BY name
"""

# Of a kept table a trigger of this name lets one column be sealed again with another key (personal_schema.py).
_RESEALED = """
SELECT c.oid::regclass::text AS name, t.tgargs AS arguments FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgname = c.relname || '_is_resealed'
"""


class Owner:
    """The owner of one service's database.

    ``owner_url`` is empty where the service's role owns its tables itself: then nothing is kept from it.
    ``daily``: what else is done once a day with the owner's rights.
    """

    def __init__(self, owner_url: str, service_url: str, daily: Daily | None = None) -> None:
        self._url = owner_url or service_url
        self._daily = daily
        self._role = unquote(urlsplit(service_url).username or "") if owner_url else ""

    async def prepare(self, migrations: Path) -> None:
        """Bring the database to the newest revision, with this month's partitions and the service's rights.

        Idempotent. Raises OSError, asyncpg.PostgresError: the database does not answer or refuses.
        """
        await migrate(self._url, migrations)
        await self._tend()

    async def prepared(self, migrations: Path) -> None:
        """Return when somebody else has prepared it. Raises ConnectionError when nobody has so far."""
        if not await migrated(self._url, migrations):
            raise ConnectionError("the database is not migrated yet; run `shenguan <service> migrate`")

    async def keep(self) -> None:
        """Make the coming months' partitions and do what is done daily, until cancelled; the first time soon."""
        pause = _SOON
        while True:
            await asyncio.sleep(pause)
            try:
                await self._tend()
                await self.do_daily()
                pause = _DAY
            except AWAY as away:
                _log.warning("partitions.waiting", cause=repr(away))
                pause = _RETRY

    async def do_daily(self) -> None:
        """Do what is done once a day, unless another process of the service is at it."""
        if self._daily is None:
            return
        connection = await asyncpg.connect(self._url)
        try:
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _DAILY):
                await self._daily(connection)
        finally:
            await connection.close()

    async def _tend(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
                await ensure_partitions(connection)
                if self._role:
                    await grant(connection, self._role)
        finally:
            await connection.close()


async def opened(service_url: str, prepare: Callable[[], Awaitable[object]]) -> Pool:
    """The service's connections, once its database answers and is prepared. Raises TimeoutError after a minute."""

    async def prepared() -> Pool:
        await prepare()
        return await open_pool(service_url)

    return await answered(prepared, lambda away: _log.warning("database.waiting", cause=repr(away)))


async def answered(ask: Callable[[], Awaitable[T]], waiting: Callable[[BaseException], object]) -> T:
    """What a database answers once it does; ``waiting`` is told each time it did not. Raises TimeoutError after a minute."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await ask()
            except AWAY as away:
                waiting(away)
                await asyncio.sleep(_PAUSE)


async def kept_tables(connection: Connection) -> list[str]:
    """The tables that are only added to, partitions included."""
    return [row["name"] for row in await connection.fetch(_KEPT)]


async def grant(connection: Connection, role: str) -> None:
    """Give a role what a service needs and no more: rows of every table, of kept ones only reading and adding."""
    name = '"' + role.replace('"', '""') + '"'
    await connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
    await connection.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
    for table in (*await kept_tables(connection), "alembic_version"):
        await connection.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
    await connection.execute(f"REVOKE INSERT ON alembic_version FROM {name}")
    for row in await connection.fetch(_RESEALED):
        column = row["arguments"].rstrip(b"\0").decode()
        await connection.execute(f"GRANT UPDATE ({column}) ON {row['name']} TO {name}")

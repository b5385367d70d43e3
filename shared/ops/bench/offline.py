"""Offline (离线): the databases of a stack without its services, on a server that builds fast and keeps nothing safe meanwhile."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg

from chassis.database import Connection
from chassis.partitions import ensure_months
from ops.bench import copies
from ops.bench.copies import Copy
from ops.postgres import EmbeddedPostgres, owner_of
from ops.services import database_name
from ops.state_folder import StateFolder

_BUILDING = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "temp_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "30min",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
"""Nothing of value is in it yet; what is measured runs on the usual settings."""
_ROWS = """
SELECT coalesce(sum(c.reltuples), 0)::bigint FROM pg_class c WHERE c.reltuples > 0 AND c.relkind = 'r'
   AND (c.oid = to_regclass($1) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass($1)))
"""


@asynccontextmanager
async def offline(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    """The database server of a stack that does not run; what it wrote is on disk when the block ends."""
    state = StateFolder(folder)
    with state.held():
        server = EmbeddedPostgres(state, usual_port=0, settings=_BUILDING)
        await server.start()
        try:
            yield server
        finally:
            await server.stop()
            await asyncio.to_thread(os.sync)


async def multiply(
    server: EmbeddedPostgres,
    service: str,
    tables: Collection[str],
    which: Sequence[Copy],
    between: Sequence[datetime] = (),
) -> None:
    """Copy tables of one service, then tell the planner and leave nothing to autovacuum."""
    database = database_name(service)
    owner = await asyncpg.connect(server.url(owner_of(database), database))
    try:
        now = await owner.fetchval("SELECT clock_timestamp()")
        await ensure_months(owner, now - max(copy.back for copy in which))
    finally:
        await owner.close()
    connection = await asyncpg.connect(server.admin_url(database))
    try:
        # Neither triggers nor foreign keys: the rows were sound when the services wrote them.
        await connection.execute("SET session_replication_role = replica")
        for table in tables:
            await copies.multiply(connection, table, which, between)
            await connection.execute(f'VACUUM ANALYZE "{table}"')
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def rows(server: EmbeddedPostgres, service: str, tables: Collection[str]) -> dict[str, int]:
    """Table → its rows as the planner knows them; 0 where the service has no such table."""
    connection: Connection = await asyncpg.connect(server.admin_url(database_name(service)))
    try:
        return {table: await connection.fetchval(_ROWS, table) for table in tables}
    finally:
        await connection.close()

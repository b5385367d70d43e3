"""Standing in (代为在库): months that are only in an archive are read for one session as if they were in the database.

Temporary views take the names of the logs, so that whoever reads them, the verifier of the audit chain above all, needs
to know nothing of archives.
"""

import zlib
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from chassis.database import Connection
from ops.archive.folder import archives_in
from ops.archive.month import LOGS, Month
from ops.archive.moving import stands
from ops.archive.rows import loaded
from ops.failure import CannotRun, Exit


async def stand_in(connection: Connection, service: str, places: Iterable[Path]) -> int:
    """Let the archived months of a service stand in for what its database lacks; answers how many.

    ``connection``: its owner's; what it is shown ends with the session. ``places``: archives, or folders of archives.
    Raises CannotRun: there is no archive, or a file cannot be read. What a file says is for the verifier to judge.
    """
    seen: set[Month] = set()
    for place in places:
        for folder, manifest in archives_in(place):
            archived = manifest.services.get(service)
            for kept in archived.months if archived else ():
                if kept.of in seen or await stands(connection, kept.of):
                    continue
                if not seen:
                    await _make_views(connection)
                seen.add(kept.of)
                await _load(connection, folder / kept.file, f"archived_{kept.table}")
    for table in LOGS if seen else ():
        await connection.execute(f"ANALYZE archived_{table}")
    return len(seen)


async def _make_views(connection: Connection) -> None:
    try:
        for table, key in LOGS.items():
            await connection.execute(f"CREATE TEMP TABLE archived_{table} (LIKE public.{table} INCLUDING STORAGE)")
            await connection.execute(f"CREATE INDEX ON archived_{table} ({', '.join(key)})")
            await connection.execute(
                f"CREATE TEMP VIEW {table} AS TABLE public.{table} UNION ALL TABLE archived_{table}"
            )
    except asyncpg.InsufficientPrivilegeError as fault:
        raise CannotRun(
            zh="要读归档，须以数据库属主的账号核验：请设 SHENGUAN_<服务>_OWNER_URL，或在 --database-url 中给属主的账号",
            en="to read archives, verify as the owner of the database: set SHENGUAN_<SERVICE>_OWNER_URL, or name the owner"
            " in --database-url",
            exit_code=Exit.USAGE,
        ) from fault


async def _load(connection: Connection, file: Path, table: str) -> None:
    try:
        await loaded(connection, file, table)
    except (OSError, EOFError, zlib.error, StopIteration, UnicodeDecodeError, asyncpg.PostgresError) as fault:
        raise CannotRun(
            zh=f"归档件 {file} 读不出，请换一份副本（shenguan archive check）：{fault}",
            en=f"{file} cannot be read; use another copy of the archive (shenguan archive check)",
            exit_code=Exit.FINDING,
        ) from fault

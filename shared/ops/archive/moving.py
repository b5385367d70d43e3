"""Moving months (月份移出与移回): a month leaves a database, or comes back, in one transaction with the entry that says so.

It leaves only when its file holds exactly its rows; it comes back only when the database then holds exactly the file's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from chassis.access.principal import ITSELF
from chassis.audit import entries
from chassis.audit.entries import Entry, Seal
from chassis.database import Connection
from chassis.writes import Writes
from ops.archive.folder import Kept
from ops.archive.month import Month
from ops.archive.rows import digest_of, loaded, written
from ops.failure import CannotRun, Exit

_PATIENCE = "SET LOCAL lock_timeout = '2s'"
"""Whoever waits for the lock of a whole table has every writer wait behind it."""


async def stands(connection: Connection, month: Month) -> bool:
    """Whether the month is in the database."""
    return bool(await connection.fetchval("SELECT to_regclass('public.' || $1) IS NOT NULL", month.partition))


async def remove(connection: Connection, folder: Path, kept: Kept, seal: Seal) -> bool:
    """Remove a month that is in the archive; False when it has left already.

    Raises CannotRun: the rows are not those of the file, or somebody reads the log for long.
    """
    month = kept.of
    if not await stands(connection, month):
        return False
    _must_be_whole(folder, kept)
    rows, digest = await written(connection, month, lambda _data: None)
    if (rows, digest) != (kept.rows, kept.sha256):
        raise CannotRun(
            zh=f"{month.partition} 现有 {rows} 行，与归档件（{kept.rows} 行）不同；未移出。请重新归档，并执行 shenguan audit verify",
            en=f"{month.partition} has {rows} rows that differ from the archive's {kept.rows}; it was not removed."
            " Archive it again and run `shenguan audit verify`",
            exit_code=Exit.FINDING,
        )
    async with _quickly(connection, month):
        await connection.execute(f"DROP TABLE {month.partition}")
        await _note(connection, "archive", kept, seal)
    return True


async def bring_back(connection: Connection, folder: Path, kept: Kept, seal: Seal) -> bool:
    """Bring a month back from the archive; False when it is in the database.

    Raises CannotRun: the file is damaged, or somebody reads the log for long.
    """
    month = kept.of
    if await stands(connection, month):
        return False
    _must_be_whole(folder, kept)
    async with _quickly(connection, month):
        await connection.execute(f"CREATE TABLE {month.partition} (LIKE {month.table} INCLUDING ALL)")
        await loaded(connection, folder / kept.file, month.partition)
        if await written(connection, month, lambda _data: None) != (kept.rows, kept.sha256):
            raise CannotRun(
                zh=f"{month.partition} 读回后与归档件不同；未移回",
                en=f"{month.partition} read back differs from the archive; nothing was changed",
            )
        bounds = f"FROM ('{month.start.isoformat()}') TO ('{month.end.isoformat()}')"
        await connection.execute(f"ALTER TABLE {month.table} ATTACH PARTITION {month.partition} FOR VALUES {bounds}")
        await _note(connection, "archive-return", kept, seal)
    return True


def _must_be_whole(folder: Path, kept: Kept) -> None:
    if digest_of(folder / kept.file) != kept.sha256:
        raise CannotRun(
            zh=f"归档件 {kept.file} 缺失或已损坏，请换一份副本",
            en=f"{kept.file} is missing or damaged; use another copy of the archive",
            exit_code=Exit.FINDING,
        )


@asynccontextmanager
async def _quickly(connection: Connection, month: Month) -> AsyncIterator[None]:
    """A transaction that does not wait for the lock of a table for long."""
    try:
        async with connection.transaction():
            await connection.execute(_PATIENCE)
            yield
    except asyncpg.LockNotAvailableError as fault:
        raise CannotRun(
            zh=f"{month.table} 正被长时间读取（如备份），稍后再试",
            en=f"{month.table} is being read for long (a backup?); try again later",
        ) from fault


async def _note(connection: Connection, action: str, kept: Kept, seal: Seal) -> None:
    entry = Entry(
        stack_at=datetime.now(UTC),
        principal=ITSELF,
        action=action,
        object=kept.of.partition,
        code=f"rows:{kept.rows} sha256:{kept.sha256}",
    )
    writes = Writes(connection)
    entries.write(writes, [entry], seal)
    await writes.send()

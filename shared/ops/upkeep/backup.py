"""Backup (备份): every service's database as it was at one instant, while everything goes on.

The snapshots are taken together and compared: an event one service applied must be known to its sender, else they are
taken again. JetStream is not saved: it is transport, and is filled again from the event logs.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from chassis.database import Connection
from ops.failure import CannotRun
from ops.keeper import Say
from ops.upkeep.backup_folder import Manifest, Saved, begun, copy_keys, digest_of, fingerprint, finish, size_of
from ops.upkeep.divergence import unknown_events
from ops.upkeep.postgres_tools import run_tool

_TRIES = 10
_RECENT = timedelta(minutes=15)
"""Only what was received lately can be a matter of the instant."""


@dataclass(frozen=True)
class Snapshot:
    """One database held at an instant."""

    url: str
    connection: Connection
    name: str


async def back_up(owners: Mapping[str, str], place: Path, keys: Path, *, with_keys: bool, say: Say) -> Manifest:
    """Save the databases ``owners`` (service → owner's URL) into the new folder ``place``.

    ``keys``: the state folder, for its keys, which go along ``with_keys`` alone; without them sealed numbers cannot be
    read after a restore unless they were kept elsewhere.

    Raises CannotRun: ``place`` exists, a database does not answer, the tool fails.
    """
    unfinished = begun(place)
    try:
        async with _one_instant(owners, say) as snapshots:
            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            services: dict[str, Saved] = {}
            for service, snapshot in snapshots.items():
                say(f"正在保存 {service}", f"saving {service}")
                services[service] = await _saved(snapshot, unfinished / f"{service}.dump")
        held = copy_keys(keys, unfinished / "keys") if with_keys else []
        manifest = Manifest(made_at=made_at, identity=_identity(keys), with_keys=bool(held), services=services)
        finish(unfinished, unfinished.with_name(place.name), manifest)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


@asynccontextmanager
async def _one_instant(owners: Mapping[str, str], say: Say) -> AsyncIterator[dict[str, Snapshot]]:
    for _ in range(_TRIES):
        async with AsyncExitStack() as leaving:
            snapshots = {name: await leaving.enter_async_context(_connected(url)) for name, url in owners.items()}
            held = await asyncio.gather(*(_held(snapshot) for snapshot in snapshots.values()))
            together = dict(zip(snapshots, held, strict=True))
            since = datetime.now(UTC) - _RECENT
            connections = {name: snapshot.connection for name, snapshot in together.items()}
            if [event async for event in unknown_events(connections, since=since)] == []:
                yield together
                return
        say("各库不在同一时刻，重新取快照", "the databases were not at one instant; taking the snapshots again")
    raise CannotRun(
        zh="各库有分歧：有的事件被处理过而发出方没有；请执行 shenguan verify 查看",
        en="the databases diverge: events were applied that their sender does not have; see `shenguan verify`",
    )


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Snapshot]:
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as fault:
        raise CannotRun(zh=f"连不上数据库：{fault}", en="a database does not answer") from fault
    try:
        yield Snapshot(url, connection, "")
    finally:
        await connection.close()


async def _held(snapshot: Snapshot) -> Snapshot:
    """Begin at this moment; held until the connection closes."""
    await snapshot.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    name = await snapshot.connection.fetchval("SELECT pg_export_snapshot()")
    return Snapshot(snapshot.url, snapshot.connection, name)


async def _saved(snapshot: Snapshot, file: Path) -> Saved:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    await run_tool("pg_dump", "--format=custom", f"--snapshot={snapshot.name}", f"--file={file}", url=snapshot.url)
    ask = snapshot.connection.fetchval
    return Saved(
        file=file.name,
        bytes=size_of(file),
        sha256=await asyncio.to_thread(digest_of, file),
        revision=await ask("SELECT version_num FROM alembic_version"),
        events=await ask("SELECT count(*) FROM event_log"),
        entries=await ask("SELECT count(*) FROM audit_entry"),
        head=await head_of(snapshot.connection),
    )


async def head_of(connection: Connection) -> dict[str, Any] | None:
    """The signed head of a database's audit chain: whoever keeps it beside the copy keeps a witness."""
    row = await connection.fetchrow("SELECT * FROM audit_head ORDER BY no DESC LIMIT 1")
    if row is None:
        return None
    return {key: value.hex() if isinstance(value, bytes) else str(value) for key, value in row.items()}


def _identity(keys: Path) -> str:
    file = keys / "identity.key"
    key = file.read_text(encoding="ascii") if file.exists() else os.environ.get("SHENGUAN_IDENTITY_KEY", "")
    return fingerprint(key) if key else ""

"""Restore (恢复): a backup into databases that hold nothing yet; what exists is never written over.

The streams stay behind: a stack started on the restored databases fills them again from the event logs.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from ops.failure import CannotRun, Exit
from ops.keeper import Say
from ops.postgres import EmbeddedPostgres
from ops.services import database_name
from ops.state_folder import StateFolder
from ops.upkeep.backup_folder import Manifest, copy_keys, damaged, fingerprint, read_manifest
from ops.upkeep.postgres_tools import run_tool


async def restore(place: Path, owners: Mapping[str, str], say: Say) -> Manifest:
    """Bring the backup in ``place`` into the databases ``owners`` (service → owner's URL).

    Raises CannotRun: the backup is damaged, a database holds tables already or is not named, the tool fails.
    """
    manifest = sound_backup(place)
    if missing := manifest.services.keys() - owners.keys():
        raise CannotRun(
            zh=f"没有指定 {'、'.join(sorted(missing))} 的数据库",
            en=f"no database is named for {', '.join(sorted(missing))}",
            exit_code=Exit.USAGE,
        )
    for service in manifest.services:
        await _require_empty(service, owners[service])
    for service, saved in manifest.services.items():
        say(f"正在恢复 {service}：事件 {saved.events:,}", f"restoring {service}: {saved.events:,} events")
        whole = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        await run_tool("pg_restore", *whole, str(place / saved.file), url=owners[service])
    return manifest


def sound_backup(place: Path) -> Manifest:
    """The manifest of a backup whose files are what was written. Raises CannotRun."""
    manifest = read_manifest(place)
    if bad := damaged(place, manifest):
        raise CannotRun(
            zh=f"备份已损坏：{'、'.join(bad)} 与 manifest.json 不符，请用另一份备份",
            en=f"the backup is damaged: {', '.join(bad)} differ from manifest.json; use another backup",
            exit_code=Exit.FINDING,
        )
    return manifest


@asynccontextmanager
async def fresh_servers(place: Path, state: Path) -> AsyncIterator[Mapping[str, str]]:
    """An embedded PostgreSQL on a new state folder, with empty databases; stopped afterwards. Answers owners' URLs.

    Raises CannotRun: the folder holds a database already, or there is no key that opens this backup's sealed numbers.
    """
    manifest = sound_backup(place)
    folder = StateFolder(state)
    with folder.held():
        if folder.read("postgres.json") is not None:
            raise CannotRun(
                zh=f"{state} 已有数据，请用 --state 指定新的目录",
                en=f"{state} holds data already; name a new folder with --state",
                exit_code=Exit.USAGE,
            )
        _bring_keys(place, manifest, folder)
        server = EmbeddedPostgres(folder, usual_port=0)
        await server.start()
        try:
            made = {service: await server.database(database_name(service)) for service in manifest.services}
            yield {service: database.owner_url for service, database in made.items()}
        finally:
            await server.stop()


def _bring_keys(place: Path, manifest: Manifest, folder: StateFolder) -> None:
    if manifest.with_keys:
        copy_keys(place / "keys", folder.path)
    file = folder.path / "identity.key"
    there = fingerprint(file.read_text(encoding="ascii")) if file.exists() else ""
    if manifest.identity and there != manifest.identity:
        raise CannotRun(
            zh=f"{folder.path} 中没有这份备份的身份密钥（指纹 {manifest.identity}），密封的号码将无法打开；"
            "请先把另行保管的密钥放入该目录",
            en=f"{folder.path} does not hold the identity key of this backup (fingerprint {manifest.identity}): sealed"
            " numbers could not be opened; put the keys you kept apart into it first",
            exit_code=Exit.USAGE,
        )


async def _require_empty(service: str, url: str) -> None:
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as fault:
        raise CannotRun(
            zh=f"连不上 {service} 的数据库：{fault}", en=f"the database of {service} does not answer"
        ) from fault
    try:
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    if tables:
        raise CannotRun(
            zh=f"{service} 的数据库已有 {tables} 张表，恢复只写入空库",
            en=f"the database of {service} holds {tables} tables already; a backup is restored into an empty one",
            exit_code=Exit.USAGE,
        )

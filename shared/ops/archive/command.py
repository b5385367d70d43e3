"""``shenguan archive``: months of the event log and the audit log leave the databases for files, proved as before."""

import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from chassis.audit.entries import Seal
from chassis.database import Connection
from chassis.retention import terms_of
from ops.archive.folder import Archived, Kept, Manifest, read_manifest
from ops.archive.month import first_instant, latest_before, months_before, unfinished
from ops.archive.moving import bring_back, remove
from ops.archive.rows import digest_of, saved
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.up_command import Json, State
from ops.upkeep.backup import head_of
from ops.upkeep.backup_folder import begun, finish
from ops.upkeep.targets import connected, demand_seal, owners_of

app = typer.Typer(
    help="归档：事件日志与审计日志按月移出数据库，可加 --json / archive: months of the logs leave the databases; takes --json",
    epilog="例 / example: shenguan archive make archives/2026-05 --before 2026-05",
    no_args_is_help=True,
    add_completion=False,
)
Place = Annotated[Path, typer.Argument(help="归档目录 / archive folder")]
Before = Annotated[
    str,
    typer.Option(
        "--before",
        help="此月以前，YYYY-MM（UTC）；缺省为满期的全部月份 / months before this one; default: all past their term",
    ),
]
Move = Callable[[Connection, Path, Kept, Seal], Awaitable[bool]]


@app.command(epilog="例 / example: shenguan archive make archives/2026-05 --before 2026-05")
def make(place: Place, *, before: Before = "", state: State = USUAL_STATE, as_json: Json = False) -> None:
    """把满期的月份写成归档件，库中不动 / write months past their term into files; the databases keep them.

    退出码 / exit codes: 0 written, or nothing was due · 1 a month is not settled · 2 the folder exists, the month is too
    young, nothing runs · 70 a database failed.
    """
    conduct(_make(place, before, state, Narrator(as_json=as_json)))


@app.command(epilog="例 / example: shenguan archive check archives/2026-05")
def check(place: Place, *, as_json: Json = False) -> None:
    """核对归档件是否完好 / check that the files are what was written.

    退出码 / exit codes: 0 whole · 1 a file is missing or damaged · 2 no archive.
    """
    conduct(_check(place, Narrator(as_json=as_json)))


@app.command("remove", epilog="例 / example: shenguan archive remove archives/2026-05")
def remove_months(place: Place, *, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """逐月核对后移出数据库，记入审计 / remove the archived months from the databases, each compared first and audited.

    退出码 / exit codes: 0 removed · 1 rows differ or a file is damaged · 2 no archive or no databases · 70 failed.
    """
    conduct(_move(place, state, Narrator(as_json=as_json), remove, ("已移出", "removed")))


@app.command("return", epilog="例 / example: shenguan archive return archives/2026-05")
def return_months(place: Place, *, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """移回数据库，例如要重建或导出证明包 / bring the months back, e.g. to rebuild or for evidence of an old case.

    退出码 / exit codes: 0 back · 1 a file is damaged · 2 no archive or no databases · 70 failed.
    """
    conduct(_move(place, state, Narrator(as_json=as_json), bring_back, ("已移回", "brought back")))


async def _make(place: Path, before: str, state: Path, narrator: Narrator) -> Exit:
    before = _allowed(before, datetime.now(UTC))
    services: dict[str, Archived] = {}
    unfinished_folder = begun(place)
    try:
        for service, url in owners_of(state).items():
            async with connected(service, url) as connection:
                services[service] = await _archived(service, connection, before, unfinished_folder, narrator)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(made_at=made_at, before=before, services=services)
        due = any(archived.months for archived in services.values())
        if due:
            finish(unfinished_folder, unfinished_folder.with_name(place.name), manifest)
    finally:
        shutil.rmtree(unfinished_folder, ignore_errors=True)
    narrator.hand_over({"made": due, **manifest.document()})
    if due:
        narrator.show(
            f"已写入 {place}；核对并拷贝到别处以后执行 shenguan archive remove {place}"
            f" / written; copy it elsewhere, then run: shenguan archive remove {place}"
        )
    else:
        narrator.show(
            f"{before} 以前没有可归档的月份，未建目录 / no month before {before} is in the databases; no folder made"
        )
    return Exit.DONE


async def _archived(service: str, connection: Connection, before: str, folder: Path, narrator: Narrator) -> Archived:
    months: list[Kept] = []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for month in await months_before(connection, before):
            if open_ends := await unfinished(connection, month):
                raise CannotRun(
                    zh=f"{service} 的 {month.partition} 还不能归档：{open_ends[0]}；请先执行 shenguan doctor",
                    en=f"{month.partition} of {service} cannot be archived yet: {open_ends[1]}; see `shenguan doctor`",
                    exit_code=Exit.FINDING,
                )
            narrator.say(f"{service}：正在写出 {month.partition}", f"{service}: writing {month.partition}")
            file = f"{service}/{month.partition}.csv.gz"
            (folder / service).mkdir(mode=0o700, exist_ok=True)
            rows, digest = await saved(connection, month, folder / file)
            months.append(Kept(table=month.table, month=month.month, file=file, rows=rows, sha256=digest))
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        return Archived(revision=revision, head=await head_of(connection), months=months)


async def _check(place: Path, narrator: Narrator) -> Exit:
    kept = [each for archived in read_manifest(place).services.values() for each in archived.months]
    damaged = [each.file for each in kept if digest_of(place / each.file) != each.sha256]
    narrator.hand_over({"whole": not damaged, "files": len(kept), "damaged": damaged})
    for file in damaged:
        narrator.show(f"{file} 缺失或已损坏，请换一份副本 / is missing or damaged; use another copy")
    if not damaged:
        narrator.show(f"归档完好，{len(kept)} 个文件 / the archive is whole, {len(kept)} files")
    return Exit.FINDING if damaged else Exit.DONE


async def _move(place: Path, state: Path, narrator: Narrator, move: Move, done: tuple[str, str]) -> Exit:
    manifest, owners, seal = read_manifest(place), owners_of(state), demand_seal(state)
    moved: dict[str, list[str]] = {service: [] for service in manifest.services}
    for service, archived in manifest.services.items():
        async with connected(service, _owner(owners, service)) as connection:
            for kept in archived.months:
                if await move(connection, place, kept, seal):
                    moved[service].append(kept.of.partition)
                    narrator.say(
                        f"{service}：{kept.of.partition} {done[0]}，{kept.rows:,} 行",
                        f"{service}: {kept.of.partition} {done[1]}, {kept.rows:,} rows",
                    )
    narrator.hand_over({"moved": moved})
    narrator.show(f"{done[0]} {sum(map(len, moved.values()))} 个月份 / months {done[1]}")
    return Exit.DONE


def _allowed(before: str, now: datetime) -> str:
    """The month meant. Raises CannotRun: none, or too young a one."""
    try:
        latest = latest_before(now, terms_of(os.environ.get("SHENGUAN_RETENTION_FILE", ""))["inbox"].days)
        young = first_instant(before or latest) > first_instant(latest)
    except ValueError as wrong:
        raise CannotRun(
            zh=f"月份或保存期限有误：{wrong}；月份应写作 2026-05",
            en=f"the month or the terms are wrong: {wrong}; write a month as 2026-05",
            exit_code=Exit.USAGE,
        ) from wrong
    if young:
        raise CannotRun(
            zh=f"{before} 以前还有未满期的月份：日志至少在库六个月，且不短于收件箱的期限；最晚可写 {latest}",
            en=f"months before {before} are not past their term: logs stay six months, and as long as inboxes remember;"
            f" the latest is {latest}",
            exit_code=Exit.USAGE,
        )
    return before or latest


def _owner(owners: Mapping[str, str], service: str) -> str:
    if service not in owners:
        raise CannotRun(
            zh=f"归档里有服务 {service}，这里没有它的数据库",
            en=f"the archive has months of {service}, whose database is not known here",
            exit_code=Exit.USAGE,
        )
    return owners[service]

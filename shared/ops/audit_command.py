"""``shenguan audit``: checks the audit chain of each service in its database and names the first row that was touched."""

import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import asyncpg
import typer
from rich.table import Table

from chassis.audit import witness
from chassis.audit.entries import Seal
from chassis.audit.findings import Report
from chassis.audit.heads import Head
from chassis.audit.verify import verify as check
from chassis.signing.trusted import Trusted
from ops.archive.standing import stand_in
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE, recorded
from ops.services import service_names, variable
from ops.signing_keys import TRUSTED
from ops.up_command import Json, State
from ops.upkeep.targets import seal_of

app = typer.Typer(
    help="审计：核验审计链，可加 --json / audit: check the chains; takes --json",
    epilog="例 / example: shenguan audit verify --service supervision --json",
    no_args_is_help=True,
    add_completion=False,
)
_TOLD_EVERY = 200

Service = Annotated[str, typer.Option("--service", help="只核验一个服务 / one service alone")]
Url = Annotated[
    str,
    typer.Option(
        "--database-url",
        help="该服务的数据库，可以是恢复出来的副本；须同时给 --service / its database, a restored copy will do",
    ),
]
Keys = Annotated[
    str,
    typer.Option("--trusted-keys", envvar=TRUSTED, help="公钥文件，缺省为状态目录中的 / default: the state folder's"),
]
Heads = Annotated[
    Path | None, typer.Option("--heads", help="另存链头的文件（SHENGUAN_AUDIT_HEADS） / a file of heads kept apart")
]
Archive = Annotated[
    list[Path] | None,
    typer.Option(
        "--archive",
        envvar="SHENGUAN_ARCHIVE",
        help="归档目录，或其上级；已移出的月份从中读取，可给多个 / archives, or folders of them, for months that left the database",
    ),
]


@app.callback()
def audit() -> None:
    """A group of commands, also while there is one."""


@app.command(epilog="例 / example: shenguan audit verify --service supervision --json")
def verify(
    *,
    service: Service = "",
    database_url: Url = "",
    trusted_keys: Keys = "",
    heads: Heads = None,
    archive: Archive = None,
    state: State = USUAL_STATE,
    as_json: Json = False,
) -> None:
    """核验审计链，指出第一处不符 / check the chains and name the first row that was touched.

    数据库地址取自 --database-url、SHENGUAN_<服务>_DATABASE_URL 或运行中的服务栈；有 --archive 时以属主的账号。
    退出码 / exit codes: 0 nothing was touched · 1 a row was changed, deleted or inserted.
    """
    by = _By(_trusted(trusted_keys, state), seal_of(state), _from_file(heads), archive or ())
    conduct(_verify(service, database_url, state, by, Narrator(as_json=as_json)))


class _By(NamedTuple):
    """What chains are checked by, beside the databases."""

    trusted: Trusted | None
    seal: Seal | None
    heads: Sequence[Head]
    archives: Sequence[Path]


async def _verify(service: str, database_url: str, state: Path, by: _By, narrator: Narrator) -> Exit:
    urls = _urls(service, database_url, state, owners=bool(by.archives))
    wanted = [service] if service else list(urls)
    reports: list[Report] = []
    async with AsyncExitStack() as leaving:
        databases = {name: await _open(name, url, leaving) for name, url in urls.items()}
        for name in wanted:
            if by.archives:
                months = await stand_in(databases[name], name, by.archives)
                narrator.say(f"{name}：{months} 个月份从归档读取", f"{name}: {months} months are read from the archive")
            elsewhere = [head for head in by.heads if head.service == name]
            for other, database in databases.items():
                elsewhere += await witness.heads_of(database, name) if other != name else []

            def progress(done: int, blocks: int, name: str = name) -> None:
                if done % _TOLD_EVERY == 0:
                    narrator.say(f"{name}：{done}/{blocks} 块", f"{name}: {done} of {blocks} blocks")

            found = await check(
                databases[name], name, trusted=by.trusted, witnessed=elsewhere, seal=by.seal, progress=progress
            )
            reports.append(found)
    _tell(reports, narrator)
    return Exit.DONE if all(report.ok for report in reports) else Exit.FINDING


def _tell(reports: Sequence[Report], narrator: Narrator) -> None:
    narrator.hand_over({"ok": all(report.ok for report in reports), "services": [r.document() for r in reports]})
    if narrator.as_json:
        return
    table = Table(
        "服务 service",
        "块 blocks",
        "记录 entries",
        "所证的行 rows",
        "链头 heads",
        "见证 kept elsewhere",
        "未上链 pending",
    )
    for r in reports:
        figures = (r.blocks, r.entries, r.rows, r.heads, r.witnesses, r.pending)
        table.add_row(r.service, *(f"{figure:,}" for figure in figures))
    narrator.console.print(table)
    for report in reports:
        narrator.show(f"{report.service}: {report.bad or '核验无误 / nothing was touched'}")
        if not report.signatures:
            narrator.show(
                f"{report.service}: 没有公钥，签名未核验；请给 --trusted-keys / no public keys, signatures NOT checked"
            )


async def _open(name: str, url: str, leaving: AsyncExitStack) -> Any:
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as fault:
        raise CannotRun(
            zh=f"连不上 {name} 的数据库：{type(fault).__name__}，请核对地址与账号",
            en=f"cannot reach the database of {name}: {type(fault).__name__}; check address and account",
        ) from fault
    leaving.push_async_callback(connection.close)
    return connection


def _urls(service: str, database_url: str, state: Path, *, owners: bool) -> dict[str, str]:
    """Service → URL, ``owners``: the owner's where it is known; those that are known witness for the one that is meant."""
    running = recorded(state)
    known = dict(running.database_urls) if running else {}
    known |= running.owner_urls if running and owners else {}
    for what in ("DATABASE_URL", "OWNER_URL") if owners else ("DATABASE_URL",):
        known |= {name: url for name in service_names() if (url := os.environ.get(variable(name, what), ""))}
    if database_url and service:
        known[service] = database_url
    missing = {service} - set(known) if service else set()
    if missing or not known or (database_url and not service):
        name = variable(service or "<SERVICE>", "DATABASE_URL")
        raise CannotRun(
            zh=f"不知道数据库在哪里：请设 {name}，或同时给 --service 与 --database-url，或用 --state 指定运行中的服务栈",
            en=f"no database is known: set {name}, or give --service with --database-url, or name a running stack with"
            " --state",
            exit_code=Exit.USAGE,
        )
    return known


def _trusted(setting: str, state: Path) -> Trusted | None:
    beside = state / "trusted-keys.json"
    named = setting or (str(beside) if beside.exists() else "")
    return Trusted.of(named) if named else None


def _from_file(file: Path | None) -> list[Head]:
    return [Head.read(line) for line in file.read_bytes().splitlines() if line.strip()] if file else []

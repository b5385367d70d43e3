"""`shenguan console …` (命令行): the board, and the migrations of the read model."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from chassis.owner import Owner
from ops.sign_in import headers_for

DEFAULT_URL = "http://127.0.0.1:8104"
Url = Annotated[
    str, typer.Option(envvar="SHENGUAN_CONSOLE_URL", help="控制台地址 / address of the console", show_default=True)
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_PATIENCE = 60

app = typer.Typer(name="console", help="控制台：联动看板 / the board", no_args_is_help=True)


@app.command(epilog="例 / example: shenguan console board --json")
def board(url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """联动看板：决定、推送、认领、办结与亮牌 / decided, pushed, claimed, concluded, and cards."""
    found = _asked(url, "/api/v1/board")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console, funnel = Console(), found["funnel"]
    console.print(
        f"自 {found['since']} 起：决定 {funnel['decided']:,} · 推送 {funnel['pushed']:,} · 未匹配 {funnel['unmatched']:,}"
        f" · 任务 {funnel['tasks']:,} · 认领 {funnel['claimed']:,} · 办结 {funnel['concluded']:,}"
        " / decided, pushed, unmatched, tasks, claimed, concluded",
        soft_wrap=True,
    )
    table = Table("部门 department", "状态 state", "任务 tasks", "红牌 red", "黄牌 yellow")
    for row in found["departments"]:
        table.add_row(row["department"], row["state"], *(f"{row[name]:,}" for name in ("tasks", "red", "yellow")))
    console.print(table)


@app.command(epilog="例 / example: shenguan console migrate --database-url postgresql://console:…@db.example/console")
def migrate(
    database_url: Annotated[
        str, typer.Option(envvar="SHENGUAN_CONSOLE_DATABASE_URL", help="控制台的数据库地址 / the console's database")
    ],
    owner_url: Annotated[
        str, typer.Option(envvar="SHENGUAN_CONSOLE_OWNER_URL", help="同一数据库，属主的地址 / the same, as its owner")
    ] = "",
    as_json: Json = False,
) -> None:
    """把控制台的数据库升级到最新版本 / bring the console's database to the newest revision."""
    asyncio.run(Owner(owner_url, database_url).prepare(Path(__file__).parents[1] / "migrations"))
    if as_json:
        typer.echo(json.dumps({"service": "console", "migrated": True}))
        return
    typer.echo("控制台的数据库已是最新版本 / the console's database is up to date")


def _asked(url: str, path: str) -> Any:
    try:
        answer = httpx.get(url.rstrip("/") + path, headers=headers_for(url), timeout=_PATIENCE)
    except httpx.HTTPError as error:
        typer.echo(
            f"无法连接控制台 {url}，请确认其已启动 / cannot reach the console at {url}; is it running? ({error})",
            err=True,
        )
        raise typer.Exit(1) from error
    if answer.is_success:
        return answer.json()
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text}
    typer.echo(f"{problem.get('title')} / {problem.get('title_en', '')}", err=True)
    raise typer.Exit(1)

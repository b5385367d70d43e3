"""`shenguan console …` (命令行): the board, the assessment and its fixing, and the read model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from ops.asking import Desk, print_json
from ops.migrate_command import offer

DEFAULT_URL = "http://127.0.0.1:8104"
Url = Annotated[
    str, typer.Option(envvar="SHENGUAN_CONSOLE_URL", help="控制台地址 / address of the console", show_default=True)
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_BYTES = 1024 * 1024
"""Of a request, and the rest of the line: some 500 events."""
_DESK = Desk("控制台", "the console", 600)

app = typer.Typer(name="console", help="控制台：联动看板 / the board", no_args_is_help=True)


@app.command(epilog="例 / example: shenguan console board --json")
def board(url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """联动看板：决定、推送、认领、办结与亮牌 / decided, pushed, claimed, concluded, and cards."""
    found = _DESK.ask("GET", url, "/api/v1/board")
    if as_json:
        print_json(found)
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


@app.command(epilog="例 / example: shenguan console report --month 2026-11 --pdf 考核.pdf")
def report(
    month: Annotated[
        str, typer.Option(help="月份，缺省为上个月 / month, 2026-11; the one before this unless told")
    ] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
    pdf: Annotated[Path | None, typer.Option(help="存为 PDF / write a PDF there", dir_okay=False)] = None,
    xlsx: Annotated[Path | None, typer.Option(help="存为 xlsx / write a workbook there", dir_okay=False)] = None,
) -> None:
    """月度考核：各部门的认领、办结、亮牌与得分，暂计或已定格 / the assessment of each department, provisional or fixed."""
    path, asked = "/api/v1/board/report", {"month": month}
    for form, target in (("pdf", pdf), ("xlsx", xlsx)):
        if target:
            target.write_bytes(_DESK.file(url, f"{path}.{form}", params=asked))
            typer.echo(f"已写入 / written: {target}", err=True)
    if (pdf or xlsx) and not as_json:
        return
    found = _DESK.ask("GET", url, path, params=asked)
    if as_json:
        print_json(found)
        return
    table = Table(
        *("部门 department", "接收 received", "按时认领 claimed in time", "办结 concluded", "按时办结 in time"),
        *("黄牌 yellow", "红牌 red", "得分 score"),
        title=found["month"],
    )
    counted = ("received", "claimed", "concluded", "concluded_in_time", "yellow", "red")
    for row in found["departments"]:
        score = "—" if row["score"] is None else f"{row['score']:.1f}"
        table.add_row(row["name"], *(f"{row[name]:,}" for name in counted), score)
    Console().print(table)
    _standing(found)
    if found["rules"] and not found["rules"]["confirmed"]:
        typer.echo(f"评分规则未经主管部门确认 / rules not confirmed: {found['rules']['source']}", err=True)


@app.command(epilog="例 / example: shenguan console fix --month 2026-11 --by P-01 --json")
def fix(
    month: Annotated[str, typer.Option(help="已经过去的月份 / a month that is over, 2026-11")],
    reason: Annotated[str, typer.Option(help="原因，可不填 / why, may be left out")] = "",
    by: Annotated[
        str,
        typer.Option(
            envvar="SHENGUAN_PERSON",
            help="经办人编码，本人的令牌可不填 / code of the person; not needed with its own token",
        ),
    ] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """定格一个月的考核数字，不等补报期满；不能撤回 / fix a month's figures before it is due; this cannot be undone.

    此后的更正不再改变它，另列在考核表下 / later corrections change it no more and stand below the table.
    """
    said = {"reason": reason} | ({"by": by} if by else {})
    found = _DESK.ask("POST", url, f"/api/v1/board/report/{quote(month, safe='')}:fix", json=said)
    if as_json:
        print_json(found)
        return
    _standing(found)


@app.command(epilog="例 / example: shenguan console rebuild --json")
def rebuild(
    *,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
    digest: Annotated[bool, typer.Option("--digest", help="只看摘要，不重建 / only show the digest")] = False,
) -> None:
    """清空读模型，由各服务的事件日志重建 / empty the read model and rebuild it from the services' event logs.

    退出码 / exit codes: 0 rebuilt · 1 a service did not answer, or events were not believed · 2 usage.
    """
    if digest:
        return _told(_DESK.ask("GET", url, "/ops/v1/read-model"), as_json=as_json)
    last: dict[str, Any] = {}
    for last in _DESK.lines("POST", url, "/ops/v1/read-model:rebuild"):
        if "service" in last:
            typer.echo(f"{last['service']}: {last.get('failed') or last.get('events', 0)}", err=True)
    if "sha256" not in last:
        typer.echo("未能重建完，请排除上面的故障后再执行 / not rebuilt; see above, then run it again", err=True)
        raise typer.Exit(1)
    _told(last, as_json=as_json)
    if last["refused"]:
        raise typer.Exit(1)
    return None


@app.command(epilog="例 / example: shenguan console hear resent/640202 --json")
def hear(
    folder: Annotated[
        Path, typer.Argument(help="下级 shenguan resend 写下的目录 / what `shenguan resend` wrote below")
    ],
    *,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """收听下级重发的事件，已有的不重复 / hear what a level below sent again; what is known counts once.

    退出码 / exit codes: 0 all of it was heard · 1 some was not believed · 2 there is no such file.
    """
    files = sorted(folder.glob("*.ndjson"))
    if not files:
        typer.echo(f"{folder} 中没有 .ndjson 文件 / there is no .ndjson file in {folder}", err=True)
        raise typer.Exit(2)
    told: dict[str, Any] = {"events": 0, "refused_count": 0, "refused": []}
    for file in files:
        for content in _portions(file):
            asked = {"service": file.stem}
            found = _DESK.ask("POST", url, "/ops/v1/read-model:hear", params=asked, content=content)
            told = {name: told[name] + found[name] for name in told}
    if as_json:
        print_json(told)
    else:
        typer.echo(f"收听 {told['events']:,}，未采信 {told['refused_count']:,} / heard, not believed")
        for event in told["refused"]:
            typer.echo(f"未采信 / not believed: {event}", err=True)
    if told["refused_count"]:
        raise typer.Exit(1)


offer(app, "console", Path(__file__).parents[1] / "migrations")


def _portions(file: Path) -> Iterator[bytes]:
    """Whole lines, so many that a transaction stays short."""
    with file.open("rb") as lines:
        while portion := lines.readlines(_BYTES):
            yield b"".join(portion)


def _standing(report: dict[str, Any]) -> None:
    """How the figures of a month stand, and what is another today."""
    fixed = report["fixed"]
    if not fixed:
        late = (
            f"，补报到 {report['late_until']} / late data until {report['late_until']}" if report["late_until"] else ""
        )
        zh, en = _STANDINGS[report["standing"]]
        typer.echo(f"{report['month']} {zh} / {en}{late}", err=True)
        return
    by = fixed["by"] or "系统按期 the system, when due"
    typer.echo(f"{report['month']} 定格 / fixed: {fixed['at']} {by} SHA-256 {fixed['sha256']}", err=True)
    for change in report.get("changes", ()):
        told = f"{change['department']} {change['name']}: {change['fixed']} → {change['today']}"
        typer.echo(f"定格以后的更正 / corrected since: {told}", err=True)


_STANDINGS = {"RUNNING": ("当月未完", "the month is not over"), "PROVISIONAL": ("暂计", "provisional")}


def _told(model: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(model)
        return
    rows = " · ".join(f"{table} {number:,}" for table, number in model["rows"].items())
    typer.echo(f"{rows}\nSHA-256 {model['sha256']}")
    for event in model.get("refused", ()):
        typer.echo(f"未采信 / not believed: {event}", err=True)

"""`shenguan rank` (风险排序): which objects to check first and why; how much earlier that finds critical violations.

``rank`` and ``rank explain`` ask the running service; ``rank evaluate`` needs files alone.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
import typer

from kernel.refusal import Refusal
from ops.replay.table import UnreadableFilesError
from supervision.cli import rank_files
from supervision.cli.asking import DEFAULT_URL, Json, Url, ask, print_json, print_table
from supervision.domain.ranking import Evaluation, evaluate, parse

app = typer.Typer(
    name="rank",
    help="风险排序：按历史排出先查哪些对象，逐条说明理由 / objects ranked by their history, with reasons",
    invoke_without_command=True,
    epilog="例 / example: shenguan rank --at 2013-01-01 --item 1006 --limit 20",
)
_REFERENCE = {
    "what": "City of Chicago model, Sep-Oct 2014",
    "first_half_share": 0.69,
    "real_order_share": 0.55,
}
"""Published by the city; another window, so it is shown beside the figures and not compared by the program."""
_COLUMNS = ("rank", "source_system", "object_no", "name", "score", "chance", "why")
_SHIPPED = Path(__file__).parents[1] / "ranking.toml"
_WHY = 3
"""Reasons a row of the table has room for."""
At = Annotated[str, typer.Option("--at", help="按此日前一日所知，YYYY-MM-DD / as known the day before")]


@app.callback()
def rank(
    context: typer.Context,
    at: At = "",
    matter: Annotated[str | None, typer.Option(help="只排此抽查事项的对象 / objects of this matter")] = None,
    item: Annotated[str | None, typer.Option(help="只排持有此审批事项的对象 / objects that hold this item")] = None,
    department: Annotated[str | None, typer.Option(help="只排此部门监管的对象 / objects of this department")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="前几名 / how many")] = 50,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """按发现严重问题的可能排序，每分有理由 / rank objects by the likelihood of a critical finding."""
    if context.invoked_subcommand:
        return
    asked = {
        "at": _day("--at", at).isoformat(),
        "matter": matter,
        "item": item,
        "department": department,
        "limit": limit,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    found = ask("GET", url, "/api/v1/ranks", params=given)
    if as_json:
        print_json(found)
        return
    typer.echo(_card_line(found["card"]))
    rows = [row | {"why": "；".join(each["zh"] for each in row["reasons"][:_WHY])} for row in found["items"]]
    print_table(f"风险排序 ranking at {asked['at']}", _COLUMNS, rows)


@app.command(epilog="例 / example: shenguan rank explain chicago 1234567 --at 2013-01-01")
def explain(
    source_system: Annotated[str, typer.Argument(metavar="SOURCE", help="来源系统 / source system")],
    object_no: Annotated[str, typer.Argument(metavar="OBJECT", help="对象编号 / object number")],
    at: At = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """逐条说明一个对象的分数 / explain the score of an object, reason by reason."""
    place = f"/api/v1/objects/{quote(source_system, safe='')}/{quote(object_no)}/rank"
    found = ask("GET", url, place, params={"at": _day("--at", at).isoformat()})
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"{source_system}:{object_no} 第 {found['rank']} 名，共 {found['of']} 个 / rank {found['rank']} of {found['of']}，"
        f"{found['score']:+d} 分 / points，{found['chance']:.1%}"
    )
    for reason in found["reasons"]:
        typer.echo(f"  {reason['zh']} / {reason['en']}")
    typer.echo(_card_line(found["card"]))


@app.command(
    "evaluate",
    epilog="例 / example: shenguan rank evaluate --data tests/data/chicago --from 2013-01-01 --to 2013-06-30 --json r.json",
)
def evaluate_files(
    data: Annotated[list[Path], typer.Option("--data", help="数据目录，可多次 / folder, repeatable", file_okay=False)],
    first: Annotated[str, typer.Option("--from", help="首日 / first day of the window")],
    last: Annotated[str, typer.Option("--to", help="末日（含）/ last day, included")],
    file: Annotated[Path | None, typer.Option("--json", help="结果写入此文件 / write the result here")] = None,
    rules: Annotated[
        Path,
        typer.Option(
            "--rules",
            exists=True,
            dir_okay=False,
            envvar="SHENGUAN_SUPERVISION_RANKING_FILE",
            help="排序规则文件 / rules of the ranking",
            show_default="ranking.toml",
        ),
    ] = _SHIPPED,
) -> None:
    """用文件检验：期间之前拟合，期间之内排序，不需要服务 / fit on what lies before a window, rank inside it."""
    began, window = perf_counter(), (_day("--from", first), _day("--to", last))
    try:
        edition = parse(rules.read_text(encoding="utf-8")).in_force(window[0])
        history, checks = rank_files.read(data)
        found = evaluate(history, rank_files.due(checks, *window), window[0], edition)
    except UnreadableFilesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except Refusal as refusal:
        typer.echo(f"{refusal.zh} / {refusal.en}", err=True)
        raise typer.Exit(1) from refusal
    said = _told(found)
    if file:
        file.write_bytes(msgspec.json.encode(said))
    typer.echo(msgspec.json.encode(said))
    typer.echo(f"用时 / took {perf_counter() - began:.1f} s", err=True)


def _told(found: Evaluation) -> dict[str, Any]:
    """``interval`` is that of ``first_half_share``."""
    plain = asdict(found)
    intervals = {"interval": plain.pop("share_interval"), "days_interval": plain.pop("days_interval")}
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in plain.items()}
    bounds = {name: [round(each, 4) for each in ends] for name, ends in intervals.items()}
    return rounded | bounds | {"reference": _REFERENCE}


def _card_line(card: Mapping[str, Any]) -> str:
    whose = "按本地历史拟合 / fitted on the own history" if card["own"] else "历史太短，用自带评分卡 / the shipped card"
    return f"评分卡 / card {card['version']}：{whose}（检查 / checks {card['checks']}，严重 / critical {card['critical']}）"


def _day(option: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        typer.echo(f"{option} 应为 YYYY-MM-DD 形式的日期 / {option} must be a day, YYYY-MM-DD", err=True)
        raise typer.Exit(2) from error

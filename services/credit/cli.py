"""`shenguan credit …` (命令行): what the running credit service knows, and its migrations.

It asks the service through its public API, like everybody else.
"""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer
from rich.console import Console
from rich.table import Table

from chassis.migrations import migrate as run_migrations

app = typer.Typer(name="credit", help="信用：主体、等级、评分规则 / subjects, grades, scorecards", no_args_is_help=True)

Url = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_CREDIT_URL", help="信用服务地址 / address of the credit service", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
DEFAULT_URL = "http://127.0.0.1:8103"


@app.command(epilog="例 / example: shenguan credit show 099 1196091")
def show(
    id_type: Annotated[str, typer.Argument(help="证件类型 / type of the number: 001, 099, 111 (reference only)")],
    id_no: Annotated[str, typer.Argument(help="证件号码 / number")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """主体的等级、得分、原因与记录 / grade, score, reasons and records of one subject."""
    found = _ask(url, f"/api/v1/subjects/{quote(id_type, safe='')}/{quote(id_no, safe='')}")
    if as_json:
        return _print_json(found)
    console = Console()
    grade = found["grade"] or "无记录 / no record"
    console.print(f"{found['name']}  {found['id_type']}:{found['id_no']}", markup=False)
    console.print(f"等级 grade: {grade}   得分 score: {found['score']}   规则 scorecard: {found['scorecard']}")
    console.print(f"评价基准日 assessed on: {found['assessed_on']}   评价序号 version: {found['version']}")
    for reason in found["reasons"]:
        console.print(f"{reason['points']:>5}  {reason['text']}  [{reason['record_id']}]", markup=False)
    table = Table("日期 date", "类别 class", "检查 inspection", "部门 department", title="失信记录 records")
    for record in found["records"]:
        table.add_row(*(record[name] for name in ("occurred_on", "record_class", "inspection_no", "department")))
    return console.print(table)


@app.command(epilog="例 / example: shenguan credit scorecard --json")
def scorecard(url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """正在使用的评分规则及其来源 / the scorecards in use and where their numbers come from."""
    found = _ask(url, "/api/v1/scorecards")
    if as_json:
        return _print_json(found)
    console = Console()
    for card in found["scorecards"]:
        table = Table("项 item", "值 value", "确认 confirmed", "来源 source")
        table.title = f"{card['version']}，自 {card['effective_from']} 起 / from {card['effective_from']}"
        for name, figure in _figures(card):
            table.add_row(name, str(figure["value"]), "是 yes" if figure["confirmed"] else "否 no", figure["source"])
        console.print(table)
    return None


@app.command(epilog="例 / example: shenguan credit migrate --database-url postgresql://credit:…@db.example/credit")
def migrate(
    database_url: Annotated[str, typer.Option(envvar="SHENGUAN_CREDIT_DATABASE_URL", help="数据库地址 / database")],
    as_json: Json = False,
) -> None:
    """把信用数据库升级到最新版本 / bring the credit database to the newest revision."""
    asyncio.run(run_migrations(database_url, Path(__file__).parent / "migrations"))
    if as_json:
        return _print_json({"service": "credit", "migrated": True})
    return typer.echo("信用数据库已是最新版本 / the credit database is up to date")


def _figures(card: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    figures = [("base 起评分", card["base"]), ("floor 最低分", card["floor"])]
    for record_class, item in card["items"].items():
        figures.append((f"{record_class} points 扣分", item["points"]))
        figures.append((f"{record_class} valid_months 有效月数", item["valid_months"]))
    return figures + [(f"{grade} from_score 起始分", lowest) for grade, lowest in card["grades"]]


def _ask(url: str, path: str) -> Any:
    try:
        answer = httpx.get(url.rstrip("/") + path, timeout=30)
    except httpx.HTTPError as error:
        typer.echo(
            f"无法连接信用服务 {url}，请确认其已启动 / cannot reach credit at {url}; is it running? ({error})", err=True
        )
        raise typer.Exit(1) from error
    if answer.is_success:
        return answer.json()
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text}
    typer.echo(f"{problem.get('title')} / {problem.get('title_en', answer.status_code)}", err=True)
    raise typer.Exit(1)


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))

"""`shenguan credit …` (命令行): what the running credit service knows, and its migrations.

It asks the service through its public API, like everybody else.
"""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from credit.cli.asking import DEFAULT_URL, Json, Url, ask, print_json
from credit.cli.explaining import explain
from credit.cli.public import public
from credit.cli.rebuilding import rebuild
from credit.cli.rules import app as rules_app
from credit.cli.rules import what_if
from ops.migrate_command import offer

app = typer.Typer(name="credit", help="信用：主体、等级、评分规则 / subjects, grades, scorecards", no_args_is_help=True)
app.add_typer(rules_app)
app.command(epilog="例 / example: shenguan credit explain 099 1196091 --as-of 2026-03-02")(explain)
app.command("what-if", epilog="例 / example: shenguan credit what-if rules-2027.yaml --json")(what_if)
app.command(epilog="例 / example: shenguan credit rebuild --verify")(rebuild)
app.command(name="public", epilog="例 / example: shenguan credit public 91999999MA00000154")(public)


@app.command(epilog="例 / example: shenguan credit show 099 1196091")
def show(
    id_type: Annotated[str, typer.Argument(help="证件类型 / type of the number: 001, 099, 111 (reference only)")],
    id_no: Annotated[str, typer.Argument(help="证件号码 / number")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """主体的等级、得分、原因与记录 / grade, score, reasons and records of one subject."""
    found = ask("GET", url, f"/api/v1/subjects/{quote(id_type, safe='')}/{quote(id_no, safe='')}")
    if as_json:
        return print_json(found)
    console = Console()
    grade = found["grade"] or "无记录 / no record"
    console.print(f"{found['name']}  {found['id_type']}:{found['id_no']}", markup=False)
    console.print(f"等级 grade: {grade}   得分 score: {found['score']}   规则 scorecard: {found['scorecard']}")
    console.print(f"评价日 assessed on: {found['assessed_on']}   评价序号 version: {found['version']}")
    for reason in found["reasons"]:
        console.print(f"{reason['points']:>5}  {reason['text']}  [{reason['record_id']}]", markup=False)
    columns = ("日期 date", "种类 kind", "类别 class", "编号 number", "状态 state", "使用至 used until")
    table = Table(*columns, title="信用记录 records")
    for record in found["records"]:
        shown = ("occurred_on", "kind", "record_class", "number", "state", "max_until")
        table.add_row(*(str(record[name] or "") for name in shown))
    return console.print(table)


@app.command(epilog="例 / example: shenguan credit scorecard --json")
def scorecard(url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """正在使用的评分规则及其来源 / the scorecards in use and where their numbers come from."""
    found = ask("GET", url, "/api/v1/rules")
    if as_json:
        return print_json(found)
    console = Console()
    for edition in found["editions"]:
        card = edition["scorecard"]
        table = Table("项 item", "值 value", "确认 confirmed", "来源 source")
        table.title = f"{edition['version']}，自 {edition['effective_from']} 起 / from {edition['effective_from']}"
        for name, value, row in _figures(card) + _periods(edition["periods"]):
            table.add_row(name, str(value), "是 yes" if row["confirmed"] else "否 no", row["source"])
        console.print(table)
    return None


offer(app, "credit", Path(__file__).parents[1] / "migrations")


def _figures(card: dict[str, Any]) -> list[tuple[str, Any, dict[str, Any]]]:
    plain = (("base 起评分", "base"), ("floor 最低分", "floor"), ("ceiling 最高分", "ceiling"))
    figures = [(label, card[name]["value"], card[name]) for label, name in plain]
    figures += [(f"{i['record_class']} {i['kind'] or ''} points 计分", i["points"], i) for i in card["items"]]
    figures += [(f"{'、'.join(c['kinds'])} cap 封顶", c["points"], c) for c in card["caps"]]
    figures += [(f"{d['after_months']} months 满月数 decay 衰减", f"{d['percent']} %", d) for d in card["decay"]]
    figures += [(f"{v['kind']} veto 一票否决", v["grade"], v) for v in card["veto"]]
    return figures + [(f"{grade} from_score 起始分", lowest["value"], lowest) for grade, lowest in card["grades"]]


def _periods(periods: dict[str, Any]) -> list[tuple[str, Any, dict[str, Any]]]:
    return [
        (f"{record_class} period 公示期（月 months）", f"{p['min_months']}-{p['max_months']}", p)
        for record_class, p in periods.items()
    ]

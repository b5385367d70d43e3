"""`shenguan calendar …` (工作日历): bring the yearly notice to approval, look at a year, count a limit day by day.

Exit code 0: done; 1: refused, or the service was not reached.
"""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from approval.cli.asking import DEFAULT_URL, File, Json, Url, get, post, sentence

app = typer.Typer(name="calendar", help="工作日历：放假安排、时限计算 / notices and limits", no_args_is_help=True)


@app.command(
    "import", epilog="例 / example: shenguan calendar import notice-2027.csv --source 国办发明电〔2026〕号 --year 2027"
)
def import_notice(
    file: File,
    source: Annotated[str, typer.Option(help="依据的通知 / which notice")],
    year: Annotated[int | None, typer.Option(help="所属年份；省略则取文件中的年份 / its year")] = None,
    provisional: Annotated[bool, typer.Option("--provisional", help="暂定 / not the official notice")] = False,
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """登记放假安排 CSV 或 xlsx：起始日期、截止日期、类型(放假、上班)、说明 / take a notice over; open deadlines follow."""
    asked = {"source": source, "provisional": str(provisional).lower()} | ({"year": str(year)} if year else {})
    answer = post(url, "/api/v1/calendar-years", content=file.read_bytes(), params=asked)
    told = answer.json()
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif answer.is_error:
        typer.echo(sentence(told), err=True)
    else:
        done = "已是此内容，未改动 unchanged" if told["duplicate"] else "已登记 kept"
        typer.echo(
            f"{told['year']} 年日历第 {told['version']} 版 version: {done}；"
            f"放假 {len(told['free'])} 个工作日 weekdays free，调休上班 {len(told['working'])} 天 weekend days worked",
        )
    if answer.is_error:
        raise typer.Exit(1)


@app.command(epilog="例 / example: shenguan calendar show 2026")
def show(
    year: Annotated[int | None, typer.Argument(help="年份；省略则列出各年 / a year; none lists all")] = None,
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """显示一年的日历，或各年的版本与来源 / show one year, or list the years."""
    told = get(url, "/api/v1/calendar-years" + (f"/{year}" if year else ""))
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif year:
        _one(told)
    else:
        table = Table("年 year", "版 version", "状态 state", "放假 free", "上班 worked", "来源 source")
        for each in told["items"]:
            numbers = [str(each[name]) for name in ("free_days", "working_days")]
            table.add_row(str(each["year"]), str(each["version"]), _state(each), *numbers, each["source"])
        Console().print(table, markup=False)


@app.command(epilog="例 / example: shenguan calendar count --from 2026-03-02 --limit 2wd")
def count(
    start: Annotated[str, typer.Option("--from", help="起算日或时刻 / the day or instant it begins")],
    limit: Annotated[str, typer.Option(help="时限 24h、2wd、10d、2m / a limit")],
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """逐日计算时限 / count a limit day by day."""
    told = get(url, "/api/v1/deadline-count", params={"from": start, "limit": limit})
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table("日期 day", "第几日 number", "说明 why", "来源 source")
    for each in told["days"]:
        table.add_row(each["day"], str(each["number"] or ""), "、".join(each["zh"]), each["source"])
    Console().print(table, markup=False)
    unsure = "（含暂定日 provisional）" if told["provisional"] else ""
    typer.echo(f"{told['zh']}，{told['due_on']} 24:00 届满{unsure} / ends with {told['due_on']} ({told['due_at']})")


def _one(told: dict[str, Any]) -> None:
    typer.echo(
        f"{told['year']} 年第 {told['version']} 版 version，{_state(told)}，"
        f"共 {told['workdays']} 个工作日 workdays，来源 source: {told['source']}",
    )
    typer.echo("放假 free: " + " ".join(told["free"]))
    typer.echo("上班 worked: " + " ".join(told["working"]))


def _state(year: dict[str, Any]) -> str:
    return "暂定 provisional" if year["provisional"] else "正式 official"

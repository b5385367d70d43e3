"""`shenguan credit rules …` and `what-if` (命令行): editions of the rules by two persons, and what one would do."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from credit.cli.asking import DEFAULT_URL, Json, Url, ask, print_json
from credit.cli.explaining import AsOf, day_asked

app = typer.Typer(name="rules", help="信用规则版本 / editions of the rules", no_args_is_help=True)

RULES = "/api/v1/rules"
File = Annotated[Path, typer.Argument(help="一个版本，YAML 或 JSON / one edition", exists=True, dir_okay=False)]
Version = Annotated[str, typer.Argument(help="版本号 / version")]
By = Annotated[str, typer.Option("--by", help="经办人编号 / code of the person", envvar="SHENGUAN_PERSON")]
_STATES = {"DRAFT": "草稿", "SUBMITTED": "已提交", "PUBLISHED": "已发布"}


@app.command(epilog="例 / example: shenguan credit rules draft rules-2027.yaml --by P-01")
def draft(file: File, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """起草一个版本，尚不施行 / draft an edition; it is not in force."""
    _tell(ask("POST", url, RULES, params={"by": by}, **written(file)), as_json=as_json)


@app.command(epilog="例 / example: shenguan credit rules submit 2027-1 --by P-01")
def submit(version: Version, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """提交草稿，此后内容不可更改 / submit a draft; its content never changes afterwards."""
    _tell(ask("POST", url, f"{RULES}/{version}:submit", json={"by": by}), as_json=as_json)


@app.command("send-back", epilog="例 / example: shenguan credit rules send-back 2027-1 --by P-02")
def send_back(version: Version, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """把已提交的版本退回修改 / make a submitted edition a draft again."""
    _tell(ask("POST", url, f"{RULES}/{version}:send-back", json={"by": by}), as_json=as_json)


@app.command(epilog="例 / example: shenguan credit rules publish 2027-1 --by P-02")
def publish(version: Version, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """发布；须另一人，施行日不早于明天 / publish, by another person; in force tomorrow at the earliest."""
    _tell(ask("POST", url, f"{RULES}/{version}:publish", json={"by": by}), as_json=as_json)


@app.command("list", epilog="例 / example: shenguan credit rules list --json")
def list_editions(url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """列出在此起草的版本及其状态 / list the editions drafted here and where they stand."""
    found = ask("GET", url, RULES)["life"]
    if as_json:
        return print_json(found)
    columns = ("version", "state", "effective_from", "drafted_by", "submitted_by", "published_by", "digest")
    table = Table(*columns, title="信用规则版本 editions")
    for edition in found:
        table.add_row(*(str(edition[name] or "") for name in columns))
    return Console().print(table)


def what_if(file: File, as_of: AsOf = "", url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """推演一份评分规则：等级迁移、得分变化、变化最大的主体；什么都不改 / try a scorecard; nothing changes."""
    found = ask("POST", url, f"{RULES}:what-if", params=day_asked(as_of), **written(file))
    if as_json:
        return print_json(found)
    console = Console()
    console.print(f"{found['rules_now']} → {found['rules_then']}   {found['as_of']}", markup=False)
    console.print(f"{found['scope_zh']} / {found['scope_en']}")
    counts = f"主体 subjects: {found['subjects']}   无记录 without records: {found['without_records']}"
    console.print(f"{counts}   记录 records: {found['records']}   得分变化 scores changed: {found['changed_scores']}")
    moves = f"等级上升 better: {found['better_grades']}   下降 worse: {found['worse_grades']}"
    extremes = f"{found['greatest_loss']} … {found['greatest_gain']}"
    console.print(f"{moves}   平均 mean: {found['mean_change']}   极值 extremes: {extremes}")
    grades = list(found["migration"])
    matrix = Table("现 now \\ 改后 then", *grades, title="等级迁移 migration of grades")
    for now, row in found["migration"].items():
        matrix.add_row(now, *(str(row[then]) for then in grades))
    console.print(matrix)
    greatest = Table("主体 subject", "名称 name", "得分 score", "等级 grade", title="变化最大 greatest changes")
    for each in found["greatest"]:
        scores, moved = f"{each['score_now']} → {each['score_then']}", f"{each['grade_now']} → {each['grade_then']}"
        greatest.add_row(f"{each['id_type']}:{each['id_no']}", each["name"], scores, moved)
    return console.print(greatest)


def written(file: Path) -> dict[str, Any]:
    """A file as it is sent."""
    kind = "application/json" if file.suffix.lower() == ".json" else "application/yaml"
    return {"content": file.read_bytes(), "headers": {"content-type": kind}}


def _tell(receipt: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        return print_json(receipt)
    state = f"{_STATES[receipt['state']]} / {receipt['state']}"
    return typer.echo(
        f"{receipt['version']}: {state}，自 {receipt['effective_from']} 起 / from {receipt['effective_from']}"
    )

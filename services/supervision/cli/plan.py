"""`shenguan plan …` (命令行): annual plans of random checks of the running supervision service, through its public API."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from kernel.risk import RiskClass
from supervision.cli.asking import DEFAULT_URL, Json, Url, ask, print_json, print_table

app = typer.Typer(name="plan", help="年度抽查计划 / annual plans of random checks", no_args_is_help=True)

PLANS = "/api/v1/plans"
PlanNo = Annotated[str, typer.Argument(metavar="PLAN", help="计划编号 / number of the plan")]
By = Annotated[str, typer.Option("--by", help="经办人编号 / code of the person", envvar="SHENGUAN_PERSON")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="第几版，缺省为最新 / which, the newest if left out")
]
_VERSIONS = ("version", "state", "filing_no", "filed_on", "filed_by", "reason")
_HISTORY = ("at", "version", "act", "by", "reason")
_CLASSES = ("entry", "class", "objects", "certain", "target", "at_random")
_LOADS = ("entry", "department", "places", "inspectors", "capacity", "officer_days", "enough")


@app.command("import", epilog="例 / example: shenguan plan import plan-2026.json --by P-01")
def import_file(
    file: Annotated[Path, typer.Argument(help="JSON 文件 / file", exists=True, dir_okay=False)],
    by: By,
    amend: Annotated[bool, typer.Option("--amend", help="变更已备案的计划 / amend a plan that was filed")] = False,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """导入一个计划为草稿，或已备案计划的下一版 / import a draft, or the next version of a filed plan."""
    document = _document(file)
    path = f"{_one(str(document.get('plan_no', '')))}:amend" if amend else PLANS
    _tell(ask("POST", url, path, json=document | {"by": by}), as_json=as_json)


@app.command(epilog="例 / example: shenguan plan show FOOD-2026")
def show(plan_no: PlanNo, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """查看一个计划的各版、比例与履历 / show a plan, its versions and ratios, and who did what."""
    found = ask("GET", url, _one(plan_no))
    if as_json:
        return print_json(found)
    in_force = found["in_force"] or "—"
    typer.echo(f"{found['plan_no']} {found['year']} {found['title']}（现行版 / in force: {in_force}）")
    print_table("各版 / versions", _VERSIONS, found["versions"])
    ratios = [row for version in found["versions"] for row in _ratios(version)]
    print_table("抽查比例 / ratios", ("version", "entry", *RiskClass), ratios)
    return print_table("履历 / history", _HISTORY, found["history"])


@app.command(epilog="例 / example: shenguan plan forecast FOOD-2026 --version 2")
def forecast(plan_no: PlanNo, version: VersionOption = None, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """测算一个计划：各等级名额、各部门工作量与人员 / objects, quota and officer-days of a plan."""
    asked = {} if version is None else {"version": version}
    found = ask("GET", url, f"{_one(plan_no)}/forecast", params=asked)
    if as_json:
        return print_json(found)
    entries = found["entries"]
    classes = [{"entry": e["code"], "class": letter} | quota for e in entries for letter, quota in e["classes"].items()]
    print_table(f"名额 / quota {found['on']}", _CLASSES, classes)
    print_table("工作量 / load", _LOADS, [{"entry": e["code"]} | load for e in entries for load in e["departments"]])
    return _warn(found)


@app.command(epilog="例 / example: shenguan plan submit FOOD-2026 --by P-01")
def submit(plan_no: PlanNo, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """提交计划的最新版 / submit the newest version."""
    _tell(ask("POST", url, f"{_one(plan_no)}:submit", json={"by": by}), as_json=as_json)


@app.command(
    epilog="例 / example: shenguan plan file FOOD-2026 --filing-no 备〔2026〕1号 --filed-on 2026-03-20 --by P-02"
)
def file(
    plan_no: PlanNo,
    filing_no: Annotated[str, typer.Option(help="备案号 / filing number")],
    by: By,
    filed_on: Annotated[str, typer.Option(help="备案日，缺省为今天 / the day, today when left out")] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """备案，须另一人；该版随即现行 / file the newest version, by somebody else; it is in force at once."""
    said = {"by": by, "filing_no": filing_no} | ({"filed_on": filed_on} if filed_on else {})
    _tell(ask("POST", url, f"{_one(plan_no)}:file", json=said), as_json=as_json)


def _one(plan_no: str) -> str:
    return f"{PLANS}/{quote(plan_no, safe='')}"


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        typer.echo(f"{file} 不是 JSON 文件，请改正 / is no JSON file; correct it: {error}", err=True)
        raise typer.Exit(1) from error
    if not isinstance(document, dict):
        typer.echo(f"{file} 应是一个计划（JSON 对象） / is to hold one plan, a JSON object", err=True)
        raise typer.Exit(1)
    return document


def _ratios(version: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in version["entries"]:
        yield {"version": version["version"], "entry": entry["code"]} | entry["ratios"]


def _tell(receipt: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        return print_json(receipt)
    again = "（没有变化 / nothing changed）" if receipt["duplicate"] else ""
    typer.echo(f"{receipt['plan_no']} v{receipt['version']} {receipt['state']}{again}")
    return _warn(receipt)


def _warn(told: Mapping[str, Any]) -> None:
    for warning in told.get("warnings", ()):
        typer.echo(f"注意 / note: {warning['zh']} / {warning['en']}", err=True)

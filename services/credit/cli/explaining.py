"""`shenguan credit explain` (命令行): the assessment of any day, with all it rests on."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from credit.cli.asking import DEFAULT_URL, Json, Url, ask, print_json
from kernel.subject import IdType

AsOf = Annotated[str, typer.Option(help="日期，省略为今天 / day, today when left out")]


def explain(
    number: Annotated[
        list[str],
        typer.Argument(
            help="证件类型与号码，或仅统一社会信用代码 / type and number, or a 统一社会信用代码 alone",
            metavar="[ID_TYPE] ID_NO",
        ),
    ],
    as_of: AsOf = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """某日的评价：起评分、逐条理由与记录、等级界限、规则版本、下次变化日 / an assessment, explained."""
    id_type, id_no = _key(number)
    path = f"/api/v1/subjects/{quote(id_type, safe='')}/{quote(id_no, safe='')}/assessment"
    found = ask("GET", url, path, params=day_asked(as_of))
    if as_json:
        return print_json(found)
    return _show(found)


def _key(number: list[str]) -> tuple[str, str]:
    match number:
        case [id_no]:
            return IdType.USCC.value, id_no
        case [id_type, id_no]:
            return id_type, id_no
        case _:
            raise typer.BadParameter(
                "请给出证件类型与号码，或仅统一社会信用代码 / a type and a number, or a code alone"
            )


def day_asked(as_of: str) -> dict[str, str]:
    """``as_of`` as it is asked for, nothing when it was left out."""
    try:
        return {"as_of": date.fromisoformat(as_of).isoformat()} if as_of else {}
    except ValueError as error:
        raise typer.BadParameter("日期写作 2026-03-02 / write a day as 2026-03-02") from error


def _show(found: dict[str, Any]) -> None:
    console = Console()
    who = found["subject"]
    console.print(f"{who['id_type']}:{who['id_no']}   {found['as_of']}", markup=False)
    grade = found["grade"] or "无记录 / no record"
    bounds = "  ".join(f"{name} ≥ {lowest}" for name, lowest in found["grades"])
    console.print(f"等级 grade: {grade}   得分 score: {found['score']}   起评分 base: {found['base']}")
    console.print(f"等级界限 grades: {bounds}   范围 range: {found['floor']}-{found['ceiling']}")
    console.print(f"规则 rules: {found['rules']}，自 {found['rules_from']} 起 / in force from {found['rules_from']}")
    reasons = Table(
        "计分 points", "原始 full", "衰减 decay", "理由 reason", "使用至 used until", "记录 record", "依据 source"
    )
    for r in found["reasons"]:
        until = r["used_until"] or "—"
        reasons.add_row(
            *(str(r["points"]), str(r["full_points"]), f"{r['percent']} %", r["text"], until),
            r["record_id"],
            r["source"],
        )
    console.print(reasons)
    for record in found["unused"]:
        console.print(
            f"未使用 not used: {record['why_zh']} / {record['why_en']}  [{record['record_id']}]", markup=False
        )
    console.print(f"下次变化日 next change: {found['next_change_on'] or '无 none'}")

"""`shenguan approval …` (命令行): bring files to the running approval service, and its migrations.

It speaks to the service through its public API, like everybody else. Exit code 0: done; 1: refused or not reached.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from approval.cli.asking import DEFAULT_URL, File, Json, Url, get, post, rows_of, sentence, text_of
from ops.migrate_command import offer

app = typer.Typer(name="approval", help="审批：导入办件与事项 / import cases and items", no_args_is_help=True)

_ITEM_HEADINGS = {
    "事项编码": "item_code",
    "事项名称": "name",
    "审批部门": "department",
    "直接关系公共安全": "public_safety",
}
_ANSWERS = {
    "ALLOW": "可以申请 may apply",
    "ALLOW_WITHOUT_COMMITMENT": "可以申请，不适用告知承诺 may apply, not on a commitment",
    "REFUSE": "不得申请 may not apply",
}
_TRUTH = {"": False, "否": False, "false": False, "0": False, "n": False} | dict.fromkeys(
    ("是", "true", "1", "y"), True
)


@app.command("import", epilog="例 / example: shenguan approval import licences.xlsx --existing --dry-run")
def import_file(
    file: File,
    existing: Annotated[bool, typer.Option("--existing", help="存量许可：不生成任务 / in force, no tasks")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查 / check only")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="写入无误的行 / write the good rows")] = False,
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """导入 CSV 或 xlsx 办件，列名见 README / import cases; columns are listed in the README."""
    asked = {"existing": existing, "dry_run": dry_run, "partial": partial}
    answer = post(url, "/api/v1/cases:import", files={"file": (file.name, file.read_bytes())}, params=asked)
    report = answer.json()
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    elif "rows" in report:
        _show(report)
    else:
        _complain(report)
    if answer.is_error or (dry_run and report["refused"]):
        raise typer.Exit(1)


@app.command(epilog="例 / example: shenguan approval items items.csv")
def items(file: File, as_json: Json = False, url: Url = DEFAULT_URL) -> None:
    """登记事项目录：CSV（事项编码、事项名称、审批部门、直接关系公共安全）或 NDJSON / list items from CSV or NDJSON."""
    lines = "\n".join(json.dumps(item, ensure_ascii=False) for item in _items(file))
    answer = post(url, "/api/v1/items:batch", content=lines.encode(), headers={"content-type": "application/x-ndjson"})
    answers = [json.loads(line) for line in answer.text.splitlines()]
    bad = [line for line in answers if line["status"] >= httpx.codes.BAD_REQUEST]
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"已登记 {len(answers) - len(bad)} 项，被拒 {len(bad)} 项 / listed, refused")
        for line in bad:
            typer.echo(f"第 {line['line']} 行 / line {line['line']}: {sentence(line['problem'])}", err=True)
    if bad:
        raise typer.Exit(1)


@app.command(epilog="例 / example: shenguan approval gate 91640202MA00000A14 1006 --on 2026-03-02")
def gate(
    uscc: Annotated[str, typer.Argument(help="统一社会信用代码 / unified social credit code")],
    item: Annotated[str, typer.Argument(help="事项编码 / code of the item")],
    on: Annotated[
        str | None, typer.Option(help="判断日期；缺省为今天 / the day to judge for, today by default")
    ] = None,
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """信用关口：该组织能否申请该事项、是否适用告知承诺 / may it apply, and on a commitment? Exit 0 on any answer."""
    asked = {"uscc": uscc, "item": item} | ({"on": on} if on else {})
    told = get(url, "/api/v1/gate", params=asked)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{told['on']} {_ANSWERS[told['answer']]}（{told['answer']}），信用等级 grade {told['grade'] or '—'}")
    for reason in told["reasons"]:
        typer.echo(f"- {reason['zh']} / {reason['en']}")
        typer.echo(f"  依据 basis: {reason['basis']}；文书号 document: {reason['document_no'] or '—'}")
    typer.echo(f"{_age(told)}；规则 rules {told['rules']}")


offer(app, "approval", Path(__file__).parents[1] / "migrations")


def _age(told: dict[str, Any]) -> str:
    if told["as_of"] is None:
        return "尚未收到信用的任何事件 / nothing was heard of credit yet"
    behind = "未知 unknown" if told["behind"] is None else told["behind"]
    return f"信用事件截至 as of {told['as_of']}（{told['age_seconds']} 秒前 seconds ago），未应用的事件 not applied: {behind}"


def _items(file: Path) -> list[dict[str, Any]]:
    text = text_of(file)
    if text.lstrip().startswith("{"):
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    rows: list[dict[str, Any]] = list(rows_of(text, _ITEM_HEADINGS))
    for row in rows:
        # What is neither yes nor no goes as it is, and the service says what is wrong with it.
        flag = row.get("public_safety", "")
        row["public_safety"] = _TRUTH.get(flag.strip().lower(), flag)
    return rows


def _show(report: dict[str, Any]) -> None:
    mode = "试运行，未写入 / dry run, nothing written; " if report["dry_run"] else ""
    typer.echo(
        f"{mode}共 {report['rows']} 行 rows，写入 {report['written']} written，"
        f"重复 {report['duplicates']} duplicates，有误 {report['refused']} refused",
    )
    if not report["errors"]:
        return
    table = Table("行 row", "列 column", "问题", "problem")
    for error in report["errors"]:
        table.add_row(str(error["row"]), error["column"] or error["pointer"], error["zh"], error["en"])
    Console(stderr=True).print(table, markup=False)
    if "title" in report:
        _complain({**report, "errors": []})


def _complain(problem: dict[str, Any]) -> None:
    typer.echo(sentence(problem), err=True)

"""``shenguan export``: batches for the authorities from every service that has rows to send, asked over their public API."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from ops.failure import Exit
from ops.sign_in import headers_for

app = typer.Typer(
    help="报送：双公示与监管行为，分批、可复取；各命令可加 --json / exports in batches; every command takes --json",
    epilog="例 / example: shenguan export run licence --from 2026-03-01 --to 2026-03-31 --by clerk-1",
    no_args_is_help=True,
    add_completion=False,
)
_PATIENCE = 600
_PAGE = 500


class ExportTable(StrEnum):
    """报送字段表, as the services name them."""

    LICENCE = "licence"
    PENALTY = "penalty"
    CHECK_ACTION = "check_action"
    PENALTY_ACTION = "penalty_action"

    @property
    def service(self) -> str:
        """Whose rows they are."""
        return "approval" if self is ExportTable.LICENCE else "supervision"


class FileForm(StrEnum):
    """文件格式."""

    CSV = "csv"
    NDJSON = "ndjson"
    XLSX = "xlsx"


Which = Annotated[ExportTable, typer.Argument(help="字段表 / field table", show_choices=True)]
Some = Annotated[ExportTable | None, typer.Option("--table", help="字段表，缺省为全部 / field table, all by default")]
Number = Annotated[str, typer.Argument(metavar="BATCH", help="批次号 / batch")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
By = Annotated[str, typer.Option("--by", help="经办人编码 / who does it")]
Approval = Annotated[
    str, typer.Option("--approval-url", envvar="SHENGUAN_APPROVAL_URL", help="审批服务地址 / approval")
]
Supervision = Annotated[
    str, typer.Option("--supervision-url", envvar="SHENGUAN_SUPERVISION_URL", help="监管服务地址 / supervision")
]
_APPROVAL, _SUPERVISION = "http://127.0.0.1:8101", "http://127.0.0.1:8102"
_BATCH = ("batch", "table", "from", "to", "by", "inserted", "updated", "deleted", "refused", "unchanged")
_ARREARS = ("table", "department", "overdue", "due_soon", "running", "earliest_due")


@app.command(epilog="例 / example: shenguan export run licence --from 2026-03-01 --to 2026-03-31 --by clerk-1")
def run(
    *,
    table: Which,
    first: Annotated[str, typer.Option("--from", help="起始日（含）/ first day")],
    last: Annotated[str, typer.Option("--to", help="截止日（含）/ last day")],
    by: By,
    approval: Approval = _APPROVAL,
    supervision: Supervision = _SUPERVISION,
    as_json: Json = False,
) -> None:
    """报送一批；有未通过校验的行时退出码 1 / run an export; exit code 1 when rows were refused."""
    asked = {"table": table.value, "from": first, "to": last, "by": by}
    found = _answer(_url(table, approval, supervision), "POST", "/exports", json=asked).json()
    if as_json:
        _print_json(found)
    elif found["batch"] is None:
        typer.echo(
            f"没有可报送的内容（未变 {found['unchanged']} 行）/ nothing to send ({found['unchanged']} unchanged)"
        )
    else:
        _print_table("报送批次 batch", _BATCH, [found])
    if found.get("refused"):
        raise typer.Exit(Exit.FINDING)


@app.command("list", epilog="例 / example: shenguan export list --table licence --limit 20")
def listed(
    *,
    table: Some = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="每个服务最多条数 / at most, of each service")] = 50,
    approval: Approval = _APPROVAL,
    supervision: Supervision = _SUPERVISION,
    as_json: Json = False,
) -> None:
    """列出批次，新的在前 / list batches, newest first."""
    asked = {"limit": str(limit)} | ({"table": table.value} if table else {})
    found = [
        batch
        for url in _urls(table, approval, supervision)
        for batch in _answer(url, "GET", "/exports", params=asked).json()["items"]
    ]
    if as_json:
        return _print_json({"items": found})
    return _print_table("报送批次 batches", _BATCH, found)


@app.command(epilog="例 / example: shenguan export file licence 2026030200001 --format xlsx --output licence.xlsx")
def file(
    *,
    table: Which,
    batch: Number,
    form: Annotated[FileForm, typer.Option("--format", help="文件格式 / format")] = FileForm.CSV,
    output: Annotated[Path | None, typer.Option(help="写入文件，缺省为标准输出 / a file; standard output")] = None,
    chinese: Annotated[bool, typer.Option("--chinese", help="第二行写中文字段名 / a second row in Chinese")] = False,
    disclose: Annotated[
        bool, typer.Option("--disclose", help="含完整个人信息，留痕 / with personal data, traced")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="取用人编码，与 --disclose 同用 / who takes it")] = "",
    reason: Annotated[str, typer.Option("--reason", help="理由，与 --disclose 同用 / why")] = "",
    approval: Approval = _APPROVAL,
    supervision: Supervision = _SUPERVISION,
    as_json: Json = False,
) -> None:
    """取一个批次的文件；个人信息脱敏，除非写明何人、为何 / the file of a batch; persons are masked unless asked for."""
    url = _url(table, approval, supervision)
    if disclose:
        body = {"by": by, "reason": reason, "format": form.value}
        content = _answer(url, "POST", f"/exports/{batch}:disclose", json=body).content
    else:
        asked = {"format": form.value, "chinese": str(chinese).lower()}
        content = _answer(url, "GET", f"/exports/{batch}/file", params=asked).content
    if output is None:
        sys.stdout.buffer.write(content)
        return
    output.write_bytes(content)
    if as_json:
        _print_json({"batch": batch, "file": str(output), "bytes": len(content), "disclosed": disclose})
    else:
        typer.echo(f"已写入 {output}（{len(content)} 字节）/ written, {len(content)} bytes")


@app.command(
    epilog="例 / example: shenguan export complete penalty.csv --by clerk-1 --reason 报送主管部门 --output whole.csv"
)
def complete(
    *,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="监管的报送文件 / a file of supervision")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    output: Annotated[Path, typer.Option(help="写入的文件 / the file to write")],
    approval: Approval = _APPROVAL,
    as_json: Json = False,
) -> None:
    """由审批补上自然人的姓名与号码，逐人留痕 / have approval put in names and numbers of persons, traced one by one."""
    asked = {"params": {"by": by, "reason": reason}, "files": {"file": (file.name, file.read_bytes())}}
    content = _answer(approval, "POST", "/exports:complete", **asked).content
    output.write_bytes(content)
    if as_json:
        _print_json({"file": str(output), "bytes": len(content)})
    else:
        typer.echo(f"已写入 {output}（{len(content)} 字节）/ written, {len(content)} bytes")


@app.command(epilog="例 / example: shenguan export refusals licence 2026030200001")
def refusals(
    *,
    table: Which,
    batch: Number,
    approval: Approval = _APPROVAL,
    supervision: Supervision = _SUPERVISION,
    as_json: Json = False,
) -> None:
    """列出未通过校验的行、字段与原因 / list the rows that were refused, their fields and why."""
    found = list(_every(_url(table, approval, supervision), f"/exports/{batch}/refusals"))
    if as_json:
        return _print_json({"items": found})
    return _print_table(f"未通过校验 refused in {batch}", ("row", "field", "rule", "zh", "en"), found)


@app.command(epilog="例 / example: shenguan export overdue --department SPJ")
def overdue(
    *,
    table: Some = None,
    department: Annotated[str | None, typer.Option(help="部门 / department")] = None,
    approval: Approval = _APPROVAL,
    supervision: Supervision = _SUPERVISION,
    as_json: Json = False,
) -> None:
    """按部门列出未按时报送的；有逾期的退出码 1 / what was not sent in time; exit code 1 when anything is overdue."""
    asked = {"table": table.value if table else None, "department": department}
    given = {name: value for name, value in asked.items() if value is not None}
    urls = _urls(table, approval, supervision)
    found = [row for url in urls for row in _answer(url, "GET", "/exports/overdue", params=given).json()["items"]]
    if as_json:
        _print_json({"items": found})
    else:
        _print_table("报送时限 limits", _ARREARS, found)
    if any(row["overdue"] for row in found):
        raise typer.Exit(Exit.FINDING)


def _url(table: ExportTable, approval: str, supervision: str) -> str:
    return approval if table.service == "approval" else supervision


def _urls(table: ExportTable | None, approval: str, supervision: str) -> list[str]:
    return [_url(table, approval, supervision)] if table else [approval, supervision]


def _every(url: str, path: str) -> Iterator[dict[str, Any]]:
    cursor: int | None = 0
    while cursor is not None:
        page = _answer(url, "GET", path, params={"limit": _PAGE, "cursor": cursor}).json()
        yield from page["items"]
        cursor = page["next"]


def _answer(url: str, method: str, path: str, **content: Any) -> httpx.Response:
    """A good answer; a refusal is told in both languages and ends with 1."""
    try:
        address = f"{url.rstrip('/')}/api/v1{path}"
        answer = httpx.request(method, address, headers=headers_for(url), timeout=_PATIENCE, **content)
    except httpx.HTTPError as error:
        typer.echo(
            f"无法连接 {url}，请确认服务已启动 / cannot reach {url}; is the service running? ({error})", err=True
        )
        raise typer.Exit(Exit.FINDING) from error
    if answer.is_error:
        said: dict[str, Any] = (
            answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text}
        )
        typer.echo(f"{said.get('title')} / {said.get('title_en', answer.status_code)}", err=True)
        for fault in said.get("errors", []):
            typer.echo(f"  {fault['pointer']}: {fault['zh']} / {fault['en']}", err=True)
        raise typer.Exit(Exit.FINDING)
    return answer


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _print_table(title: str, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> None:
    shown = Table(*columns, title=title)
    for row in rows:
        shown.add_row(*("" if row.get(name) is None else str(row[name]) for name in columns))
    Console().print(shown)

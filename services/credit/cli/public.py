"""`shenguan credit public` (公示): what anybody is told of an organisation today."""

from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from credit.cli.asking import DEFAULT_URL, Json, Url, ask, print_json

_COLUMNS = {
    "on": "文书日期 date",
    "kind": "种类 kind",
    "record_class": "类别 class",
    "document_no": "文书号 document",
    "department": "部门 department",
    "shown_until": "公示至 shown until",
    "repairable_from": "可申请修复 repairable from",
    "objection_pending": "异议处理中 objection",
}
_PARTS = {"records": "失信信息 records", "commendations": "守信信息 commendations", "lists": "名单 lists"}


def public(
    uscc: Annotated[str, typer.Argument(help="统一社会信用代码 / unified social credit code")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """公示信息：今天可以公示的记录与修复、异议的办法 / what the public is shown today, and how to contest it."""
    found = ask("GET", url, f"/api/v1/public/subjects/{quote(uscc, safe='')}")
    if as_json:
        return print_json(found)
    console = Console()
    console.print(f"{found['name']}  {found['id_no']}   {found['as_of']}", markup=False)
    for part, title in _PARTS.items():
        if found[part]:
            console.print(_table(title, found[part]))
    for way, title in (("repair", "信用修复 repair"), ("objection", "异议 objection")):
        told = found[way]
        console.print(f"{title}: {told['zh']} / {told['en']}", markup=False, highlight=False)
    return None


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    table = Table(*_COLUMNS.values(), title=title)
    for row in rows:
        told = row | {"objection_pending": "是 yes" if row["objection_pending"] else ""}
        table.add_row(*(str(told[name] or "") for name in _COLUMNS))
    return table

"""Asking supervision (访问监管服务): where it is, and what its commands share."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ops.asking import Desk, print_json, problem_of, tell_problem

__all__ = ["DEFAULT_URL", "Json", "Url", "answered", "ask", "print_json", "print_table", "problem_of", "tell_problem"]

DEFAULT_URL = "http://127.0.0.1:8102"
Url = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_SUPERVISION_URL", help="监管服务地址 / address of the service", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_DESK = Desk("监管服务", "supervision", 120)
ask, answered = _DESK.ask, _DESK.answered


def print_table(title: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as a table; what a row does not have stays empty."""
    names = tuple(columns)
    table = Table(*names, title=title)
    for row in rows:
        table.add_row(*(_shown(row.get(name)) for name in names))
    Console().print(table)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)

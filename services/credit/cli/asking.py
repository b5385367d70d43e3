"""Asking credit (访问信用服务): where it is, and what its commands share."""

from typing import Annotated

import typer

from ops.asking import Desk, print_json, tell_problem

__all__ = ["DEFAULT_URL", "Json", "Url", "ask", "lines", "print_json", "tell_problem"]

DEFAULT_URL = "http://127.0.0.1:8103"
Url = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_CREDIT_URL", help="信用服务地址 / address of the credit service", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_DESK = Desk("信用服务", "credit", 600)
ask, lines = _DESK.ask, _DESK.lines

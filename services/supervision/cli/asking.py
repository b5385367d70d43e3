"""Asking the service (访问监管服务): what its commands share; refusals are told in both languages and end with 1."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from ops.sign_in import headers_for

DEFAULT_URL = "http://127.0.0.1:8102"
Url = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_SUPERVISION_URL", help="监管服务地址 / address of the service", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_PATIENCE = 120


def answered(method: str, url: str, path: str, **content: Any) -> httpx.Response:
    """The service's answer, whatever it is; 1 when it cannot be reached."""
    content["headers"] = headers_for(url) | content.get("headers", {})
    try:
        return httpx.request(method, url.rstrip("/") + path, timeout=_PATIENCE, **content)
    except httpx.HTTPError as error:
        said = f"无法连接监管服务 {url}，请确认其已启动 / cannot reach supervision at {url}; is it running? ({error})"
        typer.echo(said, err=True)
        raise typer.Exit(1) from error


def ask(method: str, url: str, path: str, **content: Any) -> Any:
    """The JSON of a good answer; a refusal is told and ends with 1."""
    answer = answered(method, url, path, **content)
    if answer.is_success:
        return answer.json()
    tell_problem(problem_of(answer))
    raise typer.Exit(1)


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem document of a refusal."""
    told: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text}
    return told


def tell_problem(problem: Mapping[str, Any]) -> None:
    """A refusal, sentence by sentence, to the standard error."""
    typer.echo(f"{problem.get('title')} / {problem.get('title_en', problem.get('status', ''))}", err=True)
    for fault in problem.get("errors", []):
        place = f"{fault['sheet']}!{fault['cell']}" if fault.get("cell") else fault["pointer"]
        typer.echo(f"  {place}: {fault['zh']} / {fault['en']}", err=True)


def print_table(title: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as a table; what a row does not have stays empty."""
    names = tuple(columns)
    table = Table(*names, title=title)
    for row in rows:
        table.add_row(*(_shown(row.get(name)) for name in names))
    Console().print(table)


def print_json(document: Any) -> None:
    """JSON as people read it."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)

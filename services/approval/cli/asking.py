"""Asking (请求) the running approval service from a command line, and reading the tables people bring."""

import csv
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from kernel.role import Role
from ops.sign_in import headers_for

DEFAULT_URL = "http://127.0.0.1:8101"
Url = Annotated[
    str, typer.Option(envvar="SHENGUAN_APPROVAL_URL", help="审批服务地址 / address of the approval service")
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
_UNPROCESSABLE = 422


def text_of(file: Path) -> str:
    """The text of a file in one of the usual encodings."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def rows_of(text: str, headings: dict[str, str]) -> list[dict[str, str]]:
    """The rows of a CSV; ``headings``: Chinese heading → field, an English heading is the field itself."""
    reader = csv.DictReader(StringIO(text, newline=""))
    return [{headings.get(name, name): value or "" for name, value in row.items() if name} for row in reader]


def post(url: str, path: str, administrator: Role = Role.SYSTEM_ADMIN, **content: Any) -> httpx.Response:
    """What the service answers to a POST; 422 is an answer, anything else that fails ends with exit code 1."""
    content["headers"] = headers_for(url, administrator) | content.get("headers", {})
    return _asked(url, lambda: httpx.post(url.rstrip("/") + path, timeout=600, **content))


def get(url: str, path: str, administrator: Role = Role.SYSTEM_ADMIN, **asked: Any) -> Any:
    """What the service answers to a GET; anything that fails ends with exit code 1."""
    signed_in = headers_for(url, administrator)
    answer = _asked(url, lambda: httpx.get(url.rstrip("/") + path, headers=signed_in, timeout=60, **asked))
    if answer.is_error:
        typer.echo(sentence(answer.json()), err=True)
        raise typer.Exit(1)
    return answer.json()


def every(url: str, path: str, administrator: Role = Role.SYSTEM_ADMIN) -> list[dict[str, Any]]:
    """All items of a list of the service, page by page."""
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        asked: dict[str, str | int] = {"limit": 500, "cursor": cursor}
        page = get(url, path, administrator, params=asked)
        items += page["items"]
        cursor = page["next"]
    return items


def sentence(problem: dict[str, Any]) -> str:
    """A problem in both languages with its faults."""
    faults = "".join(f"\n  {e.get('pointer', '')} {e['zh']} / {e['en']}" for e in problem.get("errors", []))
    return f"{problem.get('title')} / {problem.get('title_en')}{faults}"


def _asked(url: str, ask: Any) -> httpx.Response:
    try:
        answer: httpx.Response = ask()
    except httpx.HTTPError as error:
        typer.echo(f"无法连接审批服务 {url}，请确认其已启动 / cannot reach approval at {url} ({error})", err=True)
        raise typer.Exit(1) from error
    if answer.is_error and answer.status_code != _UNPROCESSABLE:
        typer.echo(answer.text, err=True)
        raise typer.Exit(1)
    return answer

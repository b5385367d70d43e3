"""Asking the service (访问信用服务): what its commands share; refusals are told in both languages and end with 1."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import typer

from ops.sign_in import headers_for

DEFAULT_URL = "http://127.0.0.1:8103"
Url = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_CREDIT_URL", help="信用服务地址 / address of the credit service", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_PATIENCE = 600


def answered(method: str, url: str, path: str, **content: Any) -> httpx.Response:
    """The service's answer, whatever it is; 1 when it cannot be reached."""
    content["headers"] = headers_for(url) | content.get("headers", {})
    try:
        return httpx.request(method, url.rstrip("/") + path, timeout=_PATIENCE, **content)
    except httpx.HTTPError as error:
        raise unreachable(url, error) from error


def ask(method: str, url: str, path: str, **content: Any) -> Any:
    """The JSON of a good answer; a refusal is told and ends with 1."""
    answer = answered(method, url, path, **content)
    if answer.is_success:
        return answer.json()
    tell_problem(answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text})
    raise typer.Exit(1)


def unreachable(url: str, error: httpx.HTTPError) -> typer.Exit:
    """The service is away: say so, and end with 1."""
    said = f"无法连接信用服务 {url}，请确认其已启动 / cannot reach credit at {url}; is it running? ({error})"
    typer.echo(said, err=True)
    return typer.Exit(1)


def tell_problem(problem: Mapping[str, Any]) -> None:
    """A refusal, sentence by sentence, to the standard error."""
    typer.echo(f"{problem.get('title')} / {problem.get('title_en', problem.get('status', ''))}", err=True)
    for fault in problem.get("errors", []):
        typer.echo(f"  {fault['pointer']}: {fault['zh']} / {fault['en']}", err=True)


def print_json(document: Any) -> None:
    """JSON as people read it."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))

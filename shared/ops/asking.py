"""Asking a service from the command line (命令行访问服务); refusals are told in both languages and end with 1."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import typer

from ops.sign_in import headers_for


@dataclass(frozen=True, slots=True)
class Desk:
    """One service as its commands reach it. ``zh``, ``en``: what it is called; ``patience``: seconds for an answer."""

    zh: str
    en: str
    patience: float

    def answered(self, method: str, url: str, path: str, **content: Any) -> httpx.Response:
        """The service's answer, whatever it is; 1 when it cannot be reached."""
        content["headers"] = headers_for(url) | content.get("headers", {})
        try:
            return httpx.request(method, url.rstrip("/") + path, timeout=self.patience, **content)
        except httpx.HTTPError as error:
            raise self._unreachable(url, error) from error

    def ask(self, method: str, url: str, path: str, **content: Any) -> Any:
        """The JSON of a good answer; a refusal is told and ends with 1."""
        answer = self.answered(method, url, path, **content)
        if answer.is_success:
            return answer.json()
        tell_problem(problem_of(answer))
        raise typer.Exit(1)

    def file(self, url: str, path: str, **content: Any) -> bytes:
        """A file; a refusal is told and ends with 1."""
        answer = self.answered("GET", url, path, **content)
        if answer.is_success:
            return answer.content
        tell_problem(problem_of(answer))
        raise typer.Exit(1)

    def lines(self, method: str, url: str, path: str, **content: Any) -> Iterator[dict[str, Any]]:
        """The lines of a long answer (NDJSON) while they come; a refusal is told and ends with 1."""
        asked = httpx.stream(method, url.rstrip("/") + path, headers=headers_for(url), timeout=self.patience, **content)
        try:
            with asked as answer:
                if answer.is_error:
                    answer.read()
                    tell_problem(problem_of(answer))
                    raise typer.Exit(1)
                for line in answer.iter_lines():
                    yield json.loads(line)
        except httpx.HTTPError as error:
            raise self._unreachable(url, error) from error

    def _unreachable(self, url: str, error: httpx.HTTPError) -> typer.Exit:
        said = f"无法连接{self.zh} {url}，请确认其已启动 / cannot reach {self.en} at {url}; is it running? ({error})"
        typer.echo(said, err=True)
        return typer.Exit(1)


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


def print_json(document: Any) -> None:
    """JSON as people read it."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))

"""`shenguan supervision …` (命令行): catalogue and tasks of the running supervision service, and its migrations.

It asks the service through its public API, like everybody else.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from chassis.migrations import migrate as run_migrations
from kernel.inspection import TaskState

app = typer.Typer(name="supervision", help="监管：事项目录、任务 / catalogue, tasks", no_args_is_help=True)
catalogue = typer.Typer(name="catalogue", help="审管联动事项目录清单 / the linkage catalogue", no_args_is_help=True)
app.add_typer(catalogue)

Url = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_SUPERVISION_URL", help="监管服务地址 / address of the service", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
DEFAULT_URL = "http://127.0.0.1:8102"
_TASK_COLUMNS = ("task_id", "state", "department", "object_no", "object_name", "case_id", "created_at")


@catalogue.command(epilog="例 / example: shenguan supervision catalogue load catalogue-2026-1.json")
def load(
    file: Annotated[Path, typer.Argument(help="目录文件 / catalogue file (JSON)", exists=True, dir_okay=False)],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """载入一个目录版本，载入后不可更改 / load a version; it never changes afterwards."""
    receipt = _ask("POST", url, "/api/v1/catalogue-versions", json=_document(file))
    if as_json:
        return _print_json(receipt)
    done = "此前已载入 / was loaded before" if receipt["duplicate"] else "已载入 / loaded"
    counts = f"{receipt['links']} 条联动关系 links, {receipt['checklists']} 张检查表 checklists"
    return typer.echo(f"{receipt['version']}: {done} ({counts})")


@catalogue.command(epilog="例 / example: shenguan supervision catalogue show 2026-1 --json")
def show(
    version: Annotated[str, typer.Argument(help="版本；省略则列出全部 / version; all when left out")] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """列出目录版本，或显示一个版本的联动关系 / list the versions, or show the links of one."""
    found = _ask("GET", url, "/api/v1/catalogue-versions" + (f"/{version}" if version else ""))
    if as_json:
        return _print_json(found)
    if version:
        parts = ("code", "item_code", "kinds", "department", "check_kind", "checklist", "effective_from")
        return _print_table(f"联动关系 links of {version}", parts, found["links"])
    columns = ("version", "effective_from", "effective_to", "links", "checklists", "loaded_at")
    return _print_table("目录版本 versions", columns, found["items"])


@app.command(epilog="例 / example: shenguan supervision tasks --state PUBLISHED --department DEMO-FOOD --limit 20")
def tasks(
    state: Annotated[TaskState | None, typer.Option(help="状态 / state")] = None,
    department: Annotated[str | None, typer.Option(help="监管部门 / department")] = None,
    source_system: Annotated[str | None, typer.Option(help="来源系统 / source system")] = None,
    object_no: Annotated[str | None, typer.Option(help="对象编号 / object number")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="最多条数 / at most")] = 50,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """按状态、部门、来源或对象列出任务 / list tasks."""
    asked = {
        "state": state.value if state else None,
        "department": department,
        "source_system": source_system,
        "object_no": object_no,
        "limit": limit,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    found = _ask("GET", url, "/api/v1/tasks", params=given)
    if as_json:
        return _print_json(found)
    return _print_table("监管任务 tasks", _TASK_COLUMNS, found["items"])


@app.command(epilog="例 / example: shenguan supervision migrate --database-url postgresql://s:…@db.example/supervision")
def migrate(
    database_url: Annotated[
        str, typer.Option(envvar="SHENGUAN_SUPERVISION_DATABASE_URL", help="数据库地址 / database")
    ],
    as_json: Json = False,
) -> None:
    """把监管数据库升级到最新版本 / bring the supervision database to the newest revision."""
    asyncio.run(run_migrations(database_url, Path(__file__).parent / "migrations"))
    if as_json:
        return _print_json({"service": "supervision", "migrated": True})
    return typer.echo("监管数据库已是最新版本 / the supervision database is up to date")


def _document(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        typer.echo(f"{file} 不是 UTF-8 编码的 JSON，请检查 / is not JSON in UTF-8 ({error})", err=True)
        raise typer.Exit(1) from error


def _ask(method: str, url: str, path: str, **content: Any) -> Any:
    try:
        answer = httpx.request(method, url.rstrip("/") + path, timeout=60, **content)
    except httpx.HTTPError as error:
        said = f"无法连接监管服务 {url}，请确认其已启动 / cannot reach supervision at {url}; is it running? ({error})"
        typer.echo(said, err=True)
        raise typer.Exit(1) from error
    if answer.is_success:
        return answer.json()
    problem: dict[str, Any] = (
        answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text}
    )
    typer.echo(f"{problem.get('title')} / {problem.get('title_en', answer.status_code)}", err=True)
    for fault in problem.get("errors", []):
        typer.echo(f"  {fault['pointer']}: {fault['zh']} / {fault['en']}", err=True)
    raise typer.Exit(1)


def _print_table(title: str, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*(_shown(row[name]) for name in columns))
    Console().print(table)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(sorted(value))
    return "" if value is None else str(value)


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))

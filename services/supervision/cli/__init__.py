"""`shenguan supervision …` (命令行): tasks and risk classes of the running supervision service, its migrations.

It asks the service through its public API, like everybody else.
"""

from pathlib import Path
from typing import Annotated

import typer

from kernel.inspection import TaskState
from ops.migrate_command import offer
from supervision.cli.asking import DEFAULT_URL, Json, Url, ask, print_json, print_table
from supervision.cli.risk import risk
from supervision.domain.deadlines import DeadlineKind

app = typer.Typer(name="supervision", help="监管：任务、风险等级 / tasks, risk classes", no_args_is_help=True)
app.command(epilog="例 / example: shenguan supervision risk chicago 1234567")(risk)
_TASK_COLUMNS = ("task_id", "state", "department", "object_no", "object_name", "case_id", "created_at")


@app.command(epilog="例 / example: shenguan supervision tasks --state PENDING_CLAIM --department DEMO-FOOD --limit 20")
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
    found = ask("GET", url, "/api/v1/tasks", params=given)
    if as_json:
        return print_json(found)
    return print_table("监管任务 tasks", _TASK_COLUMNS, found["items"])


@app.command(epilog="例 / example: shenguan supervision days 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 CLAIM")
def days(
    task_id: Annotated[str, typer.Argument(help="任务编号 / task id")],
    kind: Annotated[DeadlineKind, typer.Argument(help="时限种类 / kind of the deadline")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """逐日说明一个任务的时限如何算出 / explain a deadline of a task day by day."""
    found = ask("GET", url, f"/api/v1/tasks/{task_id}/deadlines/{kind.value}/days")
    if as_json:
        return print_json(found)
    rows = [{**day, "why": ", ".join(day["why"])} for day in found["days"]]
    return print_table(f"{found['limit']} → {found['due_on']} 24:00", ("day", "number", "why", "source"), rows)


offer(app, "supervision", Path(__file__).parents[1] / "migrations")

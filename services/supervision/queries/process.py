"""How tasks are handled (过程查询): clocks, trace, joint visits, and what a person or department holds."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, select, text, tuple_, union
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row
from kernel.inspection import TaskState
from supervision.domain.catalogue import Method
from supervision.tables import department, inspector, task, task_change

_FINAL = [state.value for state in TaskState if not state.open]
_DEADLINES = text("""
SELECT deadline_id, kind, limit_value AS "limit", started_at, due_at, due_on, state, ended_at, next_step, next_at,
       stops::text, extensions::text, steps::text
  FROM deadline WHERE owner = :task ORDER BY started_at, deadline_id
""")
WHOSE = """
SELECT d.owner AS owner, t.department, t.object_name AS name FROM task t WHERE t.task_id = d.owner::uuid
 UNION ALL
SELECT d.owner, p.department, p.object_name FROM publication p WHERE p.publication_no = d.owner::uuid
"""
"""Whose the deadline ``d`` is (归属): its task's, or its publication's."""
_OBJECT = (task.c.source_system, task.c.object_no)


async def deadlines_of(connection: AsyncConnection, task_id: str) -> list[Row]:
    """Every clock of a task (任务时限), the oldest first; steps as {step, at}."""
    rows = [dict(row) for row in (await connection.execute(_DEADLINES, {"task": task_id})).mappings()]
    for row in rows:
        for name in ("stops", "extensions"):
            row[name] = msgspec.json.decode(row[name])
        row["steps"] = [{"step": step, "at": at} for step, at in msgspec.json.decode(row["steps"])]
    return rows


async def history_of(connection: AsyncConnection, task_id: str) -> list[Row]:
    """Every change of a task (流转记录) in the order it was made."""
    parts = [column for column in task_change.c if column.name != "task_id"]
    wanted = select(*parts).where(task_change.c.task_id == task_id).order_by(task_change.c.number)
    return [dict(row) for row in (await connection.execute(wanted)).mappings()]


async def visits(
    connection: AsyncConnection, which: Mapping[str, str | None], after: tuple[str, str] | None, limit: int
) -> list[Row]:
    """Open on-site tasks per object (综合查一次), where one visit can serve several; ``department``: has one of them."""
    asked = {name: value for name, value in which.items() if value is not None}
    department = asked.pop("department", None)
    parts = func.jsonb_build_object(
        *("task_id", task.c.task_id, "department", task.c.department, "checklist", task.c.checklist),
        *("state", task.c.state, "purpose", task.c.purpose, "planned_on", task.c.planned_on),
    )
    wanted = (
        select(
            *_OBJECT,
            func.max(task.c.object_name).label("object_name"),
            func.max(task.c.object_address).label("object_address"),
            func.array_agg(task.c.department.distinct()).label("departments"),
            func.jsonb_agg(aggregate_order_by(parts, task.c.task_id)).label("tasks"),
        )
        .where(task.c.state.not_in(_FINAL), task.c.method == Method.ON_SITE.value)
        .where(*(task.c[name] == value for name, value in asked.items()))
        .group_by(*_OBJECT)
        .having(func.count() > 1)
        .order_by(*_OBJECT)
        .limit(limit)
    )
    if department is not None:
        wanted = wanted.having(func.bool_or(task.c.department == department))
    if after:
        wanted = wanted.where(tuple_(*_OBJECT) > after)
    return [dict(row) for row in (await connection.execute(wanted)).mappings()]


async def is_department(connection: AsyncConnection, code: str) -> bool:
    """True when the code names a department: of the directory, of an inspector, or one with open tasks."""
    known = select(department.c.code).where(department.c.code == code)
    staffed = select(inspector.c.department).where(inspector.c.department == code).limit(1)
    holding = select(task.c.department).where(task.c.department == code, task.c.state.not_in(_FINAL)).limit(1)
    return (await connection.execute(union(known, staffed, holding).limit(1))).first() is not None


async def held_by(connection: AsyncConnection, code: str) -> list[str]:
    """Ids of the open tasks a person or a department holds (未办结任务), oldest first."""
    held = [
        select(task.c.task_id).where(task.c.state.not_in(_FINAL), condition)
        for condition in (
            task.c.department == code,
            task.c.claimed_by == code,
            task.c.liaison == code,
            task.c.responsible_officer == code,
            task.c.crew.any(code),
        )
    ]
    found = union(*held).subquery()
    rows = await connection.execute(select(found.c.task_id).order_by(found.c.task_id))
    return [str(row.task_id) for row in rows]

"""The board (联动看板): how many were decided, pushed, claimed in time and concluded; cards; by department and by month."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from console.queries.cards import OPEN
from console.queries.due import NEVER, Span, within
from console.queries.fixing import CASES, PROGRESS, fixed_stages
from console.tables import case_month_count, task_line, task_month_count, task_state_count
from kernel.reckoning import months_after

_MONTHS = 12
STAGES = (*CASES, *PROGRESS)
"""What is counted of a month: cases by the day of the decision, tasks of decisions by when they were made."""
Board = dict[str, Any]


async def board(connection: AsyncConnection, today: date, spans: Mapping[str, Span]) -> Board:
    """Everything on the board: ``since`` a day, ``funnel`` the twelve ``months`` together, ``departments`` as they stand.

    Of each month its stages as they are now, and under ``fixed`` as they were fixed (定格), None before that.
    ``due``: by department, what is due in each of ``spans`` (name → time).

    The read model keeps the counts with the rows (migration 0013); only what is due in a time is counted here.
    """
    first = months_after(today.replace(day=1), 1 - _MONTHS)
    months = _by_month(first, [*await _cases(connection, first), *await _tasks(connection, first)])
    fixed = await fixed_stages(connection, first)
    return {
        "since": first,
        "funnel": {stage: sum(month[stage] for month in months) for stage in STAGES},
        "departments": await _departments(connection),
        "due": await _due(connection, spans),
        "months": [month | {"fixed": fixed.get(month["month"])} for month in months],
    }


async def _cases(connection: AsyncConnection, first: date) -> list[Row]:
    """By month of the decision."""
    c = case_month_count.c
    counts = select(c.month, *_sums(c, *CASES))
    return await rows_of(connection, counts.where(c.month >= first).group_by(c.month))


async def _tasks(connection: AsyncConnection, first: date) -> list[Row]:
    """Tasks of decisions by the month in China they were made in, and how far they are now."""
    t = task_month_count.c
    counts = select(t.month, *_sums(t, *PROGRESS))
    return await rows_of(connection, counts.where(t.month >= first).group_by(t.month))


def _by_month(first: date, counted: list[Row]) -> list[Row]:
    """A row for each of the months, whether something was counted or not; what is decided for later days is left out."""
    rows = {each: dict.fromkeys(STAGES, 0) for each in (months_after(first, n) for n in range(_MONTHS))}
    for counts in counted:
        if counts["month"] in rows:
            rows[counts["month"]] |= {name: number for name, number in counts.items() if name != "month"}
    return [{"month": month, **counts} for month, counts in rows.items()]


async def _departments(connection: AsyncConnection) -> list[Row]:
    """Department × state, with the cards that stand."""
    t = task_state_count.c
    in_all = func.sum(t.tasks)
    wanted = (
        select(
            t.department,
            t.state,
            *_sums(t, "tasks", "red", "yellow"),
            case((t.state.in_(OPEN), in_all), else_=0).label("open"),
        )
        .group_by(t.department, t.state)
        .having(in_all > 0)
        .order_by(t.department, t.state)
    )
    return await rows_of(connection, wanted)


async def _due(connection: AsyncConnection, spans: Mapping[str, Span]) -> list[Row]:
    """By department, how many of the tasks a clock runs on are due in each time."""
    if not spans:
        return []
    t = task_line.c
    counts = [func.count().filter(*within(span)).label(name) for name, span in spans.items()]
    wanted = select(t.department, *counts).where(t.department != "", t.due_place < literal(NEVER))
    return await rows_of(connection, wanted.group_by(t.department).order_by(t.department))


def _sums(columns: Any, *names: str) -> list[ColumnElement[Any]]:
    """Counts of all lanes together."""
    return [func.coalesce(func.sum(columns[name]), 0).label(name) for name in names]

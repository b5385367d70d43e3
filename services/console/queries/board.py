"""The board (联动看板): how many were decided, pushed, claimed in time and concluded; cards; by department and by month."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of, rows_of
from console.queries.cards import OPEN
from console.tables import case_month_count, task_month_count, task_state_count

_MONTHS = 12


async def board(connection: AsyncConnection, today: date) -> dict[str, Any]:
    """Everything on the board. Cases count by the day of decision, of these twelve months; tasks as they stand now.

    The read model keeps the counts with the rows (migration 0012): nothing is counted here.
    """
    first = _first_of_months(today)
    return {
        "since": first,
        "funnel": await _funnel(connection, first),
        "departments": await _departments(connection),
        "months": await _months(connection, first),
    }


async def _funnel(connection: AsyncConnection, first: date) -> Row:
    """决定、推送、认领、办结."""
    c, t = case_month_count.c, task_month_count.c
    decided = select(*_sums(c, "decided", "pushed", "unmatched")).where(c.month >= first)
    in_hand = select(*_sums(t, "tasks", "claimed", "claimed_in_time", "concluded")).where(t.month >= first)
    return (await first_of(connection, decided) or {}) | (await first_of(connection, in_hand) or {})


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


async def _months(connection: AsyncConnection, first: date) -> list[Row]:
    """By month of the decision."""
    c = case_month_count.c
    decided = func.sum(c.decided)
    wanted = (
        select(c.month, *_sums(c, "decided", "pushed"))
        .where(c.month >= first)
        .group_by(c.month)
        .having(decided > 0)
        .order_by(c.month)
    )
    return await rows_of(connection, wanted)


def _sums(columns: Any, *names: str) -> list[ColumnElement[int]]:
    """Counts of all lanes together."""
    return [func.coalesce(func.sum(columns[name]), 0).label(name) for name in names]


def _first_of_months(today: date) -> date:
    months = today.year * 12 + today.month - _MONTHS
    return date(months // 12, months % 12 + 1, 1)

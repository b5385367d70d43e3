"""The board (联动看板): how many were decided, pushed, claimed in time and concluded; cards; by department and by month."""

from datetime import date
from typing import Any

from sqlalchemy import Date, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of, rows_of
from console.queries.cards import OPEN, standing
from console.tables import case_line, task_line

_MONTHS = 12


async def board(connection: AsyncConnection, today: date) -> dict[str, Any]:
    """Everything on the board. Cases count by the day of decision, of these twelve months; tasks as they stand now."""
    first = _first_of_months(today)
    return {
        "since": first,
        "funnel": await _funnel(connection, first),
        "departments": await _departments(connection),
        "months": await _months(connection, first),
    }


async def _funnel(connection: AsyncConnection, first: date) -> Row:
    """决定、推送、认领、办结."""
    c, t = case_line.c, task_line.c
    decided = select(
        func.count().label("decided"),
        func.count(c.pushed_told).label("pushed"),
        func.count(c.unmatched_told).label("unmatched"),
    ).where(c.decided_on >= first, c.decided_told.is_not(None))
    in_hand = select(
        func.count().label("tasks"),
        func.count(t.claimed_told).label("claimed"),
        func.count().filter(t.claimed_automatically.is_(False), t.claimed_told.is_not(None)).label("claimed_in_time"),
        func.count().filter(t.state == "CLOSED").label("concluded"),
    ).where(t.created_at >= first)
    return (await first_of(connection, decided) or {}) | (await first_of(connection, in_hand) or {})


async def _departments(connection: AsyncConnection) -> list[Row]:
    """Department × state, with the cards that stand."""
    t = task_line.c
    red, yellow = (and_(standing(), t.card == card) for card in ("RED", "YELLOW"))
    wanted = (
        select(
            t.department,
            t.state,
            func.count().label("tasks"),
            func.count().filter(red).label("red"),
            func.count().filter(yellow).label("yellow"),
            func.count().filter(t.state.in_(OPEN)).label("open"),
        )
        .where(t.department != "", t.state != "")
        .group_by(t.department, t.state)
        .order_by(t.department, t.state)
    )
    return await rows_of(connection, wanted)


async def _months(connection: AsyncConnection, first: date) -> list[Row]:
    """By month of the decision."""
    c = case_line.c
    month = cast(func.date_trunc("month", c.decided_on), Date).label("month")
    wanted = (
        select(month, func.count().label("decided"), func.count(c.pushed_told).label("pushed"))
        .where(c.decided_on >= first, c.decided_told.is_not(None))
        .group_by(month)
        .order_by(month)
    )
    return await rows_of(connection, wanted)


def _first_of_months(today: date) -> date:
    months = today.year * 12 + today.month - _MONTHS
    return date(months // 12, months % 12 + 1, 1)

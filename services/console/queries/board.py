"""The board (联动看板): how many were decided, pushed, claimed in time and concluded; cards; by department and by month."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from console.queries.cards import OPEN, standing
from console.queries.due import Span, within
from console.tables import case_line, task_line
from kernel.reckoning import months_after, start_of

_MONTHS = 12
STAGES = ("decided", "pushed", "unmatched", "tasks", "claimed", "claimed_in_time", "concluded")
"""What is counted of a month: cases by the day of the decision, tasks of decisions by when they were made."""
Board = dict[str, Any]


async def board(connection: AsyncConnection, today: date, spans: Mapping[str, Span]) -> Board:
    """Everything on the board: ``since`` a day, ``funnel`` the twelve ``months`` together, ``departments`` as they stand.

    ``spans``: name → when tasks are due that are counted under it, by department.
    """
    first = months_after(today.replace(day=1), 1 - _MONTHS)
    months = _by_month(first, [*await _cases(connection, first), *await _tasks(connection, first)])
    return {
        "since": first,
        "funnel": {stage: sum(month[stage] for month in months) for stage in STAGES},
        "departments": await _departments(connection, spans),
        "months": months,
    }


def claimed_in_time() -> ColumnElement[bool]:
    """按时认领: claimed, or concluded at once, and no card was issued for the limit to claim."""
    t = task_line.c
    return and_(or_(t.claimed_told.is_not(None), t.state == "CLOSED"), t.claim_missed_told.is_(None))


async def _cases(connection: AsyncConnection, first: date) -> list[Row]:
    """By month of the decision."""
    c = case_line.c
    month = cast(func.date_trunc("month", c.decided_on), Date).label("month")
    counts = (
        func.count().label("decided"),
        func.count(c.pushed_told).label("pushed"),
        func.count(c.unmatched_told).label("unmatched"),
    )
    wanted = select(month, *counts).where(c.decided_on >= first, c.decided_told.is_not(None))
    return await rows_of(connection, wanted.group_by(month))


async def _tasks(connection: AsyncConnection, first: date) -> list[Row]:
    """Tasks of decisions by the month in China they were made in, and how far they are now."""
    t = task_line.c
    month = cast(func.date_trunc("month", func.timezone("Asia/Shanghai", t.created_at)), Date).label("month")
    counts = (
        func.count().label("tasks"),
        func.count(t.claimed_told).label("claimed"),
        func.count().filter(claimed_in_time()).label("claimed_in_time"),
        func.count().filter(t.state == "CLOSED").label("concluded"),
    )
    return await rows_of(
        connection, select(month, *counts).where(t.created_at >= start_of(first), t.case_id != "").group_by(month)
    )


def _by_month(first: date, counted: list[Row]) -> list[Row]:
    """A row for each of the months, whether something was counted or not; what is decided for later days is left out."""
    rows = {each: dict.fromkeys(STAGES, 0) for each in (months_after(first, n) for n in range(_MONTHS))}
    for counts in counted:
        if counts["month"] in rows:
            rows[counts["month"]] |= {name: number for name, number in counts.items() if name != "month"}
    return [{"month": month, **counts} for month, counts in rows.items()]


async def _departments(connection: AsyncConnection, spans: Mapping[str, Span]) -> list[Row]:
    """Department × state, with the cards that stand and what is due."""
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
            *(func.count().filter(*within(span)).label(name) for name, span in spans.items()),
        )
        .where(t.department != "", t.state != "")
        .group_by(t.department, t.state)
        .order_by(t.department, t.state)
    )
    return await rows_of(connection, wanted)

"""Monthly assessment (月度考核): what each department did in a month, from the trace and the tasks, by index."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, distinct, func, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from console.domain.assessment import MonthFigures
from console.tables import task_line, told
from kernel.reckoning import months_after, start_of

_OFFICE = ("ROUTE", "ARBITRATION")
"""Limits that are the linkage office's, whichever department the task is with."""
CountWorkdays = Callable[[date, date], int]
"""Workdays after the first day up to the last."""


def claimed_in_time() -> ColumnElement[bool]:
    """按时认领: claimed, or concluded at once, and no card was issued for the limit to claim; as the board counts it."""
    t = task_line.c
    return and_(or_(t.claimed_told.is_not(None), t.state == "CLOSED"), t.claim_missed_told.is_(None))


async def assessed(
    connection: AsyncConnection, month: date, workdays: CountWorkdays
) -> dict[tuple[str, str], MonthFigures]:
    """Region and department → its figures of a month, that begins on the day ``month`` in China."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in [*await _received(connection, month), *await _watched(connection, month)]:
        _add(found[row["region"], row["department"]], row)
    for row in await _concluded(connection, month):
        days = workdays(row.pop("made_on"), row.pop("concluded_on")) * row["concluded"]
        _add(found[row["region"], row["department"]], row | {"workdays": days})
    return {place: MonthFigures(**figures) for place, figures in sorted(found.items()) if place[1]}


async def _received(connection: AsyncConnection, month: date) -> list[Row]:
    """What was made in the month, by the department that has it now, which sees it whoever it was made for."""
    t = task_line.c
    late = t.claim_missed_told.is_not(None)
    wanted = (
        select(
            t.region,
            t.department,
            func.count().label("received"),
            func.count().filter(claimed_in_time()).label("claimed"),
            func.count().filter(late).label("claim_missed"),
        )
        .where(not_(t.ad_hoc), *_within(t.created_at, month))
        .group_by(t.region, t.department)
    )
    return await rows_of(connection, wanted)


async def _concluded(connection: AsyncConnection, month: date) -> list[Row]:
    """What was concluded in the month, by the day it was made on and the day it was concluded on in China."""
    t = task_line.c
    made, concluded = (cast(func.timezone("Asia/Shanghai", each), Date) for each in (t.created_at, t.state_at))
    wanted = (
        select(
            t.region,
            t.department,
            made.label("made_on"),
            concluded.label("concluded_on"),
            func.count().label("concluded"),
            func.count().filter(t.limit_missed_told.is_(None)).label("concluded_in_time"),
        )
        .where(t.state == "CLOSED", *_within(t.state_at, month), t.ad_hoc.is_(False), t.created_at.is_not(None))
        .group_by(t.region, t.department, made, concluded)
    )
    return await rows_of(connection, wanted)


async def _watched(connection: AsyncConnection, month: date) -> list[Row]:
    """Cards and pressing of the month, by the department the task was with then."""
    c = told.c
    said = cast(func.convert_from(c.payload, "UTF8"), JSONB)
    card, kind, measure = (said[name].astext for name in ("card", "kind", "measure"))
    yellow = and_(card == "YELLOW", kind.not_in(_OFFICE))
    cards = select(
        c.region,
        c.department,
        func.count(distinct(case((yellow, c.task_id)))).label("overdue"),
        func.count().filter(yellow).label("yellow"),
        func.count().filter(card == "RED", kind.not_in(_OFFICE)).label("red"),
    ).where(*_told("supervision.card.issued", month))
    pressed = select(
        c.region,
        c.department,
        func.count().filter(measure == "URGE").label("urged"),
        func.count().filter(measure == "ESCALATE").label("escalated"),
    ).where(*_told("supervision.task.urged", month))
    both = [await rows_of(connection, each.group_by(c.region, c.department)) for each in (cards, pressed)]
    return [row for rows in both for row in rows]


def _told(fact: str, month: date) -> list[Any]:
    """The fact as it is written in the index, so that any plan may use it."""
    return [told.c.fact == literal_column(f"'{fact}'"), *_within(told.c.at, month)]


def _within(at: Any, month: date) -> list[Any]:
    return [at >= start_of(month), at < start_of(months_after(month, 1))]


def _add(figures: dict[str, int], row: Mapping[str, Any]) -> None:
    for name, number in row.items():
        if name not in {"region", "department"}:
            figures[name] += number

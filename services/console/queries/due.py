"""Tasks by when they are due (到期): the tightest first, those no clock runs on last; and how many are due in a time."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of, rows_of
from console.queries.cards import card
from console.queries.tasks import SHOWN
from console.tables import task_line
from kernel.inspection import TaskState

_ENDED = {state.value for state in TaskState if not state.open}
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Where the read model puts a task no clock runs on (migration 0011)."""
MOST_COUNTED = 100
"""Counting stops there: 99+."""
Span = tuple[datetime | None, datetime | None]
"""When it is due: after the first, up to the second; None = open."""


class Place(NamedTuple):
    """Where a page ended: when its last task is due, and which it is."""

    due: datetime
    task_id: UUID


async def tasks_by_due(
    connection: AsyncConnection, department: str, state: str, span: Span, after: Place | None, limit: int
) -> list[Row]:
    """Tasks of a department (empty: of all) in a state (empty: any), the tightest due date first."""
    c = task_line.c
    wanted: Select[Any] = select(*SHOWN, card(), c.due_place, c.due_told.is_not(None).label("due_known"))
    wanted = _within(wanted, department, state, span)
    if after:
        wanted = wanted.where(*_beyond(after))
    return await rows_of(connection, wanted.order_by(c.due_place, c.task_id).limit(limit))


async def count_due(connection: AsyncConnection, department: str, state: str, spans: dict[str, Span]) -> dict[str, int]:
    """How many are due in each time, counted up to ``MOST_COUNTED``."""
    counts: list[Any] = []
    for name, span in spans.items():
        some = _within(select(task_line.c.task_id), department, state, span).limit(MOST_COUNTED).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery().label(name))
    return await first_of(connection, select(*counts)) or {}


def _beyond(after: Place) -> list[ColumnElement[bool]]:
    """What comes after a place; among those no clock runs on said so that PostgreSQL sees how many there are."""
    c, last = task_line.c, literal(str(after.task_id), task_line.c.task_id.type)
    if after.due == NEVER:
        return [c.due_place == NEVER, c.task_id > last]
    return [tuple_(c.due_place, c.task_id) > tuple_(literal(after.due), last)]


def within(span: Span) -> list[ColumnElement[bool]]:
    """What is due in a time."""
    c, (start, end) = task_line.c, span
    asked: list[ColumnElement[bool]] = [c.due_place > start] if start else []
    return asked + ([c.due_place <= end] if end else [])


def _within(wanted: Select[Any], department: str, state: str, span: Span) -> Select[Any]:
    c = task_line.c
    asked: list[ColumnElement[bool]] = []
    asked += [c.department == department] if department else []
    asked += [c.state == state] if state else []
    asked += [c.due_place == NEVER] if state in _ENDED else []  # where the index has them
    return wanted.where(*asked, *within(span))

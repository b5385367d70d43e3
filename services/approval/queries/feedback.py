"""Feedback (结果反馈) with its clock: what is asked of the approver, until when, and what was answered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Date, DateTime, Text, column, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.tables import feedback

_deadline = table(
    "deadline",
    column("owner", Text),
    column("kind", Text),
    column("state", Text),
    column("due_on", Date),
    column("due_at", DateTime(timezone=True)),
    column("steps", JSONB),
)
"""Of the chassis; its migrations make it."""


async def feedback_list(
    connection: AsyncConnection, which: Mapping[str, str | None], after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Feedback in the order it was raised; ``which``: column → value, None = all."""
    query = select(feedback).order_by(feedback.c.feedback_id).limit(limit)
    query = query.where(*(feedback.c[name] == value for name, value in which.items() if value is not None))
    if after:
        query = query.where(feedback.c.feedback_id > after)
    found = [dict(row) for row in (await connection.execute(query)).mappings()]
    return await _with_clocks(connection, found)


async def one_feedback(connection: AsyncConnection, feedback_id: str) -> dict[str, Any] | None:
    """One feedback, or None."""
    return next(iter(await feedback_list(connection, {"feedback_id": feedback_id}, None, 1)), None)


async def _with_clocks(connection: AsyncConnection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    clocks = select(_deadline).where(_deadline.c.owner.in_([row["feedback_id"] for row in found]))
    known = {row["owner"]: dict(row) for row in (await connection.execute(clocks)).mappings()} if found else {}
    return [row | _clock(known.get(row["feedback_id"])) for row in found]


def _clock(row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {"due_on": None, "deadline": None}
    steps = [{"step": step, "at": at} for step, at in row["steps"]]
    clock = {"kind": row["kind"], "state": row["state"], "due_on": row["due_on"], "due_at": row["due_at"]}
    return {"due_on": row["due_on"], "deadline": clock | {"steps": steps}}

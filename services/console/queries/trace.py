"""The trace (全链路): everything that was told of a case or a task, in the order it was made, with its body."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from console.tables import told, told_count
from contracts.watch import CardIssued

MOST = 1000
"""Events of one case that are shown."""
_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def trace_of_case(connection: AsyncConnection, source_system: str, case_id: str) -> list[Row]:
    """What followed from a case, across the services."""
    wanted = select(told).where(told.c.case_ref == f"{source_system}:{case_id}", told.c.case_ref != "")
    return [_line(row) for row in await rows_of(connection, wanted.order_by(told.c.event_id).limit(MOST))]


async def trace_of_task(connection: AsyncConnection, task_id: str) -> list[Row]:
    """What was told of a task."""
    wanted = select(told).where(told.c.task_id == task_id, told.c.task_id != "")
    return [_line(row) for row in await rows_of(connection, wanted.order_by(told.c.event_id).limit(MOST))]


async def first_of_case(connection: AsyncConnection, source_system: str, case_id: str) -> str:
    """The id of the first event that was told of a case; empty when there is none."""
    wanted = select(told.c.event_id).where(told.c.case_ref == f"{source_system}:{case_id}", told.c.case_ref != "")
    return str(await connection.scalar(wanted.order_by(told.c.event_id).limit(1)) or "")


async def clocks_of_cards(connection: AsyncConnection, tasks: Sequence[str]) -> dict[str, str]:
    """Task → the deadline its newest card was issued for."""
    wanted = select(told.c.task_id, told.c.payload).where(told.c.task_id.in_(tasks), told.c.task_id != "")
    rows = await rows_of(connection, wanted.where(told.c.fact == CardIssued.fact).order_by(told.c.event_id))
    return {row["task_id"]: _decode(row["payload"])["deadline_id"] for row in rows}


async def mark(connection: AsyncConnection) -> int:
    """Grows with every batch of events that was heard, whoever asks; the same while nothing new was."""
    return int(await connection.scalar(select(func.sum(told_count.c.batches))) or 0)


def _line(row: Row) -> Row:
    payload = row["payload"]
    return row | {"payload": _decode(payload), "sha256": sha256(payload).hexdigest()}

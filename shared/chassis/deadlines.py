"""Deadlines (时限) in the database: rows ↔ kernel.deadline, set-wise; and what the sweep has to do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from chassis.database import Connection
from chassis.reads import Asking
from chassis.setwise import transposed
from chassis.writes import Writes
from kernel.deadline import Deadline, DeadlineState, Extension, Ladder, Limit, Step, Stop

T = TypeVar("T")

_COLUMNS = {
    "deadline_id": "text",
    "owner": "text",
    "kind": "text",
    "limit_value": "text",
    "started_at": "timestamptz",
    "due_at": "timestamptz",
    "due_on": "date",
    "state": "text",
    "ended_at": "timestamptz",
    "next_step": "text",
    "next_at": "timestamptz",
    "edition": "int",
    "ladder": "jsonb",
    "stops": "jsonb",
    "extensions": "jsonb",
    "steps": "jsonb",
    "plan": "jsonb",
}
_ARRAYS = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_COLUMNS.values(), start=1))
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in list(_COLUMNS)[1:])
_WRITE = f"""
INSERT INTO deadline ({", ".join(_COLUMNS)}) SELECT * FROM unnest({_ARRAYS}) ORDER BY 1
ON CONFLICT (deadline_id) DO UPDATE SET {_CHANGES}
"""  # noqa: S608 - constants of this module
_OF_IDS = "SELECT d.* FROM unnest($1::text[]) AS w (deadline_id) JOIN deadline d USING (deadline_id)"
_OF_OWNERS = "SELECT d.* FROM unnest($1::text[]) AS w (owner) JOIN deadline d USING (owner)"
_OWNERS = "SELECT d.deadline_id, d.owner FROM unnest($1::text[]) AS w (deadline_id) JOIN deadline d USING (deadline_id)"
_LOG = """
INSERT INTO deadline_change (deadline_id, changed_at, old_due_at, new_due_at, edition, why)
SELECT deadline_id, $6, old_due_at, new_due_at, edition, why
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::text[])
    AS t (deadline_id, old_due_at, new_due_at, edition, why)
"""
_DUE = """
SELECT deadline_id, next_step, next_at FROM deadline
 WHERE next_at <= $1 AND deadline_id <> ALL($3::text[]) ORDER BY next_at, deadline_id LIMIT $2
"""
_STALE = """
SELECT deadline_id FROM deadline
 WHERE state IN ('RUNNING', 'STOPPED') AND edition < $1 AND deadline_id <> ALL($3::text[])
 ORDER BY edition, deadline_id LIMIT $2
"""
_COUNT = """
SELECT (SELECT count(*) FROM deadline WHERE next_at <= $1)
     + (SELECT count(*) FROM deadline WHERE state IN ('RUNNING', 'STOPPED')
           AND edition < (SELECT coalesce(sum(version), 0) FROM calendar_year))
"""


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step whose instant has come and that nobody took yet (到期待办步骤)."""

    deadline_id: str
    step: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineChange:
    """The end moved because the calendar did (时限重算记录)."""

    deadline_id: str
    old_due_at: datetime
    new_due_at: datetime
    edition: int
    why: str


async def of_ids(reads: Asking, ids: Collection[str]) -> list[Deadline]:
    """The deadlines with these ids."""
    return [deadline_of(row) for row in await reads.fetch(_OF_IDS, sorted(set(ids)))] if ids else []


async def of_owners(reads: Asking, owners: Collection[str]) -> list[Deadline]:
    """Every deadline of these owners, also those that ended."""
    return [deadline_of(row) for row in await reads.fetch(_OF_OWNERS, sorted(set(owners)))] if owners else []


async def owners_of(reads: Asking, ids: Collection[str]) -> dict[str, str]:
    """Deadline id → owner, which never changes: what to lock before the deadlines are read."""
    rows = await reads.fetch(_OWNERS, sorted(set(ids))) if ids else ()
    return {row["deadline_id"]: row["owner"] for row in rows}


def write(writes: Writes, deadlines: Iterable[Deadline]) -> None:
    """Keep new and changed deadlines; the caller holds the locks of their owners."""
    writes.put_rows(_WRITE, map(_row, deadlines))


def log(writes: Writes, changes: Iterable[DeadlineChange], at: datetime) -> None:
    """Write down recomputations that moved an end."""
    rows = ((c.deadline_id, c.old_due_at, c.new_due_at, c.edition, c.why) for c in changes)
    if columns := transposed(rows):
        writes.put(_LOG, *columns, at)


async def due_steps(
    connection: Connection, now: datetime, limit: int, *, leaving_out: Collection[str] = ()
) -> list[DueStep]:
    """Steps due by ``now``, the earliest first, one per deadline."""
    rows = await connection.fetch(_DUE, now, limit, list(leaving_out))
    return [DueStep(row["deadline_id"], row["next_step"], row["next_at"]) for row in rows]


async def stale_ids(
    connection: Connection, edition: int, limit: int, *, leaving_out: Collection[str] = ()
) -> list[str]:
    """Open deadlines computed with an older edition of the calendar."""
    rows = await connection.fetch(_STALE, edition, limit, list(leaving_out))
    return [row["deadline_id"] for row in rows]


async def count_due(connection: Connection, now: datetime) -> int:
    """How many deadlines wait for the sweep: a step is due, or the calendar has changed since."""
    return int(await connection.fetchval(_COUNT, now))


def _row(deadline: Deadline) -> tuple[Any, ...]:
    return (
        *(deadline.deadline_id, deadline.owner, str(deadline.kind), str(deadline.limit), deadline.started_at),
        *(deadline.due_at, deadline.due_on, deadline.state, deadline.ended_at, deadline.next_step, deadline.next_at),
        *(deadline.edition, _json(deadline.ladder), _json(deadline.stops), _json(deadline.extensions)),
        *(_json(deadline.steps), _json(deadline.plan)),
    )


def deadline_of(row: Any) -> Deadline:
    """A deadline from its row."""
    return Deadline(
        deadline_id=row["deadline_id"],
        owner=row["owner"],
        kind=row["kind"],
        limit=Limit.parse(row["limit_value"]),
        started_at=row["started_at"],
        ladder=_LADDER.decode(row["ladder"]),
        stops=_STOPS.decode(row["stops"]),
        extensions=_EXTENSIONS.decode(row["extensions"]),
        steps=_STEPS.decode(row["steps"]),
        plan=_STEPS.decode(row["plan"]),
        state=DeadlineState(row["state"]),
        ended_at=row["ended_at"],
        edition=row["edition"],
        due_at=row["due_at"],
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_LADDER = msgspec.json.Decoder(Ladder)
_STOPS = msgspec.json.Decoder(tuple[Stop, ...])
_EXTENSIONS = msgspec.json.Decoder(tuple[Extension, ...])
_STEPS = msgspec.json.Decoder(tuple[tuple[Step, datetime], ...])

"""Passages (去向): where events went. The service that told one says where it stands in its stream, who listens when it was taken.

Asked for by id, a handful at a time: every id knows its moment, so that log, ranges and inbox are each found by a key.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Connection
from chassis.ids import made_at
from contracts.topology import stream_of

MOST = 50
"""Events of one question: their ids have to go into an address."""
_NEAR = timedelta(minutes=10)
"""Between the making of an event, its row in the log, and its place in the stream while nothing stands still."""
_SKEW = timedelta(minutes=1)
"""A service's clock may be before the database's by this."""

_TOLD = """
SELECT asked.id, encode(sha256(e.payload), 'hex') AS sha256, r.stream, r.published_at,
       r.first_seq + array_position(r.event_ids, asked.id) - 1 AS sequence
  FROM unnest($1::uuid[], $2::timestamptz[]) AS asked (id, at)
  JOIN event_log e ON e.event_id = asked.id AND e.logged_at >= asked.at - $3::interval AND e.logged_at < asked.at + $3::interval
  LEFT JOIN LATERAL (
       SELECT * FROM published_range p
        WHERE p.stream = $4 AND p.published_at >= e.logged_at - $5::interval AND p.published_at < e.logged_at + $3::interval
          AND asked.id = ANY (p.event_ids) ORDER BY p.published_at LIMIT 1) r ON true
 ORDER BY asked.id
"""
_TAKEN = "SELECT event_id, consumer, received_at FROM inbox WHERE event_id = ANY ({}) ORDER BY event_id, consumer"


async def passages(connection: Connection, service: str, ids: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
    """Of these events: ``told`` by this service, with digest and place; ``taken`` by it, once per consumer.

    ``sequence`` is None while the event waits in the outbox, when its range is older than is kept, and when it was
    published later than ten minutes after it was made.
    """
    moments = [made_at(each) for each in ids]
    told = await connection.fetch(_TOLD, ids, moments, _NEAR, stream_of(service), _SKEW)
    taken = await connection.fetch(_TAKEN.format("$1::uuid[]"), ids)
    return {"told": [_told(row) for row in told], "taken": [_taken(row) for row in taken]}


async def taken_here(connection: AsyncConnection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The part ``taken``, on a connection of questions: for a page of this very service."""
    rows = await connection.execute(text(_TAKEN.format(":ids")), {"ids": [UUID(each) for each in ids]})
    return [_taken(row) for row in rows.mappings()]


def _told(row: Any) -> dict[str, Any]:
    place = {"stream": row["stream"], "sequence": row["sequence"], "published_at": _spelled(row["published_at"])}
    return {"event_id": str(row["id"]), "sha256": row["sha256"], **place}


def _taken(row: Any) -> dict[str, Any]:
    return {"event_id": str(row["event_id"]), "consumer": row["consumer"], "taken_at": _spelled(row["received_at"])}


def _spelled(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


class Passing(Protocol):
    """What the route asks."""

    async def passages(self, ids: list[UUID]) -> dict[str, Any]:
        """Where these events went."""
        ...


def add_passages(router: APIRouter, of: Passing) -> None:
    """Put the route on ``router``."""

    @router.get("/passages", summary="事件去向")
    async def found(event: Annotated[list[UUID], Query(min_length=1, max_length=MOST)]) -> dict[str, Any]:
        """Where up to 50 events went: digest, stream and sequence in the service that told them; when each consumer took them."""
        return await of.passages(event)

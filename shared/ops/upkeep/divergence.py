"""Divergence (分歧): events one database says it applied that the database of their sender does not know.

Databases saved at one instant have none. After a restore to different instants the list is what no tool can heal: the
sender has forgotten what others acted on, and people have to decide.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Connection
from contracts.topology import LISTENS, durable_of, speaker_of

_APPLIED = """
SELECT event_id FROM inbox WHERE consumer = $1 AND ($2::timestamptz IS NULL OR received_at >= $2) AND event_id > $3
ORDER BY event_id LIMIT 5000
"""
_UNKNOWN = """
SELECT id FROM unnest($1::uuid[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM event_log WHERE event_id = asked.id)
"""
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Unknown:
    """One event a listener applied and its sender does not know."""

    listener: str
    sender: str
    event_id: str


async def unknown_events(
    connections: Mapping[str, Connection], *, since: datetime | None = None
) -> AsyncIterator[Unknown]:
    """Compare every inbox with the event log of each sender; ``since``: only what was received from then on."""
    for listener in connections:
        for stream in LISTENS.get(listener, ()):
            sender = speaker_of(stream)
            if sender in connections:
                async for event in _of(connections[listener], connections[sender], durable_of(listener, stream), since):
                    yield Unknown(listener, sender, event)


async def _of(listener: Connection, sender: Connection, consumer: str, since: datetime | None) -> AsyncIterator[str]:
    last = _FIRST
    while rows := await listener.fetch(_APPLIED, consumer, since, last):
        ids = [row["event_id"] for row in rows]
        for row in await sender.fetch(_UNKNOWN, ids):
            yield str(row["id"])
        last = ids[-1]

"""Relay (中继): the only publisher. Claims queued events in order, publishes, records where they went, forgets them.

All in one transaction: a crash after the publish repeats it, and the ids make that harmless. Never a cursor: identity
order is not commit order. A row the server refuses is isolated after a few tries and never blocks the others.
"""

import asyncio
from time import monotonic
from typing import Any

import msgspec
import structlog
from asyncpg import Record
from nats.aio.client import Client

from chassis.database import Connection, Pool
from chassis.failures import AWAY
from chassis.publisher import LARGEST_BATCH, Outgoing, Published, publish
from chassis.writes import Writes
from contracts.topology import stream_of

_log = structlog.get_logger(__name__)

TRIES = 5
"""Refusals by the server before a row is isolated."""
_SAFETY_NET = 1.0
_PAUSE = 0.5
_KNOWN = 1.0
_FOREIGN = "the subject belongs to another service; the server would deny it without an answer"

_CLAIM = """
SELECT o.id, o.event_id, o.logged_at, e.subject, e.headers, e.payload
FROM (SELECT * FROM outbox WHERE NOT isolated ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) o
JOIN event_log e ON e.event_id = o.event_id AND e.logged_at = o.logged_at ORDER BY o.id
"""
_RECORD = """
INSERT INTO published_range (stream, stream_created, first_seq, last_seq, event_ids, logged_from)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_FORGET = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"
_REFUSE = """
UPDATE outbox SET attempts = attempts + 1, last_error = $2, isolated = attempts + 1 >= $3 WHERE event_id = $1
"""


class Relay:
    """Empties one service's outbox into its stream."""

    def __init__(self, service: str, pool: Pool, connection: Client, *, poll: float = _SAFETY_NET) -> None:
        self._stream = stream_of(service)
        self._own = f"shenguan.{service}."
        self._pool = pool
        self._connection = connection
        self._poll = poll
        self._woken = asyncio.Event()
        self._stopping = False
        self._made: Any = None
        self._asked = -_KNOWN
        self._last = 0
        """The last sequence the stream gave."""

    def wake(self) -> None:
        """Something was committed, in this process or in another that rang the bell."""
        self._woken.set()

    async def run(self) -> None:
        """Publish until stopped; polls (every second) as a safety net."""
        while not self._stopping:
            self._woken.clear()
            try:
                while await self.drain_once():
                    pass
            except AWAY as away:
                _log.warning("relay.waiting", cause=repr(away))
                await asyncio.sleep(_PAUSE)
            except Exception:  # noqa: BLE001 - the events are still queued; the next round tries them again
                _log.exception("relay.failed")
                await asyncio.sleep(_PAUSE)
            if not self._stopping:
                await self._pause()

    async def stop(self) -> None:
        """Finish what is claimed and stop; what is queued stays queued."""
        self._stopping = True
        self._woken.set()

    async def drain_once(self) -> bool:
        """Publish one batch; True when there may be more."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_CLAIM, LARGEST_BATCH)
            if not rows:
                return False
            events = [_outgoing(row) for row in rows]
            own = [event for event in events if event.subject.startswith(self._own)]
            created = await self._created()
            published = await publish(self._connection, self._stream, own)
            if self._counts_anew(published):
                created = await self._created(again=True)
            foreign = (event.event_id for event in events if not event.subject.startswith(self._own))
            published.refused |= dict.fromkeys(foreign, _FOREIGN)
            await _record(connection, self._stream, created, rows, published)
        return not published.refused and len(rows) == LARGEST_BATCH

    async def _created(self, *, again: bool = False) -> Any:
        """When the stream was made, asked once a second.

        Asked before the publish: what a stream is lost with is then recorded for that one, and published once more.
        """
        if again or monotonic() - self._asked > _KNOWN:
            self._made = (await self._connection.jetstream().stream_info(self._stream)).created
            self._asked = monotonic()
        return self._made

    def _counts_anew(self, published: Published) -> bool:
        """True when what was taken now has sequences given before: it was taken by a stream made meanwhile."""
        anew = any(first <= self._last for first, _, _ in published.ranges)
        self._last = max((last for _, last, _ in published.ranges), default=self._last)
        return anew

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), self._poll)
        except TimeoutError:
            return


def _outgoing(row: Record) -> Outgoing:
    headers = msgspec.json.decode(row["headers"], type=dict[str, str])
    return Outgoing(row["event_id"], row["subject"], headers, row["payload"])


async def _record(connection: Connection, stream: str, created: Any, rows: list[Record], published: Published) -> None:
    logged = {row["event_id"]: row["logged_at"] for row in rows}
    writes = Writes(connection)
    for first, last, ids in published.ranges:
        writes.put(_RECORD, stream, created, first, last, ids, min(logged[event_id] for event_id in ids))
    writes.put(_FORGET, [row["id"] for row in rows if row["event_id"] not in published.refused])
    for event_id, error in published.refused.items():
        _log.error("relay.refused", event_id=str(event_id), cause=error)
        writes.put(_REFUSE, event_id, error, TRIES)
    await writes.send()

"""Relay (中继): the only publisher. Takes queued events in order, publishes, and records where they went.

All in one transaction: a crash after the publish repeats it, and the ids make that harmless. It is kept open for a
moment: what is committed meanwhile is published at once and recorded with the rest, one write to the disk for many
(decision 0040). Never a cursor: identity order is not commit order. A row the server refuses is isolated after a few
tries and never blocks the others.
"""

import asyncio
from collections import Counter
from collections.abc import Collection
from itertools import groupby
from operator import itemgetter
from time import monotonic
from typing import Any
from uuid import UUID

import msgspec
import structlog
from asyncpg import Record
from nats.aio.client import Client

from chassis import setwise
from chassis.database import Connection, Pool
from chassis.failures import AWAY
from chassis.hooks.queueing import SUBSCRIBED, queue
from chassis.publisher import LARGEST_BATCH, Outgoing, Published, joined, publish
from chassis.waking import woken
from contracts.topology import stream_of

_log = structlog.get_logger(__name__)

TRIES = 5
"""Refusals by the server before a row is isolated."""
_SAFETY_NET = 1.0
_PAUSE = 0.5
_KNOWN = 1.0
_FOREIGN = "the subject belongs to another service; the server would deny it without an answer"
_LOST = "the event log has no such event; nothing can be published"

_LINGER = 0.1
"""Seconds a transaction is kept open for what is committed meanwhile."""

_TAKE = """
WITH taken AS (DELETE FROM outbox WHERE id = ANY(ARRAY(
                      SELECT id FROM outbox WHERE NOT isolated ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
               RETURNING id, event_id, logged_at, attempts)
SELECT t.*, {subscribed} AS subscribed, e.type, e.source_system, e.subject, e.headers, e.payload FROM taken t
  LEFT JOIN event_log e ON e.event_id = t.event_id AND e.logged_at = t.logged_at ORDER BY t.id
"""
_RECORD = """
INSERT INTO published_range (stream, stream_created, first_seq, last_seq, event_ids, logged_from)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_BACK = """
INSERT INTO outbox (event_id, logged_at, attempts, last_error, isolated)
SELECT *, attempts >= $5 FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::text[]) AS t (id, at, attempts, error)
"""


class Relay:
    """Empties one service's outbox into its stream."""

    def __init__(
        self, service: str, pool: Pool, connection: Client, *, poll: float = _SAFETY_NET, hooks: bool = False
    ) -> None:
        self._stream = stream_of(service)
        self._own = f"shenguan.{service}."
        self._pool = pool
        self._connection = connection
        self._poll = poll
        # Whether systems outside may subscribe to what is published (推送订阅), and whether one does.
        self._take = _TAKE.format(subscribed=SUBSCRIBED if hooks else "false")
        self._woken = asyncio.Event()
        self._stopping = False
        self._made: Any = None
        self._asked = -_KNOWN
        self._last = 0
        """The last sequence the stream gave."""
        self.published: Counter[str] = Counter()
        """Type of event → how many this process put on the stream."""

    def wake(self) -> None:
        """Something was committed, in this process or in another that rang the bell."""
        self._woken.set()

    async def run(self) -> None:
        """Publish until stopped; polls (every second) as a safety net."""
        while not self._stopping:
            self._woken.clear()
            try:
                while await self.drain_once(linger=_LINGER):
                    pass
            except AWAY as away:
                _log.warning("relay.waiting", cause=repr(away))
                await asyncio.sleep(_PAUSE)
            except Exception:  # noqa: BLE001 - the events are still queued; the next round tries them again
                _log.exception("relay.failed")
                await asyncio.sleep(_PAUSE)
            if not self._stopping:
                await woken(self._woken, self._poll)

    async def stop(self) -> None:
        """Finish what is claimed and stop; what is queued stays queued."""
        self._stopping = True
        self._woken.set()

    async def drain_once(self, *, linger: float = 0.0) -> bool:
        """Publish one batch; True when there may be more.

        ``linger``: seconds to go on with what is committed meanwhile.
        """
        until = monotonic() + linger
        taken: list[Record] = []
        sent: list[tuple[Any, Published]] = []
        async with self._pool.acquire() as connection, connection.transaction():
            while rows := await connection.fetch(self._take, LARGEST_BATCH - len(taken)):
                taken += rows
                sent.append(await self._publish(rows))
                if len(taken) == LARGEST_BATCH or not await self._woken_before(until):
                    break
            if taken:
                refused = await _record(connection, self._stream, taken, sent)
                if taken[-1]["subscribed"]:
                    await queue(connection, [row for row in taken if row["event_id"] not in refused])
        return len(taken) == LARGEST_BATCH and not any(published.refused for _, published in sent)

    async def _publish(self, rows: list[Record]) -> tuple[Any, Published]:
        """When the stream was made that has the events now, and where in it they are."""
        events = [_outgoing(row) for row in rows if row["subject"] is not None]
        own = [event for event in events if event.subject.startswith(self._own)]
        created = await self._created()
        published = await publish(self._connection, self._stream, own)
        if self._counts_anew(published):
            created = await self._created(again=True)
        self.published.update(e.headers.get("ce-type", "") for e in own if e.event_id not in published.refused)
        foreign = (event.event_id for event in events if not event.subject.startswith(self._own))
        lost = (row["event_id"] for row in rows if row["subject"] is None)
        published.refused |= dict.fromkeys(foreign, _FOREIGN) | dict.fromkeys(lost, _LOST)
        return created, published

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

    async def _woken_before(self, until: float) -> bool:
        """True as soon as something else was committed; False when it is time, or to stop."""
        if not await woken(self._woken, max(0.0, until - monotonic())):
            return False
        self._woken.clear()
        return not self._stopping


def _outgoing(row: Record) -> Outgoing:
    headers = msgspec.json.decode(row["headers"], type=dict[str, str])
    return Outgoing(row["event_id"], row["subject"], headers, row["payload"])


async def _record(
    connection: Connection, stream: str, taken: list[Record], sent: list[tuple[Any, Published]]
) -> Collection[UUID]:
    """Where the events went, what followed one another as one; what was refused is queued again, or isolated, and answered."""
    logged = {row["event_id"]: row["logged_at"] for row in taken}
    for created, ranges in groupby(sent, key=itemgetter(0)):
        for first, last, ids in joined([each for _, published in ranges for each in published.ranges]):
            since = min(logged[event_id] for event_id in ids)
            await connection.execute(_RECORD, stream, created, first, last, ids, since)
    refused = {event_id: error for _, published in sent for event_id, error in published.refused.items()}
    if not refused:
        return ()
    for event_id, error in refused.items():
        _log.error("relay.refused", event_id=str(event_id), cause=error)
    back = [row for row in taken if row["event_id"] in refused]
    columns = setwise.transposed(
        (row["event_id"], row["logged_at"], row["attempts"] + 1, refused[row["event_id"]]) for row in back
    )
    await connection.execute(_BACK, *columns, TRIES)
    return refused

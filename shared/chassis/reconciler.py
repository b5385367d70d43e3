"""Reconciler (对账): finds what the stream lost and queues it again from the event log.

JetStream is transport. A flipped bit loses messages without a word and re-uses their sequences, so what was recorded at
publishing is compared with the stream: its creation time, its last sequence, overlapping ranges, sampled message ids.
The ranges are read as of one instant, and the stream after it: the relay records a range once its messages are in the
stream, so whatever the snapshot holds must be there, and what is published meanwhile waits for the next round.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta

import structlog
from asyncpg import Record, SerializationError
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError

from chassis.database import Connection, Pool
from chassis.failures import AWAY
from contracts.topology import stream_of

_log = structlog.get_logger(__name__)

EVERY = 15.0
"""Seconds."""
REPUBLISHED = timedelta(days=60)
"""Older events are not queued again: the stream keeps half of that, and inboxes forget some time after it (retention)."""
SAMPLES = 8
"""Message ids compared in each round."""

ELSEWHERE = """
SELECT EXISTS (SELECT FROM published_range WHERE stream = $1 AND stream_created < $2)
    OR EXISTS (SELECT FROM published_range WHERE stream = $1 AND stream_created > $2)
"""
BEYOND = "SELECT min(first_seq) FROM published_range WHERE stream = $1 AND last_seq > $2"
# Of two ranges that overlap one is recent, and the one that begins later begins before the other has ended.
OVERLAPPING = """
WITH line AS (
    SELECT id, first_seq, max(last_seq) OVER
           (ORDER BY first_seq, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM published_range WHERE stream = $1 AND last_seq >= (
           SELECT min(first_seq) FROM published_range
            WHERE stream = $1 AND published_at > now() - interval '1 hour'))
SELECT min(r.first_seq) FROM line JOIN published_range r USING (id)
  JOIN LATERAL (SELECT FROM published_range o
                 WHERE o.stream = r.stream AND o.id <> r.id AND o.last_seq >= r.first_seq AND o.first_seq <= r.last_seq
                   AND NOT (o.event_ids @> r.event_ids OR r.event_ids @> o.event_ids) LIMIT 1) AS other ON true
 WHERE line.first_seq <= line.reached
"""


class Reconciler:
    """Compares one service's published ranges with its stream."""

    def __init__(self, service: str, pool: Pool, connection: Client) -> None:
        self._stream = stream_of(service)
        self._pool = pool
        self._connection = connection
        self.requeued = 0
        """Events this process queued again since it started."""

    async def run(self) -> None:
        """At start and every 15 seconds, until cancelled."""
        while True:
            try:
                await self.compare()
            except AWAY as away:
                _log.warning("reconciler.waiting", cause=repr(away))
            except Exception:  # noqa: BLE001 - the next round comes anyway
                _log.exception("reconciler.failed")
            await asyncio.sleep(EVERY)

    async def compare(self) -> int:
        """One round; returns how many events were queued again."""
        js = self._connection.jetstream(timeout=5)
        try:
            async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
                await connection.execute("SELECT 1 FROM published_range LIMIT 1")  # the snapshot is taken here
                info = await js.stream_info(self._stream)
                doubtful = await self._doubtful(connection, js, info)
                if doubtful is None:
                    return 0
                queued = await _queue_again(connection, self._stream, doubtful, info)
        except SerializationError:  # another process of the service has queued the same ranges again
            return 0
        self.requeued += queued
        _log.error("stream.lost", stream=self._stream, from_sequence=doubtful, queued_again=queued)
        return queued

    async def _doubtful(self, connection: Connection, js: JetStreamContext, info: StreamInfo) -> int | None:
        """The lowest sequence that cannot be trusted, or None."""
        if await connection.fetchval(ELSEWHERE, self._stream, info.created):
            return 0
        beyond = await connection.fetchval(BEYOND, self._stream, info.state.last_seq)
        overlapping = await connection.fetchval(OVERLAPPING, self._stream)
        doubts = [n for n in (beyond, overlapping) if n is not None]
        if sampled := await self._sampled(connection, js, info):
            doubts.append(sampled)
        return min(doubts) if doubts else None

    async def _sampled(self, connection: Connection, js: JetStreamContext, info: StreamInfo) -> int | None:
        rows = await connection.fetch(
            "(SELECT * FROM published_range WHERE stream = $1 AND first_seq >= $2 ORDER BY last_seq DESC LIMIT 1) UNION ALL "
            "(SELECT * FROM published_range WHERE stream = $1 AND first_seq >= $2 AND "
            "last_seq >= $3 ORDER BY last_seq LIMIT $4)",
            self._stream,
            info.state.first_seq,
            random.randint(info.state.first_seq, max(info.state.first_seq, info.state.last_seq)),  # noqa: S311 - a sample, not a secret
            SAMPLES - 1,
        )
        differing = [row["first_seq"] for row in rows if not await _carries(js, self._stream, row)]
        return min(differing) if differing else None


async def _carries(js: JetStreamContext, stream: str, row: Record) -> bool:
    """Whether the range's last message is the event recorded there, or was until it grew too old."""
    try:
        message = await js.get_msg(stream, row["last_seq"])
    except NotFoundError:
        # Not lost when it has left the stream by age since the round began.
        first = (await js.stream_info(stream)).state.first_seq
        return bool(row["last_seq"] < first)
    return (message.headers or {}).get("Nats-Msg-Id") == str(row["event_ids"][-1])


async def _queue_again(connection: Connection, stream: str, doubtful: int, info: StreamInfo) -> int:
    """Every event from the doubtful sequence on goes back to the outbox, in the order of the log.

    Of a stream made anew that is what went to the earlier one: what the new one has would only be refused one by one.
    """
    rows: Sequence[Record] = await connection.fetch(
        "DELETE FROM published_range WHERE stream = $1 AND last_seq >= $2 AND ($2 > 0 OR stream_created <> $3) "
        "RETURNING event_ids, logged_from",
        stream,
        doubtful,
        info.created,
    )
    if not rows:
        return 0
    tag = await connection.execute(
        "INSERT INTO outbox (event_id, logged_at) SELECT event_id, logged_at FROM event_log "
        "WHERE event_id = ANY($1) AND logged_at >= $2 AND logged_at >= now() - $3::interval "
        "ORDER BY logged_at, event_id",
        [event_id for row in rows for event_id in row["event_ids"]],
        min(row["logged_from"] for row in rows),
        REPUBLISHED,
    )
    return int(tag.rsplit(" ", 1)[1])

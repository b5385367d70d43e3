"""Outbox (发件箱): the event log and the pointers to what is not published yet, written in the business transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from chassis.audit.leaf import Leaf, row_leaf
from chassis.database import Connection
from chassis.envelope import Envelope
from chassis.writes import Writes
from contracts.proved import EVENT_LOG

_LOG = """
INSERT INTO event_log (event_id, logged_at, type, subject, aggregate, source_system, headers, payload)
SELECT event_id, $8, type, subject, aggregate, source_system, headers::json, payload
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
    AS said (event_id, type, subject, aggregate, source_system, headers, payload)
"""
_QUEUE = """
INSERT INTO outbox (event_id, logged_at)
SELECT event_id, $2 FROM unnest($1::uuid[]) WITH ORDINALITY AS said (event_id, n) ORDER BY n
"""


def append(writes: Writes, envelopes: Sequence[Envelope]) -> list[Leaf]:
    """Log the events and queue them for the relay, when the transaction of ``writes`` commits and in this order.

    Answers the leaf of each row, for the audit entry of the same transaction.
    """
    at = datetime.now(UTC)
    headers = [msgspec.json.encode(e.headers).decode() for e in envelopes]
    ids = [e.id for e in envelopes]
    writes.put(
        _LOG,
        ids,
        [e.type for e in envelopes],
        [e.subject for e in envelopes],
        [e.aggregate for e in envelopes],
        [e.source_system for e in envelopes],
        headers,
        [e.payload for e in envelopes],
        at,
    )
    writes.put(_QUEUE, ids, at)
    stamp = at.isoformat(timespec="microseconds")  # as it is hashed, once for all
    return [
        row_leaf(EVENT_LOG, (str(e.id), stamp, e.type, e.subject, e.aggregate, e.source_system, written, e.payload))
        for e, written in zip(envelopes, headers, strict=True)
    ]


async def oldest(connection: Connection) -> float:
    """Seconds since the oldest event that waits for the relay was logged; 0 when none waits."""
    age = await connection.fetchval(
        "SELECT extract(epoch FROM clock_timestamp() - min(logged_at)) FROM outbox WHERE NOT isolated"
    )
    return max(0.0, float(age or 0))


async def pending(connection: Connection) -> tuple[int, int]:
    """How many events wait for the relay, and how many it isolated because the server refuses them."""
    row = await connection.fetchrow(
        "SELECT count(*) FILTER (WHERE NOT isolated), count(*) FILTER (WHERE isolated) FROM outbox",
    )
    return (row[0], row[1]) if row else (0, 0)

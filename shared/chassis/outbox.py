"""Outbox (发件箱): the event log and the pointers to what is not published yet, written in the business transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from chassis.database import Connection
from chassis.envelope import Envelope

_APPEND = """
WITH said AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
                   WITH ORDINALITY AS t (event_id, type, subject, aggregate, source_system, headers, payload, n)),
     logged AS (INSERT INTO event_log (event_id, logged_at, type, subject, aggregate, source_system, headers, payload)
                SELECT event_id, $8, type, subject, aggregate, source_system, headers::json, payload FROM said)
INSERT INTO outbox (event_id, logged_at) SELECT event_id, $8 FROM said ORDER BY n
"""


async def append(connection: Connection, envelopes: Sequence[Envelope]) -> None:
    """Log the events and queue them for the relay, in the transaction of ``connection`` and in this order."""
    await connection.execute(
        _APPEND,
        [e.id for e in envelopes],
        [e.type for e in envelopes],
        [e.subject for e in envelopes],
        [e.aggregate for e in envelopes],
        [e.source_system for e in envelopes],
        [msgspec.json.encode(e.headers).decode() for e in envelopes],
        [e.payload for e in envelopes],
        datetime.now(UTC),
    )


async def pending(connection: Connection) -> tuple[int, int]:
    """How many events wait for the relay, and how many it isolated because the server refuses them."""
    row = await connection.fetchrow(
        "SELECT count(*) FILTER (WHERE NOT isolated), count(*) FILTER (WHERE isolated) FROM outbox",
    )
    return (row[0], row[1]) if row else (0, 0)

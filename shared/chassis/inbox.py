"""Inbox (收件箱): an event is taken once per consumer; a second delivery does nothing.

The row commits with the effect. Duplicates inside one batch are dropped before the database is asked: it returns each
new id once, and keeping both copies would apply the event twice.
"""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection
from chassis.envelope import Opened
from chassis.transaction import Transaction

_ADMIT = """
INSERT INTO inbox (event_id, consumer, source_system)
SELECT id, $1, source FROM unnest($2::uuid[], $3::text[]) AS t (id, source) ORDER BY id
ON CONFLICT DO NOTHING RETURNING event_id
"""


async def admit(tx: Transaction, consumer: str, received: Sequence[Opened]) -> list[Opened]:
    """The events ``consumer`` has not taken before, each once, in their order; marks them as taken."""
    once = list({opened.id: opened for opened in received}.values())
    rows = await tx.connection.fetch(_ADMIT, consumer, [o.id for o in once], [o.source_system for o in once])
    fresh = {row["event_id"] for row in rows}
    return [opened for opened in once if opened.id in fresh]


async def knows(connection: Connection, consumer: str, event_id: str) -> bool:
    """Whether ``consumer`` has taken an event before; False for what is no id."""
    try:
        wanted = UUID(event_id)
    except ValueError:
        return False
    known = await connection.fetchval("SELECT 1 FROM inbox WHERE event_id = $1 AND consumer = $2", wanted, consumer)
    return known is not None

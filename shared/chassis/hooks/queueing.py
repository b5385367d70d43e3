"""Queueing (排入推送): what the relay has just published waits for the hooks that ask for it, in the relay's own transaction.

So a fact waits for its receivers exactly when it is on the stream, whatever happens in between. A queue, not a cursor:
with several relays neither ids nor sequences are in the order of commits.
"""

from collections.abc import Sequence

from asyncpg import Record

from chassis.database import Connection

WANTED = """e.type = ANY (h.facts) AND (h.source_systems = '{}' OR e.source_system = ANY (h.source_systems))
        AND (h.regions = '{}' OR EXISTS (
            SELECT FROM unnest(h.regions) AS r (code)
             WHERE starts_with(split_part(e.subject, '.', 6), regexp_replace(r.code, '(00)+$', ''))))"""
"""SQL: hook ``h`` asks for event ``e``; a region covers what lies below it (kernel/region.py); of the department the body tells, which only the deliverer reads."""
SUBSCRIBED = "EXISTS (SELECT FROM hook WHERE state <> 'ENDED')"
"""SQL: somebody asks for something; asked along with other things, so that nobody's wishes cost no round trip."""
_QUEUE = f"""
INSERT INTO hook_due (hook_id, event_id, logged_at)
SELECT h.hook_id, e.event_id, e.logged_at
  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
       AS e (event_id, logged_at, type, source_system, subject, n)
  JOIN hook h ON h.state <> 'ENDED' AND {WANTED} ORDER BY e.n
"""  # noqa: S608 - constants of this module


async def queue(connection: Connection, published: Sequence[Record]) -> None:
    """``published``: rows of the event log, in the order they were published in."""
    columns = ("event_id", "logged_at", "type", "source_system", "subject")
    if published:
        await connection.execute(_QUEUE, *([row[name] for row in published] for name in columns))

"""Resending (重发): everything a service ever told, from its event log, to whoever builds a read model of it.

Events go out as they did the first time, signature and all, so that the asker believes them by the same proof; the stream
and those who listen to it notice nothing. The level above gets what goes up by the link, and nothing else.
"""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from chassis.database import PATIENT, Connection
from contracts import audit
from contracts.event import cloud_type
from contracts.uplink import goes_up

FIRST = UUID(int=0)
_HEADS = [cloud_type(event) for event in audit.EVENTS]
"""Who was to witness them has them; who builds a read model does not."""
_PAGE = 1000
_EVENTS = """
SELECT event_id, subject, headers::text AS headers, payload FROM event_log
 WHERE event_id > $1 AND (type = ANY($2::text[])) = $3 ORDER BY event_id LIMIT $4
"""


class Resent(NamedTuple):
    """An event as it was told."""

    subject: str
    headers: dict[str, str]
    payload: bytes


class _Line(msgspec.Struct):
    subject: str
    headers: dict[str, str]
    payload: str


async def resent(connection: Connection, after: UUID = FIRST, *, upwards: bool = False) -> AsyncIterator[bytes]:
    """Every event behind ``after`` in the order of their making, as NDJSON; heads of the audit chain are left out.

    ``upwards``: what goes up to the level above (上级), its heads included. A page is a statement: what is told meanwhile
    comes at the end.
    """
    types = goes_up() if upwards else _HEADS
    async with connection.transaction(readonly=True):
        await connection.execute(PATIENT)
        while rows := await connection.fetch(_EVENTS, after, types, upwards, _PAGE):
            for row in rows:
                payload = b64encode(row["payload"]).decode()
                yield msgspec.json.encode(_Line(row["subject"], msgspec.json.decode(row["headers"]), payload)) + b"\n"
            after = rows[-1]["event_id"]


def read(line: str | bytes) -> Resent:
    """One line. Raises ValueError: it is none."""
    said: Any = msgspec.json.decode(line, type=_Line)
    return Resent(said.subject, said.headers, b64decode(said.payload, validate=True))

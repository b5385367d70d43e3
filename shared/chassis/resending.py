"""Resending (重发): everything a service ever told, from its event log, to whoever builds a read model of it.

Events go out as they did the first time, signature and all, so that the asker believes them by the same proof; the stream
and those who listen to it notice nothing.
"""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from chassis.database import PATIENT, Connection
from contracts import audit
from contracts.event import cloud_type

FIRST = UUID(int=0)
_HEADS = [cloud_type(event) for event in audit.EVENTS]
"""Who was to witness them has them; who builds a read model does not."""
_PAGE = 1000
_EVENTS = """
SELECT event_id, subject, headers::text AS headers, payload FROM event_log
 WHERE event_id > $1 AND type <> ALL($2::text[]) ORDER BY event_id LIMIT $3
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


async def resent(connection: Connection, after: UUID = FIRST) -> AsyncIterator[bytes]:
    """Every event behind ``after`` in the order of their making, as NDJSON; heads of the audit chain are left out.

    A page is a statement: what is told meanwhile comes at the end.
    """
    async with connection.transaction(readonly=True):
        await connection.execute(PATIENT)
        while rows := await connection.fetch(_EVENTS, after, _HEADS, _PAGE):
            for row in rows:
                payload = b64encode(row["payload"]).decode()
                yield msgspec.json.encode(_Line(row["subject"], msgspec.json.decode(row["headers"]), payload)) + b"\n"
            after = rows[-1]["event_id"]


def read(line: str | bytes) -> Resent:
    """One line. Raises ValueError: it is none."""
    said: Any = msgspec.json.decode(line, type=_Line)
    return Resent(said.subject, said.headers, b64decode(said.payload, validate=True))

"""Witness (见证): every service keeps the signed heads of the others' chains, so that nobody takes one back alone."""

from base64 import b64decode
from collections.abc import Sequence

from chassis import setwise
from chassis.audit.heads import Head
from chassis.database import Connection
from chassis.envelope import Opened
from contracts.audit import AuditSealed

_LOOKED_AT = 10_000
"""Heads, the newest: whoever takes back an older one takes back these too."""
_COLUMNS = {
    "service": "text",
    **dict.fromkeys(("no", "block"), "bigint"),
    "at": "timestamptz",
    **dict.fromkeys(("sha256", "sm3"), "bytea"),
    **dict.fromkeys(("key_id", "algorithm"), "text"),
    "signature": "bytea",
    "event_id": "uuid",
}
_KEEP = setwise.insert("witnessed_head", _COLUMNS) + " ON CONFLICT DO NOTHING"


async def keep(connection: Connection, service: str, events: Sequence[Opened]) -> list[Opened]:
    """Keep the heads among the events ``service`` told; answers the others, for its handlers."""
    heads = [(opened.id, opened.message) for opened in events if isinstance(opened.message, AuditSealed)]
    if not heads:
        return list(events)
    rows = [
        (
            *(service, head.head, head.block, head.sealed_at, bytes.fromhex(head.sha256), bytes.fromhex(head.sm3)),
            *(head.key_id, head.algorithm, b64decode(head.signature), event_id),
        )
        for event_id, head in heads
    ]
    await connection.execute(_KEEP, *setwise.transposed(rows))
    return [opened for opened in events if not isinstance(opened.message, AuditSealed)]


async def heads_of(connection: Connection, service: str, most: int = _LOOKED_AT) -> list[Head]:
    """The newest heads of a service that are kept in this database."""
    rows = await connection.fetch(
        "SELECT * FROM witnessed_head WHERE service = $1 ORDER BY no DESC LIMIT $2", service, most
    )
    return [Head.of(service, row) for row in rows]

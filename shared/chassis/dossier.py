"""Dossier (证明包): everything this service said and wrote down about one case, with what proves it.

Events byte for byte, the audit entries that vouch for them, the audit blocks from there up to a signed head. Rare and
by hand: the events are found by blocks of the log (chassis/growth_schema.py); ``since`` and ``until`` narrow it.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from asyncpg import Record

from chassis.audit.block import Block
from chassis.audit.entries import COLUMNS, content
from chassis.audit.heads import Head
from chassis.database import Connection
from chassis.ids import first_id

Line = dict[str, Any]
_NEAR = timedelta(minutes=1)
"""Between an event and its entry: the same transaction."""
_SOON = timedelta(minutes=10)
"""Between an entry and its block, unless the sequencer stood still."""

_EVENTS = """
SELECT event_id, logged_at, type, subject, aggregate, source_system, headers::text AS headers, payload FROM event_log
WHERE headers ->> 'ce-correlationid' = $1 AND logged_at >= $2 AND logged_at < $3 ORDER BY logged_at, event_id
"""
_ENTRIES = """
SELECT DISTINCT ON (e.id) e.* FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS said (ref, first, last)
JOIN audit_entry e ON e.id >= said.first AND e.id <= said.last AND said.ref = ANY (e.refs) ORDER BY e.id
"""
_BLOCKS = """
SELECT * FROM audit_block WHERE at >= $1 AND ($2::timestamptz IS NULL OR at < $2) AND entries && $3::uuid[] ORDER BY no
"""
_HEAD = "SELECT * FROM audit_head WHERE block >= $1 ORDER BY block LIMIT 1"
_BETWEEN = "SELECT * FROM audit_block WHERE no > $1 AND no <= $2 ORDER BY no"


@dataclass
class _Found:
    """What goes into the dossier besides the events."""

    blocks: dict[int, Block] = field(default_factory=dict)
    heads: dict[int, Head] = field(default_factory=dict)
    entries: list[Line] = field(default_factory=list)
    proved: set[str] = field(default_factory=set)
    """Rows a signed head stands above."""


async def dossier(
    connection: Connection, service: str, correlation: str, since: datetime, until: datetime
) -> AsyncIterator[Line]:
    """Lines of kind ``event``, ``entry``, ``block``, ``head``; ``pending`` names an event no signed head is above yet."""
    events = await connection.fetch(_EVENTS, quote(correlation, safe=":/-_.~"), since, until)
    found = await _proofs(connection, service, events)
    for row in events:
        yield _event(service, row)
        if f"event_log/{row['event_id']}" not in found.proved:
            yield {"kind": "pending", "service": service, "event_id": str(row["event_id"])}
    for entry in found.entries:
        yield {"kind": "entry", "service": service, **entry}
    for block in found.blocks.values():
        yield _block(service, block)
    for head in found.heads.values():
        yield {"kind": "head", **head.document()}


async def _proofs(connection: Connection, service: str, events: Sequence[Record]) -> _Found:
    found = _Found()
    entries = await connection.fetch(
        _ENTRIES,
        [f"event_log/{row['event_id']}" for row in events],
        [first_id(row["logged_at"] - _NEAR) for row in events],
        [first_id(row["logged_at"] + _NEAR) for row in events],
    )
    for block, own in await _blocks_of(connection, entries):
        head = await connection.fetchrow(_HEAD, block.no)
        if head is None:
            continue
        found.heads[head["block"]] = Head.of(service, head)
        found.blocks[block.no] = block
        for row in await connection.fetch(_BETWEEN, block.no, head["block"]):
            found.blocks[row["no"]] = Block.of(row)
        tree = block.tree("sha256")
        for entry in own:
            position = sum(block.leaves[: list(block.entries).index(entry["id"])])
            said = content([entry[name] for name in COLUMNS])
            path = tree.path(position) if tree else b""
            found.entries.append(
                {"content": _coded(said), "block": block.no, "position": position, "path": _coded(path), **_told(entry)}
            )
            found.proved.update(entry["refs"])
    return found


async def _blocks_of(connection: Connection, entries: Sequence[Record]) -> list[tuple[Block, list[Record]]]:
    """The blocks these entries are in, each with those of them it holds; at first near their time."""
    missing = {entry["id"]: entry for entry in entries}
    found = []
    for patience in (_SOON, None):
        if not missing:
            break
        times = [entry["at"] for entry in missing.values()]
        until = max(times) + patience if patience else None
        for row in await connection.fetch(_BLOCKS, min(times) - _NEAR, until, list(missing)):
            block = Block.of(row)
            own = [missing.pop(each) for each in block.entries if each in missing]
            found.append((block, own))
    return found


def _event(service: str, row: Record) -> Line:
    names = ("type", "subject", "aggregate", "source_system", "headers")
    return {
        "kind": "event",
        "service": service,
        "event_id": str(row["event_id"]),
        "logged_at": _spelled(row["logged_at"]),
        **{name: row[name] for name in names},
        "payload": _coded(row["payload"]),
    }


def _block(service: str, block: Block) -> Line:
    return {
        "kind": "block",
        "service": service,
        "no": block.no,
        "at": _spelled(block.at),
        "listed": block.listed("sha256").hex(),
        "before": block.before,
        "count": sum(block.leaves),
        "previous": block.previous_sha256.hex(),
        "root": block.root_sha256.hex(),
        "sha256": block.sha256.hex(),
    }


def _told(entry: Record) -> Line:
    """For who reads it; what is proved is ``content``."""
    names = ("principal", "kind", "roles", "by", "action", "object", "result", "code")
    return {"who": {name: entry[name] for name in names}, "at": _spelled(entry["at"])}


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _coded(content: bytes) -> str:
    return b64encode(content).decode()

"""Observation (观察): what the databases and the streams hold of one source, read past the services as their operator.

Nothing here is asked of a service: what a service says of itself is what is in doubt.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from contracts import topology
from contracts.event import cloud_type
from ops.chaos.streams import StreamSeen

_EVENTS = """
SELECT event_id::text AS id, type, headers->>'ce-causationid' AS cause, payload FROM event_log
WHERE source_system = $1 ORDER BY logged_at, event_id
"""
_LETTERS = "SELECT id::text AS id, headers->>'ce-id' AS event FROM dead_letter WHERE redriven_at IS NULL"


class Body(msgspec.Struct):
    """The members of any event's body the comparison needs."""

    case_id: str = ""
    revision: int = 1
    object_version: int | None = None
    inspection_no: str = ""
    task_id: str = ""
    version: Any = None
    subject: dict[str, Any] | None = None
    object: dict[str, Any] | None = None


@dataclass(frozen=True)
class Said:
    """One event of a service's log, in the order of the log."""

    id: str
    kind: str
    """CloudEvents type."""
    cause: str
    body: Body
    payload: bytes


@dataclass
class ServiceSeen:
    """The tables of the road of one service."""

    said: list[Said] = field(default_factory=list)
    taken: dict[str, Counter[str]] = field(default_factory=dict)
    """Durable → event ids it took."""
    letters: dict[str, str] = field(default_factory=dict)
    """Open dead letter → the event's id."""
    grades: Counter[str] = field(default_factory=Counter)
    """``id_type:id_no:version:grade``; in credit those it told, elsewhere those it heard."""


@dataclass
class Seen:
    """Everything of one source."""

    services: dict[str, ServiceSeen]
    streams: Mapping[str, StreamSeen]
    decided: list[tuple[str, str, int]] = field(default_factory=list)
    """approval: case, object, version."""
    applied: list[tuple[str, str, int, str, datetime]] = field(default_factory=list)
    """supervision: case, object, version, outcome, when; in the order of versions."""
    tasks: list[tuple[str, str]] = field(default_factory=list)
    """supervision: task id, its case or empty when ad hoc."""
    inspections: list[tuple[str, bool, bool]] = field(default_factory=list)
    """supervision: number, failed, ad hoc."""
    records: list[str] = field(default_factory=list)
    """credit: the inspection of each record."""


async def open_letters(urls: Mapping[str, str]) -> set[str]:
    """Ids of every open dead letter of all services, whatever their source."""
    found: set[str] = set()
    for url in urls.values():
        found |= {row["id"] for row in await _rows(url, _LETTERS)}
    return found


async def observed(source: str, urls: Mapping[str, str], streams: Callable[[], Any], letters_before: set[str]) -> Seen:
    """Read everything of ``source``. ``urls``: databases as the operator; ``streams`` reads the streams."""
    services = dict(
        zip(urls, await asyncio.gather(*(_road(url, source, letters_before) for url in urls.values())), strict=True)
    )
    seen = Seen(services=services, streams=await streams())
    await asyncio.gather(
        _approval(seen, urls["approval"], source),
        _supervision(seen, urls["supervision"], source),
        _credit(seen, urls["credit"], source),
    )
    return seen


async def _road(url: str, source: str, before: set[str]) -> ServiceSeen:
    seen = ServiceSeen()
    bodies = msgspec.json.Decoder(Body)
    for row in await _rows(url, _EVENTS, source):
        body = bodies.decode(row["payload"])
        seen.said.append(Said(row["id"], row["type"], row["cause"] or "", body, row["payload"]))
    for row in await _rows(url, "SELECT event_id::text AS id, consumer FROM inbox WHERE source_system = $1", source):
        seen.taken.setdefault(row["consumer"], Counter())[row["id"]] += 1
    seen.letters = {row["id"]: row["event"] or "" for row in await _rows(url, _LETTERS) if row["id"] not in before}
    return seen


async def _approval(seen: Seen, url: str, source: str) -> None:
    rows = await _rows(url, "SELECT case_id, object_no, object_version FROM decision WHERE source_system = $1", source)
    seen.decided = [(row["case_id"], row["object_no"], row["object_version"]) for row in rows]
    seen.services["approval"].grades = await _grades(url, "grade", source)


async def _supervision(seen: Seen, url: str, source: str) -> None:
    applied = await _rows(
        url,
        "SELECT case_id, object_no, object_version, outcome, applied_at FROM applied_decision "
        "WHERE source_system = $1 ORDER BY object_no, object_version",
        source,
    )
    seen.applied = [tuple(row.values()) for row in applied]
    tasks = await _rows(url, "SELECT task_id::text AS id, case_id FROM task WHERE source_system = $1", source)
    seen.tasks = [(row["id"], row["case_id"]) for row in tasks]
    inspections = await _rows(
        url, "SELECT inspection_no, result = 'FAIL' AS failed, ad_hoc FROM inspection WHERE source_system = $1", source
    )
    seen.inspections = [(row["inspection_no"], row["failed"], row["ad_hoc"]) for row in inspections]
    seen.services["supervision"].grades = await _grades(url, "subject_grade", source)


async def _credit(seen: Seen, url: str, source: str) -> None:
    rows = await _rows(url, "SELECT inspection_no FROM credit_record WHERE source_system = $1", source)
    seen.records = [row["inspection_no"] for row in rows]
    seen.services["credit"].grades = await _grades(url, "subject", source)


async def _grades(url: str, table: str, source: str) -> Counter[str]:
    # The table's name is one of three constants above.
    told = f"SELECT id_type || ':' || id_no || ':' || version || ':' || grade AS told FROM {table}"  # noqa: S608
    rows = await _rows(url, f"{told} WHERE source_system = $1 AND version > 0", source)
    return Counter(row["told"] for row in rows)


async def _rows(url: str, query: str, *values: object) -> Sequence[asyncpg.Record]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetch(query, *values)
    finally:
        await connection.close()


def heard_by(listener: str, stream: str) -> frozenset[str]:
    """CloudEvents types a service listens to on a stream."""
    return frozenset(cloud_type(kind) for kind in topology.LISTENS[listener].get(stream, ()))

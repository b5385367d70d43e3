"""Dead letters (死信): what could not be applied is kept with its cause, visible, and can be tried again.

A letter has the id of the delivery it came by (chassis/ids.py): a lost ack never makes a second one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import msgspec

from chassis.database import Connection
from chassis.discretion import kept_quiet
from chassis.envelope import UnreadableError
from chassis.problems import faults_of
from chassis.sealing import MARK, Header, KeyRing
from chassis.signing.trusted import DistrustError
from kernel.refusal import Refusal
from kernel.sealed import Place

_HEADERS = frozenset({"ce-id", "ce-type", "ce-sourcesystem", "ce-correlationid", "nats-msg-id", "traceparent"})
_PLAIN = """
SELECT id, payload FROM dead_letter WHERE consumer LIKE '%-from-intake' AND substr(payload, 1, length($1::bytea)) <> $1
"""
_SEAL = "UPDATE dead_letter SET payload = $3 WHERE id = $1 AND payload = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message that could not be applied."""

    id: UUID
    consumer: str
    subject: str
    headers: Mapping[str, str]
    payload: bytes
    turn_key: str = ""
    """The order key its followers wait under, or empty."""
    cause: str
    """Stable code: ``unknown-type``, ``unreadable``, a DistrustError's cause, a refusal's code, or ``failed``."""
    detail: Mapping[str, Any]
    attempts: int


def detail_of(error: Exception) -> tuple[str, dict[str, Any]]:
    """The stable code of what went wrong, and what to show."""
    if isinstance(error, Refusal):
        return error.code, {"zh": kept_quiet(error.zh), "en": kept_quiet(error.en), "errors": faults_of(error)}
    if isinstance(error, UnreadableError):
        return error.cause, {"zh": "无法识别的事件", "en": kept_quiet(error.detail), "errors": []}
    if isinstance(error, DistrustError):
        return error.cause, {"zh": kept_quiet(error.zh), "en": kept_quiet(error.en), "errors": []}
    said = kept_quiet(f"{type(error).__name__}: {error}")
    return "failed", {"zh": "处理时出错", "en": said[:500], "errors": []}


def sealed(letter: Letter, ring: KeyRing) -> Letter:
    """A letter whose message may hold a person's number: it is kept sealed, and of its headers only those we know."""
    headers = {name: kept_quiet(value) for name, value in letter.headers.items() if name.lower() in _HEADERS}
    return replace(letter, headers=headers, payload=ring.seal(letter.payload, _place(letter.id)))


def opened(letter: Letter, ring: KeyRing) -> Letter:
    """The letter as it came."""
    if Header.of(letter.payload) is None:
        return letter
    return replace(letter, payload=ring.open(letter.payload, _place(letter.id)))


async def seal_plain(connection: Connection, ring: KeyRing) -> None:
    """Seal the letters of bureau systems parked before letters were sealed. Idempotent."""
    for row in await connection.fetch(_PLAIN, MARK):
        await connection.execute(_SEAL, row["id"], row["payload"], ring.seal(row["payload"], _place(row["id"])))


def _place(of: UUID) -> Place:
    return Place("dead_letter", "payload", (str(of),))


async def park(connection: Connection, letter: Letter) -> None:
    """Keep the letter."""
    await connection.execute(
        "INSERT INTO dead_letter (id, consumer, subject, headers, payload, turn_key, cause, detail, attempts, source_system) "
        "VALUES ($1, $2, $3, $4::json, $5, $6, $7, $8::json, $9, $10) ON CONFLICT (id) DO NOTHING",
        letter.id,
        letter.consumer,
        letter.subject,
        msgspec.json.encode(letter.headers).decode(),
        letter.payload,
        letter.turn_key,
        letter.cause,
        msgspec.json.encode(letter.detail).decode(),
        letter.attempts,
        # A zero byte is no text to PostgreSQL; a letter that could not be kept would come back for ever.
        unquote(letter.headers.get("ce-sourcesystem", "")).replace("\x00", "\ufffd"),
    )


async def listed(connection: Connection, limit: int = 500) -> list[dict[str, Any]]:
    """Open letters, oldest first, each with the versions that wait behind it (后续等待)."""
    rows = await connection.fetch(
        "SELECT d.*, (SELECT coalesce(array_agg(w.version ORDER BY w.version), '{}') FROM waiting w WHERE d.turn_key <> '' "
        "AND w.consumer = d.consumer AND w.key = d.turn_key) AS followers "
        "FROM dead_letter d WHERE redriven_at IS NULL ORDER BY parked_at LIMIT $1",
        limit,
    )
    return [
        {
            "id": str(row["id"]),
            "consumer": row["consumer"],
            "subject": row["subject"],
            "event_id": msgspec.json.decode(row["headers"]).get("ce-id", ""),
            "source_system": row["source_system"],
            "cause": row["cause"],
            "detail": msgspec.json.decode(row["detail"]),
            "attempts": row["attempts"],
            "followers": list(row["followers"]),
            "parked_at": row["parked_at"].isoformat(),
        }
        for row in rows
    ]


async def whole(connection: Connection, wanted: UUID) -> dict[str, Any]:
    """One letter with its headers and its message as text, open or not; of a sealed message nothing is shown.

    Raises:
        Refusal: ``not-found`` (404) when there is none.
    """
    row = await connection.fetchrow("SELECT * FROM dead_letter WHERE id = $1", wanted)
    if row is None:
        raise Refusal(code="not-found", zh="没有这封死信", en="There is no such dead letter", status=404)
    sealed_message = Header.of(row["payload"]) is not None
    return {
        "id": str(row["id"]),
        "consumer": row["consumer"],
        "subject": row["subject"],
        "source_system": row["source_system"],
        "cause": row["cause"],
        "detail": msgspec.json.decode(row["detail"]),
        "attempts": row["attempts"],
        "parked_at": row["parked_at"].isoformat(),
        "redriven_at": row["redriven_at"] and row["redriven_at"].isoformat(),
        "headers": msgspec.json.decode(row["headers"]),
        "sealed": sealed_message,
        "payload": None if sealed_message else row["payload"].decode("utf-8", "replace"),
    }


async def taken(connection: Connection, wanted: UUID) -> Letter:
    """One open letter, locked until the transaction ends.

    Raises:
        Refusal: ``not-found`` (404) when there is none.
    """
    row = await connection.fetchrow(
        "SELECT * FROM dead_letter WHERE id = $1 AND redriven_at IS NULL FOR UPDATE", wanted
    )
    if row is None:
        raise Refusal(code="not-found", zh="没有这封待处理的死信", en="There is no such open dead letter", status=404)
    return Letter(
        id=row["id"],
        consumer=row["consumer"],
        subject=row["subject"],
        headers=msgspec.json.decode(row["headers"], type=dict[str, str]),
        payload=row["payload"],
        turn_key=row["turn_key"],
        cause=row["cause"],
        detail=msgspec.json.decode(row["detail"]),
        attempts=row["attempts"],
    )


async def close(connection: Connection, done: UUID) -> None:
    """The letter was applied (已重投)."""
    await connection.execute("UPDATE dead_letter SET redriven_at = clock_timestamp() WHERE id = $1", done)

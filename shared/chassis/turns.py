"""Turns (顺序): events of one aggregate are applied in the order of their versions, whatever the order of delivery.

An event ahead of its turn waits in a table, acknowledged and safe, and is released by its predecessor in the same
transaction. Versions of one key run 1, 2, 3 … without gaps.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import msgspec
import structlog

from chassis import dead_letters
from chassis.dead_letters import Letter, detail_of
from chassis.envelope import Opened, UnreadableError
from chassis.signing.trusted import DistrustError
from chassis.transaction import Transaction

_log = structlog.get_logger(__name__)

_POSITIONS = "SELECT key, version FROM turn WHERE consumer = $1 AND key = ANY($2::text[])"
_WAITING = """
SELECT key, version, event_id, subject, headers, payload FROM waiting WHERE consumer = $1 AND key = ANY($2::text[])
"""
_MOVE = """
INSERT INTO turn (consumer, key, version) SELECT $1, * FROM unnest($2::text[], $3::int[])
ON CONFLICT (consumer, key) DO UPDATE SET version = excluded.version
"""
_RELEASE = """
DELETE FROM waiting w USING unnest($2::text[], $3::int[]) AS t (key, version)
 WHERE w.consumer = $1 AND w.key = t.key AND w.version <= t.version
"""
_WAIT = """
INSERT INTO waiting (consumer, key, version, event_id, subject, headers, payload)
SELECT $1, key, version, id, subject, headers::json, payload
  FROM unnest($2::text[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::bytea[])
    AS t (key, version, id, subject, headers, payload)
ON CONFLICT DO NOTHING
"""

TurnOf = Callable[[Any], tuple[str, int] | None]
"""Event → (key, version), or None when it may be applied at any time."""
Reopen = Callable[[str, Mapping[str, str], bytes], Opened]
"""Subject, headers, payload → the event; raises UnreadableError or DistrustError."""


def any_time(_event: Any) -> None:
    """For facts that only add: they never wait."""


async def in_turn(
    tx: Transaction, consumer: str, fresh: Sequence[Opened], turn_of: TurnOf, reopen: Reopen
) -> list[Opened]:
    """The events whose turn it is, with those they release, in applicable order; the others are put to wait.

    What waited and is no longer believed (改动过的等待事件) becomes a dead letter and releases nothing.
    """
    ready: list[Opened] = []
    arrived: dict[str, dict[int, Opened]] = defaultdict(dict)
    for opened in fresh:
        turn = turn_of(opened.message)
        if turn is None:
            ready.append(opened)
        else:
            arrived[turn[0]].setdefault(turn[1], opened)
    if not arrived:
        return ready
    keys = sorted(arrived)
    await tx.lock(f"turn:{consumer}:{key}" for key in keys)
    tx.waited()
    position, rows = await _standing(tx, consumer, keys)
    waiting = await _waiting(tx, consumer, rows, turn_of, reopen)
    moved: dict[str, int] = {}
    early: list[tuple[str, int, Opened]] = []
    for key, news in arrived.items():
        start = at = position.get(key, 0)
        line = waiting.get(key, {}) | news
        while at + 1 in line:
            at += 1
            ready.append(line[at])
        if at > start:
            moved[key] = at
        early += [(key, version, opened) for version, opened in news.items() if version > at]
        if passed := [version for version in news if version <= start]:
            _log.warning("turn.passed", consumer=consumer, versions=passed)
    _move(tx, consumer, moved)
    _release(tx, consumer, {key: at for key, at in moved.items() if key in waiting})
    _wait(tx, consumer, early)
    return ready


async def _standing(tx: Transaction, consumer: str, keys: list[str]) -> tuple[dict[str, int], Sequence[Any]]:
    """How far these keys have come, and the rows that wait for them."""
    position: dict[str, int] = {}
    waiting: list[Any] = []

    async def positions() -> None:
        position.update((row["key"], row["version"]) for row in await tx.reads.fetch(_POSITIONS, consumer, keys))

    async def lines() -> None:
        waiting.extend(await tx.reads.fetch(_WAITING, consumer, keys))

    await tx.reads.together(positions(), lines())
    return position, waiting


async def _waiting(
    tx: Transaction, consumer: str, rows: Sequence[Any], turn_of: TurnOf, reopen: Reopen
) -> dict[str, dict[int, Opened]]:
    line: dict[str, dict[int, Opened]] = defaultdict(dict)
    for row in rows:
        headers = msgspec.json.decode(row["headers"], type=dict[str, str])
        try:
            opened = reopen(row["subject"], headers, row["payload"])
            _must_stand_there(row, turn_of(opened.message))
        except (UnreadableError, DistrustError) as fault:
            await _doubt(tx, consumer, row, headers, fault)
        else:
            line[row["key"]][row["version"]] = opened
    return line


def _must_stand_there(row: Any, turn: tuple[str, int] | None) -> None:
    if turn != (row["key"], row["version"]):
        raise UnreadableError("unreadable", "it waits under a key or version that is not its own")


async def _doubt(tx: Transaction, consumer: str, row: Any, headers: Mapping[str, str], fault: Exception) -> None:
    """Out of the line and out of the inbox, so that the letter, or the event itself sent again, is applied in full."""
    cause, detail = detail_of(fault)
    _log.error("turn.doubted", consumer=consumer, event_id=str(row["event_id"]), cause=cause)
    letter = Letter(
        id=uuid5(NAMESPACE_OID, f"{consumer}:waiting:{row['event_id']}"),
        consumer=consumer,
        subject=row["subject"],
        headers=headers,
        payload=row["payload"],
        turn_key=row["key"],
        cause=cause,
        detail=detail,
        attempts=1,
    )
    await dead_letters.park(tx.connection, letter)
    for table in ("waiting", "inbox"):
        await tx.connection.execute(
            f"DELETE FROM {table} WHERE consumer = $1 AND event_id = $2",  # noqa: S608 - one of the two above
            consumer,
            row["event_id"],
        )


def _move(tx: Transaction, consumer: str, moved: dict[str, int]) -> None:
    if moved:
        tx.writes.put(_MOVE, consumer, list(moved), list(moved.values()))


def _release(tx: Transaction, consumer: str, moved: dict[str, int]) -> None:
    if moved:
        tx.writes.put(_RELEASE, consumer, list(moved), list(moved.values()))


def _wait(tx: Transaction, consumer: str, early: list[tuple[str, int, Opened]]) -> None:
    if not early:
        return
    tx.writes.put(
        _WAIT,
        consumer,
        [key for key, _, _ in early],
        [version for _, version, _ in early],
        [o.id for _, _, o in early],
        [o.subject for _, _, o in early],
        [msgspec.json.encode(o.headers).decode() for _, _, o in early],
        [o.payload for _, _, o in early],
    )

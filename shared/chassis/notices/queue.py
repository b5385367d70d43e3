"""Queue (待送队列): what is due is claimed with a lease and a message id, sent, and settled.

The id is written before the first try and kept, so a crash repeats the same message and never makes another one.
One notifier claims at a time (a lock of the database); sending goes on in parallel.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.database import Connection
from chassis.discretion import kept_quiet
from chassis.notices.channel import Message, Part
from chassis.notices.preference import ChannelName
from chassis.notices.preferences import addresses_of
from chassis.sealing import KeyRing
from kernel.notice import Notice

BATCH = 100
"""Notices claimed at a time."""
LEASE = timedelta(minutes=3)
"""Longer than a batch can take."""
_LOCK = 0x4E4F5449  # "NOTI"
_LONGEST_ERROR = 500

_FREE = "(leased_until IS NULL OR leased_until < clock_timestamp())"
_DUE = f"""
SELECT notice_id, channel, person, digest, attempts, message_id FROM notice_queue
WHERE next_at <= $1 AND {_FREE} ORDER BY next_at LIMIT $2 FOR UPDATE
"""  # noqa: S608 - constants of this module
_MATES = f"""
SELECT notice_id, channel, person, digest, attempts, message_id FROM notice_queue
WHERE message_id = ANY($1::uuid[]) AND {_FREE} FOR UPDATE
"""  # noqa: S608 - as above
_LEASE = """
UPDATE notice_queue q SET message_id = c.message_id, leased_until = clock_timestamp() + $4
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS c (notice_id, channel, message_id)
WHERE q.notice_id = c.notice_id AND q.channel = c.channel
"""
_NOTICES = """
SELECT n.notice_id, n.person, n.kind, n.fact, n.zh, n.en, n.about, n.on_behalf_of, n.created_at
FROM notice n JOIN unnest($1::uuid[]) AS c (notice_id) USING (notice_id)
"""
_ADDRESSES = """
SELECT p.person, p.channels, p.sealed_channels FROM notice_preference p JOIN unnest($1::text[]) AS c (person) USING (person)
"""
_LOG = """
INSERT INTO notice_delivery (notice_id, channel, message_id, attempt, state, error, at)
SELECT t.*, $7 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::text[])
    AS t (notice_id, channel, message_id, attempt, state, error)
"""
_DONE = "DELETE FROM notice_queue WHERE message_id = ANY($1::uuid[])"
_AGAIN = """
UPDATE notice_queue q SET attempts = q.attempts + 1, next_at = t.next_at, leased_until = NULL
FROM unnest($1::uuid[], $2::timestamptz[]) AS t (message_id, next_at) WHERE q.message_id = t.message_id
"""


class DeliveryState(StrEnum):
    """送达结果 of one try."""

    SENT = "SENT"
    FAILED = "FAILED"
    GIVEN_UP = "GIVEN_UP"
    DROPPED = "DROPPED"


@dataclass(frozen=True)
class Claimed:
    """A message claimed for sending: its channel, and how often it was tried."""

    channel: ChannelName
    message: Message
    attempts: int


@dataclass(frozen=True)
class Try:
    """What came of sending a claimed message; ``again`` only for FAILED."""

    claimed: Claimed
    state: DeliveryState
    error: str = ""
    again: datetime | None = None


async def claim(connection: Connection, service: str, now: datetime, ring: KeyRing) -> list[Claimed]:
    """Lease what is due at ``now``. An address is empty when the person no longer wants the channel."""
    async with connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
            return []
        rows = await connection.fetch(_DUE, now, BATCH)
        if not rows:
            return []
        # The rest of a digest tried before: it must go out whole, under its id.
        begun = {row["message_id"] for row in rows if row["message_id"]}
        rows += await connection.fetch(_MATES, sorted(begun)) if begun else []
        messages = _grouped(rows)
        leased = [(n, channel, m) for m, (channel, of) in messages.items() for n in of]
        columns = [list(column) for column in zip(*leased, strict=True)]
        await connection.execute(_LEASE, *columns, LEASE)
        return await _claimed(connection, service, messages, ring)


async def settle(connection: Connection, tries: Sequence[Try], now: datetime) -> None:
    """Log each try, forget what is done, plan again what is not."""
    log = [
        (
            part.notice_id,
            c.channel.value,
            c.message.message_id,
            c.attempts + 1,
            t.state.value,
            kept_quiet(t.error)[:_LONGEST_ERROR],
        )
        for t in tries
        for c in [t.claimed]
        for part in c.message.parts
    ]
    again = [(t.claimed.message.message_id, t.again) for t in tries if t.again is not None]
    done = [t.claimed.message.message_id for t in tries if t.again is None]
    async with connection.transaction():
        await connection.execute(_LOG, *[list(column) for column in zip(*log, strict=True)], now)
        await connection.execute(_DONE, done)
        if again:
            await connection.execute(_AGAIN, *[list(column) for column in zip(*again, strict=True)])


async def waiting(connection: Connection, now: datetime) -> int:
    """How many notices are due and not delivered on a channel."""
    return int(await connection.fetchval("SELECT count(*) FROM notice_queue WHERE next_at <= $1", now))


def _grouped(rows: Sequence[Any]) -> dict[UUID, tuple[str, dict[UUID, int]]]:
    """Message id → channel and its notices with their tries; a new digest takes all of its person and channel."""
    messages: dict[UUID, tuple[str, dict[UUID, int]]] = {}
    digests: defaultdict[tuple[str, str], UUID] = defaultdict(uuid7)
    for row in rows:
        fresh = digests[row["person"], row["channel"]] if row["digest"] else uuid7()
        _, parts = messages.setdefault(row["message_id"] or fresh, (row["channel"], {}))
        parts[row["notice_id"]] = row["attempts"]
    return messages


async def _claimed(
    connection: Connection, service: str, messages: dict[UUID, tuple[str, dict[UUID, int]]], ring: KeyRing
) -> list[Claimed]:
    wanted = sorted({notice_id for _, of in messages.values() for notice_id in of})
    parts = {row["notice_id"]: _part(row) for row in await connection.fetch(_NOTICES, wanted)}
    persons = sorted({part.notice.person for part in parts.values()})
    chosen = {row["person"]: addresses_of(row, ring) for row in await connection.fetch(_ADDRESSES, persons)}
    claimed = []
    for message_id, (channel, of) in messages.items():
        told = [parts[notice_id] for notice_id in sorted(of)]
        person = told[0].notice.person
        address = chosen.get(person, {}).get(channel, "")
        message = Message(message_id, service, person, address, told)
        claimed.append(Claimed(ChannelName(channel), message, max(of.values())))
    return claimed


def _part(row: Any) -> Part:
    names = ("person", "kind", "fact", "zh", "en", "about")
    notice = Notice(**{name: row[name] for name in names})
    return Part(row["notice_id"], notice, row["on_behalf_of"], row["created_at"])

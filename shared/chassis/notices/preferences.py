"""Preferences in the database (通知偏好表): read set-wise, replaced as a whole.

Addresses are phones and mail addresses of persons: ``channels`` has them masked, ``sealed_channels`` whole.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from chassis.database import Connection
from chassis.notices.preference import ChannelName, Deputy, Preference, QuietHours, masked_addresses
from chassis.reads import Asking
from chassis.sealing import KeyRing
from kernel.sealed import Place

_OF = "SELECT p.* FROM notice_preference p JOIN unnest($1::text[]) AS asked (person) USING (person)"
_KEEP = """
INSERT INTO notice_preference (person, channels, digest, digest_at, quiet_from, quiet_to, deputy, deputy_from,
    deputy_to, updated_at, sealed_channels) VALUES ($1, $2::jsonb, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (person) DO UPDATE SET channels = excluded.channels, sealed_channels = excluded.sealed_channels,
    digest = excluded.digest,
    digest_at = excluded.digest_at, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
    deputy = excluded.deputy, deputy_from = excluded.deputy_from, deputy_to = excluded.deputy_to,
    updated_at = excluded.updated_at
"""
_PLAIN = "SELECT person, channels FROM notice_preference WHERE sealed_channels IS NULL AND channels <> '{}'"
_SEAL = """
UPDATE notice_preference SET channels = $3::jsonb, sealed_channels = $4
 WHERE person = $1 AND sealed_channels IS NULL AND channels = $2::jsonb
"""
_FORGET = "DELETE FROM notice_queue WHERE person = $1 AND message_id IS NULL RETURNING notice_id"
_PLAN = """
INSERT INTO notice_queue (notice_id, channel, person, digest, next_at)
SELECT notice_id, channel, $3, $4, $5 FROM unnest($1::uuid[]) AS n (notice_id), unnest($2::text[]) AS c (channel)
ON CONFLICT (notice_id, channel) DO NOTHING
"""


async def of(reads: Asking, persons: Iterable[str], at: datetime) -> dict[str, Preference]:
    """What these persons prefer, and those who stand in for them at ``at``."""
    known: dict[str, Preference] = {}
    asked: set[str] = set()
    wanted = set(persons)
    while wanted:
        asked |= wanted
        rows = await reads.fetch(_OF, sorted(wanted))
        read = [preference_of(dict(row)) for row in rows]
        known |= {preference.person: preference for preference in read}
        wanted = {deputy for preference in read if (deputy := preference.stand_in(at))} - asked
    return known


async def keep(connection: Connection, preference: Preference, now: datetime, ring: KeyRing) -> None:
    """Replace a person's preference; what waits for its first sending is planned again."""
    deputy, quiet = preference.deputy, preference.quiet
    await connection.execute(
        _KEEP,
        preference.person,
        msgspec.json.encode(masked_addresses(preference.channels)).decode(),
        preference.digest.value,
        preference.digest_at,
        *((quiet.begin, quiet.end) if quiet else (None, None)),
        *((deputy.person, deputy.first, deputy.last) if deputy else ("", None, None)),
        now,
        _sealed(preference.person, preference.channels, ring),
    )
    waiting = {row["notice_id"] for row in await connection.fetch(_FORGET, preference.person)}
    if waiting and preference.channels:
        channels = [name.value for name in preference.channels]
        digest, due = preference.digest_at is not None, preference.due(now)
        await connection.execute(_PLAN, sorted(waiting), channels, preference.person, digest, due)


def addresses_of(row: Any, ring: KeyRing) -> dict[str, str]:
    """Channel → address; ``row``: person, channels and sealed_channels."""
    said = ring.open(row["sealed_channels"], _place(row["person"])) if row["sealed_channels"] else row["channels"]
    return msgspec.json.decode(said, type=dict[str, str])


async def seal_plain(connection: Connection, ring: KeyRing) -> None:
    """Seal and mask the addresses that were kept plain before. Idempotent."""
    for row in await connection.fetch(_PLAIN):
        channels = msgspec.json.decode(row["channels"], type=dict[ChannelName, str])
        masks = msgspec.json.encode(masked_addresses(channels)).decode()
        await connection.execute(_SEAL, row["person"], row["channels"], masks, _sealed(row["person"], channels, ring))


def _sealed(person: str, channels: Mapping[ChannelName, str], ring: KeyRing) -> bytes | None:
    return ring.seal(msgspec.json.encode(channels), _place(person)) if channels else None


def _place(person: str) -> Place:
    return Place("notice_preference", "sealed_channels", (person,))


def preference_of(row: dict[str, Any]) -> Preference:
    """From the columns of ``notice_preference``; addresses are masked."""
    channels: dict[str, str] = msgspec.json.decode(row["channels"])
    quiet = QuietHours(row["quiet_from"], row["quiet_to"]) if row["quiet_from"] is not None else None
    deputy = Deputy(row["deputy"], row["deputy_from"], row["deputy_to"]) if row["deputy"] else None
    return Preference(
        person=row["person"],
        channels={ChannelName(name): address for name, address in channels.items()},
        digest_at=row["digest_at"],
        quiet=quiet,
        deputy=deputy,
    )

"""Posting (写入通知): what handlers told goes into the inboxes and the queue, set-wise, in the business transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from uuid_utils.compat import uuid7

from chassis.database import Connection
from chassis.notices import preferences
from chassis.notices.preference import Preference, receiver
from chassis.setwise import transposed
from chassis.writes import Writes
from kernel.notice import Notice

_POST = """
INSERT INTO notice (notice_id, person, kind, fact, zh, en, about, on_behalf_of, deputy, created_at)
SELECT told.*, $10 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                               $8::text[], $9::text[]) AS told
ON CONFLICT (person, kind, fact) DO NOTHING
"""
_POST_AND_QUEUE = f"""
WITH fresh AS ({_POST} RETURNING notice_id)
INSERT INTO notice_queue (notice_id, channel, person, digest, next_at)
SELECT q.* FROM unnest($11::uuid[], $12::text[], $13::text[], $14::boolean[], $15::timestamptz[])
    AS q (notice_id, channel, person, digest, next_at) JOIN fresh USING (notice_id)
"""  # noqa: S608 - a constant


class Told:
    """The notices of one transaction, as handlers see them: told, not yet written."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def tell(self, notice: Notice) -> None:
        """Tell a person a fact when this commits; the same fact a second time tells nobody."""
        self.notices.append(notice)


@dataclass(frozen=True)
class _Entry:
    notice_id: object
    notice: Notice
    on_behalf_of: str = ""
    deputy: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Person, kind and fact."""
        return self.notice.person, self.notice.kind, self.notice.fact


async def post(connection: Connection, writes: Writes, notices: Sequence[Notice], now: datetime) -> bool:
    """Write the notices of a transaction; True when some wait for a channel. ``now``: the stack's instant, aware, UTC."""
    if not notices:
        return False
    known = await preferences.of(connection, {notice.person for notice in notices}, now)
    entries = [entry for notice in notices for entry in _entries(notice, known, now)]
    entries.sort(key=lambda entry: entry.key)  # two transactions that tell the same never wait in a circle
    queued = [row for entry in entries for row in _queued(entry, known, now)]
    told = [e.notice for e in entries]
    columns = (
        [e.notice_id for e in entries],
        [n.person for n in told],
        [n.kind for n in told],
        [n.fact for n in told],
        [n.zh for n in told],
        [n.en for n in told],
        [n.about for n in told],
        [e.on_behalf_of for e in entries],
        [e.deputy for e in entries],
        now,
    )
    if not queued:
        writes.put(_POST, *columns)
        return False
    await connection.execute(_POST_AND_QUEUE, *columns, *transposed(queued))
    return True


def _entries(notice: Notice, known: Mapping[str, Preference], now: datetime) -> Iterator[_Entry]:
    deputy = receiver(notice.person, known, now)
    if deputy == notice.person:
        yield _Entry(uuid7(), notice)
        return
    yield _Entry(uuid7(), notice, deputy=deputy)
    yield _Entry(uuid7(), replace(notice, person=deputy), on_behalf_of=notice.person)


def _queued(
    entry: _Entry, known: Mapping[str, Preference], now: datetime
) -> Iterator[tuple[object, str, str, bool, datetime]]:
    preference = known.get(entry.notice.person)
    if preference is None or entry.deputy:
        return
    for channel in preference.channels:
        yield (
            entry.notice_id,
            channel.value,
            preference.person,
            preference.digest_at is not None,
            preference.due(now),
        )

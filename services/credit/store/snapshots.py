"""Snapshots (快照): all of credit as it was at one instant, read page by page while it goes on working.

One transaction, REPEATABLE READ and read only: it blocks nobody, and subjects, records and the log of events fit together.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import msgspec

from chassis import setwise
from chassis.database import PATIENT, Connection, Pool
from contracts.event import Event
from contracts.topology import EVENTS
from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.rules_edition import RulesEdition
from credit.domain.subject import Identity, Subject
from credit.store import rows
from credit.store.rulebooks import published_editions
from credit.store.subjects import FAMILIES, RECORDS
from kernel.clock import Clock, china_day
from kernel.refusal import Refusal
from kernel.subject import SubjectKey

PAGE = 1000
_EVENTS = 2000
_ROOTS = """
SELECT id_type, id_no FROM subject
 WHERE merged_type IS NULL AND (id_type, id_no) > ($1::text, $2::text) ORDER BY id_type, id_no LIMIT $3
"""
_LOG = "SELECT type, payload FROM event_log ORDER BY event_id"
_IDENTITIES = """
SELECT *, reasons::text AS reasons_text FROM subject ORDER BY id_type COLLATE "C", id_no COLLATE "C"
"""
_ALL_RECORDS = "SELECT *, record_id::text AS id, marks::text AS marks_text FROM credit_record ORDER BY record_id"
_WAITING = "SELECT id_type, id_no, due_on FROM subject WHERE due_on <= $1"
_COUNTS = """
SELECT (SELECT count(*) FROM event_log) AS events, (SELECT count(*) FROM subject) AS identities,
       (SELECT count(*) FROM credit_record) AS records
"""
_decoders: dict[str, msgspec.json.Decoder[Event]] = {
    name: msgspec.json.Decoder(event) for name, event in EVENTS.items()
}


class Snapshot:
    """``ports.Snapshot`` on one connection."""

    def __init__(self, connection: Connection, base: Rulebook, today: date) -> None:
        self.today = today
        self._connection = connection
        self._base = base

    async def rules(self) -> Rulebook:
        """Every edition that is applied."""
        return self._base.followed_by(edition.rules for edition in await self.editions())

    async def editions(self) -> list[RulesEdition]:
        """The published editions, in the order of publication."""
        return await published_editions(self._connection)

    async def counts(self) -> dict[str, int]:
        """How many events, identities and records there are."""
        found = await self._connection.fetchrow(_COUNTS)
        return dict(found) if found else {}

    async def waiting(self) -> dict[SubjectKey, date]:
        """Subjects the sweep has not come to yet, and since which day something of theirs waits."""
        return {rows.key_of(row): row["due_on"] for row in await self._connection.fetch(_WAITING, self.today)}

    async def subjects(self) -> AsyncIterator[Sequence[Subject]]:
        """Whole subjects in pages, by the number of their root."""
        last = ("", "")
        while found := await self._connection.fetch(_ROOTS, *last, PAGE):
            last = (found[-1]["id_type"], found[-1]["id_no"])
            yield await self._families([rows.key_of(row) for row in found])

    async def events(self) -> AsyncIterator[Sequence[Event]]:
        """What credit ever told, in the order of the log. Refuses ``unknown-event``."""
        async for page in self._pages(_LOG, _EVENTS):
            yield [_decoded(row) for row in page]

    async def identities(self) -> AsyncIterator[Sequence[tuple[Identity, date | None]]]:
        """Every identity with its next day of change, sorted by its number."""
        async for page in self._pages(_IDENTITIES, PAGE):
            yield [(rows.identity_of(row), row["due_on"]) for row in page]

    async def records(self) -> AsyncIterator[Sequence[CreditRecord]]:
        """Every record, sorted by its id."""
        async for page in self._pages(_ALL_RECORDS, PAGE):
            yield [rows.record_of(row) for row in page]

    async def _pages(self, query: str, size: int) -> AsyncIterator[Sequence[Any]]:
        cursor = await self._connection.cursor(query)
        while page := await cursor.fetch(size):
            yield page

    async def _families(self, roots: Sequence[SubjectKey]) -> list[Subject]:
        families = await self._fetch(FAMILIES, roots)
        subjects: dict[SubjectKey, Subject] = {}
        owners: dict[SubjectKey, Subject] = {}
        for row in families:
            identity, root = rows.identity_of(row), SubjectKey(row["root_type"], row["root_no"])
            if identity.key == root:
                subjects[root] = Subject(root=identity, due_on=row["due_on"])
            else:
                subjects[root].aliases[identity.key] = identity
            owners[identity.key] = subjects[root]
        for row in await self._fetch(RECORDS, list(owners)):
            record = rows.record_of(row)
            owners[record.subject].records[record.record_id] = record
        return list(subjects.values())

    async def _fetch(self, query: str, keys: Sequence[SubjectKey]) -> Sequence[Any]:
        return await self._connection.fetch(query, *setwise.transposed([(key.id_type, key.id_no) for key in keys]))


class SqlSnapshots:
    """``ports.Snapshots``. ``base``: the editions of the rules file."""

    def __init__(self, pool: Callable[[], Pool], base: Rulebook, clock: Clock) -> None:
        self._pool = pool
        self._base = base
        self._clock = clock

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Snapshot]:
        """One instant, until the block ends."""
        async with (
            self._pool().acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(PATIENT)
            yield Snapshot(connection, self._base, china_day(self._clock.now()))


def _decoded(row: Any) -> Event:
    decoder = _decoders.get(row["type"])
    try:
        if decoder:
            return decoder.decode(row["payload"])
    except msgspec.MsgspecError as error:
        raise _unknown(row["type"], str(error)) from error
    raise _unknown(row["type"], "no such type")


def _unknown(name: str, why: str) -> Refusal:
    return Refusal(
        code="unknown-event",
        zh=f"事件日志中有无法识别的事件 {name}（{why}），不能由事件重建；请核对程序版本",
        en=f"the log holds an event this version cannot read, {name} ({why}); nothing can be rebuilt, check the version",
        status=409,
    )

"""Subjects in PostgreSQL (信用主体): identities, what was told of all of them, and the history of their mergers.

A subject is locked under the key of every identity that is asked for and under that of its root, in one sorted statement.
The roots are looked up before; when a merger moved one meanwhile, the batch is refused for a moment and comes again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from chassis import setwise
from chassis.transaction import Transaction
from credit.domain.record import CreditRecord
from credit.domain.subject import Identity, Subject
from credit.store import rows
from credit.store.bars import LoadedBars
from credit.store.entries import LoadedEntries
from kernel.refusal import Refusal
from kernel.subject import SubjectKey

_OWNERS = "SELECT DISTINCT id_type, id_no FROM credit_record WHERE record_id = ANY($1::uuid[])"
_ROOTS = """
WITH RECURSIVE up AS (
    SELECT s.id_type, s.id_no, s.merged_type, s.merged_no
      FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN subject s USING (id_type, id_no)
    UNION
    SELECT s.id_type, s.id_no, s.merged_type, s.merged_no
      FROM up JOIN subject s ON (s.id_type, s.id_no) = (up.merged_type, up.merged_no))
SELECT DISTINCT id_type, id_no FROM up WHERE merged_type IS NULL
"""
FAMILIES = """
WITH RECURSIVE family AS (
    SELECT s.*, s.id_type AS root_type, s.id_no AS root_no
      FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN subject s USING (id_type, id_no)
    UNION ALL
    SELECT s.*, f.root_type, f.root_no
      FROM family f JOIN subject s ON (s.merged_type, s.merged_no) = (f.id_type, f.id_no))
SELECT *, reasons::text AS reasons_text FROM family
"""
_OF_SUBJECTS = """
SELECT r.*, r.record_id::text AS id, r.marks::text AS marks_text
  FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN credit_record r USING (id_type, id_no)
"""
_IN_ORDER = " ORDER BY r.seq"
RECORDS = _OF_SUBJECTS + _IN_ORDER
_USED_RECORDS = (
    _OF_SUBJECTS + " WHERE r.ended_on IS NULL OR r.ended_on > $3 OR r.record_id = ANY($4::uuid[])" + _IN_ORDER
)
"""What ended (期满、修复、撤销) counts for nothing any more and is read only when it is asked for: of a large enterprise most did."""
_KEEP_SUBJECTS = setwise.upsert("subject", rows.IDENTITY, ("id_type", "id_no"))
_ADD_RECORDS = setwise.insert("credit_record", rows.RECORD)
_CHANGE_RECORDS = setwise.update("credit_record", rows.CHANGES, "record_id")
_ALL_DUE = "UPDATE subject SET due_on = least(due_on, $1) WHERE version > 0 AND merged_type IS NULL"
_NOTE = """
INSERT INTO subject_change (id_type, id_no, kind, by, reason, facts, at)
SELECT *, $7 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
"""


class LoadedSubjects:
    """``ports.Subjects`` on one transaction. Of records that ended a subject has only those that were asked for by id."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._known: set[SubjectKey] = set()
        self._roots: set[SubjectKey] = set()
        """The roots of those known, as found before the lock."""
        self._holders: set[SubjectKey] = set()
        """Whose the records are that were asked for."""
        self._asked: set[str] = set()
        self._entries = LoadedEntries()
        self._bars = LoadedBars()
        self._subjects: dict[SubjectKey, Subject] = {}
        self._stored: dict[str, CreditRecord] = {}
        self._holding: dict[str, Subject] = {}
        """Record id → the subject that has it: as read, then as saved."""
        self._changed: dict[SubjectKey, Subject] = {}
        self._notes: list[tuple[Any, ...]] = []
        self._all_due: date | None = None

    def get(self, key: SubjectKey) -> Subject | None:
        """The subject an identity belongs to, or None."""
        if key not in self._known:
            raise KeyError(key)
        return self._subjects.get(key)

    def with_record(self, record_id: str) -> Subject | None:
        """The subject a record belongs to, or None."""
        if record_id not in self._asked:
            raise KeyError(record_id)
        return self._holding.get(record_id)

    def with_bar(self, bar_id: str) -> Subject | None:
        """The subject a bar is about, or None."""
        if bar_id not in self._bars.asked:
            raise KeyError(bar_id)
        return next((s for s in self._subjects.values() if bar_id in s.bars), None)

    def add(self, identity: Identity) -> Subject:
        """A new subject that goes by one number so far."""
        subject = Subject(root=identity)
        self.save(subject)
        return subject

    def save(self, subject: Subject) -> None:
        """Keep a new or changed subject."""
        for identity in subject.identities:
            self._known.add(identity.key)
            self._subjects[identity.key] = self._changed[identity.key] = subject
        self._holding.update(dict.fromkeys(subject.records, subject))

    def all_due(self, on: date) -> None:
        """Whoever was ever assessed is due on a day at the latest."""
        self._all_due = on

    def note(self, key: SubjectKey, kind: str, by: str, reason: str, facts: Mapping[str, Any]) -> None:
        """Keep one line of the history of an identity."""
        self._notes.append((key.id_type, key.id_no, kind, by, reason, msgspec.json.encode(facts).decode()))

    async def find(self, keys: set[SubjectKey]) -> None:
        """Look up the subjects of these identities, before any is locked."""
        self._known |= keys
        self._roots |= await self._roots_of(keys)

    async def find_holders(self, records: set[str]) -> None:
        """Look up whose records these are; their subjects are read too."""
        self._asked |= records
        rows_of = await self._tx.reads.fetch(_OWNERS, sorted(records)) if records else ()
        self._holders |= set(map(rows.key_of, rows_of))

    async def read(self, keys: set[SubjectKey], bars: Iterable[str]) -> None:
        """Lock and read the subjects that were found, and those of more identities and of bars."""
        reads = self._tx.reads
        more = keys | self._holders | await self._bars.owners(reads, bars)
        await self.find(more - self._known)
        wanted, roots = set(self._known), set(self._roots)
        await self._tx.lock(f"subject:{key}" for key in wanted | roots)
        await reads.together(self._must_still_be(roots, wanted), self._read_families(roots))
        await reads.together(self._read_records(), self._bars.read(reads, self._subjects))
        await self._entries.read(reads, self._subjects)

    def write(self) -> None:
        """Write what changed: identities, then records with their entries and bars, then history."""
        writes = self._tx.writes
        identities = {i.key: (i, s) for s in self._changed.values() for i in s.identities}
        writes.put_rows(_KEEP_SUBJECTS, [rows.identity_row(*identities[key]) for key in sorted(identities, key=str)])
        records = {r.record_id: r for s in self._changed.values() for r in s.records.values()}
        changed = [r for each, r in records.items() if self._stored.get(each) is not r]
        writes.put_rows(_ADD_RECORDS, [rows.record_row(r) for r in changed if r.record_id not in self._stored])
        writes.put_rows(_CHANGE_RECORDS, [rows.changes_row(r) for r in changed if r.record_id in self._stored])
        self._entries.write(writes, self._changed.values())
        self._bars.write(writes, self._changed.values())
        if self._all_due:
            writes.put(_ALL_DUE, self._all_due)
        if self._notes:
            writes.put(_NOTE, *setwise.transposed(self._notes), self._tx.now)

    async def _must_still_be(self, roots: set[SubjectKey], wanted: set[SubjectKey]) -> None:
        if await self._roots_of(wanted) != roots:
            raise _moved()

    async def _read_families(self, roots: set[SubjectKey]) -> None:
        for row in await self._fetch(FAMILIES, roots):
            self._found(rows.key_of(row), SubjectKey(row["root_type"], row["root_no"]), row)

    async def _read_records(self) -> None:
        asked = sorted(self._asked)
        for row in await self._fetch(_USED_RECORDS, self._subjects, self._tx.today, asked):
            record = rows.record_of(row)
            self._stored[record.record_id] = record
            subject = self._subjects[record.subject]
            subject.records[record.record_id] = record
            self._holding[record.record_id] = subject

    async def _roots_of(self, keys: Iterable[SubjectKey]) -> set[SubjectKey]:
        return {rows.key_of(row) for row in await self._fetch(_ROOTS, keys)}

    def _found(self, key: SubjectKey, root: SubjectKey, row: Any) -> None:
        identity = rows.identity_of(row)
        self._known.add(key)
        if key == root:
            subject = self._subjects.setdefault(root, Subject(root=identity, due_on=row["due_on"]))
        else:
            subject = self._subjects[root]
            subject.aliases[key] = identity
        self._subjects[key] = subject

    async def _fetch(self, query: str, keys: Iterable[SubjectKey], *more: Any) -> Sequence[Any]:
        columns = setwise.transposed([(key.id_type, key.id_no) for key in keys])
        return await self._tx.reads.fetch(query, *columns, *more) if columns else ()


def _moved() -> Refusal:
    return Refusal(
        code="subject-moved",
        zh="主体正在合并或拆分，请稍后原样重试",
        en="the subject is being merged or split; try the same again in a moment",
        status=409,
        retryable=True,
    )

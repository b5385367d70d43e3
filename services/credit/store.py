"""Store (存储): rows ↔ aggregates on asyncpg, set-wise, four statements for a batch of any size.

Load locks the subjects of the messages, so two batches never assess the same subject at the same time; the unique
natural key of records is the last fence when one inspection is told about two subjects.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from chassis.transaction import Transaction
from contracts.event import Event
from contracts.supervision import InspectionConcluded
from credit import outgoing
from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.scorecard import Assessment, Reason
from credit.domain.subject import Subject
from kernel.credit import Grade, RecordClass
from kernel.subject import SubjectKey

_SUBJECTS = """
SELECT id_type, id_no, kind, name, source_system, region, named_on, version, grade, score, scorecard,
       assessed_on, reasons::text AS reasons
FROM subject JOIN unnest($1::text[], $2::text[]) AS wanted (id_type, id_no) USING (id_type, id_no)
"""
_COLUMNS = (
    "id_type, id_no, source_system, inspection_no, record_class, rule, occurred_on, region, department, object_no"
)
# Order of arrival: what is loaded twice is assessed twice the same way, whatever plan the server picks.
_RECORDS = f"""
SELECT record_id::text AS record_id, {_COLUMNS} FROM credit_record WHERE record_id IN (
    SELECT record_id FROM credit_record
    JOIN unnest($1::text[], $2::text[]) AS wanted (id_type, id_no) USING (id_type, id_no)
    UNION ALL
    SELECT record_id FROM credit_record
    JOIN unnest($3::text[], $4::text[]) AS told (source_system, inspection_no) USING (source_system, inspection_no)
) ORDER BY seq
"""  # noqa: S608 - a constant of this module
_KEEP_SUBJECTS = """
INSERT INTO subject (id_type, id_no, kind, name, source_system, region, named_on, version, grade, score,
                     scorecard, assessed_on, reasons, seen_at)
SELECT id_type, id_no, kind, name, source_system, region, named_on, version, grade, score,
       scorecard, assessed_on, reasons::jsonb, $14
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::int[], $9::text[],
            $10::int[], $11::text[], $12::date[], $13::text[])
  AS kept (id_type, id_no, kind, name, source_system, region, named_on, version, grade, score, scorecard,
           assessed_on, reasons)
ON CONFLICT (id_type, id_no) DO UPDATE SET
    name = excluded.name, named_on = excluded.named_on, version = excluded.version,
    grade = excluded.grade, score = excluded.score, scorecard = excluded.scorecard,
    assessed_on = excluded.assessed_on, reasons = excluded.reasons
"""
_KEEP_RECORDS = f"""
INSERT INTO credit_record (record_id, {_COLUMNS}, recorded_at)
SELECT record_id, {_COLUMNS}, $12
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[],
            $9::text[], $10::text[], $11::text[]) AS kept (record_id, {_COLUMNS})
"""  # noqa: S608 - a constant of this module

_reasons = msgspec.json.Decoder(tuple[Reason, ...])


class SqlWork:
    """ports.Work on one PostgreSQL transaction."""

    def __init__(self, tx: Transaction, rulebook: Rulebook) -> None:
        self._tx = tx
        self._rulebook = rulebook
        self._subjects: dict[SubjectKey, Subject] = {}
        self._records: dict[tuple[str, str], CreditRecord] = {}
        self._changed: dict[SubjectKey, Subject] = {}
        self._added: list[CreditRecord] = []

    @property
    def rulebook(self) -> Rulebook:
        """The rules (规则集)."""
        return self._rulebook

    async def load(self, messages: Sequence[InspectionConcluded]) -> None:
        """Lock and read the subjects of the inspections, their records, and the records of these inspections."""
        keys = sorted({outgoing.key_of(message) for message in messages}, key=str)
        told = sorted({(message.source_system, message.inspection_no) for message in messages})
        await self._tx.lock(f"subject:{key}" for key in keys)
        wanted = ([key.id_type for key in keys], [key.id_no for key in keys])
        for row in await self._tx.connection.fetch(_SUBJECTS, *wanted):
            found = _subject(row)
            self._subjects[found.key] = found
        for row in await self._tx.connection.fetch(_RECORDS, *wanted, [s for s, _ in told], [n for _, n in told]):
            self._remember(_record(row))

    def subject(self, key: SubjectKey) -> Subject | None:
        """The subject (主体) with all its records, or None."""
        return self._subjects.get(key)

    def record(self, source_system: str, inspection_no: str) -> CreditRecord | None:
        """The record (失信记录) an inspection made, or None."""
        return self._records.get((source_system, inspection_no))

    def save_subject(self, subject: Subject) -> None:
        """Write this subject at flush."""
        self._subjects[subject.key] = self._changed[subject.key] = subject

    def add_record(self, record: CreditRecord) -> None:
        """Write this record at flush."""
        self._records[record.source_system, record.inspection_no] = record
        self._added.append(record)

    def publish(self, event: Event) -> None:
        """Tell the others when the transaction commits."""
        self._tx.publish(event)

    async def flush(self) -> None:
        """Write subjects, then records."""
        if self._changed:
            await self._tx.connection.execute(_KEEP_SUBJECTS, *_subject_columns(self._changed.values(), self._tx.now))
        if self._added:
            await self._tx.connection.execute(_KEEP_RECORDS, *_record_columns(self._added, self._tx.now))

    def _remember(self, record: CreditRecord) -> None:
        self._records[record.source_system, record.inspection_no] = record
        subject = self._subjects.get(record.subject)
        if subject:
            subject.records.append(record)


def _subject(row: Any) -> Subject:
    standing = None
    if row["version"]:
        standing = Assessment(
            score=row["score"],
            grade=Grade(row["grade"]),
            reasons=_reasons.decode(row["reasons"]),
            scorecard=row["scorecard"],
            assessed_on=row["assessed_on"],
        )
    return Subject(
        key=SubjectKey(row["id_type"], row["id_no"]),
        kind=row["kind"],
        name=row["name"],
        source_system=row["source_system"],
        region=row["region"],
        named_on=row["named_on"],
        version=row["version"],
        standing=standing,
    )


def _record(row: Any) -> CreditRecord:
    return CreditRecord(
        record_id=row["record_id"],
        subject=SubjectKey(row["id_type"], row["id_no"]),
        source_system=row["source_system"],
        inspection_no=row["inspection_no"],
        record_class=RecordClass(row["record_class"]),
        rule=row["rule"],
        occurred_on=row["occurred_on"],
        region=row["region"],
        department=row["department"],
        object_no=row["object_no"],
    )


def _subject_columns(subjects: Iterable[Subject], now: datetime) -> tuple[Any, ...]:
    rows = [
        (
            *(s.key.id_type, s.key.id_no, s.kind, s.name, s.source_system, s.region, s.named_on, s.version),
            *((a.grade, a.score, a.scorecard, a.assessed_on) if (a := s.standing) else (None,) * 4),
            msgspec.json.encode(a.reasons if a else ()).decode(),
        )
        for s in subjects
    ]
    return (*(list(column) for column in zip(*rows, strict=True)), now)


def _record_columns(records: Iterable[CreditRecord], now: datetime) -> tuple[Any, ...]:
    rows = [
        (
            *(r.record_id, r.subject.id_type, r.subject.id_no, r.source_system, r.inspection_no, r.record_class),
            *(r.rule, r.occurred_on, r.region, r.department, r.object_no),
        )
        for r in records
    ]
    return (*(list(column) for column in zip(*rows, strict=True)), now)

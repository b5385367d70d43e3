"""Records (信用记录): pages of them, those of a subject, and one."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.tables import credit_record
from kernel.credit import RecordClass, RecordKind, RecordState
from kernel.subject import SubjectKey

_COLUMNS = [
    credit_record.c[name]
    for name in (
        *("record_id", "id_type", "id_no", "kind", "record_class", "rule", "source_system", "number", "inspection_no"),
        *("document_no", "document_on", "occurred_on", "region", "department", "object_no", "item_code", "detail"),
        *("public", "min_until", "max_until", "repairable", "state", "ended_on", "marks", "recorded_at"),
    )
]


class RecordFilter(NamedTuple):
    """Which records (筛选条件); None = all. Days are days in China, both ends included."""

    source_system: str | None = None
    id_type: str | None = None
    id_no: str | None = None
    kind: RecordKind | None = None
    record_class: RecordClass | None = None
    state: RecordState | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None


async def records(
    connection: AsyncConnection, which: RecordFilter, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Records in order of arrival after a place, each with its place."""
    wanted = select(credit_record.c.seq, *_COLUMNS).where(credit_record.c.seq > after)
    for name, value in which._asdict().items():
        if value is not None and name in credit_record.c:
            wanted = wanted.where(credit_record.c[name] == value)
    if which.occurred_from:
        wanted = wanted.where(credit_record.c.occurred_on >= which.occurred_from)
    if which.occurred_to:
        wanted = wanted.where(credit_record.c.occurred_on <= which.occurred_to)
    rows = (await connection.execute(wanted.order_by(credit_record.c.seq).limit(limit))).all()
    return [(row[0], {n: v for n, v in row._mapping.items() if n != "seq"}) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


async def records_of(connection: AsyncConnection, family: Sequence[SubjectKey]) -> list[dict[str, Any]]:
    """The records of all identities of a subject, latest first."""
    keys = tuple_(credit_record.c.id_type, credit_record.c.id_no)
    theirs = select(*_COLUMNS).where(keys.in_([(key.id_type, key.id_no) for key in family]))
    rows = await connection.execute(theirs.order_by(credit_record.c.occurred_on.desc(), credit_record.c.seq.desc()))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - as above


async def one_record(connection: AsyncConnection, record_id: UUID) -> dict[str, Any] | None:
    """One record, or None."""
    found = (await connection.execute(select(*_COLUMNS).where(credit_record.c.record_id == record_id))).first()
    return dict(found._mapping) if found else None  # noqa: SLF001 - as above

"""Queries (查询): SQL straight to the answer, no aggregates, read only.

Pages are cut by key, never by number: a page stays right while rows come in.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.tables import credit_record, subject
from kernel.credit import Grade, RecordClass
from kernel.subject import tidy_number

_SUBJECT = [
    subject.c[name]
    for name in (
        *("id_type", "id_no", "kind", "name", "source_system", "region"),
        *("grade", "score", "version", "scorecard", "assessed_on"),
    )
]
_RECORD = [
    credit_record.c[name]
    for name in (
        *("record_id", "id_type", "id_no", "record_class", "rule", "source_system", "inspection_no", "occurred_on"),
        *("region", "department", "object_no", "recorded_at"),
    )
]


class RecordFilter(NamedTuple):
    """Which records (筛选条件); None = all. Days are days in China, both ends included."""

    source_system: str | None = None
    id_type: str | None = None
    id_no: str | None = None
    record_class: RecordClass | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None


async def subjects(
    connection: AsyncConnection, grade: Grade | None, after: tuple[str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Subjects (主体) in the order of their numbers, after a key, all grades or one."""
    wanted = select(*_SUBJECT).order_by(subject.c.id_type, subject.c.id_no).limit(limit)
    if grade:
        wanted = wanted.where(subject.c.grade == grade)
    if after:
        wanted = wanted.where(tuple_(subject.c.id_type, subject.c.id_no) > tuple_(*after))
    return _rows((await connection.execute(wanted)).all())


async def one_subject(connection: AsyncConnection, id_type: str, id_no: str) -> dict[str, Any] | None:
    """One subject with the reasons of its score and all its records, latest first; None when it was never seen."""
    written = (id_no, tidy_number(id_no))
    wanted = select(*_SUBJECT, subject.c.reasons).where(subject.c.id_type == id_type, subject.c.id_no.in_(written))
    found = (await connection.execute(wanted)).first()
    if found is None:
        return None
    theirs = select(*_RECORD).where(credit_record.c.id_type == id_type, credit_record.c.id_no == found.id_no)
    rows = await connection.execute(theirs.order_by(credit_record.c.occurred_on.desc(), credit_record.c.seq.desc()))
    return {**found._mapping, "records": _rows(rows.all())}  # noqa: SLF001 - SQLAlchemy's public name for it


async def records(
    connection: AsyncConnection, which: RecordFilter, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Records (失信记录) in order of arrival after a place, each with its place."""
    wanted = select(credit_record.c.seq, *_RECORD).where(credit_record.c.seq > after)
    for name, value in which._asdict().items():
        if value is not None and name in credit_record.c:
            wanted = wanted.where(credit_record.c[name] == value)
    if which.occurred_from:
        wanted = wanted.where(credit_record.c.occurred_on >= which.occurred_from)
    if which.occurred_to:
        wanted = wanted.where(credit_record.c.occurred_on <= which.occurred_to)
    rows = (await connection.execute(wanted.order_by(credit_record.c.seq).limit(limit))).all()
    return [(row[0], row_of) for row, row_of in zip(rows, _rows(rows), strict=True)]


async def figures(connection: AsyncConnection, source: str | None) -> dict[str, int]:
    """Counts for reconcile (对账数字): records by their own source, subjects by the source they were first seen in."""
    return {
        "credit_records": await _count(connection, _of(select(func.count()).select_from(credit_record), source)),
        "subjects": await _count(connection, _of(select(func.count()).select_from(subject), source)),
    }


async def ledger(connection: AsyncConnection, source: str | None) -> AsyncIterator[tuple[str, str, str]]:
    """What must match elsewhere (对账明细), as (set, side, key).

    Each record is the effect of a failed inspection; each current grade is the cause of one in approval and one in
    supervision.
    """
    made = select(credit_record.c.source_system, credit_record.c.inspection_no)
    async with connection.stream(_of(made, source)) as rows:
        async for row in rows:
            yield "records", "effect", f"{row.source_system}:{row.inspection_no}"
    graded = select(subject.c.id_type, subject.c.id_no, subject.c.version, subject.c.grade)
    async with connection.stream(_of(graded.where(subject.c.version > 0), source)) as rows:
        async for row in rows:
            key = f"{row.id_type}:{row.id_no}:{row.version}:{row.grade}"
            yield "grades-approval", "cause", key
            yield "grades-supervision", "cause", key


def _of(wanted: Select[Any], source: str | None) -> Select[Any]:
    table = wanted.get_final_froms()[0]
    return wanted if source is None else wanted.where(table.c.source_system == source)


async def _count(connection: AsyncConnection, wanted: Select[Any]) -> int:
    return int((await connection.execute(wanted)).scalar_one())


def _rows(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row._mapping.items() if name != "seq"} for row in rows]  # noqa: SLF001

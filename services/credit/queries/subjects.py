"""Subjects (信用主体): pages of them, and one with its identities, history, reasons and records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.queries.records import records_of
from credit.tables import subject, subject_change
from kernel.credit import Grade
from kernel.subject import SubjectKey, tidy_number

_COLUMNS = [
    subject.c[name]
    for name in (
        *("id_type", "id_no", "kind", "name", "source_system", "region"),
        *("grade", "score", "version", "scorecard", "assessed_on"),
    )
]
_FAMILY = text("""
WITH RECURSIVE up AS (
    SELECT id_type, id_no, merged_type, merged_no FROM subject WHERE id_type = :id_type AND id_no = ANY(:written)
    UNION SELECT s.id_type, s.id_no, s.merged_type, s.merged_no
      FROM up JOIN subject s ON (s.id_type, s.id_no) = (up.merged_type, up.merged_no)),
family AS (
    SELECT id_type, id_no, 0 AS depth FROM up WHERE merged_type IS NULL
    UNION ALL SELECT s.id_type, s.id_no, f.depth + 1
      FROM family f JOIN subject s ON (s.merged_type, s.merged_no) = (f.id_type, f.id_no))
SELECT id_type, id_no FROM family ORDER BY depth, id_type, id_no
""")


async def subjects(
    connection: AsyncConnection, grade: Grade | None, after: tuple[str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Subjects (主体) in the order of their numbers, after a key, all grades or one; merged identities are left out."""
    wanted = select(*_COLUMNS).where(subject.c.merged_type.is_(None)).order_by(subject.c.id_type, subject.c.id_no)
    if grade:
        wanted = wanted.where(subject.c.grade == grade)
    if after:
        wanted = wanted.where(tuple_(subject.c.id_type, subject.c.id_no) > tuple_(*after))
    return [dict(row._mapping) for row in await connection.execute(wanted.limit(limit))]  # noqa: SLF001 - SQLAlchemy's public name for it


async def family_of(connection: AsyncConnection, id_type: str, id_no: str) -> list[SubjectKey]:
    """Every identity of the subject a number belongs to, the root first; empty when it was never seen."""
    written = list(dict.fromkeys((id_no, tidy_number(id_no))))
    rows = await connection.execute(_FAMILY, {"id_type": id_type, "written": written})
    return [SubjectKey(row.id_type, row.id_no) for row in rows]


async def one_subject(connection: AsyncConnection, id_type: str, id_no: str) -> dict[str, Any] | None:
    """One subject with the reasons of its score, its identities, its history and all its records, latest first.

    Asked by a number that was merged into another it answers with the other. None when it was never seen.
    """
    family = await family_of(connection, id_type, id_no)
    if not family:
        return None
    root = family[0]
    wanted = select(*_COLUMNS, subject.c.reasons, subject.c.due_on).where(
        subject.c.id_type == root.id_type, subject.c.id_no == root.id_no
    )
    found = (await connection.execute(wanted)).one()
    return {
        **found._mapping,  # noqa: SLF001 - SQLAlchemy's public name for it
        "identities": [{"id_type": key.id_type, "id_no": key.id_no} for key in family],
        "history": await _history(connection, family),
        "records": await records_of(connection, family),
    }


async def _history(connection: AsyncConnection, family: Sequence[SubjectKey]) -> list[dict[str, Any]]:
    change = subject_change.c
    columns = (change.id_type, change.id_no, change.kind, change.at, change.by, change.reason, change.facts)
    theirs = tuple_(change.id_type, change.id_no).in_([(key.id_type, key.id_no) for key in family])
    rows = await connection.execute(select(*columns).where(theirs).order_by(change.seq))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - as above

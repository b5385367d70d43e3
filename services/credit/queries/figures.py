"""Figures and ledger (对账数字、因果台账) for reconcile."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.domain.record import FROM_INSPECTION
from credit.tables import credit_record, subject


async def figures(connection: AsyncConnection, source: str | None) -> dict[str, int]:
    """Counts for reconcile: records by their own source, subjects by the source of their first mention, merged ones once."""
    counted = select(func.count()).select_from(subject).where(subject.c.merged_type.is_(None))
    return {
        "credit_records": await _count(connection, _of(select(func.count()).select_from(credit_record), source)),
        "subjects": await _count(connection, _of(counted, source)),
    }


async def ledger(connection: AsyncConnection, source: str | None) -> AsyncIterator[tuple[str, str, str]]:
    """What must match elsewhere, as (set, side, key).

    Each record of an inspection is the effect of a failed one; each grade told of an identity, merged or not, is the
    cause of one in approval and one in supervision.
    """
    made = select(credit_record.c.source_system, credit_record.c.inspection_no)
    async with connection.stream(_of(made.where(credit_record.c.kind.in_(sorted(FROM_INSPECTION))), source)) as rows:
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

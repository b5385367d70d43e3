"""Natural persons (自然人) by number, without opening what is kept; and who had one revealed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.domain.holder import name_place, number_place
from approval.ports import Identity
from approval.tables import subject
from kernel.masking import masked, masked_name
from kernel.subject import IdType

_REVEALS = """
SELECT id, at, id_type, id_no AS reference, by, purpose, reason FROM reveal
 WHERE (CAST(:reference AS text) IS NULL OR id_no = :reference) AND (CAST(:by AS text) IS NULL OR by = :by)
   AND (CAST(:before AS bigint) IS NULL OR id < :before) ORDER BY id DESC LIMIT :rows
"""


async def persons_with(connection: AsyncConnection, identity: Identity, number: str) -> list[dict[str, Any]]:
    """Everybody registered with a number, whatever its kind, masked; ``number`` is tidy.

    Found by the blind index; by the reference where a row was sealed before there was an index.
    """
    references = [identity.reference(each, number) for each in IdType]
    found = or_(subject.c.number_index.in_(identity.indexes(number)), subject.c.id_no.in_(references))
    query = select(subject).where(subject.c.sealed_no.is_not(None), found).order_by(subject.c.id_type)
    return [_person(dict(row), identity) for row in (await connection.execute(query)).mappings()]


async def reveals(
    connection: AsyncConnection, which: Mapping[str, str | None], before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Traces (查看留痕), newest first."""
    asked = {**which, "before": before, "rows": limit}
    return [dict(row) for row in (await connection.execute(text(_REVEALS), asked)).mappings()]


def _person(row: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
    who = (row["id_type"], row["id_no"])
    return {
        "id_type": row["id_type"],
        "reference": row["id_no"],
        "id_no": masked(identity.open(row["sealed_no"], number_place(*who))),
        "name": masked_name(identity.open(row["sealed_name"], name_place(*who))),
    }

"""Gate queries (关口查询留痕): who was told what about which subject, in the order it was answered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.tables import gate_query


async def gate_queries(
    connection: AsyncConnection, which: Mapping[str, str | None], after: int | None, limit: int
) -> list[dict[str, Any]]:
    """Traces in the order they were left; ``which``: column → value, None = all."""
    query = select(gate_query).order_by(gate_query.c.id).limit(limit)
    query = query.where(*(gate_query.c[name] == value for name, value in which.items() if value is not None))
    if after is not None:
        query = query.where(gate_query.c.id > after)
    return [dict(row) for row in (await connection.execute(query)).mappings()]

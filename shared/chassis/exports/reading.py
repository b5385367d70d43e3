"""Reading exports (报送查询): batches, their lines as shown, their refusals. Persons stay masked."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.exports.batch import Batch, batch_of
from kernel.field_table import Cell

_BATCHES = """
SELECT * FROM export_batch WHERE (CAST(:table AS text) IS NULL OR table_name = :table)
   AND (:cursor = '' OR batch < :cursor) ORDER BY batch DESC LIMIT :rows
"""
_BATCH = "SELECT * FROM export_batch WHERE batch = :batch"
_LINES = "SELECT CAST(cells AS text) AS cells FROM export_line WHERE batch = :batch ORDER BY number"
_REFUSALS = """
SELECT number, row_key AS row, field, rule, zh, en FROM export_refusal
 WHERE batch = :batch AND number > :after ORDER BY number LIMIT :rows
"""
_DISCLOSURES = """
SELECT disclosed_by AS by, reason, format, disclosed_at AS at FROM export_disclosure WHERE batch = :batch ORDER BY id
"""


async def batches(connection: AsyncConnection, table: str | None, cursor: str, rows: int) -> list[Batch]:
    """Batches, newest first; ``cursor``: only those before it."""
    return [batch_of(row) for row in await _rows(connection, _BATCHES, table=table, cursor=cursor, rows=rows)]


async def batch(connection: AsyncConnection, number: str) -> Batch | None:
    """One batch."""
    found = await _rows(connection, _BATCH, batch=number)
    return batch_of(found[0]) if found else None


async def lines(connection: AsyncConnection, number: str) -> list[Mapping[str, Cell]]:
    """What a batch says, in its order."""
    return [msgspec.json.decode(row["cells"]) for row in await _rows(connection, _LINES, batch=number)]


async def refusals(connection: AsyncConnection, number: str, after: int, rows: int) -> list[dict[str, Any]]:
    """The rows that were refused, a line per field, from the one after ``after``."""
    return await _rows(connection, _REFUSALS, batch=number, after=after, rows=rows)


async def disclosures(connection: AsyncConnection, number: str) -> list[dict[str, Any]]:
    """Who took the file with the personal data in it, when and why."""
    return await _rows(connection, _DISCLOSURES, batch=number)


async def _rows(connection: AsyncConnection, query: str, **which: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(text(query), which)).mappings()]

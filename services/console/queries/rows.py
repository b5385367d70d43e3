"""Rows of a query (查询结果) as plain dictionaries."""

from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]


async def rows_of(connection: AsyncConnection, wanted: Executable) -> list[Row]:
    """What the statement finds (逐行)."""
    return [dict(row) for row in (await connection.execute(wanted)).mappings()]


async def first_of(connection: AsyncConnection, wanted: Executable) -> Row | None:
    """Its first row, or None."""
    return next(iter(await rows_of(connection, wanted)), None)

"""Rows of a query (查询结果) as plain dictionaries: what every module of queries reads with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, FromClause, Select
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]


def filtered(wanted: Select[Any], of: FromClause, which: Mapping[str, Any]) -> Select[Any]:
    """The rows whose columns have these values (筛选); ``which``: column → value, None = all."""
    return wanted.where(*(of.c[name] == value for name, value in which.items() if value is not None))


async def rows_of(connection: AsyncConnection, wanted: Executable) -> list[Row]:
    """What the statement finds (逐行)."""
    return [dict(row) for row in (await connection.execute(wanted)).mappings()]


async def first_of(connection: AsyncConnection, wanted: Executable) -> Row | None:
    """Its first row, or None."""
    return next(iter(await rows_of(connection, wanted)), None)

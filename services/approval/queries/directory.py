"""The directory (通讯录) as it is kept, in the order of codes."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.tables import department, person
from chassis import searching


async def departments(connection: AsyncConnection, after: str, limit: int, words: str = "") -> list[dict[str, Any]]:
    """Departments (部门) from the code after ``after``; ``words``: parts of code or name."""
    query = select(department).where(department.c.code > after).order_by(department.c.code).limit(limit)
    if words:
        query = query.where(searching.found(department.c.code, department.c.name, words))
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def people(
    connection: AsyncConnection, of: str | None, after: str, limit: int, words: str = ""
) -> list[dict[str, Any]]:
    """People (人员), of one department or of all, from the code after ``after``; ``words``: parts of code or name."""
    query = select(person).where(person.c.code > after).order_by(person.c.code).limit(limit)
    if of is not None:
        query = query.where(person.c.department == of)
    if words:
        query = query.where(searching.found(person.c.code, person.c.name, words))
    return [dict(row) for row in (await connection.execute(query)).mappings()]

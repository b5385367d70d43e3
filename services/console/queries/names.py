"""Names (名称) as they were last told."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import rows_of
from console.tables import department_line


async def departments(connection: AsyncConnection) -> dict[str, str]:
    """Department code → name, in the order of the codes."""
    wanted = select(department_line.c.department, department_line.c.name).order_by(department_line.c.department)
    return {row["department"]: row["name"] for row in await rows_of(connection, wanted)}

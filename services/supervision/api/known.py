"""Departments that are there (部门核对): asked before work is sent to one."""

from chassis.pages import Reading
from supervision.domain.directory import not_a_person, unknown_department
from supervision.queries import process as process_queries


async def require_department(reading: Reading, pointer: str, code: str) -> None:
    """Refuses ``department-unknown`` (422)."""
    async with reading() as connection:
        known = await process_queries.is_department(connection, code)
    if not known:
        raise unknown_department(pointer, code)


async def require_no_department(reading: Reading, pointer: str, code: str) -> None:
    """Refuses ``person-needed`` (422)."""
    async with reading() as connection:
        known = await process_queries.is_department(connection, code)
    if known:
        raise not_a_person(pointer, code)

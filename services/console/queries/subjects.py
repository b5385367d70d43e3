"""Subjects (信用主体) as credit last told them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of
from console.tables import subject_line

_SHOWN = [column for column in subject_line.c if not column.name.endswith("_told")]


async def one_subject(connection: AsyncConnection, id_type: str, id_no: str) -> Row | None:
    """A subject with its grade; None for one credit never told of."""
    wanted = select(*_SHOWN).where(subject_line.c.id_type == id_type, subject_line.c.id_no == id_no)
    return await first_of(connection, wanted)

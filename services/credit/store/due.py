"""What falls due by its date (到期事项): subjects on whose records a period ends or a decay step begins."""

from collections.abc import Collection
from datetime import date, datetime

from chassis.database import Connection
from kernel.clock import china_day
from kernel.subject import SubjectKey

_DUE = """
SELECT id_type || ':' || id_no AS id, due_on FROM subject
 WHERE due_on <= $1 AND id_type || ':' || id_no <> ALL($3::text[]) ORDER BY due_on, id_type, id_no LIMIT $2
"""


async def due_subjects(
    connection: Connection, now: datetime, limit: int, leaving_out: Collection[str]
) -> dict[str, date]:
    """Subjects due by the day of ``now`` in China, the earliest first: ``id_type:id_no`` and since when."""
    rows = await connection.fetch(_DUE, china_day(now), limit, list(leaving_out))
    return {row["id"]: row["due_on"] for row in rows}


def key_of(due: str) -> SubjectKey:
    """The subject behind a due id."""
    return SubjectKey(*due.split(":", 1))

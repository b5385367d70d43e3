"""What falls due by its date (到期事项): subjects on whose records a period ends or a decay step begins."""

from collections.abc import Collection
from datetime import datetime

from chassis.database import Connection
from kernel.clock import china_day
from kernel.subject import SubjectKey

_DUE = """
SELECT id_type || ':' || id_no AS id FROM subject
 WHERE due_on <= $1 AND id_type || ':' || id_no <> ALL($3::text[]) ORDER BY due_on, id_type, id_no LIMIT $2
"""
_COUNT = "SELECT count(*) FROM subject WHERE due_on <= $1"


async def due_subjects(connection: Connection, now: datetime, limit: int, leaving_out: Collection[str]) -> list[str]:
    """Subjects due by the day of ``now`` in China, the earliest first, as ``id_type:id_no``."""
    return [row["id"] for row in await connection.fetch(_DUE, china_day(now), limit, list(leaving_out))]


async def count_subjects(connection: Connection, now: datetime) -> int:
    """How many are due."""
    return int(await connection.fetchval(_COUNT, china_day(now)))


def key_of(due: str) -> SubjectKey:
    """The subject behind a due id."""
    return SubjectKey(*due.split(":", 1))

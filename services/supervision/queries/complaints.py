"""What is asked of complaints (投诉举报查询): the newest first; whoever complained is masked here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Date, Text, and_, cast, column, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, first_of, rows_of
from supervision.domain.deadlines import DeadlineKind
from supervision.tables import complaint, complaint_look

_CLOCK = table("deadline", column("owner", Text), column("kind", Text), column("due_on", Date))
_OWED = and_(_CLOCK.c.owner == cast(complaint.c.task_id, Text), _CLOCK.c.kind == DeadlineKind.COMPLAINT)
_SHOWN = [each for each in complaint.c if each.name not in {"sealed_name", "sealed_contact", "digest"}]


async def complaints(
    connection: AsyncConnection, which: Mapping[str, Any], before: str | None, limit: int
) -> list[Row]:
    """Complaints with their last day; ``open``: those not answered yet, or those that are."""
    asked = dict(which)
    is_open = asked.pop("open", None)
    wanted = filtered(_owed(), complaint, asked).order_by(complaint.c.complaint_id.desc()).limit(limit)
    if is_open is not None:
        answered = complaint.c.answered_at
        wanted = wanted.where(answered.is_(None) if is_open else answered.is_not(None))
    return await rows_of(connection, wanted.where(complaint.c.complaint_id < before) if before else wanted)


async def one_complaint(connection: AsyncConnection, complaint_id: str) -> Row | None:
    """A complaint with who had the complainant shown (查看留痕), or None."""
    found = await first_of(connection, _owed().where(complaint.c.complaint_id == complaint_id))
    if found is None:
        return None
    looks = select(complaint_look.c.by, complaint_look.c.at, complaint_look.c.reason)
    looks = looks.where(complaint_look.c.complaint_id == complaint_id).order_by(complaint_look.c.number)
    return found | {"looks": await rows_of(connection, looks)}


def _owed() -> Any:
    due_on = select(_CLOCK.c.due_on).where(_OWED).limit(1).scalar_subquery()
    return select(*_SHOWN, due_on.label("due_on"))

"""Cases (办件) as they stand, with what supervision made of each."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of, rows_of
from console.queries.cards import card
from console.queries.subjects import one_subject
from console.tables import case_line, item_line, task_line

_SHOWN = [column for column in case_line.c if not column.name.endswith("_told")]
_PLACE = case_line.c.decided_told.label("place")
_ITEM = func.coalesce(item_line.c.name, "").label("item_name")
_NAMED = case_line.outerjoin(item_line, item_line.c.item_code == case_line.c.item_code)
_TASK_PARTS = [
    *(task_line.c[name] for name in ("task_id", "department", "state", "method", "purpose", "relation")),
    *(task_line.c[name] for name in ("claimed_by", "claimed_at", "created_at", "card_kind", "card_due_on")),
    *(task_line.c[name] for name in ("result", "inspection_no", "inspected_on", "due_kind", "due_on", "urged_at")),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases (办件查询条件); None = any."""

    source_system: str | None = None
    case_id: str | None = None
    item_code: str | None = None
    object_no: str | None = None
    id_no: str | None = None
    holder: str | None = None
    """Number or whole name of the holder, as either stands in the decision."""
    unmatched: bool | None = None


async def cases(connection: AsyncConnection, which: CaseFilter, before: str | None, limit: int) -> list[Row]:
    """Cases, the newest statement first; ``before``: the place the page before ended with."""
    wanted = select(*_SHOWN, _ITEM, _PLACE, case_line.c.unmatched_told.is_not(None).label("unmatched"))
    wanted = (
        wanted.select_from(_NAMED)
        .where(case_line.c.decided_told.is_not(None))
        .order_by(case_line.c.decided_told.desc())
        .limit(limit)
    )
    for name in ("source_system", "case_id", "item_code", "object_no", "id_no"):
        if (value := getattr(which, name)) is not None:
            wanted = wanted.where(case_line.c[name] == value)
    if which.holder is not None:
        named = case_line.c.subject_name == which.holder
        wanted = wanted.where(named | (case_line.c.id_no == which.holder.upper()))
    if which.unmatched is not None:
        told = case_line.c.unmatched_told
        wanted = wanted.where(told.is_not(None) if which.unmatched else told.is_(None))
    if before:
        wanted = wanted.where(case_line.c.decided_told < before)
    return await rows_of(connection, wanted)


async def one_case(connection: AsyncConnection, source_system: str, case_id: str) -> Row | None:
    """A case with its tasks and the grade of its holder; None for one nobody decided."""
    wanted = select(*_SHOWN, _ITEM, case_line.c.unmatched_told.is_not(None).label("unmatched"))
    wanted = wanted.select_from(_NAMED).where(
        case_line.c.source_system == source_system,
        case_line.c.case_id == case_id,
        case_line.c.decided_told.is_not(None),
    )
    found = await first_of(connection, wanted)
    if found is None:
        return None
    made = select(*_TASK_PARTS, card()).where(
        task_line.c.source_system == source_system, task_line.c.case_id == case_id
    )
    tasks = await rows_of(connection, made.order_by(task_line.c.task_id))
    return found | {"tasks": tasks, "subject": await one_subject(connection, found["id_type"], found["id_no"])}

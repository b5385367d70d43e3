"""Tasks (监管任务) as they stand, of the departments and regions of who asks."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of, rows_of
from console.queries.cards import card
from console.tables import task_line

SHOWN = [
    each
    for each in task_line.c
    if not each.name.endswith("_told") and each.name not in {"card", "due_place", "standing"}
]
_NAMES = ("department", "state", "claimed_by", "source_system", "object_no", "id_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks (任务查询条件); None = any. ``card``: the card that stands; ``carded``: any card stands."""

    department: str | None = None
    state: str | None = None
    claimed_by: str | None = None
    source_system: str | None = None
    object_no: str | None = None
    id_no: str | None = None
    card: str | None = None
    carded: bool = False


async def tasks(connection: AsyncConnection, which: TaskFilter, after: str | None, limit: int) -> list[Row]:
    """Tasks in the order they were made; ``after``: the id the page before ended with."""
    wanted = select(*SHOWN, card()).order_by(task_line.c.task_id).limit(limit)
    for name in _NAMES:
        if (value := getattr(which, name)) is not None:
            wanted = wanted.where(task_line.c[name] == value)
    if which.card is not None:
        wanted = wanted.where(task_line.c.standing == which.card, task_line.c.standing != "")
    elif which.carded:
        wanted = wanted.where(task_line.c.standing != "")
    return await rows_of(connection, wanted.where(task_line.c.task_id > after) if after else wanted)


async def one_task(connection: AsyncConnection, task_id: str) -> Row | None:
    """One task; None for one nobody told of, or that is not the asker's."""
    return await first_of(connection, select(*SHOWN, card()).where(task_line.c.task_id == task_id))

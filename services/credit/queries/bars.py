"""Bars (限制申请): pages of them, and those in force for a subject."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.domain.bar import BarState
from credit.tables import bar
from kernel.credit import BarKind
from kernel.subject import SubjectKey

_COLUMNS = [column for column in bar.c if column.name != "seq"]


class BarFilter(NamedTuple):
    """Which bars (筛选条件); None = all. ``open``: in force, or no longer."""

    kind: BarKind | None = None
    id_type: str | None = None
    id_no: str | None = None
    item_code: str | None = None
    open: bool | None = None


async def bars(
    connection: AsyncConnection, which: BarFilter, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Bars in order of arrival after a place, each with its place."""
    wanted = select(bar.c.seq, *_COLUMNS).where(bar.c.seq > after)
    for name, value in which._asdict().items():
        if value is not None and name in bar.c:
            wanted = wanted.where(bar.c[name] == value)
    if which.open is not None:
        wanted = wanted.where((bar.c.state == BarState.IN_FORCE) == which.open)
    rows = (await connection.execute(wanted.order_by(bar.c.seq).limit(limit))).mappings()
    return [(row["seq"], {name: value for name, value in row.items() if name != "seq"}) for row in rows]


async def open_bars_of(connection: AsyncConnection, family: Sequence[SubjectKey]) -> list[dict[str, Any]]:
    """The bars in force for any identity of a subject, in order of arrival."""
    theirs = tuple_(bar.c.id_type, bar.c.id_no).in_([(key.id_type, key.id_no) for key in family])
    wanted = select(*_COLUMNS).where(theirs, bar.c.state == BarState.IN_FORCE).order_by(bar.c.seq)
    return [dict(row) for row in (await connection.execute(wanted)).mappings()]

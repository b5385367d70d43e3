"""What is asked of publicity (公示查询): what a department owes the public, by when, and how much of it was done in time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, Text, and_, cast, column, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, rows_of
from kernel.deadline import DeadlineState
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.publicity.words import PublicationState
from supervision.queries.process import deadlines_of
from supervision.tables import publication, publication_change

_CLOCK = table("deadline", column("owner", Text), column("kind", Text), column("state", Text), column("due_on", Date))
_PUT_RIGHT = _CLOCK.alias("put_right")
_OWED = and_(_CLOCK.c.owner == cast(publication.c.publication_no, Text), _CLOCK.c.kind == DeadlineKind.PUBLICISE)


async def publications(
    connection: AsyncConnection, which: Mapping[str, Any], after: str | None, limit: int
) -> list[Row]:
    """Publications (公示) in the order they came, each with its last day; ``due_by``: pending ones due by then.

    ``put_right_by``: questioned ones to be corrected or withdrawn by then, that day as ``put_right_on``.
    """
    asked = dict(which)
    due_by, put_right_by = asked.pop("due_by", None), asked.pop("put_right_by", None)
    wanted = filtered(_owed(), publication, asked).order_by(publication.c.publication_no).limit(limit)
    if due_by is not None:
        wanted = wanted.where(publication.c.state == PublicationState.PENDING, _CLOCK.c.due_on <= due_by)
    if put_right_by is not None:
        runs = and_(
            _PUT_RIGHT.c.owner == cast(publication.c.publication_no, Text),
            _PUT_RIGHT.c.kind == DeadlineKind.PUT_RIGHT,
            _PUT_RIGHT.c.state == DeadlineState.RUNNING,
            _PUT_RIGHT.c.due_on <= put_right_by,
        )
        wanted = wanted.add_columns(_PUT_RIGHT.c.due_on.label("put_right_on")).join(_PUT_RIGHT, runs)
        wanted = wanted.where(publication.c.doubt.is_not(None))
    return await rows_of(connection, wanted.where(publication.c.publication_no > after) if after else wanted)


async def one_publication(connection: AsyncConnection, publication_no: str) -> Row | None:
    """A publication with everything done to it (公示履历) and its clocks, or None."""
    found = await rows_of(connection, _owed().where(publication.c.publication_no == publication_no))
    if not found:
        return None
    history = await publication_history(connection, publication_no)
    return found[0] | {"history": history, "deadlines": await deadlines_of(connection, publication_no)}


async def publication_history(connection: AsyncConnection, publication_no: str) -> list[Row]:
    """Everything done to a publication, in the order it was done."""
    parts = [each for each in publication_change.c if each.name != "publication_no"]
    wanted = select(*parts).where(publication_change.c.publication_no == publication_no)
    return await rows_of(connection, wanted.order_by(publication_change.c.version))


async def publicity_coverage(
    connection: AsyncConnection, department: str | None, begin: date, end: date, today: date
) -> list[Row]:
    """How much of what was found from ``begin`` to ``end`` is shown (公示率), per department.

    ``due`` 应公示, ``in_time`` 按时, ``late`` 逾期公示, ``missing`` 逾期未公示, ``running`` 未到期; what was withdrawn
    before anybody saw it is not owed. ``share``: of what is shown or overdue, the part that is shown; None without any.
    """
    shown, due_on = publication.c.publicised_on, _CLOCK.c.due_on
    counted = (
        select(
            publication.c.department,
            func.count().label("due"),
            func.count().filter(shown <= due_on).label("in_time"),
            func.count().filter(shown > due_on).label("late"),
            func.count().filter(shown.is_(None), due_on < today).label("missing"),
            func.count().filter(shown.is_(None), due_on >= today).label("running"),
        )
        .join_from(publication, _CLOCK, _OWED)
        .where(publication.c.formed_on.between(begin, end))
        .where(or_(publication.c.state != PublicationState.WITHDRAWN, shown.is_not(None)))
        .group_by(publication.c.department)
        .order_by(publication.c.department)
    )
    if department is not None:
        counted = counted.where(publication.c.department == department)
    return [row | {"share": share_of(row)} for row in await rows_of(connection, counted)]


def share_of(row: Mapping[str, Any]) -> float | None:
    """公示率: shown of what is shown or overdue."""
    done = row["in_time"] + row["late"]
    ripe = done + row["missing"]
    return round(done / ripe, 4) if ripe else None


def _owed() -> Select[Any]:
    return select(publication, _CLOCK.c.due_on).outerjoin_from(publication, _CLOCK, _OWED)

"""What the ranking asks (风险排序查询): checks and permits as facts with their days, and who is ranked on a day.

Facts count by the day they are about, not the day they were recorded. Inspectors are not read.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from re import compile as pattern
from typing import Any

from sqlalchemy import Select, and_, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from kernel.decision import ENDING
from supervision.domain.ranking import History, PastCheck, Registration
from supervision.domain.ranking.history import Target
from supervision.tables import applied_decision, finding, inspection, supervised_object, task

_ONE_FACT = (applied_decision.c.source_system, applied_decision.c.object_no, applied_decision.c.item_code)
_OBJECT = (supervised_object.c.source_system, supervised_object.c.object_no)
_FROM_A_NUMBER_ON = pattern(r"\d.*$")
_STREET_WORDS = 3
_MOST_NAMED = 500


async def ranking_basis(connection: AsyncConnection, at: date) -> tuple[int, ...]:
    """What the facts before a day amount to: a card fitted on as many of each is still the right one."""
    counted = [
        select(func.count()).select_from(inspection).where(inspection.c.inspected_on < at),
        select(func.count()).select_from(applied_decision).where(applied_decision.c.decided_on < at),
        select(func.count()).select_from(supervised_object),
    ]
    return tuple([(await connection.execute(each)).scalar_one() for each in counted])


async def ranking_history(connection: AsyncConnection, at: date, lookback_days: int) -> History:
    """Every check of the years before a day, and every permit given before it (历史)."""
    given = select(*_ONE_FACT, applied_decision.c.decided_on, applied_decision.c.object_address).where(
        applied_decision.c.decided_on < at, applied_decision.c.kind.not_in(ENDING)
    )
    permits = [_registration(row) for row in await rows_of(connection, given)]
    lay = defaultdict[Target, list[tuple[date, str]]](list)
    for permit in sorted(permits, key=lambda each: each.known_from):
        lay[permit.target].append((permit.known_from, permit.area))
    made = await rows_of(connection, _checks(at, at - timedelta(days=lookback_days)))
    return History([_check(row, lay) for row in made], permits)


async def ranked_targets(
    connection: AsyncConnection, at: date, items: Collection[str] | None, department: str | None
) -> set[Target]:
    """The objects there are on a day: those that hold an item (``items``: one of these), and those checked without any.

    ``department``: with a task of it, of any state.
    """
    latest = (
        select(*_ONE_FACT, applied_decision.c.kind)
        .distinct(*_ONE_FACT)
        .where(applied_decision.c.decided_on < at)
        .order_by(*_ONE_FACT, applied_decision.c.object_version.desc(), applied_decision.c.revision.desc())
        .subquery()
    )
    held = select(latest.c.source_system, latest.c.object_no).where(latest.c.kind.not_in(ENDING))
    if items is not None:
        held = held.where(latest.c.item_code.in_(items))
    wanted = {(row["source_system"], row["object_no"]) for row in await rows_of(connection, held)}
    if items is None:
        unregistered = await rows_of(connection, _checked_without_permit(at))
        wanted |= {(row["source_system"], row["object_no"]) for row in unregistered}
    if department is not None:
        theirs = select(task.c.source_system, task.c.object_no).where(task.c.department == department).distinct()
        wanted &= {(row["source_system"], row["object_no"]) for row in await rows_of(connection, theirs)}
    return wanted


async def object_names(connection: AsyncConnection, targets: Collection[Target]) -> dict[Target, str]:
    """对象名称 of the objects of a page."""
    named = list(targets)[:_MOST_NAMED]
    wanted = select(*_OBJECT, supervised_object.c.name).where(tuple_(*_OBJECT).in_(named))
    return {(row["source_system"], row["object_no"]): row["name"] for row in await rows_of(connection, wanted)}


def _checks(at: date, since: date) -> Select[Any]:
    """One row per check: how many findings of each severity."""
    found = and_(
        finding.c.source_system == inspection.c.source_system, finding.c.inspection_no == inspection.c.inspection_no
    )
    key = (inspection.c.source_system, inspection.c.inspection_no)
    counts = [
        func.count().filter(finding.c.severity == word).label(word.lower()) for word in ("CRITICAL", "SERIOUS", "MINOR")
    ]
    return (
        select(*key, inspection.c.object_no, inspection.c.inspected_on, *counts)
        .select_from(inspection)
        .outerjoin(finding, found)
        .where(inspection.c.inspected_on < at, inspection.c.inspected_on >= since)
        .group_by(*key)
    )


def _checked_without_permit(at: date) -> Select[Any]:
    """Objects checked before a day on which no decision had been taken by then."""
    key = (inspection.c.source_system, inspection.c.object_no)
    decided = exists().where(
        applied_decision.c.object_no == key[1],
        applied_decision.c.source_system == key[0],
        applied_decision.c.decided_on < at,
    )
    return select(*key).distinct().where(inspection.c.inspected_on < at, ~decided)


def _check(row: Row, lay: Mapping[Target, Sequence[tuple[date, str]]]) -> PastCheck:
    """A check in the area its object lay in by the permits of that day, not by those given later."""
    target = (row["source_system"], row["object_no"])
    areas = [area for day, area in lay.get(target, ()) if day <= row["inspected_on"]]
    return PastCheck(
        check_no=f"{row['source_system']}:{row['inspection_no']}",
        target=target,
        on=row["inspected_on"],
        critical=row["critical"] > 0,
        serious=row["serious"] > 0,
        minor=row["minor"],
        area=areas[-1] if areas else "",
    )


def _registration(row: Row) -> Registration:
    return Registration(
        target=(row["source_system"], row["object_no"]),
        known_from=row["decided_on"],
        since=row["decided_on"],
        kind=row["item_code"],
        area=street_of(row["object_address"]),
    )


def street_of(address: str) -> str:
    """片区 by address: the street without the number, 大武口区朝阳西街 of 大武口区朝阳西街12号, W 59TH ST of 4612 W 59TH ST 1ST."""
    words = address.upper().split()
    if len(words) > 1 and words[0][0].isdigit():
        return " ".join(words[1 : 1 + _STREET_WORDS])
    return _FROM_A_NUMBER_ON.sub("", " ".join(words)).strip()

"""What the ranking asks (风险排序查询): checks and permits as facts with their days, and who is ranked on a day.

Facts count by the day they are about, not the day they were recorded. Inspectors are not read.
"""

from collections.abc import Collection
from datetime import date, timedelta
from re import compile as pattern
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.decision import ENDING
from supervision.domain.ranking import History, PastCheck, Registration
from supervision.queries.rows import Row, rows_of
from supervision.tables import applied_decision, finding, inspection, supervised_object, task

_ONE_FACT = (applied_decision.c.source_system, applied_decision.c.object_no, applied_decision.c.item_code)
_OBJECT = (supervised_object.c.source_system, supervised_object.c.object_no)
_HOUSE_NUMBER = pattern(r"^\d+\s+|\d.*$")
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
    checks = [_check(row) for row in await rows_of(connection, _checks(at, at - timedelta(days=lookback_days)))]
    given = select(*_ONE_FACT, applied_decision.c.decided_on, applied_decision.c.object_address).where(
        applied_decision.c.decided_on < at, applied_decision.c.kind.not_in(ENDING)
    )
    return History(checks, [_registration(row) for row in await rows_of(connection, given)])


async def ranked_targets(
    connection: AsyncConnection, at: date, items: Collection[str] | None, department: str | None
) -> set[tuple[str, str]]:
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
        unregistered = select(*_OBJECT).where(supervised_object.c.provisional, _was_checked(at))
        wanted |= {(row["source_system"], row["object_no"]) for row in await rows_of(connection, unregistered)}
    if department is not None:
        theirs = select(task.c.source_system, task.c.object_no).where(task.c.department == department).distinct()
        wanted &= {(row["source_system"], row["object_no"]) for row in await rows_of(connection, theirs)}
    return wanted


async def object_names(connection: AsyncConnection, targets: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
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
        select(*key, inspection.c.object_no, inspection.c.inspected_on, *counts, supervised_object.c.address)
        .select_from(inspection)
        .outerjoin(finding, found)
        .outerjoin(
            supervised_object,
            and_(_OBJECT[0] == inspection.c.source_system, _OBJECT[1] == inspection.c.object_no),
        )
        .where(inspection.c.inspected_on < at, inspection.c.inspected_on >= since)
        .group_by(*key, supervised_object.c.address)
    )


def _was_checked(at: date) -> ColumnElement[bool]:
    return exists().where(
        inspection.c.object_no == _OBJECT[1],
        inspection.c.source_system == _OBJECT[0],
        inspection.c.inspected_on < at,
    )


def _check(row: Row) -> PastCheck:
    return PastCheck(
        check_no=f"{row['source_system']}:{row['inspection_no']}",
        target=(row["source_system"], row["object_no"]),
        on=row["inspected_on"],
        critical=row["critical"] > 0,
        serious=row["serious"] > 0,
        minor=row["minor"],
        area=street_of(row["address"] or ""),
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
    """片区 by address: the street without the house number, 大武口区朝阳西街 of 大武口区朝阳西街12号."""
    return " ".join(_HOUSE_NUMBER.sub("", address.strip()).upper().split())

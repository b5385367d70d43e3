"""Fixed months (定格): a month as it is counted now, and as it was fixed; the working-day calendar both are counted with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.calendar import YEARS, year_of
from chassis.rows import first_of, rows_of
from console.domain.assessment import MonthFigures, edition_of
from console.domain.fixing import Counted, FixedRow, Fixing
from console.queries.assessment import assessed
from console.tables import case_month_count, fixed_figures, fixed_month, rebuild, task_month_count
from kernel.calendar import Calendar

CASES = ("decided", "pushed", "unmatched")
"""What the trend counts of cases, by the month of the decision."""
PROGRESS = ("tasks", "claimed", "claimed_in_time", "concluded")
"""What the trend counts of tasks of decisions, by the month they were made in."""


async def calendar(connection: AsyncConnection) -> Calendar:
    """The working-day calendar as approval told it."""
    return Calendar([year_of(row) for row in await rows_of(connection, text(YEARS))])


async def counted(connection: AsyncConnection, month: date) -> Counted:
    """The month, that begins on this day, as it stands now, of what whoever asks may see."""
    known = await calendar(connection)
    latest = await first_of(connection, select(rebuild.c.no, rebuild.c.done_at).order_by(rebuild.c.no.desc()).limit(1))
    figures = await assessed(connection, month, known.count)
    progress = await _progress(connection, month)
    return Counted(
        month=month,
        rows=[
            FixedRow(
                region=place[0],
                department=place[1],
                figures=figures.get(place, MonthFigures()),
                progress=progress.get(place, {}),
            )
            for place in sorted({*figures, *progress})
        ],
        cases=await _cases(connection, month),
        rebuild=rebuild_of(latest),
        calendar=known,
    )


async def fixing(connection: AsyncConnection, month: date) -> Fixing | None:
    """How a month was fixed; None: it is not."""
    found = await first_of(connection, select(fixed_month).where(fixed_month.c.month == month))
    return fixing_of(found) if found else None


async def fixed_rows(connection: AsyncConnection, month: date) -> list[FixedRow]:
    """The rows of a fixed month that whoever asks may see."""
    f = fixed_figures.c
    found = await rows_of(connection, select(fixed_figures).where(f.month == month).order_by(f.region, f.department))
    return [
        FixedRow(
            region=row["region"],
            department=row["department"],
            figures=MonthFigures(**row["figures"]),
            progress=row["progress"],
        )
        for row in found
    ]


async def fixed_stages(connection: AsyncConnection, first: date) -> dict[date, dict[str, int]]:
    """Months since the first that are fixed → what the trend counted of each then; of tasks, those the asker may see."""
    m, f = fixed_month.c, fixed_figures.c
    sums = [func.coalesce(func.sum(f.progress[name].as_integer()), 0).label(name) for name in PROGRESS]
    wanted = (
        select(m.month, m.cases, *sums)
        .select_from(fixed_month.outerjoin(fixed_figures, m.month == f.month))
        .where(m.month >= first)
        .group_by(m.month, m.cases)
    )
    found = await rows_of(connection, wanted)
    return {row["month"]: {**row["cases"], **{name: row[name] for name in PROGRESS}} for row in found}


def fixing_of(row: Mapping[str, Any]) -> Fixing:
    """A fixing from its row."""
    rules, cases = (
        msgspec.json.decode(said) if isinstance(said, str) else said for said in (row["rules"], row["cases"])
    )
    said = {name: row[name] for name in ("month", "at", "by", "reason", "rows", "sha256")}
    return Fixing(fixing_id=str(row["fixing_id"]), rules=edition_of(rules) if rules else None, cases=cases, **said)


def rebuild_of(row: Mapping[str, Any] | None) -> int | None:
    """Which rebuilding the read model is of, by the latest there was: 0 before any, None while it is under way."""
    if row is None:
        return 0
    return row["no"] if row["done_at"] else None


async def _progress(connection: AsyncConnection, month: date) -> dict[tuple[str, str], dict[str, int]]:
    """Region and department → how far the tasks are that were made in the month."""
    t = task_month_count.c
    sums = [func.sum(t[name]).label(name) for name in PROGRESS]
    wanted = select(t.region, t.department, *sums).where(t.month == month).group_by(t.region, t.department)
    found = await rows_of(connection, wanted)
    return {(row["region"], row["department"]): {name: row[name] for name in PROGRESS} for row in found if row["tasks"]}


async def _cases(connection: AsyncConnection, month: date) -> dict[str, int]:
    c = case_month_count.c
    sums = [func.coalesce(func.sum(c[name]), 0).label(name) for name in CASES]
    (found,) = await rows_of(connection, select(*sums).where(c.month == month))
    return found

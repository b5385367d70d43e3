"""Preview of a calendar (时限重算预演): which open deadlines would move if a year were told otherwise. Nothing is written.

Asked of each service before a notice is kept; the answer comes from the very method that computes them anew afterwards.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from chassis.calendar import YEARS, year_of
from chassis.deadlines import deadline_of
from chassis.pages import Reading
from kernel.calendar import Calendar, CalendarYear
from kernel.reckoning import start_of

MOST = 20_000
"""Deadlines that are looked at; where more are open the numbers are said to be at least that."""
_EXAMPLES, _EACH = 12, 3
"""Examples altogether, and of one department."""
_MOST_DAYS = 366
NOBODY = "SELECT '' AS owner, '' AS department, '' AS name WHERE false"
"""Whose deadlines are, where no department is (归属): a statement that answers owner, department and name."""
_OPEN = """
SELECT d.deadline_id, d.owner, d.kind, d.limit_value, d.started_at, d.due_at, d.state, d.ended_at, d.edition,
       d.ladder::text, d.stops::text, d.extensions::text, d.steps::text, d.plan::text, coalesce(w.department, '') AS department, coalesce(w.name, '') AS name
  FROM deadline d LEFT JOIN LATERAL ({whose}) AS w ON w.owner = d.owner
 WHERE d.state IN ('RUNNING', 'STOPPED')
   AND (d.state = 'STOPPED' OR d.due_on >= :first AND d.started_at < :after)
 ORDER BY d.edition, d.deadline_id LIMIT :most
"""


class YearForm(BaseModel):
    """A year as a notice would tell it (年历)."""

    model_config = ConfigDict(extra="forbid")

    year: int = Field(ge=1900, le=2200)
    working: list[date] = Field(max_length=_MOST_DAYS)
    free: list[date] = Field(max_length=_MOST_DAYS)
    provisional: bool = False
    source: str = Field("", max_length=200)

    def told(self, version: int) -> CalendarYear:
        """The year. Refuses ``invalid-content``."""
        return CalendarYear(
            year=self.year,
            version=version,
            working=frozenset(self.working),
            free=frozenset(self.free),
            provisional=self.provisional,
            source=self.source,
        )


def router(reading: Reading, now: Callable[[], datetime], whose: str = NOBODY) -> APIRouter:
    """The route. ``whose``: SQL that answers owner, department and name of the deadline ``d`` in hand."""
    routes = APIRouter()
    asked = text(_OPEN.format(whose=whose))

    @routes.post("/api/v1/deadlines:preview", summary="预演重算时限 / which open deadlines would move")
    async def preview(form: YearForm) -> dict[str, Any]:
        """How many, of which departments, and a few with their end before and after; nothing is written."""
        async with reading() as connection:
            known = Calendar([year_of(row) for row in (await connection.execute(text(YEARS))).mappings()])
            year = form.told(known.year(form.year).version + 1)
            span = _changed(known.year(form.year), year)
            if span is None:
                return _told([], 0)
            within = {"first": span[0], "after": start_of(span[1] + timedelta(days=1)), "most": MOST + 1}
            rows = list((await connection.execute(asked, within)).mappings())
        return await asyncio.to_thread(_moved, rows, Calendar([*known.told, year]), now())

    return routes


def _changed(known: CalendarYear, told: CalendarYear) -> tuple[date, date] | None:
    """The first and the last day whose work changes, None when none does."""
    days = (known.working ^ told.working) | (known.free ^ told.free)
    return (min(days), max(days)) if days else None


def _moved(rows: Sequence[Any], calendar: Calendar, at: datetime) -> dict[str, Any]:
    moved = []
    for row in rows[:MOST]:
        before = deadline_of(row)
        after = before.recomputed(calendar, at)
        if after.due_at != before.due_at:
            what = {"owner": before.owner, "kind": before.kind, "department": row["department"], "name": row["name"]}
            moved.append(what | {"before": before.due_on, "after": after.due_on})
    return _told(moved, len(rows))


def _told(moved: Sequence[dict[str, Any]], looked_at: int) -> dict[str, Any]:
    counts = Counter(each["department"] for each in moved)
    examples: list[dict[str, Any]] = []
    shown = Counter[str]()
    for each in moved:
        if shown[each["department"]] < _EACH and len(examples) < _EXAMPLES:
            shown[each["department"]] += 1
            examples.append(each)
    return {
        "moved": len(moved),
        "at_least": looked_at > MOST,
        "departments": [{"department": code, "moved": number} for code, number in counts.most_common()],
        "examples": examples,
    }

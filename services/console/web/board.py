"""The board (联动看板): how many were decided, pushed, claimed and concluded, and where they stand; it keeps up by itself.

An open page is sent the figures again as soon as they differ (``keeping_up``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.pages import Reading
from console import queries
from console.web.keeping_up import KeepingUp, Since, again, unchanged
from console.web.names import Names
from console.web.rendering import page
from console.web.services import Asking, Services
from kernel.inspection import TaskState

STATES = [state.value for state in TaskState]


def router(
    reading: Reading, keeping_up: KeepingUp, services: Services, names: Names, today: Callable[[], date]
) -> APIRouter:
    """The route. ``today``: the day in China."""
    routes = APIRouter()

    @routes.get("/board")
    async def shown(request: Request, since: Since = "") -> Response:
        """The figures; 204 when they are still those of the mark ``since``."""

        async def counted() -> dict[str, Any]:
            async with reading() as connection:
                return await queries.board(connection, today())

        seen = await keeping_up.changed(since, counted)
        if seen is None:
            return unchanged()
        figures, mark = seen
        known = await names.departments(Asking(services, request))
        months = figures["months"]
        return page(
            request,
            "board.html",
            funnel=figures["funnel"],
            first=figures["since"],
            rows=by_department(figures["departments"]),
            months=months,
            highest=max((each["decided"] for each in months), default=0),
            departments=known,
            states=STATES,
            again=again(request, mark),
        )

    return routes


def by_department(counts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row per department: tasks by state, open ones, cards; the most red cards first."""
    rows: dict[str, dict[str, Any]] = defaultdict(lambda: {"states": {}, "open": 0, "red": 0, "yellow": 0})
    for count in counts:
        row = rows[count["department"]]
        row["states"][count["state"]] = count["tasks"]
        for name in ("open", "red", "yellow"):
            row[name] += count[name]
    listed = [row | {"department": department} for department, row in rows.items()]
    return sorted(listed, key=lambda row: (-row["red"], -row["yellow"], row["department"]))

"""The board (联动看板): how many were decided, pushed, claimed and concluded, and where they stand; it keeps up by itself.

An open page asks every second whether anything was told since; only then the figures are counted and shown again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.pages import Reading
from console import queries
from console.web.names import Names
from console.web.rendering import page
from console.web.services import Asking, Services
from kernel.inspection import TaskState

_NOTHING_NEW = 204
STATES = [state.value for state in TaskState]


def router(reading: Reading, services: Services, names: Names, today: Callable[[], date]) -> APIRouter:
    """The route. ``today``: the day in China."""
    routes = APIRouter()

    @routes.get("/board")
    async def shown(request: Request, since: Annotated[str, Query(max_length=64)] = "") -> Response:
        """The figures; 204 when nothing was told after the event ``since``."""
        async with reading() as connection:
            newest = await queries.newest_told(connection)
            if since and since == newest:
                return Response(status_code=_NOTHING_NEW)
            figures = await queries.board(connection, today())
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
            newest=newest,
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

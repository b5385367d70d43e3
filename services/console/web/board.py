"""The board (联动看板): how many were decided, pushed, claimed and concluded, and where they stand; it keeps up by itself.

An open page is told as soon as the figures differ, and fetches them (``keeping_up``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.pages import Reading
from console import queries
from console.web import clocks
from console.web.keeping_up import VARY, KeepingUp, Since, mark_of, stream_of, streams
from console.web.language import said
from console.web.names import Names
from console.web.rendering import page
from kernel.clock import china_day
from kernel.inspection import TaskState

STATES = [state.value for state in TaskState]
STAGES = {
    "decided": said("审批决定"),
    "pushed": said("推送监管"),
    "claimed_in_time": said("按时认领"),
    "concluded": said("办结"),
}
"""四个阶段: what is counted → what it is called. The first two are cases, the others tasks."""
_OF = {"pushed": "decided", "claimed_in_time": "tasks", "concluded": "tasks"}
"""Stage → what it is a share of."""
_SHADES = 4
_DUE = (clocks.OVER, clocks.DAY, clocks.NEAR, clocks.FAR)
_STANDING = ("open", "red", "yellow")


def router(reading: Reading, keeping_up: KeepingUp, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The route. ``reading``: the read model."""
    routes = APIRouter()

    @routes.get("/board")
    async def shown(request: Request, since: Since = "") -> Response:
        """The figures; or when they are no longer those of the mark ``since``."""

        async def counted() -> queries.Board:
            async with reading() as connection:
                return await queries.board(connection, china_day(now()), clocks.spans(now()))

        if streams(request):
            return keeping_up.stream(request, since, counted)
        figures = await counted()
        rows = by_department(figures["departments"], figures["due"])
        months = [stands(month) for month in figures["months"]]
        return page(
            request,
            "board.html",
            headers=VARY,
            funnel=figures["funnel"],
            stages=stages(figures["funnel"]),
            first=figures["since"],
            rows=rows,
            shade=shades(rows),
            due={span: (clocks.URGENCIES[span], sum(row[span] for row in rows)) for span in _DUE},
            spans=clocks.SPANS,
            months=months,
            highest=max(month["decided"] for month in months),
            departments=await names.departments(),
            states=STATES,
            stream=stream_of(request, mark_of(figures)),
        )

    return routes


def by_department(counts: Iterable[Mapping[str, Any]], due: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row per department: tasks by state, open ones, cards, what is due; the most red cards first."""
    rows: dict[str, dict[str, Any]] = defaultdict(lambda: {"states": {}, **dict.fromkeys((*_STANDING, *_DUE), 0)})
    for count in counts:
        row = rows[count["department"]]
        row["states"][count["state"]] = count["tasks"]
        for name in _STANDING:
            row[name] += count[name]
    for count in due:
        rows[count["department"]] |= {name: count[name] for name in _DUE}
    listed = [row | {"department": department} for department, row in rows.items()]
    return sorted(listed, key=lambda row: (-row["red"], -row["yellow"], row["department"]))


def stands(month: Mapping[str, Any]) -> dict[str, Any]:
    """A month of the trend as it is shown: as it was fixed, with what differs ``today`` by stage; else as it is now."""
    fixed = month["fixed"]
    today = {stage: month[stage] for stage in STAGES if fixed and month[stage] != fixed[stage]}
    return {**month, **(fixed or {}), "fixed": fixed is not None, "today": today}


def stages(funnel: Mapping[str, int]) -> list[dict[str, Any]]:
    """四个阶段: of each its name, its number, and its share in percent; None where there is nothing to share."""
    return [
        {
            "code": code,
            "name": name,
            "number": funnel[code],
            "share": percent(funnel[code], funnel.get(_OF.get(code, ""))),
        }
        for code, name in STAGES.items()
    ]


def percent(part: int, whole: int | None) -> int | None:
    """A share in whole percent, never 100 before it is all and never 0 while it is something; None of nothing."""
    if not whole:
        return None
    return max(min(round(100 * part / whole), 100 if part >= whole else 99), 1 if part else 0)


def shades(rows: Iterable[Mapping[str, Any]]) -> Callable[[int], int]:
    """How dark a number of the table is (热力): 0 for none, up to ``_SHADES`` for the largest."""
    largest = max((number for row in rows for number in row["states"].values()), default=0)
    return lambda number: -(-_SHADES * number // largest) if number else 0

"""My tasks (我的任务): from the read model, what is due first before the rest, chosen by when it is due and by state."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.pages import PageAsked, Reading
from chassis.pages import page as cut
from chassis.rows import Row
from console import queries
from console.web import clocks
from console.web.keeping_up import VARY, KeepingUp, Since, mark_of, stream_of, streams
from console.web.language import said
from console.web.names import Names
from console.web.rendering import page
from console.web.session import departments_of
from console.web.words import tasks

_SHOWN = 20
MOST = 5000
"""Tasks in one exported file."""
STATES = {"": said("全部")} | tasks.STATES


def router(reading: Reading, keeping_up: KeepingUp, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The route. ``reading``: the read model."""
    routes = APIRouter()

    @routes.get("/tasks")
    async def listed(
        request: Request,
        state: Annotated[str, Query(max_length=20)] = "PENDING_CLAIM",
        due: Annotated[str, Query(max_length=10)] = "",
        department: Annotated[str, Query(max_length=64)] = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
        since: Since = "",
    ) -> Response:
        """The tasks of a department in one state, those that are due first; or when they are others than ``since`` marks."""
        at, own = now(), departments_of(request)
        which = chosen(request, department, state)
        spans = clocks.spans(at)
        after = PageAsked(cursor=cursor, limit=_SHOWN).after(queries.Place)

        async def looked() -> tuple[list[Row], dict[str, int]]:
            async with reading() as connection:
                found = await queries.tasks_by_due(connection, *which, spans.get(due, clocks.ANY), after, _SHOWN + 1)
                return found, await queries.count_due(connection, *which, spans)

        if streams(request):
            return keeping_up.stream(request, since, looked)
        known = await names.departments()
        found, counts = await looked()
        listed = cut(found, ["due_place", "task_id"], _SHOWN)
        return page(
            request,
            "tasks.html",
            headers=VARY,
            rows=[task | {"clock": clocks.of_line(task, at)} for task in listed.items],
            following=listed.next,
            asked={"department": which[0], "state": which[1], "due": due if due in clocks.SPANS else ""},
            states=STATES,
            spans=clocks.SPANS,
            counts=counts,
            most=queries.MOST_COUNTED,
            exported=MOST,
            departments=known,
            choices=own or sorted(known),
            every=not own,
            stream=stream_of(request, mark_of((found, counts))),
        )

    return routes


def chosen(request: Request, department: str, state: str) -> tuple[str, str]:
    """Department and state the list is of: of nobody's choice one's own department, of what is no state any."""
    own = departments_of(request)
    return department or (own[0] if own else ""), state if state in STATES else ""

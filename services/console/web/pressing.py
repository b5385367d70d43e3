"""Cards and pressing (亮牌督办): what is overdue, and urging or escalating many tasks at once, looked at before it is done.

What is owed to the public too late stands beside the tasks, in its own words: it is publicised or put right, not urged.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.pages import PageAsked, Reading
from chassis.pages import page as cut
from console import queries
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.publicity import PATH as PUBLICITY
from console.web.publicity import clock_until
from console.web.rendering import page, wrong
from console.web.services import Asking, Services
from console.web.session import departments_of
from console.web.view import View
from kernel.clock import china_day
from kernel.refusal import Fault, Refusal, malformed

_SHOWN = 50
_CARDS = ("", "RED", "YELLOW")
MEASURES = ("URGE", "ESCALATE")
PATH = "/api/v1/tasks:urge"
_LATE = {"PUBLICISE": ("due_by", "due_on"), "PUT_RIGHT": ("put_right_by", "put_right_on")}
"""Clock of a publication → what its lateness is asked by, and where its last day stands."""


def router(reading: Reading, services: Services, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    async def cards(request: Request, card: str, cursor: str, **shown: Any) -> Response:
        after = PageAsked(cursor=cursor, limit=_SHOWN).after(UUID)
        which = queries.TaskFilter(card=card or None, carded=not card)
        async with reading() as connection:
            found = await queries.tasks(connection, which, str(after) if after else None, _SHOWN + 1)
            explained = await queries.clocks_of_cards(connection, [each["task_id"] for each in found])
        listed = cut(found, ["task_id"], _SHOWN)
        told = {"told": None, "wrong": None, "typed": Typed(), "chosen": set[str]()} | shown
        asking = Asking(services, request)
        departments, late = await asyncio.gather(
            names.departments(), late_publications(asking, departments_of(request), now())
        )
        more: dict[str, Any] = {
            "card": card,
            "explained": explained,
            "late": late,
            "cards": _CARDS,
            "departments": departments,
            "measures": MEASURES,
            "once": new_key(),
        }
        status = told.pop("status", 200)
        return page(request, "cards.html", status=status, rows=listed.items, following=listed.next, **told, **more)

    @routes.get("/cards")
    async def listed(
        request: Request,
        card: Annotated[str, Query(max_length=10)] = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
    ) -> Response:
        """The tasks a card stands for."""
        return await cards(request, card if card in _CARDS else "", cursor)

    @routes.post("/cards")
    async def pressed(request: Request, typed: Filled) -> Response:
        """First what would happen, then, confirmed, the pressing itself."""
        chosen, card = typed.texts("tasks"), typed.text("card")
        preview = typed.text("confirmed") != "yes"
        shown: dict[str, Any] = {"typed": typed, "chosen": set(chosen)}
        try:
            body = {
                "tasks": must_be_chosen(chosen),
                "measure": typed.text("measure", MEASURES[0]),
                "reason": typed.text("reason"),
                "preview": preview,
            }
            once = "" if preview else typed.once
            told = await Asking(services, request).post("supervision", PATH, body, once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            said = wrong(refusal, View.of(request).language)
            return await cards(request, card, "", **shown, wrong=said, status=refusal.status)
        return await cards(request, card, "", **shown, told=told)

    return routes


async def late_publications(asking: Asking, held: list[str], now: datetime) -> list[dict[str, Any]] | None:
    """Publications of these departments that are late, each with its clock, the latest first; None when nobody says."""
    yesterday = (china_day(now) - timedelta(days=1)).isoformat()
    wanted = [(kind, department) for kind in _LATE for department in held or [""]]
    try:
        answers = await asyncio.gather(
            *(
                asking.get("supervision", PUBLICITY, department=of, limit=str(_SHOWN), **{_LATE[kind][0]: yesterday})
                for kind, of in wanted
            )
        )
    except Refusal:
        return None
    found = [
        each | {"clock": clock_until(kind, each[_LATE[kind][1]], now)}
        for (kind, _), answer in zip(wanted, answers, strict=True)
        for each in answer["items"]
    ]
    return sorted(found, key=lambda each: each["clock"].due_on)[:_SHOWN]


def must_be_chosen(tasks: list[str]) -> list[str]:
    """The tasks that were ticked. Refuses ``invalid-content`` when there are none."""
    if not tasks:
        raise malformed([Fault(pointer="/tasks", zh="请先勾选任务", en="tick the tasks first")])
    return tasks

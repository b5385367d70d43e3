"""Cards and pressing (亮牌督办): what is overdue, and urging or escalating many tasks at once, looked at before it is done."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.pages import PageAsked, Reading
from chassis.pages import page as cut
from console import queries
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.rendering import page, wrong
from console.web.services import Asking, Services
from console.web.view import View
from kernel.refusal import Fault, Refusal, malformed

_SHOWN = 50
_CARDS = ("", "RED", "YELLOW")
MEASURES = ("URGE", "ESCALATE")
PATH = "/api/v1/tasks:urge"


def router(reading: Reading, services: Services, names: Names) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    async def cards(request: Request, card: str, cursor: str, **shown: Any) -> Response:
        after = PageAsked(cursor=cursor, limit=_SHOWN).after(UUID)
        which = queries.TaskFilter(card=card or None, carded=not card)
        async with reading() as connection:
            found = await queries.tasks(connection, which, str(after) if after else None, _SHOWN + 1)
        listed = cut(found, ["task_id"], _SHOWN)
        told = {"told": None, "wrong": None, "typed": Typed(), "chosen": set[str]()} | shown
        departments = await names.departments(Asking(services, request))
        more: dict[str, Any] = {
            "card": card,
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


def must_be_chosen(tasks: list[str]) -> list[str]:
    """The tasks that were ticked. Refuses ``invalid-content`` when there are none."""
    if not tasks:
        raise malformed([Fault(pointer="/tasks", zh="请先勾选任务", en="tick the tasks first")])
    return tasks

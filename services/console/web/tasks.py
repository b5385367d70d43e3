"""One task (一个任务): it with why it exists and how long is left, and what can be done with it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console.forms import papers_of
from console.web import clocks
from console.web.catalogue import Catalogues
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.names import Names
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking, Services
from console.web.session import carried
from console.web.view import View
from console.web.what_next import ACTIONS, possible
from kernel.refusal import Refusal
from kernel.role import Role

PATH = "/api/v1/tasks"
_SEE_OTHER = 303


@dataclass(frozen=True)
class Desk:
    """What pages about tasks are made with (工作台)."""

    services: Services
    catalogues: Catalogues
    now: Callable[[], datetime]
    names: Names

    async def task(self, request: Request, task_id: UUID) -> dict[str, Any]:
        """A task whole, as supervision tells it. Refuses as supervision does."""
        found: dict[str, Any] = await Asking(self.services, request).get("supervision", f"{PATH}/{task_id}")
        return found

    async def shown(
        self,
        request: Request,
        task_id: UUID,
        refusal: Refusal | None = None,
        typed: Typed | None = None,
        verb: str = "",
    ) -> Response:
        """The page of a task; with what was wrong at the form of ``verb``."""
        asking = Asking(self.services, request)
        task = await self.task(request, task_id)
        reason, colleagues, departments, people = await asyncio.gather(
            self.catalogues.reason(asking, task),
            self.colleagues(asking, task["department"]),
            self.names.departments(),
            people_of(self.services, request, task["department"]),
        )
        session = carried(request.scope)
        roles = session.roles if session else ()
        return page(
            request,
            "task.html",
            departments=departments,
            people=people,
            status=refusal.status if refusal else 200,
            task=task,
            reason=reason,
            colleagues=colleagues,
            clocks=clocks.running(task["deadlines"], self.now()),
            actions=possible(task["state"], office=Role.LINKAGE_OFFICE in roles),
            verb=verb,
            typed=typed or Typed(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
            once=new_key(),
            papers=papers_of(task),
        )

    async def colleagues(self, asking: Asking, department: str) -> list[dict[str, Any]]:
        """The inspectors of a department who are in service."""
        told = await asking.get("supervision", "/api/v1/inspectors", department=department, limit="200")
        return [each for each in told["items"] if not each.get("left_on")]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/tasks/{task_id}")
    async def one(request: Request, task_id: UUID) -> Response:
        """One task."""
        return await desk.shown(request, task_id)

    @routes.get("/tasks/{task_id}/deadlines/{deadline}")
    async def days(request: Request, task_id: UUID, deadline: UUID) -> Response:
        """Why the last day is the last day."""
        asking = Asking(desk.services, request)
        counted = await asking.get("supervision", f"{PATH}/{task_id}/deadlines/{deadline}/days")
        task = await desk.task(request, task_id)
        clock = next(each for each in task["deadlines"] if each["deadline_id"] == str(deadline))
        back = {"address": f"/tasks/{task_id}", "name": task["object_name"] or task["object_no"]}
        return page(request, "days.html", back=back, clock=clock, days=counted["days"])

    @routes.post("/tasks/{task_id}/{verb}")
    async def done(request: Request, task_id: UUID, verb: str, typed: Filled) -> Response:
        """Do it, and come back to the task."""
        action = ACTIONS.get(verb)
        if action is None:
            raise _no_such_verb()
        try:
            body = action.body(typed) | _who(verb, request)
            await Asking(desk.services, request).post("supervision", f"{PATH}/{task_id}:{verb}", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await desk.shown(request, task_id, refusal, typed, verb)
        return RedirectResponse(f"/tasks/{task_id}", _SEE_OTHER)

    return routes


def _who(verb: str, request: Request) -> dict[str, str]:
    """A person claims for itself; everything else it does by being signed in."""
    session = carried(request.scope)
    return {"inspector": session.person} if verb == "claim" and session else {}


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个动作；请回到任务，使用页面上的按钮",
        en="There is no such action; go back to the task and use its buttons",
        status=404,
    )

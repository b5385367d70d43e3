"""Urging over HTTP (督促接口)."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.unit_of_work import UnitOfWork
from supervision import handlers
from supervision.api.verbs import ReasonForm
from supervision.domain.urging import MOST, Measure, UrgeTasks
from supervision.ports import StoredWork


class UrgeForm(ReasonForm):
    """督促哪些任务、怎样督促."""

    tasks: tuple[UUID, ...] = Field(max_length=MOST)
    measure: Measure = Measure.URGE
    preview: bool = Field(default=False, description="只看会怎样，不做 / say what would happen and do nothing")


def router(unit: UnitOfWork[StoredWork]) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.post("/tasks:urge", summary="催办、督办 / press for open tasks")
    async def urged(form: UrgeForm) -> dict[str, Any]:
        """The tasks urged, those left out with the reason, and who is told of how many."""
        command = UrgeTasks(
            tasks=tuple(map(str, form.tasks)),
            measure=form.measure,
            reason=form.reason,
            preview=form.preview,
            by=form.by,
        )
        return {"preview": form.preview} | vars(await unit.run(handlers.urge_tasks, command))

    return routes

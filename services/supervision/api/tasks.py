"""Tasks over HTTP (监管任务接口): list, look at, claim, conclude."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.inspection import TaskState
from kernel.refusal import Fault, malformed
from supervision import handlers, queries
from supervision.api.inspections import ReportForm, report_of
from supervision.domain.claim import ClaimTask
from supervision.domain.inspection import ConcludeTask
from supervision.domain.refusals import no_such_task
from supervision.ports import StoredWork


class TasksAsked(PageAsked):
    """Which tasks (任务查询); what is not given does not matter."""

    state: TaskState | None = None
    department: Asked | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None


class ClaimForm(BaseModel):
    """认领."""

    model_config = ConfigDict(extra="forbid")

    inspector: Acting = Field(description="认领的执法人员 / the inspector who takes it")


class TaskReportForm(ReportForm):
    """The inspection of a task; source system and object are the task's and may be left out."""

    source_system: str = ""


def shown_whole(reading: Reading) -> Callable[[str], Awaitable[dict[str, Any]]]:
    """Reads a task with all that belongs to it; refuses ``not-found``."""

    async def one(task_id: str) -> dict[str, Any]:
        async with reading() as connection:
            found = await queries.one_task(connection, task_id)
        if found is None:
            raise no_such_task(task_id)
        return found

    return one


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of tasks."""
    routes = APIRouter()
    one = shown_whole(reading)

    @routes.get("/tasks", summary="任务列表 / tasks")
    async def listed(asked: Annotated[TasksAsked, Query()]) -> Page:
        """Tasks in the order they were made."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        which = asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.tasks(connection, which, str(after) if after else None, limit + 1)
        return page(items, ["task_id"], limit)

    @routes.get("/tasks/{task_id}", summary="任务详情 / one task with its inspection")
    async def shown(task_id: UUID) -> dict[str, Any]:
        """A task, and the inspection that concluded it."""
        return await one(str(task_id))

    @routes.post("/tasks/{task_id}:claim", summary="认领任务 / claim")
    async def claimed(task_id: UUID, form: ClaimForm) -> dict[str, Any]:
        """Claim a task for an inspector of its department; repeating it changes nothing."""
        await unit.run(handlers.claim_task, ClaimTask(task_id=str(task_id), inspector=form.inspector))
        return await one(str(task_id))

    @routes.post("/tasks/{task_id}:conclude", status_code=201, summary="办结任务 / conclude with an inspection")
    async def concluded(task_id: UUID, form: TaskReportForm, response: Response) -> dict[str, Any]:
        """Conclude a task: 201 new, 200 the same inspection again."""
        if form.source_system and form.source_system != (await one(str(task_id)))["source_system"]:
            said = Fault(
                pointer="/source_system",
                zh="与任务的来源系统不同，请删除该字段或改为任务的来源系统",
                en="differs from the task's source system; leave it out or give the task's",
            )
            raise malformed([said])
        command = ConcludeTask(task_id=str(task_id), report=report_of(form))
        receipt = await unit.run(handlers.conclude_task, command)
        response.status_code = 200 if receipt.duplicate else 201
        return vars(receipt)

    return routes

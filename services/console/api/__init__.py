"""HTTP in (接口): the read model as JSON, for whoever builds on it; the pages read the same queries."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.problems import not_found
from console import queries
from kernel.inspection import TaskState

MOST = 200
"""Rows of a page."""


class CasesAsked(PageAsked):
    """Which cases (办件查询)."""

    source_system: Asked | None = None
    case_id: Asked | None = None
    item_code: Asked | None = None
    object_no: Asked | None = None
    id_no: Asked | None = None
    holder: Asked | None = Field(None, description="证件号码或完整名称 / number or whole name")
    unmatched: bool | None = None


class TasksAsked(PageAsked):
    """Which tasks (任务查询)."""

    department: Asked | None = None
    state: TaskState | None = None
    claimed_by: Asked | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None
    id_no: Asked | None = None
    card: Literal["YELLOW", "RED"] | None = None
    carded: bool = False


def router(reading: Reading, today: Callable[[], date]) -> APIRouter:
    """The routes of the read model. ``today``: the day of the stack clock in China."""
    routes = APIRouter(prefix="/api/v1", tags=["console 控制台"])
    _add_cases(routes, reading)
    _add_tasks(routes, reading)

    @routes.get("/board", summary="联动看板 / the board")
    async def board() -> dict[str, Any]:
        """Figures of twelve months and of now."""
        async with reading() as connection:
            return await queries.board(connection, today(), {})

    @routes.get("/subjects/{id_type}/{id_no:path}", summary="信用主体 / a subject with its grade")
    async def subject(id_type: Asked, id_no: Asked) -> dict[str, Any]:
        """As credit last told it."""
        async with reading() as connection:
            found = await queries.one_subject(connection, id_type, id_no)
        if found is None:
            raise not_found(f"信用主体 {id_type}:{id_no}", f"subject {id_type}:{id_no}")
        return found

    return routes


def _add_cases(routes: APIRouter, reading: Reading) -> None:
    @routes.get("/cases", summary="办件 / cases")
    async def listed(asked: Annotated[CasesAsked, Query()]) -> Page:
        """The newest statement first."""
        limit, before = asked.within(MOST), asked.after(UUID)
        which = queries.CaseFilter(**asked.model_dump(exclude={"cursor", "limit"}))
        async with reading() as connection:
            items = await queries.cases(connection, which, str(before) if before else None, limit + 1)
        return page(items, ["place"], limit)

    @routes.get("/cases/{source_system}/{case_id:path}/trace", summary="全链路 / everything that followed from a case")
    async def trace(source_system: Asked, case_id: Asked) -> list[dict[str, Any]]:
        """Across the services, in the order it was told."""
        async with reading() as connection:
            return await queries.trace_of_case(connection, source_system, case_id)

    @routes.get("/cases/{source_system}/{case_id:path}", summary="一个办件 / one case with its tasks")
    async def shown(source_system: Asked, case_id: Asked) -> dict[str, Any]:
        """As it stands."""
        async with reading() as connection:
            found = await queries.one_case(connection, source_system, case_id)
        if found is None:
            raise not_found(f"办件 {source_system}:{case_id}", f"case {source_system}:{case_id}")
        return found


def _add_tasks(routes: APIRouter, reading: Reading) -> None:
    @routes.get("/tasks", summary="任务 / tasks")
    async def listed(asked: Annotated[TasksAsked, Query()]) -> Page:
        """In the order they were made."""
        limit, after = asked.within(MOST), asked.after(UUID)
        which = queries.TaskFilter(**asked.model_dump(exclude={"cursor", "limit"}))
        async with reading() as connection:
            items = await queries.tasks(connection, which, str(after) if after else None, limit + 1)
        return page(items, ["task_id"], limit)

    @routes.get("/tasks/{task_id}", summary="一个任务 / one task")
    async def shown(task_id: UUID) -> dict[str, Any]:
        """As it stands."""
        async with reading() as connection:
            found = await queries.one_task(connection, str(task_id))
        if found is None:
            raise not_found(f"任务 {task_id}", f"task {task_id}")
        return found

    @routes.get("/tasks/{task_id}/trace", summary="任务履历 / everything that was told of a task")
    async def trace(task_id: UUID) -> list[dict[str, Any]]:
        """In the order it was told; of a task that is not the asker's nothing."""
        async with reading() as connection:
            if await queries.one_task(connection, str(task_id)) is None:
                raise not_found(f"任务 {task_id}", f"task {task_id}")
            return await queries.trace_of_task(connection, str(task_id))

"""The process around tasks over HTTP (过程接口): deadlines, standstills, handing over, joint visits."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from supervision import handlers
from supervision.api.known import require_department, require_no_department
from supervision.api.verbs import PersonForm, ReasonForm, Shown
from supervision.domain.deadlines import ExplainDeadline, ExtendDeadline, ResumeDeadline, StopDeadline
from supervision.domain.joint_visit import PlanVisit, VisitCrew
from supervision.domain.verbs import HandOver, ResumeObject, SuspendObject
from supervision.domain.words import Standstill
from supervision.ports import StoredWork
from supervision.queries import process as process_queries


class ExtendForm(ReasonForm):
    """延长多少, 谁批准."""

    limit: str
    approved_by: str


class StandstillForm(ReasonForm):
    """停业情形."""

    standstill: Standstill = Standstill.CLOSED


class HandOverForm(ReasonForm):
    """从谁移交给谁: two persons, or two departments."""

    giver: str = Field(alias="from")
    taker: str = Field(alias="to")


class VisitsAsked(PageAsked):
    """Which joint visits (综合查一次查询)."""

    source_system: Asked | None = None
    object_no: Asked | None = None
    department: Asked | None = None


class CrewForm(BaseModel):
    """One department's officers, and which of its tasks; left out: all that wait for a visit."""

    model_config = ConfigDict(extra="forbid")

    department: str
    officers: tuple[str, ...] = Field(max_length=50)
    tasks: tuple[UUID, ...] = Field((), max_length=50)


class VisitForm(PersonForm):
    """哪个对象、哪一天、各部门由谁去."""

    source_system: str
    object_no: str
    planned_on: date
    crews: tuple[CrewForm, ...] = Field(max_length=50)

    def command(self) -> PlanVisit:
        """The command. Refuses ``invalid-content``."""
        crews = tuple(
            VisitCrew(department=crew.department, officers=crew.officers, tasks=tuple(map(str, crew.tasks)))
            for crew in self.crews
        )
        return PlanVisit(**{**dict(self), "crews": crews})


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, shown: Shown) -> APIRouter:
    """The routes; ``shown`` reads a task whole."""
    routes = APIRouter()
    _add_deadlines(routes, unit, reading)
    _add_standstills(routes, unit)
    _add_visits(routes, unit, reading, page_limit, shown)

    @routes.post("/tasks:hand-over", summary="交接 / hand open tasks over")
    async def handed_over(form: HandOverForm) -> dict[str, Any]:
        """From a person who left to a successor, or from a merged department to the new one."""
        said = HandOver(giver=form.giver, taker=form.taker, departments=False, reason=form.reason, by=form.by)
        async with reading() as connection:
            departments = await process_queries.is_department(connection, said.giver)
            held = await process_queries.held_by(connection, said.giver)
        await (require_department if departments else require_no_department)(reading, "/to", said.taker)
        receipt = await unit.run(handlers.hand_over, replace(said, departments=departments, tasks=tuple(held)))
        return {"moved": list(receipt.moved), "stayed": receipt.stayed}

    return routes


def _add_visits(
    routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, shown: Shown
) -> None:
    @routes.get("/visits", summary="综合查一次 / joint visits")
    async def visits(asked: Annotated[VisitsAsked, Query()]) -> Page:
        """Open on-site tasks per object: what several departments may see to in one visit."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await process_queries.visits(connection, which, asked.after(tuple[str, str]), limit + 1)
        return page(items, ["source_system", "object_no"], limit)

    @routes.post("/visits:plan", summary="联合排期 / plan a joint visit")
    async def planned(form: VisitForm) -> list[dict[str, Any]]:
        """The tasks of one object for one day, each department with its officers: all of them, or none."""
        tasks = await unit.run(handlers.plan_visit, form.command())
        return [await shown(task.task_id) for task in tasks]


def _add_deadlines(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    async def of(task_id: UUID) -> list[dict[str, Any]]:
        async with reading() as connection:
            return await process_queries.deadlines_of(connection, str(task_id))

    async def named(task_id: UUID, deadline: str) -> str:
        """The id of a deadline of the task; its kind names the newest of that kind."""
        for each in reversed(await of(task_id)):
            if deadline in {each["deadline_id"], each["kind"]}:
                return str(each["deadline_id"])
        raise not_found(f"该任务的时限 {deadline}", f"deadline {deadline} of this task")

    @routes.get("/tasks/{task_id}/deadlines", summary="任务时限 / deadlines of a task")
    async def listed(task_id: UUID) -> list[dict[str, Any]]:
        """Every clock with its steps, stops and extensions."""
        return await of(task_id)

    @routes.get("/tasks/{task_id}/deadlines/{deadline}/days", summary="逐日计算 / the day-by-day count")
    async def days(task_id: UUID, deadline: Asked) -> dict[str, Any]:
        """Why the last day is the last day; ``deadline`` is an id or a kind, here and below."""
        return await unit.run(handlers.explain_deadline, ExplainDeadline(await named(task_id, deadline)))

    @routes.post("/tasks/{task_id}/deadlines/{deadline}:stop", summary="中止时限 / stop")
    async def stopped(task_id: UUID, deadline: Asked, form: ReasonForm) -> list[dict[str, Any]]:
        """With a reason."""
        command = StopDeadline(deadline_id=await named(task_id, deadline), reason=form.reason, by=form.by)
        await unit.run(handlers.stop_deadline, command)
        return await of(task_id)

    @routes.post("/tasks/{task_id}/deadlines/{deadline}:resume", summary="恢复时限 / resume")
    async def resumed(task_id: UUID, deadline: Asked, form: PersonForm) -> list[dict[str, Any]]:
        """The clock runs again."""
        command = ResumeDeadline(deadline_id=await named(task_id, deadline), by=form.by)
        await unit.run(handlers.resume_deadline, command)
        return await of(task_id)

    @routes.post("/tasks/{task_id}/deadlines/{deadline}:extend", summary="延长时限 / extend")
    async def extended(task_id: UUID, deadline: Asked, form: ExtendForm) -> list[dict[str, Any]]:
        """With who approved it."""
        command = ExtendDeadline(deadline_id=await named(task_id, deadline), **dict(form))
        await unit.run(handlers.extend_deadline, command)
        return await of(task_id)


def _add_standstills(routes: APIRouter, unit: UnitOfWork[StoredWork]) -> None:
    @routes.post("/objects/{source_system}/{object_no:path}/suspensions", summary="暂扣、停业 / suspend")
    async def suspended(source_system: Asked, object_no: Asked, form: StandstillForm) -> dict[str, Any]:
        """The clocks of routine tasks wait."""
        key = {"source_system": source_system, "object_no": object_no}
        entry = await unit.run(handlers.suspend_object, SuspendObject(**key, **dict(form)))
        return key | {"standstill": entry.standstill}

    @routes.post("/objects/{source_system}/{object_no:path}:resume", summary="恢复营业 / resume")
    async def resumed(source_system: Asked, object_no: Asked, form: ReasonForm) -> dict[str, Any]:
        """The clocks run again."""
        key = {"source_system": source_system, "object_no": object_no}
        entry = await unit.run(handlers.resume_object, ResumeObject(**key, **dict(form)))
        return key | {"standstill": entry.standstill}

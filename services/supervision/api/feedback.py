"""Feedback over HTTP (结果反馈接口): ask the approver to act on the licence behind a task."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.feedback import FeedbackKind
from supervision import handlers, queries
from supervision.domain.feedback import RaiseFeedback
from supervision.ports import StoredWork


class FeedbackForm(BaseModel):
    """反馈."""

    model_config = ConfigDict(extra="forbid")

    kind: FeedbackKind = Field(description="反馈事由: 撤销、撤回、吊销、限制准入、补办、变更")
    reason: str
    legal_basis: str = ""
    by: Acting = Field(description="执法人员或部门人员编码")


class FeedbackAsked(PageAsked):
    """Which feedback (反馈查询)."""

    department: Asked | None = None
    source_system: Asked | None = None
    case_id: Asked | None = None


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of feedback."""
    routes = APIRouter()

    @routes.post("/tasks/{task_id}:feedback", status_code=201, summary="反馈审批 / ask the approver to act")
    async def raised(task_id: UUID, form: FeedbackForm, response: Response) -> dict[str, Any]:
        """201 a new feedback, 200 the same one again while nobody answered."""
        command = RaiseFeedback(
            task_id=str(task_id),
            kind=form.kind,
            reason=form.reason.strip(),
            legal_basis=form.legal_basis.strip(),
            by=form.by.strip(),
        )
        feedback, again = await unit.run(handlers.raise_feedback, command)
        response.status_code = 200 if again else 201
        async with reading() as connection:
            (found,) = await queries.feedback(connection, {"feedback_id": feedback.feedback_id}, None, 1)
        return found | {"duplicate": again}

    @routes.get("/feedback", summary="反馈与答复 / feedback and answers")
    async def listed(asked: Annotated[FeedbackAsked, Query()]) -> Page:
        """Feedback in the order it was raised, each with its answer."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        which = asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.feedback(connection, which, str(after) if after else None, limit + 1)
        return page(items, ["feedback_id"], limit)

    return routes

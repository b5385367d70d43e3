"""Feedback (结果反馈) over HTTP: what supervision asks, and the approver's answer."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from approval import handlers, queries
from approval.api.bodies import CaseBody
from approval.api.paging import Code, Cursor, Limit, Page, Reading, opened, page
from approval.domain.content import askable
from approval.domain.feedback import AnswerFeedback, FeedbackState
from approval.ports import StoredWork
from chassis.access.acting import Acting
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Fault, malformed

_CREATED, _AGAIN = 201, 200
Wanted = Annotated[str | None, Query(max_length=64)]


class AnswerBody(BaseModel):
    """答复."""

    model_config = ConfigDict(extra="forbid")

    accepted: StrictBool = Field(description="采纳")
    reason: str = Field("", description="答复理由; a refusal needs one")
    by: Acting = Field(description="答复人编码")
    case: CaseBody | None = Field(None, description="采纳时的新决定, registered in the same transaction")

    def command(self, feedback_id: str) -> AnswerFeedback:
        """What it asks for."""
        return AnswerFeedback(
            feedback_id=feedback_id,
            accepted=self.accepted,
            reason=self.reason.strip(),
            by=self.by.strip(),
            statement=self.case.command().statement if self.case else None,
        )


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of feedback on ``routes``."""

    async def one(feedback_id: str) -> dict[str, Any]:
        async with reading() as connection:
            found = await queries.one_feedback(connection, feedback_id)
        if found is None:
            raise handlers.no_such_feedback(feedback_id)
        return found

    @routes.get("/feedback", tags=["反馈 feedback"], summary="监管反馈 / feedback of supervision")
    async def listed(
        state: FeedbackState | None = None,
        source_system: Wanted = None,
        case_id: Wanted = None,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Page:
        """Feedback in the order it was raised, each with the clock of its answer."""
        which = {"state": state, "source_system": source_system, "case_id": case_id}
        zh, en = "含有控制字符或过长", "contains control characters or is too long"
        if unfit := [name for name, value in which.items() if value and not askable(value)]:
            raise malformed([Fault(pointer=f"/{name}", zh=zh, en=en) for name in unfit])
        after = opened(cursor, Code)
        async with reading() as connection:
            found = await queries.feedback_list(connection, which, after, limit + 1)
        return page(found, [row["feedback_id"] for row in found], limit)

    @routes.get("/feedback/{feedback_id}", tags=["反馈 feedback"], summary="一条反馈 / one feedback")
    async def shown(feedback_id: UUID) -> dict[str, Any]:
        """One feedback with its clock and its answer."""
        return await one(str(feedback_id))

    @routes.post(
        "/feedback/{feedback_id}:answer",
        status_code=_CREATED,
        tags=["反馈 feedback"],
        summary="答复反馈 / answer a feedback",
    )
    async def answered(feedback_id: UUID, body: AnswerBody, response: Response) -> dict[str, Any]:
        """Accept with a new decision, registered in the same transaction, or refuse with a reason; 200 when repeated."""
        _, again = await unit.run(handlers.answer_feedback, body.command(str(feedback_id)))
        response.status_code = _AGAIN if again else _CREATED
        return await one(str(feedback_id)) | {"duplicate": again}

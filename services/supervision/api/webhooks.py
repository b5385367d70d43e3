"""Webhooks in (签名回调) over HTTP: a bureau's system tells inspections; the gate before has checked the signature."""

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.instant import Instant
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks.inside import in_data
from supervision import handlers
from supervision.api.inspections import InspectionForm, answer_of, command_of
from supervision.ports import StoredWork


class InspectionConcludedMessage(BaseModel):
    """检查办结 as a Standard Webhooks message."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["inspection.concluded"] = Field(description="消息类型 / type of the message")
    timestamp: Instant = Field(description="发生时间 / when it happened")
    data: InspectionForm = Field(description="与单个检查相同 / the same as an inspection")


def router(unit: UnitOfWork[StoredWork]) -> APIRouter:
    """The route of webhooks."""
    routes = APIRouter(prefix="/api/v1", tags=["回调 webhooks"])

    @routes.post("/webhooks/{source}", status_code=201, summary="签名回调：检查 / a signed inspection")
    async def take(message: InspectionConcludedMessage, response: Response, source: str) -> dict[str, Any]:
        """As POST inspections, of this source alone; one effect and one answer per webhook-id."""
        with in_data():
            receipt = await unit.run(handlers.conclude_inspection, command_of(message.data))
        response.status_code, members = answer_of(receipt)
        return {"source": source, **members}

    return routes

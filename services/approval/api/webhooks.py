"""Webhooks in (签名回调) over HTTP: a bureau's system tells decided cases; the gate before has checked the signature."""

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from approval import handlers
from approval.api.bodies import CaseBody
from approval.api.cases import receipt_line
from approval.ports import StoredWork
from chassis.instant import Instant
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks.inside import in_data


class CaseDecidedMessage(BaseModel):
    """办件决定 as a Standard Webhooks message."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["case.decided"] = Field(description="消息类型 / type of the message")
    timestamp: Instant = Field(description="发生时间 / when it happened")
    data: CaseBody = Field(description="与单个办件相同 / the same as a case")


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork]) -> None:
    """Put the route of webhooks on ``routes``."""

    @routes.post(
        "/webhooks/{source}", status_code=201, tags=["回调 webhooks"], summary="签名回调：办件 / a signed case"
    )
    async def take(message: CaseDecidedMessage, response: Response, source: str) -> dict[str, Any]:
        """As POST cases, of this source alone; one effect and one answer per webhook-id."""
        with in_data():
            status, members = receipt_line(await unit.run(handlers.register_case, message.data.command()))
        response.status_code = status
        return {"source": source, **members}

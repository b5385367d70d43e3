"""Objections (异议) over HTTP: lodge, forward, decide, review."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.bodies import ByBody, DecideObjectionBody, ProceduresAsked, ReasonBody
from credit.api.paging import Page, Place, Reading, opened, page
from credit.domain.objection import (
    DecideObjection,
    ForwardObjection,
    LodgeObjection,
    ObjectionState,
    ReviewObjection,
)
from credit.ports import StoredWork

_TAG = "异议 objections"
_CREATED = 201


class LodgeBody(ReasonBody):
    """异议."""

    evidence: list[str] = Field(default_factory=list, description="证据: document numbers or links")


class ForwardBody(ByBody):
    """转办."""

    provider: str = Field("", description="数据提供单位 / who provided the data")


class ObjectionsAsked(ProceduresAsked):
    """Which objections (异议查询)."""

    state: ObjectionState | None = None


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of objections on ``routes``."""

    async def one(objection_id: UUID | str) -> dict[str, Any]:
        async with reading() as connection:
            found = await queries.one_procedure(connection, "objection", UUID(str(objection_id)))
        if found is None:
            raise not_found("该异议，请核对编号", "objection; check its id")
        return found

    @routes.post("/records/{record_id}/objections", status_code=_CREATED, tags=[_TAG], summary="提出异议 / object")
    async def lodge(record_id: UUID, body: LodgeBody) -> dict[str, Any]:
        """The record is marked at once and takes no points until the objection ends."""
        command = LodgeObjection(
            record_id=str(record_id), by=body.by, reason=body.reason, evidence=tuple(body.evidence)
        )
        return await one((await unit.run(handlers.lodge_objection, command)).objection_id)

    @routes.post("/objections/{objection_id}:forward", tags=[_TAG], summary="转数据提供单位 / forward an objection")
    async def forward(objection_id: UUID, body: ForwardBody) -> dict[str, Any]:
        """What only the provider can tell; its clock begins."""
        command = ForwardObjection(objection_id=str(objection_id), by=body.by, provider=body.provider)
        await unit.run(handlers.forward_objection, command)
        return await one(objection_id)

    @routes.post("/objections/{objection_id}:decide", tags=[_TAG], summary="处理异议 / decide an objection")
    async def decide(objection_id: UUID, body: DecideObjectionBody) -> dict[str, Any]:
        """Upheld, the record is withdrawn; rejected, it is used again. A review is decided by somebody else."""
        command = DecideObjection(objection_id=str(objection_id), by=body.by, upheld=body.upheld, reason=body.reason)
        await unit.run(handlers.decide_objection, command)
        return await one(objection_id)

    @routes.post("/objections/{objection_id}:review", tags=[_TAG], summary="申请复核 / ask for a review")
    async def review(objection_id: UUID, body: ReasonBody) -> dict[str, Any]:
        """Once; the record is marked again."""
        command = ReviewObjection(objection_id=str(objection_id), by=body.by, reason=body.reason)
        await unit.run(handlers.review_objection, command)
        return await one(objection_id)

    @routes.get("/objections", tags=[_TAG], summary="异议 / objections")
    async def listed(asked: Annotated[ObjectionsAsked, Query()]) -> Page:
        """Objections in order of arrival, each with its clocks."""
        which = {"record_id": asked.record_id, "state": asked.state}
        after = opened(asked.cursor, Place) or 0
        async with reading() as connection:
            found = await queries.procedures(connection, "objection", which, after, asked.limit + 1)
        return page([item for _, item in found], [place for place, _ in found], asked.limit)

    @routes.get("/objections/{objection_id}", tags=[_TAG], summary="一件异议 / one objection")
    async def shown(objection_id: UUID) -> dict[str, Any]:
        """One objection with its clocks and its end."""
        return await one(objection_id)

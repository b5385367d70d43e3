"""Repairs (信用修复) over HTTP: apply, accept, reject, decide; the conditions and the notice of a record."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.bodies import ByBody, DecideRepairBody, ProceduresAsked, ReasonBody
from credit.api.paging import Page, Place, Reading, opened, page
from credit.domain.process import ProcessRules
from credit.domain.repair import (
    AcceptRepair,
    ApplyRepair,
    DecideRepair,
    RejectRepair,
    RepairState,
    conditions,
)
from credit.domain.repair_notice import goes_with, notice_of
from credit.ports import StoredWork
from kernel.clock import Clock, china_day

_TAG = "修复 repairs"
_CREATED = 201


class ApplyBody(ByBody):
    """修复申请."""

    proof: list[str] = Field(default_factory=list, description="履行义务证明: document numbers or links")
    commitment: str = Field("", description="公开信用承诺: its document number or text")


class RepairsAsked(ProceduresAsked):
    """Which applications (修复申请查询)."""

    state: RepairState | None = None


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of applications on ``routes``."""

    async def one(repair_id: UUID | str) -> dict[str, Any]:
        async with reading() as connection:
            found = await queries.one_procedure(connection, "repair", UUID(str(repair_id)))
        if found is None:
            raise not_found("该修复申请，请核对编号", "application for repair; check its id")
        return found

    @routes.post(
        "/records/{record_id}/repairs", status_code=_CREATED, tags=[_TAG], summary="申请信用修复 / apply for repair"
    )
    async def apply(record_id: UUID, body: ApplyBody) -> dict[str, Any]:
        """Taken in whatever its conditions: the applicant has a right to an answer, in time."""
        command = ApplyRepair(record_id=str(record_id), by=body.by, proof=tuple(body.proof), commitment=body.commitment)
        return await one((await unit.run(handlers.apply_repair, command)).repair_id)

    @routes.post("/repairs/{repair_id}:accept", tags=[_TAG], summary="受理修复申请 / accept an application")
    async def accept(repair_id: UUID, body: ByBody) -> dict[str, Any]:
        """422 ``repair-conditions`` names every condition that is not met."""
        await unit.run(handlers.accept_repair, AcceptRepair(repair_id=str(repair_id), by=body.by))
        return await one(repair_id)

    @routes.post("/repairs/{repair_id}:reject", tags=[_TAG], summary="不予受理 / reject an application")
    async def reject(repair_id: UUID, body: ReasonBody) -> dict[str, Any]:
        """Not accepted, with the reason."""
        command = RejectRepair(repair_id=str(repair_id), by=body.by, reason=body.reason)
        await unit.run(handlers.reject_repair, command)
        return await one(repair_id)

    @routes.post("/repairs/{repair_id}:decide", tags=[_TAG], summary="修复决定 / decide an application")
    async def decide(repair_id: UUID, body: DecideRepairBody) -> dict[str, Any]:
        """Granted, the record is used no more from today on; never decided by who applied."""
        command = DecideRepair(repair_id=str(repair_id), by=body.by, granted=body.granted, reason=body.reason)
        await unit.run(handlers.decide_repair, command)
        return await one(repair_id)

    @routes.get("/repairs", tags=[_TAG], summary="修复申请 / applications for repair")
    async def listed(asked: Annotated[RepairsAsked, Query()]) -> Page:
        """Applications in order of arrival, each with its clocks."""
        which = {"record_id": asked.record_id, "state": asked.state}
        after = opened(asked.cursor, Place) or 0
        async with reading() as connection:
            found = await queries.procedures(connection, "repair", which, after, asked.limit + 1)
        return page([item for _, item in found], [place for place, _ in found], asked.limit)

    @routes.get("/repairs/{repair_id}", tags=[_TAG], summary="一件修复申请 / one application")
    async def shown(repair_id: UUID) -> dict[str, Any]:
        """One application with its clocks and its answer."""
        return await one(repair_id)


def add_record_routes(routes: APIRouter, reading: Reading, process: ProcessRules, clock: Clock) -> None:
    """Put on ``routes`` what a record says of its repair."""

    async def standing(record_id: UUID) -> queries.Standing:
        async with reading() as connection:
            found = await queries.standing_of(connection, record_id)
        if found is None:
            raise not_found("该信用记录，请核对记录编号", "credit record; check its id")
        return found

    @routes.get("/records/{record_id}/repair-conditions", tags=[_TAG], summary="修复条件 / conditions of repair")
    async def shown(record_id: UUID) -> dict[str, Any]:
        """Each condition, met today or not, and from which day it can be; proof and commitment of the open application."""
        found = await standing(record_id)
        given = found.repair or {"proof": (), "commitment": ""}
        each = conditions(
            found.record,
            proof=given["proof"],
            commitment=given["commitment"],
            withdrawal_pending=found.withdrawal_pending,
            today=china_day(clock.now()),
        )
        return {
            "record_id": record_id,
            "repair_id": found.repair["repair_id"] if found.repair else None,
            "met": all(condition.met for condition in each),
            "conditions": [asdict(condition) for condition in each],
        }

    @routes.get("/records/{record_id}/repair-notice", tags=[_TAG], summary="修复告知书 / notice of repair")
    async def notice(record_id: UUID) -> dict[str, Any]:
        """What is delivered together with the penalty decision, in Chinese and English."""
        found = await standing(record_id)
        if not goes_with(found.record):
            raise not_found(
                "该记录的修复告知书：只有公示的处罚记录才有",
                "repair notice of this record: only a penalty that is shown has one",
            )
        return {
            "record_id": record_id,
            "document_no": found.row["document_no"],
            "department": found.row["department"],
            **asdict(notice_of(found.record, process.notice)),
            "source": process.notice.source,
            "confirmed": process.notice.confirmed,
        }

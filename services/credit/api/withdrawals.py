"""Withdrawals (撤销记录) over HTTP: request, confirm by a second person, cancel."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.bodies import ByBody, ProceduresAsked, ReasonBody
from credit.api.paging import Page, Place, Reading, opened, page
from credit.domain.withdrawal import (
    CancelWithdrawal,
    ConfirmWithdrawal,
    Withdrawal,
    WithdrawalState,
    WithdrawRecord,
)
from credit.ports import StoredWork

_TAG = "撤销 withdrawals"
_CREATED = 201


class WithdrawBody(ReasonBody):
    """撤销申请."""

    document_no: str = Field("", description="撤销或更正来源的文书号 / the act that annulled or corrected the source")


class WithdrawalsAsked(ProceduresAsked):
    """Which withdrawals (撤销查询)."""

    state: WithdrawalState | None = None


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of withdrawals on ``routes``."""

    async def one(withdrawal: Withdrawal) -> dict[str, Any] | None:
        async with reading() as connection:
            return await queries.one_procedure(connection, "withdrawal", UUID(withdrawal.withdrawal_id))

    @routes.post(
        "/records/{record_id}:withdraw",
        status_code=_CREATED,
        tags=[_TAG],
        summary="申请撤销记录 / request a withdrawal",
    )
    async def withdraw(record_id: UUID, body: WithdrawBody) -> dict[str, Any] | None:
        """The record stays in use until another person confirms."""
        command = WithdrawRecord(record_id=str(record_id), by=body.by, reason=body.reason, document_no=body.document_no)
        return await one(await unit.run(handlers.withdraw_record, command))

    @routes.post("/records/{record_id}:confirm-withdrawal", tags=[_TAG], summary="确认撤销 / confirm a withdrawal")
    async def confirm(record_id: UUID, body: ByBody) -> dict[str, Any] | None:
        """By a second person: the record never was."""
        command = ConfirmWithdrawal(record_id=str(record_id), by=body.by)
        return await one(await unit.run(handlers.confirm_withdrawal, command))

    @routes.post("/records/{record_id}:cancel-withdrawal", tags=[_TAG], summary="取消撤销申请 / cancel a withdrawal")
    async def cancel(record_id: UUID, body: ReasonBody) -> dict[str, Any] | None:
        """The record stays as it is."""
        command = CancelWithdrawal(record_id=str(record_id), by=body.by, reason=body.reason)
        return await one(await unit.run(handlers.cancel_withdrawal, command))

    @routes.get("/withdrawals", tags=[_TAG], summary="撤销 / withdrawals")
    async def listed(asked: Annotated[WithdrawalsAsked, Query()]) -> Page:
        """Withdrawals in order of arrival, each with the clocks of its record."""
        which = {"record_id": asked.record_id, "state": asked.state}
        after = opened(asked.cursor, Place) or 0
        async with reading() as connection:
            found = await queries.procedures(connection, "withdrawal", which, after, asked.limit + 1)
        return page([item for _, item in found], [place for place, _ in found], asked.limit)

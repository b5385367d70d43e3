"""Repair, objection, withdrawal and entered records over HTTP (信用修复、异议、撤销、手工录入)."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from chassis.identity import IdentityKeys
from chassis.unit_of_work import UnitOfWork
from credit import handlers
from credit.api import entries, objections, repairs, withdrawals
from credit.api.paging import Reading
from credit.domain.process import CountDays, ProcessRules
from credit.ports import StoredWork
from kernel.clock import Clock


def redress_router(
    unit: UnitOfWork[StoredWork], reading: Reading, identity: IdentityKeys, process: ProcessRules, clock: Clock
) -> APIRouter:
    """The routes of repair, objection, withdrawal and entered records."""
    routes = APIRouter(prefix="/api/v1")
    entries.add_routes(routes, unit, identity)
    repairs.add_routes(routes, unit, reading)
    repairs.add_record_routes(routes, reading, process, clock)
    objections.add_routes(routes, unit, reading)
    withdrawals.add_routes(routes, unit, reading)

    @routes.get(
        "/deadlines/{deadline_id}/days",
        tags=["时限 deadlines"],
        summary="时限逐日计算 / the day-by-day count of a clock",
    )
    async def days(deadline_id: UUID) -> dict[str, Any]:
        """Why the last day to accept, decide, look into or confirm is the last day."""
        return await unit.run(handlers.count_days, CountDays(str(deadline_id)))

    return routes

"""Repair, objection, withdrawal and entered records over HTTP (信用修复、异议、撤销、手工录入)."""

from fastapi import APIRouter

from chassis.identity import IdentityKeys
from chassis.unit_of_work import UnitOfWork
from credit.api import entries, objections, repairs, withdrawals
from credit.api.paging import Reading
from credit.domain.process import ProcessRules
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
    return routes

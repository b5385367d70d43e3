"""HTTP in (接口): parse, hand to the use case, answer. One file per resource.

Natural persons are found by their reference, never by their number: a number has no place in an address.
"""

from fastapi import APIRouter

from chassis.unit_of_work import UnitOfWork
from credit.api import assessments, identities, rebuilds, records, rules, subjects, trials
from credit.api.paging import Reading
from credit.api.redress import redress_router
from credit.ports import Snapshots, StoredWork

__all__ = ["redress_router", "router"]


def router(unit: UnitOfWork[StoredWork], reading: Reading, snapshots: Snapshots) -> APIRouter:
    """The routes of credit."""
    routes = APIRouter(prefix="/api/v1")
    identities.add_routes(routes, unit)
    assessments.add_routes(routes, unit, reading)
    subjects.add_routes(routes, reading)
    records.add_routes(routes, reading)
    rules.add_routes(routes, unit, reading)
    trials.add_routes(routes, snapshots)
    rebuilds.add_routes(routes, snapshots)
    return routes

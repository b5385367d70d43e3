"""HTTP in (接口): parse, hand to the use case, answer. One file per resource.

Natural persons are found by their reference, never by their number: a number has no place in an address.
"""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter

from chassis.unit_of_work import UnitOfWork
from credit.api import (
    assessments,
    bars,
    identities,
    lists,
    measures,
    rebuilds,
    records,
    rules,
    subjects,
    trail,
    trials,
)
from credit.api.paging import Reading
from credit.api.redress import redress_router
from credit.domain.constraints import Constraints
from credit.domain.trail import QueryChannel
from credit.ports import Snapshots, StoredWork
from credit.ports.trail import StoredTrailWork

__all__ = ["redress_router", "router"]


def router(
    unit: UnitOfWork[StoredWork],
    reading: Reading,
    snapshots: Snapshots,
    constraints: Constraints,
    today: Callable[[], date],
    noting: UnitOfWork[StoredTrailWork],
) -> APIRouter:
    """The routes of credit. ``today``: the day of the stack clock in China."""
    routes = APIRouter(prefix="/api/v1")
    identities.add_routes(routes, unit)
    asked = trail.Trail(noting, QueryChannel.INTERNAL)
    assessments.add_routes(routes, unit, reading, asked)
    subjects.add_routes(routes, reading, constraints, today, asked)
    records.add_routes(routes, reading, asked)
    trail.add_routes(routes, reading)
    rules.add_routes(routes, unit, reading)
    trials.add_routes(routes, snapshots)
    rebuilds.add_routes(routes, snapshots)
    lists.add_routes(routes, unit, reading, asked)
    bars.add_routes(routes, unit, reading, asked)
    measures.add_routes(routes, constraints)
    return routes

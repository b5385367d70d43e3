"""HTTP in (接口): parse, hand to the use case, answer. One file per resource.

Natural persons are found by their reference, never by their number: a number has no place in an address.
"""

from fastapi import APIRouter

from chassis.unit_of_work import UnitOfWork
from credit.api import identities, records, rules, subjects, trail
from credit.api.paging import Reading
from credit.domain.rulebook import Rulebook
from credit.domain.trail import QueryChannel
from credit.ports import StoredTrailWork, StoredWork


def router(
    unit: UnitOfWork[StoredWork], reading: Reading, rulebook: Rulebook, noting: UnitOfWork[StoredTrailWork]
) -> APIRouter:
    """The routes of credit."""
    routes = APIRouter(prefix="/api/v1")
    identities.add_routes(routes, unit)
    asked = trail.Trail(noting, QueryChannel.INTERNAL)
    subjects.add_routes(routes, reading, asked)
    records.add_routes(routes, reading, asked)
    trail.add_routes(routes, reading)
    rules.add_routes(routes, rulebook)
    return routes

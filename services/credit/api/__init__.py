"""HTTP in (接口): parse, hand to the use case, answer. One file per resource.

Natural persons are found by their reference, never by their number: a number has no place in an address.
"""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter

from chassis.unit_of_work import UnitOfWork
from credit.api import bars, identities, lists, measures, records, rules, subjects
from credit.api.paging import Reading
from credit.domain.constraints import Constraints
from credit.domain.rulebook import Rulebook
from credit.ports import StoredWork


def router(
    unit: UnitOfWork[StoredWork],
    reading: Reading,
    rulebook: Rulebook,
    constraints: Constraints,
    today: Callable[[], date],
) -> APIRouter:
    """The routes of credit. ``today``: the day of the stack clock in China."""
    routes = APIRouter(prefix="/api/v1")
    identities.add_routes(routes, unit)
    subjects.add_routes(routes, reading, constraints, today)
    records.add_routes(routes, reading)
    rules.add_routes(routes, rulebook)
    lists.add_routes(routes, unit, reading)
    bars.add_routes(routes, unit, reading)
    measures.add_routes(routes, constraints)
    return routes

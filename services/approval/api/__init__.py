"""HTTP in (接口): parse, hand to the use case, answer. One file per resource."""

from typing import Any

from fastapi import APIRouter

from approval.api import (
    api_keys,
    calendar,
    cases,
    directory,
    feedback,
    gate,
    grades,
    import_batches,
    imports,
    items,
    progress,
    role_grants,
    subjects,
    webhooks,
)
from approval.api.gate import Behind
from approval.api.import_batches import ImportDesk
from approval.api.paging import Reading
from approval.handlers.reveals import StoredRevealWork
from approval.ports import Identity, StoredCalendarWork, StoredGateWork, StoredWork
from chassis.straight import Way
from chassis.unit_of_work import UnitOfWork


def router(
    unit: UnitOfWork[StoredWork],
    calendar_unit: UnitOfWork[StoredCalendarWork],
    gate_unit: UnitOfWork[StoredGateWork],
    reveal_unit: UnitOfWork[StoredRevealWork],
    behind: Behind,
    reading: Reading,
    identity: Identity,
    import_rows: int,
) -> APIRouter:
    """The routes of approval; ``import_rows``: the most rows of an import file, ``behind``: events of credit not applied."""
    routes = APIRouter(prefix="/api/v1")
    progress.add_routes(routes, reading)
    cases.add_routes(routes, unit, reading, identity)
    imports.add_routes(routes, unit, import_rows)
    items.add_routes(routes, unit, reading)
    grades.add_routes(routes, reading)
    gate.add_routes(routes, gate_unit, behind, reading)
    directory.add_routes(routes, unit, reading)
    calendar.add_routes(routes, calendar_unit, reading)
    feedback.add_routes(routes, unit, reading)
    subjects.add_routes(routes, reveal_unit, reading, identity, import_rows)
    return routes


def straight(unit: UnitOfWork[StoredWork]) -> dict[tuple[str, str], Way]:
    """What is asked most (直达)."""
    return {("POST", "/api/v1/cases"): cases.straight(unit)}


def imports_router(desk: ImportDesk) -> APIRouter:
    """The routes of imports step by step."""
    return import_batches.router(desk)


def security_router(
    unit: UnitOfWork[StoredWork], keys: UnitOfWork[Any], grants: UnitOfWork[Any], reading: Reading
) -> APIRouter:
    """The routes of the security administrator, and of what comes in signed."""
    routes = APIRouter(prefix="/api/v1")
    api_keys.add_routes(routes, keys, reading)
    webhooks.add_routes(routes, unit)
    role_grants.add_routes(routes, grants, reading)
    return routes

"""The table of routes in the architecture pages is what the services serve: nothing missing, nothing invented."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import APIRouter, FastAPI

import approval.api
import credit.api
import credit.api.public
import supervision.api
import supervision.api.webhooks
from chassis import deadline_preview
from chassis.audit.api import audit_router
from chassis.exports.api import exports_router
from chassis.hooks.api import hooks_router
from chassis.notices.api import notices_router
from chassis.webhooks.api import secrets_router

ROOT = Path(__file__).parents[2]
NOTHING = cast("Any", None)
"""What a router is handed when nobody asks it anything."""
EVERY = {"每个服务", "every service"}
RANKINGS = supervision.api.ranking.Rankings(NOTHING, NOTHING, NOTHING, NOTHING)
EXPORTS = exports_router(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
"""The same in both services that export."""
SECRETS = secrets_router(NOTHING, NOTHING)
"""The same in both services that take webhooks."""
HOOKS = hooks_router(NOTHING, NOTHING, NOTHING)
"""The same in every service that offers its facts."""
PREVIEW = deadline_preview.router(NOTHING, NOTHING)
SERVED: dict[str, list[APIRouter]] = {
    "approval": [
        approval.api.router(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, 1),
        approval.api.gate.rules_router(NOTHING),
        approval.api.imports_router(NOTHING),
        PREVIEW,
        EXPORTS,
        SECRETS,
        HOOKS,
        approval.api.security_router(NOTHING, NOTHING, NOTHING, NOTHING),
    ],
    "supervision": [
        supervision.api.router(NOTHING, NOTHING, 1, NOTHING, NOTHING),
        supervision.api.visits_router(NOTHING),
        supervision.api.ranking_router(NOTHING, NOTHING, 1),
        supervision.api.risk_router(NOTHING, NOTHING, NOTHING, NOTHING),
        supervision.api.officers_router(NOTHING, NOTHING, 1, NOTHING),
        supervision.api.publicity_router(NOTHING, NOTHING, 1, NOTHING, NOTHING),
        EXPORTS,
        PREVIEW,
        supervision.api.complaints_router(NOTHING, NOTHING, 1, NOTHING, NOTHING),
        supervision.api.plans_router(NOTHING, NOTHING, 1, NOTHING, NOTHING),
        supervision.api.draws_router(NOTHING, NOTHING, 1, RANKINGS),
        SECRETS,
        HOOKS,
        supervision.api.webhooks.router(NOTHING),
    ],
    "credit": [
        credit.api.router(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        credit.api.redress_router(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        credit.api.public.router(NOTHING),
        PREVIEW,
        HOOKS,
    ],
}


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1/"))


def served(routers: list[APIRouter]) -> set[str]:
    application = FastAPI()
    for router in routers:
        application.include_router(router)
    paths = application.openapi()["paths"].items()
    return {f"{method.upper()} {plain(path)}" for path, methods in paths for method in methods}


def named(cell: str, method: str) -> Iterator[str]:
    before = ""
    for name in re.findall(r"`([^`]+)`", cell):
        said, _, path = name.rpartition(" ")
        before = before.rpartition(":")[0] + path if path.startswith(":") else path
        yield f"{said or method} {plain(before)}"


def told(page: str, services: set[str]) -> list[str]:
    rows = [line.strip("|").split(" | ") for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()]
    mine = [row for row in rows if row[0].strip() in services and len(row) == 4]
    return [name for _, _, write, read in mine for name in [*named(write, "POST"), *named(read, "GET")]]


@pytest.mark.parametrize("page", ["architecture.md", "architecture.en.md"])
@pytest.mark.parametrize("service", SERVED)
def test_the_page_names_every_route_of_a_service_once(page: str, service: str) -> None:
    names = told(page, {service})
    assert sorted(names) == sorted(served(SERVED[service]))


@pytest.mark.parametrize("page", ["architecture.md", "architecture.en.md"])
def test_the_page_names_every_route_of_notices_once(page: str) -> None:
    assert sorted(told(page, EVERY)) == sorted(
        served([notices_router(NOTHING, NOTHING, NOTHING, NOTHING), audit_router(NOTHING)])
    )

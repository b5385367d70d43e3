"""Every list over HTTP is a page: it takes ``limit`` with a highest value, or it is short by its nature and says why here."""

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from chassis.notices.api import notices_router
from tests.architecture.test_routes import NOTHING, SERVED

MOST = 500
SHORT: dict[str, str] = {}
ROUTERS: dict[str, list[APIRouter]] = {**SERVED, "every": [notices_router(NOTHING, NOTHING, NOTHING)]}


def operations(routers: list[APIRouter]) -> dict[str, dict[str, Any]]:
    application = FastAPI()
    for router in routers:
        application.include_router(router)
    paths = application.openapi()["paths"]
    return {path: methods["get"] for path, methods in paths.items() if "get" in methods}


def highest(operation: dict[str, Any]) -> int | None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "limit":
            return int(parameter["schema"].get("maximum", 10**9))
    return None


@pytest.mark.parametrize("service", ROUTERS)
def test_no_list_is_without_an_end(service: str) -> None:
    endless = {
        path: limit
        for path, operation in operations(ROUTERS[service]).items()
        if not path.endswith("}") and path not in SHORT and ((limit := highest(operation)) is None or limit > MOST)
    }
    assert not endless


def test_what_is_called_short_is_served_and_has_no_limit() -> None:
    served = {path: operation for routers in ROUTERS.values() for path, operation in operations(routers).items()}
    assert {path for path in SHORT if path in served and highest(served[path]) is None} == set(SHORT)

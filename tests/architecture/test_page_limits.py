"""Every list over HTTP is a page that takes ``limit``; what takes none is one thing or short by its nature, and stands here.

That a service refuses a limit over its highest is asked of the running services in tests/fuzz.
"""

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from chassis.audit.api import audit_router
from chassis.notices.api import notices_router
from tests.architecture.test_routes import NOTHING, SERVED

ONE_THING = {
    "/api/v1/gate": "one answer",
    "/api/v1/cases/{source_system}/{case_id}/progress": "one case",
    "/api/v1/exports/{batch}/file": "a file as it was sent",
    "/api/v1/imports/{batch}/preview": "the first rows of one file",
    "/api/v1/imports/{batch}/annotated": "a file",
    "/api/v1/catalogue-versions/diff": "two versions",
    "/api/v1/catalogue-versions/{version}/file": "a file",
    "/api/v1/catalogue-versions/{version}/lint": "one version",
    "/api/v1/catalogue-versions/{version}/gaps": "one version",
    "/api/v1/catalogue-versions/{version}/impact": "one version; 1,000 tasks by name at most",
    "/api/v1/catalogue-versions/{version}/what-if": "figures of one version",
    "/api/v1/tasks/{task_id}/evidence/{evidence_id}/content": "a file",
    "/api/v1/tasks/{task_id}/deadlines": "one task",
    "/api/v1/tasks/{task_id}/deadlines/{deadline}/days": "one deadline",
    "/api/v1/publicity/{publication_no}/days": "one deadline",
    "/api/v1/publicity/coverage": "figures by department",
    "/api/v1/site-visits/{visit_no}/code.svg": "a picture",
    "/api/v1/visit-counts": "one enterprise and year",
    "/api/v1/objects/{source_system}/{object_no}/rank": "one object",
    "/api/v1/objects/{source_system}/{object_no}/risk": "one object",
    "/api/v1/plans/{plan_no}/forecast": "one plan",
    "/api/v1/draws/{draw_no}/replacements": "one draw; a handful of officers",
    "/api/v1/draws/{draw_no}/pool": "a file as it was signed",
    "/api/v1/draws/{draw_no}/receipt": "one receipt",
    "/api/v1/public/draws/{draw_no}/replacements": "one draw; a handful of officers",
    "/api/v1/public/draws/{draw_no}/pool": "a file as it was signed",
    "/api/v1/public/draws/{draw_no}/receipt": "one receipt",
    "/api/v1/public/draws/script": "a file",
    "/api/v1/public/results/{publication_no}/proof": "one proof",
    "/api/v1/public/results/script": "a file",
    "/api/v1/subjects/{id_type}/{id_no}/assessment": "one subject",
    "/api/v1/subjects/{id_type}/{id_no}/procedures": "one subject; the newest 1,000 of a kind",
    "/api/v1/deadlines/{deadline_id}/days": "one deadline",
    "/api/v1/records/{record_id}/repair-conditions": "one record",
    "/api/v1/records/{record_id}/repair-notice": "one record",
    "/api/v1/notices/{notice}/deliveries": "one notice; every try is numbered and there are few",
}
"""No list: path → what it is."""
SHORT = {
    "/api/v1/calendar-years": "one entry a year",
    "/api/v1/exports/overdue": "one entry per department and table",
    "/api/v1/export-tables": "configuration",
    "/api/v1/catalogue-versions": "a few a year",
    "/api/v1/alert-rules": "configuration",
    "/api/v1/complaint-channels": "configuration",
    "/api/v1/visit-rules": "configuration",
    "/api/v1/risk-classes": "configuration",
    "/api/v1/rules": "editions, a few a year",
    "/api/v1/measures": "configuration",
    "/api/v1/gate-rules": "configuration",
    "/api/v1/public/subjects": "the first organisations of that name",
}
"""A list with few entries by its nature: path → why."""
ROUTERS: dict[str, list[APIRouter]] = {
    **SERVED,
    "every": [notices_router(NOTHING, NOTHING, NOTHING, NOTHING), audit_router(NOTHING)],
}


def operations(routers: list[APIRouter]) -> dict[str, dict[str, Any]]:
    application = FastAPI()
    for router in routers:
        application.include_router(router)
    paths = application.openapi()["paths"]
    return {path: methods["get"] for path, methods in paths.items() if "get" in methods}


def pages(operation: dict[str, Any]) -> bool:
    return any(parameter["name"] == "limit" for parameter in operation.get("parameters", []))


def named_here(path: str) -> bool:
    return path in ONE_THING or path in SHORT


@pytest.mark.parametrize("service", ROUTERS)
def test_no_list_is_without_an_end(service: str) -> None:
    served = operations(ROUTERS[service]).items()
    assert not {path for path, one in served if not path.endswith("}") and not pages(one) and not named_here(path)}


def test_what_is_said_to_take_no_limit_is_served_and_takes_none() -> None:
    served = {path: one for routers in ROUTERS.values() for path, one in operations(routers).items()}
    assert not {path for path in (*ONE_THING, *SHORT) if path not in served or pages(served[path])}

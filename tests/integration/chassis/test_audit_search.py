"""The auditor finds who did what, page by page, and looking is an entry too; nobody else looks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from chassis import problems
from chassis.access.principal import Principal, PrincipalKind, on_behalf_of
from chassis.audit.api import audit_router
from chassis.audit.entries import unsealed
from chassis.audit.log import AuditLog
from chassis.audit.trail import Trail
from chassis.clock import StackClock
from chassis.database import sqlalchemy_url
from chassis.unit_of_work import UnitOfWork
from kernel.role import Role
from tests.integration.chassis.road import Notebook, Road, decided, note

pytestmark = pytest.mark.servers


def person(name: str, role: Role) -> Principal:
    return Principal(id=name, kind=PrincipalKind.PERSON, roles=frozenset({role}))


AUDITOR = person("auditor-1", Role.AUDITOR)


@pytest.fixture
async def http(road: Road, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    engine = create_async_engine(sqlalchemy_url(database_url))
    app = FastAPI()
    problems.install(app)
    app.include_router(audit_router(engine.connect))
    app.add_middleware(Trail, log=AuditLog(lambda: road.pool, StackClock(), unsealed), digest=unsealed)
    work = UnitOfWork(road.transactions, Notebook)
    for number in range(1, 6):
        with on_behalf_of(person(f"u-{number % 2}", Role.APPROVER)):
            await work.run(note, decided(f"S-{number}"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client
    await engine.dispose()


async def found(http: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    with on_behalf_of(AUDITOR):
        answer = await http.get("/api/v1/audit", params=asked)
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


async def test_entries_are_found_by_who_and_when_and_come_in_pages(http: httpx.AsyncClient) -> None:
    assert len((await found(http, principal="u-1"))["items"]) == 3
    assert [each["principal"] for each in (await found(http, action="note", limit=5))["items"]][:2] == ["u-1", "u-0"]
    first = await found(http, action="note", limit=3)
    second = await found(http, action="note", limit=3, cursor=first["next"])
    assert second["next"] is None
    together = [each["id"] for each in [*first["items"], *second["items"]]]
    assert together == sorted(together, reverse=True)
    assert len(set(together)) == 5
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert (await found(http, **{"from": tomorrow}))["items"] == []
    assert (await found(http, to=tomorrow, action="note", result="REFUSED"))["items"] == []


@pytest.mark.parametrize(
    "at", ["0.5", "-1", "0001-01-01T00:00:00Z", "0001-01-02T00:00:00+14:00", "9999-12-30T23:59:59-14:00"]
)
async def test_any_time_there_is_can_be_asked_for(http: httpx.AsyncClient, at: str) -> None:
    after, before = [await found(http, action="note", **{bound: at}) for bound in ("from", "to")]
    assert (len(after["items"]), len(before["items"])) == ((0, 5) if at[0] == "9" else (5, 0))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_time_there_is_none_of_in_utc_is_refused(http: httpx.AsyncClient, at: str) -> None:
    with on_behalf_of(AUDITOR):
        assert (await http.get("/api/v1/audit", params={"from": at})).status_code == 422


async def test_looking_at_the_log_is_an_entry(http: httpx.AsyncClient) -> None:
    await found(http, principal="u-1")
    (looked, *_) = (await found(http, result="READ"))["items"]
    assert (looked["principal"], looked["roles"]) == ("auditor-1", ["AUDITOR"])
    assert (looked["action"], looked["object"]) == ("GET /api/v1/audit", "principal=u-1")


async def test_nobody_but_the_auditor_looks_and_that_is_an_entry(http: httpx.AsyncClient) -> None:
    with on_behalf_of(person("u-9", Role.SYSTEM_ADMIN)):
        answer = await http.get("/api/v1/audit")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (403, "auditor-only")
    (refused, *_) = (await found(http, principal="u-9"))["items"]
    assert (refused["result"], refused["code"]) == ("REFUSED", "auditor-only")

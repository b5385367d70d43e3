"""Every write leaves its entry in the same transaction; what was refused leaves one as well."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from asyncpg import Record
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import problems
from chassis.access.principal import Principal, PrincipalKind, on_behalf_of
from chassis.audit import entries
from chassis.audit.deed import present_deed
from chassis.audit.log import AuditLog
from chassis.audit.trail import PERSONAL, Trail
from chassis.clock import StackClock
from chassis.identity import IdentityKeys
from chassis.unit_of_work import UnitOfWork
from contracts.approval import CaseDecided
from kernel.refusal import Refusal
from kernel.role import Role
from tests.integration.chassis.road import Notebook, Road, decided, note

pytestmark = pytest.mark.servers

KEYS = IdentityKeys("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
OFFICER = Principal(id="u-7", kind=PrincipalKind.PERSON, roles=frozenset({Role.APPROVER}))
RESIDENT = "64020219800101001X"


async def log_of(road: Road) -> list[Record]:
    rows: list[Record] = await road.pool.fetch("SELECT * FROM audit_entry ORDER BY id")
    return rows


def refusing(_work: Notebook, _event: CaseDecided) -> None:
    raise Refusal(code="not-now", zh="暂不办理", en="not now", status=409)


class Door:
    """Lets an officer in, as the access control does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        present_deed().principal = OFFICER
        with on_behalf_of(OFFICER):
            await self._app(scope, receive, send)


def application(road: Road) -> FastAPI:
    app = FastAPI()
    unit = UnitOfWork(road.transactions, Notebook)

    @app.post("/cases/{case}:take")
    async def take(case: str, request: Request) -> int:
        handle = refusing if await request.body() == b"no" else note
        if case == "bug":
            raise ZeroDivisionError
        await unit.run(handle, decided(case))
        return 1

    @app.get("/people/{number}", openapi_extra=PERSONAL)
    async def person(number: str) -> int:
        return len(number)

    @app.get("/shut")
    async def shut() -> None:
        raise Refusal(code="not-yours", zh="无权", en="not yours", status=403)

    app.add_middleware(Door)
    problems.install(app)
    app.add_middleware(Trail, log=AuditLog(lambda: road.pool, StackClock(), KEYS.digest), digest=KEYS.digest)
    return app


@pytest.fixture
async def http(road: Road) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(road), client=("10.1.2.3", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_command_leaves_one_entry_that_vouches_for_its_events(road: Road, http: httpx.AsyncClient) -> None:
    answer = await http.post("/cases/S-1:take", content=b"yes", headers={"X-Request-Id": "r-1"})
    assert answer.status_code == 200
    (entry,) = await log_of(road)
    assert (entry["principal"], entry["kind"], entry["roles"]) == ("u-7", "PERSON", "APPROVER")
    assert (entry["action"], entry["object"]) == ("POST /cases/{case}:take", "S-1")
    assert (entry["result"], entry["request"], entry["remote"]) == ("DONE", "r-1", "10.1.2.3")
    assert len(entry["digest"]) == 32
    assert await road.count("audit_pending") == 1


async def test_an_entry_vouches_for_every_event_its_transaction_told(road: Road) -> None:
    await road.say(decided(version=1), decided(version=2))
    (entry,) = await log_of(road)
    told = await road.pool.fetch("SELECT event_id FROM event_log ORDER BY event_id")
    assert entry["refs"] == [f"event_log/{row['event_id']}" for row in told]
    assert (len(entry["sha256"]), len(entry["sm3"])) == (64, 64)


async def test_a_batch_of_events_leaves_one_entry_that_names_them(road: Road) -> None:
    await road.say(*(decided(version=n) for n in range(1, 6)))
    await road.drain()
    await road.consumer().take(await road.delivered(5))
    applied = (await log_of(road))[-1]
    told = await road.pool.fetch("SELECT event_id FROM event_log ORDER BY event_id")
    assert applied["action"] == "supervision-from-approval"
    assert sorted(applied["heard"]) == [row["event_id"] for row in told]


async def test_a_write_whose_entry_fails_is_not_committed(road: Road) -> None:
    await road.pool.execute("ALTER TABLE audit_entry ADD CONSTRAINT full_disk CHECK (action = '')")
    work = UnitOfWork(road.transactions, Notebook)
    with pytest.raises(Exception, match="full_disk"):
        await work.run(note, decided())
    assert await road.noted() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", "/cases/S-1:take", b"no", ("REFUSED", "not-now", "u-7", "S-1")),
        ("POST", "/cases/bug:take", b"", ("FAILED", "internal", "u-7", "bug")),
        ("POST", "/nowhere", b"", ("REFUSED", "not-found", "u-7", "")),
        ("GET", "/shut", b"", ("REFUSED", "not-yours", "u-7", "")),
    ],
)
async def test_what_came_to_nothing_leaves_an_entry(
    road: Road, http: httpx.AsyncClient, method: str, path: str, body: bytes, told: Sequence[str]
) -> None:
    assert (await http.request(method, path, content=body)).status_code >= 400
    (entry,) = await log_of(road)
    assert [entry[name] for name in ("result", "code", "principal", "object")] == list(told)
    assert entry["refs"] == []


async def test_who_was_answered_personal_data_is_written_down_without_the_number(
    road: Road, http: httpx.AsyncClient
) -> None:
    assert (await http.get(f"/people/{RESIDENT}")).status_code == 200
    assert (await http.get("/cases")).status_code == 404
    (entry,) = await log_of(road)
    assert (entry["result"], entry["action"]) == ("READ", "GET /people/{number}")
    assert entry["object"].startswith("P")
    assert RESIDENT not in str(dict(entry))


async def test_refused_lines_of_a_batch_are_counted_by_code(road: Road) -> None:
    def picky(work: Notebook, event: CaseDecided) -> None:
        if event.object_version % 2:
            refusing(work, event)
        note(work, event)

    await UnitOfWork(road.transactions, Notebook).run_each(picky, [decided(version=n) for n in range(1, 6)])
    (entry,) = await log_of(road)
    assert (entry["action"], entry["code"]) == ("picky", "not-now:3")


async def test_the_tables_of_the_audit_are_only_added_to(road: Road) -> None:
    await road.say(decided())
    for statement in ("UPDATE audit_entry SET code = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
        with pytest.raises(Exception, match="only added to"):
            await road.pool.execute(statement)


async def test_many_refusals_at_once_are_all_written(road: Road) -> None:
    log = AuditLog(lambda: road.pool, StackClock(), entries.unsealed)
    await asyncio.gather(*(log.refused("nats", f"denied-{n}") for n in range(50)))
    assert {entry["code"] for entry in await log_of(road)} == {f"denied-{n}" for n in range(50)}

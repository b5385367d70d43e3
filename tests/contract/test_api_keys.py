"""接口密钥 in PostgreSQL: every service keeps what it is told, in any order, and tells whose a key is by itself."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from approval import handlers, queries
from approval.domain.api_key import ApiKey, KeyGrant, MakeKey, RevokeKey
from approval.store import SqlKeys
from chassis import problems
from chassis.access.principal import PrincipalKind, on_behalf_of
from chassis.database import Pool, open_pool, reading_engine
from chassis.edge.settings import EdgeSettings
from chassis.edge.wiring import guard_requests
from chassis.keys.held import HeldKeys
from chassis.keys.holder import ApiKeys, KeyHolder, require_source
from chassis.keys.secret import Issued, issue
from chassis.migrations import migrate
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from contracts.apikey import SOURCE, ApiKeyChanged
from contracts.topology import LISTENS
from kernel.clock import china_day
from kernel.refusal import Refusal
from kernel.role import Role

pytestmark = pytest.mark.servers

SERVICES = Path(__file__).parents[2] / "services"


class Now:
    """A clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def today() -> date:
    """China's day as a test asks for it: these tests may run on the next day than the one they were collected on."""
    return china_day(datetime.now(UTC))


@pytest.fixture(params=sorted(LISTENS))
async def pool(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Pool]:
    await migrate(database_url, SERVICES / request.param / "migrations")
    opened = await open_pool(database_url)
    yield opened
    await opened.close()


def told(issued: Issued, version: int = 1, *, revoked: bool = False, expires_on: date | None = None) -> ApiKeyChanged:
    return ApiKeyChanged(
        source_system=SOURCE,
        region="640202",
        key_id=issued.key_id,
        version=version,
        digest=issued.digest.hex(),
        scopes=("GET /api/v1/gate", "POST /api/v1/cases"),
        source_systems=("market", "food"),
        regions=("640202",),
        departments=("D-1", "D-2"),
        expires_on=expires_on or today(),
        revoked=revoked,
    )


async def keep(pool: Pool, *events: ApiKeyChanged) -> None:
    transactions = Transactions(lambda: pool, Now(), "any", "640202", lambda: None)
    async with transactions.begin() as tx:
        held = HeldKeys(tx)
        for event in events:
            held.keep(event)
        held.write()


async def code_of(pool: Pool, token: str) -> str:
    try:
        await ApiKeys(lambda: pool).authenticate(token)
    except Refusal as refusal:
        return refusal.code if refusal.status == 401 else f"{refusal.code} {refusal.status}"
    return ""


async def test_a_key_tells_whose_it_is_and_what_it_opens(pool: Pool) -> None:
    issued = issue()
    await keep(pool, told(issued))
    keys = ApiKeys(lambda: pool)
    for _ in range(2):
        holder = await keys.authenticate(issued.token)
        assert isinstance(holder, KeyHolder)
        assert holder.id == f"key:{issued.key_id}"
        assert holder.roles == {Role.BUREAU_SYSTEM}
        assert holder.departments == {"D-1", "D-2"}
        assert holder.source_systems == {"market", "food"}
        assert holder.scopes == {"GET /api/v1/gate", "POST /api/v1/cases"}
    assert [tuple(row) for row in await pool.fetch("SELECT * FROM api_key_use")] == [(issued.key_id, today())]


async def test_a_wrong_secret_an_expired_and_a_revoked_key_are_refused(pool: Pool) -> None:
    good, expired, revoked = issue(), issue(), issue()
    await keep(pool, told(good), told(expired, expires_on=today() - timedelta(days=1)), told(revoked, 2, revoked=True))
    assert await code_of(pool, good.token) == ""
    assert await code_of(pool, expired.token) == "api-key-expired"
    assert await code_of(pool, revoked.token) == "api-key-revoked"
    stranger = issue().token
    mixed = f"sgk_{revoked.key_id}_{stranger.split('_', 2)[2]}"
    for token in (stranger, mixed, f"sgk_{good.key_id}_", "", "sgk_\x00"):
        assert await code_of(pool, token) == "api-key-unknown"
    assert await pool.fetchval("SELECT count(*) FROM api_key_use") == 1


@pytest.mark.parametrize("backwards", [False, True])
async def test_a_revoked_key_stays_revoked_in_whatever_order_it_is_told(pool: Pool, backwards: bool) -> None:  # noqa: FBT001 - a table
    issued = issue()
    events = [told(issued), told(issued, 2, revoked=True)]
    for event in reversed(events) if backwards else events:
        await keep(pool, event)
    assert await code_of(pool, issued.token) == "api-key-revoked"
    both = issue()
    await keep(pool, told(both, 2, revoked=True), told(both))
    assert await code_of(pool, both.token) == "api-key-revoked"


async def test_what_approval_makes_and_revokes_is_kept_told_and_shown_without_its_secret(database_url: str) -> None:
    await migrate(database_url, SERVICES / "approval" / "migrations")
    pool = await open_pool(database_url)
    transactions = Transactions(lambda: pool, Now(), "approval", "640202", lambda: None)
    unit = UnitOfWork(transactions, partial(SqlKeys, region="640202"))
    issued = issue()
    grant = KeyGrant(
        name="许可系统",
        scopes=("POST /api/v1/cases",),
        source_systems=("market",),
        regions=("*",),
        departments=("*",),
        expires_on=today() + timedelta(days=1),
    )
    made: ApiKey = await unit.run(
        handlers.make_key, MakeKey(key_id=issued.key_id, digest=issued.digest, grant=grant, by="SEC-01")
    )
    assert await code_of(pool, issued.token) == ""
    revoked = await unit.run(handlers.revoke_key, RevokeKey(key_id=issued.key_id, by="SEC-02", reason="遗失"))
    assert replace(revoked, revoked_by="", revoked_at=None, revoked_why="") == made
    assert await code_of(pool, issued.token) == "api-key-revoked"
    engine = reading_engine(database_url)
    async with engine.connect() as connection:
        (shown,) = await queries.api_keys(connection, "", 10)
    assert (shown["revoked_by"], shown["last_used_on"], shown["scopes"]) == ("SEC-02", today(), ["POST /api/v1/cases"])
    assert "digest" not in shown
    payloads = await pool.fetch("SELECT payload FROM event_log ORDER BY logged_at")
    assert len(payloads) == 2
    secret = issued.token.split("_", 2)[2].encode()
    assert not any(secret in row["payload"] for row in payloads)
    await engine.dispose()
    await pool.close()


HOLDER = KeyHolder(
    id="key:a1",
    kind=PrincipalKind.SYSTEM,
    scopes=frozenset({"POST /api/v1/cases", "* /api/v1/gate"}),
    source_systems=frozenset({"market"}),
)


@pytest.mark.parametrize(
    ("method", "path", "opened"),
    [
        ("POST", "/api/v1/cases", True),
        ("POST", "/api/v1/cases:batch", True),
        ("POST", "/api/v1/cases/a/b", True),
        ("POST", "/api/v1/casesx", False),
        ("GET", "/api/v1/cases", False),
        ("GET", "/api/v1/gate", True),
        ("HEAD", "/api/v1/gate", True),
        ("POST", "/api/v1/api-keys", False),
        ("POST", "/ops/v1/clock", False),
    ],
)
async def test_a_key_opens_its_scopes_and_nothing_else(method: str, path: str, opened: bool) -> None:  # noqa: FBT001 - a table
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST"])
    async def any_route(path: str) -> str:
        return path

    guard_requests(app, EdgeSettings())
    app.add_middleware(ByKey)
    problems.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        answer = await http.request(method, path)
    assert answer.status_code == (200 if opened else 403)
    if not opened:
        assert answer.json()["type"].endswith(":outside-key-scope")


class ByKey:
    """Every request comes with the same key."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with on_behalf_of(HOLDER):
            await self._app(scope, receive, send)


def test_a_key_sends_for_its_own_source_systems_and_whoever_has_none_for_all() -> None:
    require_source("anything")
    with on_behalf_of(HOLDER):
        require_source("market")
        with pytest.raises(Refusal) as refusal:
            require_source("food")
    assert (refusal.value.code, refusal.value.status) == ("source-not-allowed", 403)

"""签名回调: only what is signed with a good secret of its own source gets in, and once."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from standardwebhooks import Webhook

from chassis import problems
from chassis.access.principal import present
from chassis.database import Pool, open_pool, reading_engine
from chassis.edge.settings import EdgeSettings
from chassis.edge.wiring import guard_requests
from chassis.idempotency import IdempotencyKeys
from chassis.identity import IdentityKeys
from chassis.keys.holder import require_source
from chassis.migrations import migrate
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks.api import secrets_router
from chassis.webhooks.gate import WebhookGate
from chassis.webhooks.stored import SqlSecrets
from tests.fakes.approval import KEY

pytestmark = pytest.mark.servers

MIGRATIONS = Path(__file__).parents[2] / "services" / "supervision" / "migrations"
BODY = b'{"source_system": "market", "n": 1}'
PATH = "/api/v1/webhooks/market"


class Now:
    """A clock far in the past: signatures are judged by the real one."""

    def now(self) -> datetime:
        return datetime(2012, 1, 1, tzinfo=UTC)


@dataclass
class House:
    """A service that takes webhooks, and what it did."""

    http: httpx.AsyncClient
    pool: Pool
    effects: list[dict[str, Any]]

    async def secret(self, source: str = "market") -> str:
        answer = await self.http.post("/api/v1/webhook-secrets", json={"source_system": source, "by": "SEC-01"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["secret"])

    async def retire(self, number: int, source: str = "market") -> httpx.Response:
        body = {"number": number, "by": "SEC-02", "reason": "轮换"}
        return await self.http.post(f"/api/v1/webhook-secrets/{source}:retire", json=body)

    async def send(self, headers: dict[str, str], body: bytes = BODY, path: str = PATH) -> httpx.Response:
        return await self.http.post(path, content=body, headers={"content-type": "application/json"} | headers)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await migrate(database_url, MIGRATIONS)
    pool, engine = await open_pool(database_url), reading_engine(database_url)
    identity = IdentityKeys(KEY)
    unit = UnitOfWork(
        Transactions(lambda: pool, Now(), "any", "640202", lambda: None), partial(SqlSecrets, seal=identity.seal)
    )
    effects: list[dict[str, Any]] = []
    app = FastAPI()

    @app.post("/api/v1/webhooks/{source}")
    async def take(source: str, request: Request) -> dict[str, Any]:
        said = await request.json()
        require_source(said["source_system"])
        effects.append(said | {"by": present().id})
        await asyncio.sleep(0)
        return {"source": source, "effects": len(effects)}

    app.include_router(secrets_router(unit, engine.connect))
    app.add_middleware(IdempotencyKeys, pool=lambda: pool, digest=identity.digest)
    app.add_middleware(WebhookGate, pool=lambda: pool, unseal=identity.open)
    guard_requests(app, EdgeSettings())
    problems.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", timeout=120) as http:
        yield House(http, pool, effects)
    await engine.dispose()
    await pool.close()


def signed(secret: str, body: bytes = BODY, *, name: str = "msg_1", off: timedelta = timedelta()) -> dict[str, str]:
    at = datetime.now(UTC) + off
    signature = Webhook(secret).sign(name, at, body.decode())
    return {"webhook-id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def code_of(answer: httpx.Response) -> str:
    assert answer.json()["title"]
    return f"{answer.status_code} {answer.json()['type'].rpartition(':')[2]}"


async def test_what_is_signed_is_done_on_behalf_of_its_source_and_once_however_often_it_comes(house: House) -> None:
    headers = signed(await house.secret())
    first, again = await house.send(headers), await house.send(headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert [effect["by"] for effect in house.effects] == ["webhook:market"]


async def test_a_thousand_at_once_with_one_id_have_one_effect(house: House) -> None:
    headers = signed(await house.secret())
    answers = await asyncio.gather(*(house.send(headers) for _ in range(1000)))
    assert len(house.effects) == 1
    told = Counter(answer.status_code for answer in answers)
    assert set(told) <= {200, 409}
    assert told[200] >= 1
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 409)
    assert (await house.send(headers)).json() == {"source": "market", "effects": 1}


async def test_two_secrets_are_good_while_a_sender_changes_over_and_a_retired_one_is_not(house: House) -> None:
    old, new = await house.secret(), await house.secret()
    third = await house.http.post("/api/v1/webhook-secrets", json={"source_system": "market", "by": "SEC-01"})
    assert code_of(third) == "409 too-many-secrets"
    for name, secret in (("a", old), ("b", new)):
        assert (await house.send(signed(secret, name=name))).status_code == 200
    assert (await house.retire(1)).json()["retired_by"] == "SEC-02"
    assert (await house.retire(1)).status_code == 200
    assert code_of(await house.send(signed(old, name="c"))) == "401 webhook-signature"
    assert (await house.send(signed(new, name="d"))).status_code == 200
    assert (await house.secret()) != new


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda _: {}, "401 webhook-unsigned"),
        (lambda s: signed(s) | {"webhook-signature": ""}, "401 webhook-unsigned"),
        (lambda s: signed(s) | {"webhook-signature": "v1,AAAA"}, "401 webhook-signature"),
        (lambda s: signed(s) | {"webhook-signature": "v1"}, "401 webhook-signature"),
        (lambda s: signed(s) | {"webhook-signature": "v1,é"}, "401 webhook-signature"),
        (lambda s: signed(s) | {"webhook-id": "msg_2"}, "401 webhook-signature"),
        (lambda s: signed(s, BODY + b" "), "401 webhook-signature"),
        (lambda s: signed(s) | {"webhook-timestamp": "now"}, "401 webhook-signature"),
        (lambda s: signed(s) | {"webhook-timestamp": "nan"}, "401 webhook-signature"),
        (lambda s: signed(s, off=timedelta(minutes=-6)), "401 webhook-timestamp"),
        (lambda s: signed(s, off=timedelta(minutes=6)), "401 webhook-timestamp"),
        (lambda _: signed("whsec_" + "A" * 43 + "="), "401 webhook-signature"),
    ],
)
async def test_what_is_not_signed_soundly_is_refused_and_may_be_sent_again_sound(
    house: House, spoil: Any, code: str
) -> None:
    secret = await house.secret()
    headers = {name: value.encode() for name, value in spoil(secret).items()}
    answer = await house.http.post(
        PATH, content=BODY, headers={b"content-type": b"application/json"} | {n.encode(): v for n, v in headers.items()}
    )
    assert code_of(answer) == code
    assert not house.effects
    assert (await house.send(signed(secret))).status_code == 200


async def test_a_secret_opens_no_other_source_and_an_unknown_source_is_refused(house: House) -> None:
    secret = await house.secret()
    await house.secret("food")
    headers = signed(secret)
    for path in ("/api/v1/webhooks/food", "/api/v1/webhooks/nobody", "/api/v1/webhooks/a:batch", "/api/v1/webhooks/"):
        assert code_of(await house.send(headers, path=path)) == "401 webhook-signature"
    other = json.dumps({"source_system": "food"}).encode()
    assert code_of(await house.send(signed(secret, other), other)) == "403 source-not-allowed"
    assert not house.effects


async def test_the_same_id_with_another_content_is_refused(house: House) -> None:
    secret = await house.secret()
    await house.send(signed(secret))
    other = BODY.replace(b"1", b"2")
    assert code_of(await house.send(signed(secret, other), other)) == "422 idempotency-key-reused"
    assert len(house.effects) == 1


async def test_secrets_lie_sealed_and_are_listed_without_their_content(house: House) -> None:
    secret = await house.secret()
    (sealed,) = await house.pool.fetch("SELECT sealed FROM webhook_secret")
    assert secret.encode() not in sealed["sealed"]
    listed = (await house.http.get("/api/v1/webhook-secrets")).json()
    assert [(one["source_system"], one["number"], one["retired_at"]) for one in listed["items"]] == [
        ("market", 1, None)
    ]
    assert secret not in json.dumps(listed)
    assert (await house.retire(2)).status_code == 404
    bad = await house.http.post("/api/v1/webhook-secrets", json={"source_system": "Not One", "by": ""})
    assert [fault["pointer"] for fault in bad.json()["errors"]] == ["/by", "/source_system"]

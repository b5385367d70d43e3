"""A POST repeated with its key has the first answer and one effect."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.types import Message, Receive, Scope, Send

from chassis import idempotency, problems
from chassis.access.principal import ITSELF
from chassis.idempotency import IdempotencyKeys
from chassis.identity import IdentityKeys
from kernel.refusal import Refusal
from tests.integration.chassis.road import Road

pytestmark = pytest.mark.servers

KEYS = IdentityKeys(b64encode(b"k" * 32).decode())


@dataclass
class Desk:
    """What the application did, and when it may go on."""

    done: list[str] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.may_answer.set()
    return desk


@pytest.fixture
async def client(road: Road, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.add_middleware(IdempotencyKeys, pool=lambda: road.pool, digest=KEYS.digest)
    problems.install(app)

    @app.post("/cases", status_code=201)
    async def take(request: Request) -> dict[str, int]:
        desk.begun.set()
        await desk.may_answer.wait()
        if desk.broken:
            raise ZeroDivisionError
        text = (await request.body()).decode()
        if text == "not yet" and not desk.done:
            raise Refusal(code="not-yet", zh="稍后", en="later", status=409, retryable=True)
        if text == "refuse":
            raise Refusal(code="no", zh="不予受理", en="no", status=409)
        desk.done.append(text)
        return {"number": len(desk.done)}

    @app.post("/api/v1/{made:path}")
    async def make(made: str) -> dict[str, str]:
        desk.done.append(made)
        return {"secret": f"whsec_{len(desk.done)}"}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        yield http


def asked(body: str) -> bytes:
    """What is kept of a request of nobody but the service itself."""
    return KEYS.digest(f"{ITSELF.id}\n{body}".encode())


async def post(client: httpx.AsyncClient, body: str, key: str = "k-1") -> httpx.Response:
    return await client.post("/cases", content=body, headers={"Idempotency-Key": key})


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    first, second = await post(client, "a"), await post(client, "a")
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, {"number": 1})
    assert second.headers["idempotency-replayed"] == "true"
    assert desk.done == ["a"]


async def test_an_answer_is_kept_before_it_goes_out(road: Road) -> None:
    async def cases(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    kept: list[int | None] = []

    async def out(message: Message) -> None:
        kept.append(await road.pool.fetchval("SELECT status FROM idempotency WHERE key = 'k-9'"))
        assert message["type"].startswith("http.response.")

    async def body() -> Message:
        return {"type": "http.request", "body": b"a"}

    scope = {"type": "http", "method": "POST", "path": "/cases", "headers": [(b"idempotency-key", b"k-9")]}
    await IdempotencyKeys(cases, pool=lambda: road.pool, digest=KEYS.digest)(scope, body, out)
    assert kept == [201, 201]


async def test_a_refusal_is_an_answer_too(client: httpx.AsyncClient) -> None:
    first, second = await post(client, "refuse"), await post(client, "refuse")
    assert first.status_code == second.status_code == 409
    assert first.json() == second.json()


async def test_an_answer_that_says_try_again_is_not_kept(client: httpx.AsyncClient, desk: Desk) -> None:
    first = await post(client, "not yet")
    assert (first.status_code, first.json()["retryable"]) == (409, True)
    await post(client, "another", "k-2")
    assert (await post(client, "not yet")).status_code == 201
    assert desk.done == ["another", "not yet"]


async def test_the_same_key_with_another_body_is_refused(client: httpx.AsyncClient, desk: Desk) -> None:
    await post(client, "a")
    answer = await post(client, "b")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:shenguan:problem:idempotency-key-reused")
    assert desk.done == ["a"]


async def test_a_second_request_while_the_first_is_handled_is_told_to_wait(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    desk.may_answer.clear()
    first = asyncio.create_task(post(client, "a"))
    await desk.begun.wait()
    second = await post(client, "a")
    assert (second.status_code, second.json()["retryable"]) == (409, True)
    desk.may_answer.set()
    assert (await first).status_code == 201
    assert desk.done == ["a"]


async def test_a_failed_attempt_may_be_tried_again(client: httpx.AsyncClient, desk: Desk) -> None:
    desk.broken = True
    assert (await post(client, "a")).status_code == 500
    desk.broken = False
    assert (await post(client, "a")).status_code == 201
    assert desk.done == ["a"]


async def test_what_is_kept_of_a_body_cannot_be_tried_without_the_key(client: httpx.AsyncClient, road: Road) -> None:
    await post(client, "11010519491231002X")
    assert await road.pool.fetchval("SELECT request_hash FROM idempotency") == asked("11010519491231002X")


async def test_an_attempt_that_died_is_taken_over_and_one_that_lives_is_not(
    client: httpx.AsyncClient, road: Road, desk: Desk
) -> None:
    claimed = (
        "INSERT INTO idempotency (route, key, request_hash, created_at) VALUES ('/cases', $1, $2, now() - $3::interval)"
    )
    await road.pool.execute(claimed, "dead", asked("a"), timedelta(seconds=11))
    await road.pool.execute(claimed, "living", asked("a"), timedelta(seconds=5))
    assert (await post(client, "a", key="dead")).status_code == 201
    assert (await post(client, "a", key="living")).status_code == 409
    assert desk.done == ["a"]


async def test_an_attempt_says_that_it_is_alive_while_it_works(
    client: httpx.AsyncClient, road: Road, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_BEAT", 0.01)
    desk.may_answer.clear()
    attempt = asyncio.create_task(post(client, "a"))
    await desk.begun.wait()
    await road.pool.execute("UPDATE idempotency SET created_at = now() - interval '1 hour'")
    moved = False
    while not moved:
        moved = await road.pool.fetchval("SELECT created_at > now() - interval '1 minute' FROM idempotency")
    desk.may_answer.set()
    assert (await attempt).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_senseless_key_is_refused(client: httpx.AsyncClient, key: str) -> None:
    assert (await post(client, "a", key)).status_code == 400


async def test_without_its_database_the_service_is_unavailable_and_does_nothing(
    client: httpx.AsyncClient, desk: Desk, road: Road
) -> None:
    await road.pool.close()
    answer = await post(client, "a")
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)
    assert desk.done == []


@pytest.mark.parametrize("path", ["api-keys", "webhook-secrets", "hooks", "hooks/1:rotate-secret"])
async def test_an_answer_with_a_secret_is_kept_nowhere(
    road: Road, desk: Desk, client: httpx.AsyncClient, path: str
) -> None:
    for _ in range(2):
        await client.post(f"/api/v1/{path}", headers={"Idempotency-Key": "k-1"})
    assert desk.done == [path, path]
    assert await road.count("idempotency") == 0
    await client.post("/api/v1/hooks/1:pause", headers={"Idempotency-Key": "k-1"})
    assert await road.count("idempotency") == 1

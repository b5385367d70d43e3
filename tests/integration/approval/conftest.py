"""An approval process on real servers, as a user has it; credit and the bureaus' systems are played on NATS by the tests."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import nats
import pytest
from nats.aio.client import Client

from chassis.provision import provision
from ops.nats import EmbeddedNats
from ops.services import Service
from ops.state_folder import StateFolder, temporary_folder
from tests.fakes.approval import CODE, KEY
from tests.keys import signing_environment
from tests.tokens import SETTINGS, headers

PATIENCE = 30.0
BODY_LIMIT = 200_000
Until = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]


@dataclass(frozen=True)
class Addresses:
    """Where the process and its servers are."""

    http: str
    nats: str
    database: str


@pytest.fixture(scope="module")
def addresses(postgres_url: str) -> Iterator[Addresses]:
    with asyncio.Runner() as runner, ExitStack() as stack:
        folder = temporary_folder()
        stack.callback(folder.remove)
        stack.enter_context(folder.held())
        broker = EmbeddedNats(folder, usual_port=0)
        stack.callback(lambda: runner.run(broker.stop()))
        runner.run(broker.start())
        runner.run(provision(broker.url))
        database = f"{postgres_url.rsplit('/', 1)[0]}/approval_{uuid4().hex}"
        service = runner.run(_service(folder, postgres_url, database, broker.url))
        stack.callback(lambda: runner.run(service.stop()))
        runner.run(_ready(service, folder))
        yield Addresses(service.url, broker.url, database)


async def _service(folder: StateFolder, postgres_url: str, database: str, nats_url: str) -> Service:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f'CREATE DATABASE "{database.rsplit("/", 1)[1]}"')
    await connection.close()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHENGUAN_")} | {
        **signing_environment(),
        "SHENGUAN_APPROVAL_DATABASE_URL": database,
        "SHENGUAN_APPROVAL_PORT": "0",
        "SHENGUAN_APPROVAL_BODY_LIMIT": str(BODY_LIMIT),
        "SHENGUAN_NATS_URL": nats_url,
        "SHENGUAN_IDENTITY_KEY": KEY,
        **SETTINGS,
    }
    service = Service("approval", [sys.executable, "-m", "approval.main"], folder, environment)
    await service.start()
    return service


async def _ready(service: Service, folder: StateFolder) -> None:
    deadline = monotonic() + PATIENCE
    while not await service.ready():
        if monotonic() > deadline:
            pytest.fail(f"approval does not get ready:\n{folder.log('approval').read_text(encoding='utf-8')[-4000:]}")
        await asyncio.sleep(0.05)
    async with httpx.AsyncClient(base_url=service.url, headers=headers()) as client:
        item = {"item_code": "1006", "name": "食品经营许可", "department": "区审批局"}
        (answer,) = lines(await client.post("/api/v1/items:batch", content=ndjson(item)))
        assert answer["status"] == 201


@pytest.fixture
async def http(addresses: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=addresses.http, headers=headers(), timeout=30) as client:
        yield client


@pytest.fixture
async def broker(addresses: Addresses) -> AsyncIterator[Client]:
    connection = await nats.connect(addresses.nats)
    yield connection
    await connection.close()


@pytest.fixture
def until() -> Until:
    """Asks until the answer is true, or fails."""

    async def answered(question: Callable[[], Awaitable[Any]]) -> Any:
        deadline = monotonic() + PATIENCE
        while not (answer := await question()):
            if monotonic() > deadline:
                pytest.fail("nothing happened in time")
            await asyncio.sleep(0.02)
        return answer

    return answered


def a_case_body(case_id: str, **changes: Any) -> dict[str, Any]:
    """A sound case about an object of its own."""
    plain = {
        "source_system": "test",
        "case_id": case_id,
        "kind": "NEW",
        "item_code": "1006",
        "region": "640202",
        "decided_on": "2020-03-01",
        "subject": {"id_type": "001", "id_no": CODE, "name": "面馆"},
        "object": {"object_no": f"O-{case_id}", "name": "面馆"},
    }
    return plain | changes


def ndjson(*documents: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def is_problem(answer: httpx.Response, code: str | None = None) -> bool:
    said = answer.json()
    return (
        400 <= answer.status_code < 500
        and answer.headers["content-type"] == "application/problem+json"
        and said["type"].startswith(f"urn:shenguan:problem:{code or ''}")
        and bool(said["title"])
        and bool(said["title_en"])
        and said["status"] == answer.status_code
    )

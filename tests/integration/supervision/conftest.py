"""A supervision process on real servers, as a user has it; the approver and credit are played on NATS by the tests."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any, Protocol
from uuid import uuid4

import asyncpg
import httpx
import nats
import pytest
from nats.aio.client import Client

from chassis.provision import provision
from contracts.event import Event
from ops.nats import EmbeddedNats
from ops.services import Service
from ops.state_folder import StateFolder, temporary_folder
from tests.fakes.alerts import EARLY
from tests.fakes.supervised import a_checklist, inspectors
from tests.keys import seal, signing_environment
from tests.tokens import SETTINGS, headers

PATIENCE = 30.0
DAY = "2011-09-02T04:00:00Z"


@dataclass(frozen=True)
class Addresses:
    """Where the process and its servers are."""

    http: str
    nats: str


class Said(Protocol):
    """Waits until a question is answered with something true."""

    async def __call__(self, question: Callable[[], Any]) -> Any: ...


@pytest.fixture(scope="module")
def rule_files() -> dict[str, str]:
    """Rules other than those that ship: the name in SHENGUAN_SUPERVISION_…_FILE, and the text."""
    return {"ALERTS": EARLY}


@pytest.fixture(scope="module")
def own_settings() -> dict[str, str]:
    """Settings a module of tests gives its service beside the usual ones."""
    return {}


@pytest.fixture(scope="module")
def addresses(postgres_url: str, rule_files: dict[str, str], own_settings: dict[str, str]) -> Iterator[Addresses]:
    with asyncio.Runner() as runner, ExitStack() as stack:
        folder = temporary_folder()
        stack.callback(folder.remove)
        stack.enter_context(folder.held())
        broker = EmbeddedNats(folder, usual_port=0)
        stack.callback(lambda: runner.run(broker.stop()))
        runner.run(broker.start())
        runner.run(provision(broker.url))
        environment = runner.run(environment_of(postgres_url, broker.url))
        for name, text in rule_files.items():
            rules = folder.path / f"{name.lower()}.toml"
            rules.write_text(text, encoding="utf-8")
            environment[f"SHENGUAN_SUPERVISION_{name}_FILE"] = str(rules)
        service = Service("supervision", [sys.executable, "-m", "supervision.main"], folder, environment | own_settings)
        stack.callback(lambda: runner.run(service.stop()))
        runner.run(answering(service, folder))
        _furnish(service.url)
        yield Addresses(service.url, broker.url)


async def environment_of(postgres_url: str, nats_url: str) -> dict[str, str]:
    name = f"supervision_{uuid4().hex}"
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return {name: value for name, value in os.environ.items() if not name.startswith("SHENGUAN_")} | {
        **signing_environment(),
        "SHENGUAN_SUPERVISION_DATABASE_URL": f"{postgres_url.rsplit('/', 1)[0]}/{name}",
        "SHENGUAN_SUPERVISION_PORT": "0",
        "SHENGUAN_NATS_URL": nats_url,
        "SHENGUAN_IDENTITY_KEY": "c2hlbmd1YW4tdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE=",
        **SETTINGS,
    }


async def answering(service: Service, folder: StateFolder) -> None:
    await service.start()
    deadline = monotonic() + PATIENCE
    while not await service.ready():
        if monotonic() > deadline:
            pytest.fail(f"supervision does not get ready:\n{_log(folder)}")
        await asyncio.sleep(0.05)


def _log(folder: StateFolder) -> str:
    return folder.log("supervision").read_text(encoding="utf-8")[-4000:]


def _furnish(url: str) -> None:
    with httpx.Client(base_url=url, headers=headers()) as client:
        client.post("/ops/v1/clock", json={"now": DAY}).raise_for_status()
        publish(client, a_catalogue_file())
        crew = [{"code": i.code, "name": i.name, "department": i.department} for i in inspectors()]
        answers = lines(client.post("/api/v1/inspectors:batch", content=ndjson(crew)))
        assert [answer["status"] for answer in answers] == [201] * len(crew)


def publish(client: httpx.Client, file: dict[str, Any]) -> None:
    """Bring a version into force, by two persons."""
    client.post("/api/v1/catalogue-versions", json=file).raise_for_status()
    for verb, by in (("submit", "drafter"), ("publish", "publisher")):
        answer = client.post(f"/api/v1/catalogue-versions/{file['version']}:{verb}", json={"by": by})
        answer.raise_for_status()


def a_catalogue_file(version: str = "2010-1", **changes: Any) -> dict[str, Any]:
    checklist = a_checklist()
    link = {
        "code": "FOOD",
        "item_code": "1006",
        "triggers": ["NEW", "CHANGE", "RENEW"],
        "department": "DEMO-FOOD",
        "check_kind": "ROUTINE",
        "checklist": "FOOD-44",
        "effective_from": "2000-01-01",
        "effective_to": None,
    }
    listed = [{"code": line.code, "text": line.text} for line in checklist.lines]
    plain = {
        "by": "drafter",
        "version": version,
        "effective_from": "2000-01-01",
        "effective_to": None,
        "checklists": [{"code": checklist.code, "name": checklist.name, "lines": listed}],
        "links": [link],
    }
    return plain | changes


def an_inspection(number: str, object_no: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "source_system": "chicago",
        "inspection_no": number,
        "object_no": object_no,
        "inspected_on": "2011-09-02",
        "inspectors": ["orange-1", "orange-2"],
        "result": "PASS",
        "lines": [{"code": str(code), "result": "PASS"} for code in range(1, 45)],
    }
    return plain | changes


def ndjson(documents: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


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
def tell(broker: Client) -> Callable[[Event], Any]:
    """Say an event as its service would."""
    return partial(say, broker)


async def say(broker: Client, event: Event) -> None:
    """The same on a connection at hand."""
    service = event.fact.split(".")[0]
    sealed = seal(event, service=service, region="640202", now=datetime.now(UTC), cause=None, traceparent="")
    await broker.jetstream().publish(sealed.subject, sealed.payload, headers=sealed.headers)


@pytest.fixture
def until() -> Said:
    async def answered(question: Callable[[], Any]) -> Any:
        deadline = monotonic() + PATIENCE
        while not (answer := await question()):
            if monotonic() > deadline:
                pytest.fail("nothing happened in time")
            await asyncio.sleep(0.02)
        return answer

    return answered

"""Risk classes over HTTP and NATS: a grade credit tells, overrides by two persons, the day they end, a restart."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from chassis.provision import provision
from contracts.event import Event, Subject
from kernel.credit import Grade
from ops.nats import EmbeddedNats
from ops.services import Service
from ops.state_folder import StateFolder, temporary_folder
from supervision.cli import app
from tests.fakes.risk import SHIPPED
from tests.fakes.supervised import NOON, assessed, decided
from tests.integration.supervision.conftest import (
    Addresses,
    Said,
    a_catalogue_file,
    answering,
    environment_of,
    publish,
    say,
)
from tests.integration.supervision.process import told as refusal
from tests.tokens import headers

pytestmark = pytest.mark.servers
Tell = Callable[[Event], Any]
UNTIL = "2011-12-31"


def of(number: str) -> dict[str, Any]:
    return {"subject": Subject(id_type="099", id_no=f"RISK-{number}", kind="ORGANISATION", name="某公司")}


def graded(number: str, version: int, letter: Grade) -> Event:
    told = {name: getattr(assessed(version, letter), name) for name in assessed(version, letter).__struct_fields__}
    return type(assessed(version, letter))(**told | of(number))


async def risk(http: httpx.AsyncClient, number: str) -> dict[str, Any]:
    answer = await http.get(f"/api/v1/objects/chicago/{number}/risk")
    return dict(answer.json()) if answer.is_success else {}


async def order(http: httpx.AsyncClient, number: str, letter: str, **changes: Any) -> httpx.Response:
    plain = {"risk_class": letter, "reason": "专项整治", "by": "head-1", "until": UNTIL}
    return await http.post(f"/api/v1/objects/chicago/{number}/risk-overrides", json=plain | changes)


@pytest.fixture
async def heard(broker: Client) -> AsyncIterator[list[dict[str, Any]]]:
    """What supervision says of risk classes while a test runs."""
    said: list[dict[str, Any]] = []

    async def hear(message: Any) -> None:
        said.append(json.loads(message.data))

    listening = await broker.subscribe("shenguan.supervision.risk.classified.v1.>", cb=hear)
    yield said
    await listening.unsubscribe()


async def test_a_grade_credit_tells_changes_the_class_and_says_so(
    http: httpx.AsyncClient, tell: Tell, until: Said, heard: list[dict[str, Any]]
) -> None:
    await tell(decided("R1", "R1", **of("1")))
    await tell(decided("R2", "R2", **of("1")))
    await until(lambda: risk(http, "R2"))
    await tell(graded("1", 1, Grade.D))

    async def both() -> bool:
        return [(await risk(http, number))["risk_class"] for number in ("R1", "R2")] == ["D", "D"]

    await until(both)
    told = await until(lambda: _those(heard, cause="GRADE"))
    assert sorted(event["object"]["object_no"] for event in told) == ["R1", "R2"]
    assert {(event["previous"], event["risk_class"], event["grade"], event["table"]) for event in told} == {
        ("B", "D", "D", "2026-1")
    }
    shown = (await http.get("/api/v1/objects/chicago/R1")).json()
    assert (shown["risk_class"], shown["risk"]["grade"], shown["risk"]["items"]) == ("D", "D", ["1006"])
    assert shown["risk"]["reasons"] == [
        {"basis": "GRADE", "value": "D", "about": ""},
        {"basis": "ITEM", "value": "MEDIUM", "about": "1006"},
    ]
    listed = (await http.get("/api/v1/objects", params={"risk_class": "D", "limit": 500})).json()["items"]
    assert {"R1", "R2"} <= {each["object_no"] for each in listed}
    assert {each["risk_class"] for each in listed} == {"D"}
    table = (await http.get("/api/v1/risk-classes")).json()
    assert (table["in_force"], table["editions"][0]["confirmed"]) == ("2026-1", False)
    assert table["objects"]["D"] == len(listed)


async def _those(heard: list[dict[str, Any]], **wanted: str) -> list[dict[str, Any]]:
    found = [event for event in heard if all(event[name] == value for name, value in wanted.items())]
    return found if len(found) > 1 else []


async def test_a_class_is_lowered_by_two_persons_and_raised_by_one(
    http: httpx.AsyncClient, tell: Tell, until: Said
) -> None:
    await tell(decided("R3", "R3", **of("3")))
    await until(lambda: risk(http, "R3"))
    lower = await order(http, "R3", "A", legal_basis="某通知第三条")
    assert (lower.status_code, lower.json()["state"], lower.json()["until"]) == (201, "PENDING", UNTIL)
    assert (await order(http, "R3", "A", legal_basis="某通知第三条")).json()["duplicate"] is True
    assert refusal(await order(http, "R3", "D")) == (409, "override-open")
    verbs = "/api/v1/objects/chicago/R3/risk-overrides"
    alone = await http.post(f"{verbs}:confirm", json={"by": "head-1"})
    assert refusal(alone) == (409, "second-person-needed")
    assert (await risk(http, "R3"))["risk_class"] == "B"
    second = await http.post(f"{verbs}:confirm", json={"by": "head-2"})
    assert (second.json()["state"], (await risk(http, "R3"))["risk_class"]) == ("RUNNING", "A")
    over = await http.post(f"{verbs}:end", json={"by": "head-2", "reason": "整治结束"})
    assert (over.json()["state"], (await risk(http, "R3"))["risk_class"]) == ("ENDED", "B")
    assert (await order(http, "R3", "D")).json()["state"] == "RUNNING"
    explained = await risk(http, "R3")
    assert (explained["risk_class"], explained["override"]["risk_class"]) == ("D", "D")
    assert [(change["act"], change["by"]) for change in reversed(explained["history"])] == [
        ("ORDERED", "head-1"),
        ("CONFIRMED", "head-2"),
        ("CLASSIFIED", "head-2"),
        ("ENDED", "head-2"),
        ("CLASSIFIED", "head-2"),
        ("ORDERED", "head-1"),
        ("CLASSIFIED", "head-1"),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"risk_class": "E"}, "/risk_class"),
        ({"reason": ""}, "/reason"),
        ({"reason": "a\u0000b"}, "/reason"),
        ({"by": "张三"}, "/by"),
        ({"until": "2011-09-01"}, "/until"),
        ({"until": "2099-01-01"}, "/until"),
        ({"until": "someday"}, "/until"),
        ({"from": "2011-09-01"}, "/from"),
        ({"extra": 1}, "/extra"),
    ],
)
async def test_what_is_wrong_with_an_override_is_named(
    http: httpx.AsyncClient, tell: Tell, until: Said, changes: dict[str, Any], pointer: str
) -> None:
    await tell(decided("R4", "R4", **of("4")))
    await until(lambda: risk(http, "R4"))
    answer = await order(http, "R4", "D", **changes)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_an_object_nobody_knows_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await order(http, "R-nobody", "D")).status_code == 404
    for path in ("risk-overrides:confirm", "risk-overrides:end"):
        said = {"by": "head-1"} | ({"reason": "x"} if path.endswith("end") else {})
        assert (await http.post(f"/api/v1/objects/chicago/R-nobody/{path}", json=said)).status_code == 404
    assert (await http.get("/api/v1/objects/chicago/R-nobody/risk")).status_code == 404


async def test_the_command_explains_a_class(
    http: httpx.AsyncClient, addresses: Addresses, tell: Tell, until: Said
) -> None:
    await tell(decided("R5", "R/5", **of("5")))
    await until(lambda: risk(http, "R/5"))
    await order(http, "R/5", "C")
    said = await asyncio.to_thread(CliRunner().invoke, app, ["risk", "chicago", "R/5", "--url", addresses.http])
    assert said.exit_code == 0
    for word in ("risk class C", "none known", "MEDIUM", "as ordered: C", "head-1：专项整治"):
        assert word in said.output
    plain = await asyncio.to_thread(
        CliRunner().invoke, app, ["risk", "chicago", "R/5", "--url", addresses.http, "--json"]
    )
    assert json.loads(plain.output)["risk_class"] == "C"


@asynccontextmanager
async def serving(folder: StateFolder, environment: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """A service process of its own, until the block ends."""
    service = Service("supervision", [sys.executable, "-m", "supervision.main"], folder, environment)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(service.stop)
        await answering(service, folder)
        yield await stack.enter_async_context(httpx.AsyncClient(base_url=service.url, headers=headers(), timeout=30))


@pytest.mark.nightly
async def test_a_restart_keeps_classes_and_another_table_classifies_anew_by_itself(
    postgres_url: str, tmp_path: Path, until: Said
) -> None:
    strict = tmp_path / "risk.toml"
    strict.write_text(SHIPPED.replace("2026-1", "2026-2").replace('LOW = "B", MEDIUM = "B"', 'LOW = "B", MEDIUM = "C"'))
    async with AsyncExitStack() as stack:
        folder = temporary_folder()
        stack.callback(folder.remove)
        stack.enter_context(folder.held())
        broker = EmbeddedNats(folder, usual_port=0)
        stack.push_async_callback(broker.stop)
        await broker.start()
        await provision(broker.url)
        environment = await environment_of(postgres_url, broker.url)
        connection = await nats.connect(broker.url)
        stack.push_async_callback(connection.close)
        async with serving(folder, environment) as http:
            await http.post("/ops/v1/clock", json={"now": NOON.isoformat()})
            with httpx.Client(base_url=http.base_url, headers=headers()) as client:
                publish(client, a_catalogue_file())
            await say(connection, decided("C1", "O1"))
            await until(lambda: risk(http, "O1"))
            await order(http, "O1", "D", until="2011-09-03")
            before = await risk(http, "O1")
            assert before["risk_class"] == "D"
        async with serving(folder, environment) as http:
            assert await risk(http, "O1") == before
            await http.post("/ops/v1/clock", json={"now": (NOON + timedelta(days=2)).isoformat()})
            assert (await until(lambda: _when(http, "B")))["history"][0]["cause"] == "OVERRIDE"
        async with serving(folder, environment | {"SHENGUAN_SUPERVISION_RISK_FILE": str(strict)}) as http:
            after = await until(lambda: _when(http, "C"))
            assert (after["table_version"], after["history"][0]["cause"]) == ("2026-2", "RULES")


async def _when(http: httpx.AsyncClient, letter: str) -> dict[str, Any]:
    found = await risk(http, "O1")
    return found if found["risk_class"] == letter else {}

"""Supervision as others meet it: HTTP and NATS on real servers, from a decision to a concluded inspection."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from contracts.supervision import InspectionConcluded, TaskCreated
from kernel.credit import Grade
from kernel.decision import DecisionKind
from supervision.cli import app
from tests.fakes.supervised import assessed, corrected, decided
from tests.integration.supervision.conftest import Addresses, Said, a_catalogue_file, an_inspection, lines, ndjson

pytestmark = pytest.mark.servers


async def tasks_of(http: httpx.AsyncClient, object_no: str) -> list[dict[str, Any]]:
    answer = await http.get("/api/v1/tasks", params={"source_system": "chicago", "object_no": object_no})
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_decision_becomes_a_task_that_is_claimed_inspected_and_told(
    http: httpx.AsyncClient, broker: Client, tell: Callable[..., Any], until: Said
) -> None:
    listening = await broker.jetstream().subscribe("shenguan.supervision.>", ordered_consumer=True)
    await tell(decided("CHAIN", "CHAIN-1"))
    (task,) = await until(lambda: tasks_of(http, "CHAIN-1"))
    assert (task["state"], task["link_code"], task["id_no"]) == ("PENDING_CLAIM", "FOOD", "S1")
    address = f"/api/v1/tasks/{task['task_id']}"
    claimed = await http.post(f"{address}:claim", json={"inspector": "orange-1"})
    assert (claimed.status_code, claimed.json()["state"]) == (200, "CLAIMED")
    report = an_inspection("CHAIN-I", "", result="FAIL")
    del report["object_no"], report["source_system"]
    report["lines"][2]["result"] = "FAIL"
    report["findings"] = [{"line_code": "3", "severity": "CRITICAL", "note": "冷藏温度"}]
    concluded = await http.post(f"{address}:conclude", json=report)
    assert (concluded.status_code, concluded.json()["duplicate"]) == (201, False)
    shown = (await http.get(address)).json()
    assert (shown["state"], shown["inspection"]["failed"]) == ("CLOSED", ["3"])
    assert shown["inspection"]["findings"] == [{"line_code": "3", "severity": "CRITICAL", "note": "冷藏温度"}]
    told = [await listening.next_msg(timeout=10) for _ in range(5)][1:]  # the first tells of the catalogue
    facts = [msg.headers["ce-type"].split(".")[-2] for msg in told if msg.headers]
    assert facts == ["created", "classified", "claimed", "concluded"]
    said = msgspec.json.decode(told[3].data, type=InspectionConcluded)
    assert (said.task_id, said.case_id, said.findings[0].severity.value) == (task["task_id"], "CHAIN", "CRITICAL")
    assert msgspec.json.decode(told[0].data, type=TaskCreated).task_id == task["task_id"]


async def test_decisions_that_arrive_out_of_order_are_applied_in_order(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await tell(corrected("ORDER", "ORDER-1", 3, item_code="9999"))
    await tell(decided("ORDER-END", "ORDER-1", 2, kind=DecisionKind.CANCEL))
    await tell(decided("ORDER", "ORDER-1"))

    async def applied() -> Any:
        found = await http.get("/api/v1/decisions", params={"object_no": "ORDER-1"})
        return found.json()["items"] if len(found.json()["items"]) == 3 else None

    outcomes = {(d["case_id"], d["revision"]): d["outcome"] for d in await until(applied)}
    assert outcomes == {("ORDER", 1): "TASK", ("ORDER-END", 1): "CANCELLED", ("ORDER", 2): "UNMATCHED"}
    entry = (await http.get("/api/v1/objects/chicago/ORDER-1")).json()
    assert (entry["object_version"], entry["provisional"]) == (3, False)


async def test_an_inspection_ahead_of_its_decision_is_told_to_come_again(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    inspection = an_inspection("BEHIND", "BEHIND-1", object_version=1)
    early = await http.post("/api/v1/inspections", json=inspection)
    assert (early.status_code, early.json()["type"]) == (409, "urn:shenguan:problem:object-behind")
    assert (early.json()["retryable"], early.headers["retry-after"]) == (True, "1")
    await tell(decided("BEHIND", "BEHIND-1"))

    async def taken() -> Any:
        answer = await http.post("/api/v1/inspections", json=inspection)
        return answer if answer.status_code == 201 else None

    assert (await until(taken)).json()["ad_hoc"] is False


async def test_the_same_inspection_is_taken_once_and_another_under_its_number_is_refused(
    http: httpx.AsyncClient,
) -> None:
    inspection = an_inspection("TWICE", "TWICE-1", object_name="路边摊")
    first, again = [await http.post("/api/v1/inspections", json=inspection) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}
    assert first.json()["orphan"] is True
    other = await http.post("/api/v1/inspections", json=inspection | {"result": "FAIL"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:shenguan:problem:inspection-differs")


async def test_a_batch_answers_every_line_in_order_whatever_stands_in_it(http: httpx.AsyncClient) -> None:
    good = [an_inspection(f"B{n}", f"BATCH-{n % 7}") for n in range(1100)]
    body = ndjson(good).splitlines()
    body[3] = b'{"broken'
    body[700] = json.dumps(an_inspection("BX", "O", inspectors=["nobody", "orange-1"])).encode()
    body[1000] = body[10]
    answers = lines(await http.post("/api/v1/inspections:batch", content=b"\n".join(body)))
    assert [answer["line"] for answer in answers] == list(range(1, 1101))
    odd = {answer["line"]: answer["status"] for answer in answers if answer["status"] != 201}
    assert odd == {4: 422, 701: 422, 1001: 200}
    assert answers[700]["problem"]["errors"][0]["pointer"] == "/inspectors/0"
    assert answers[0] == answers[0] | {"inspection_no": "B0", "ad_hoc": True, "orphan": True, "duplicate": False}


async def test_many_writers_of_the_same_lines_make_each_inspection_once(http: httpx.AsyncClient) -> None:
    body = ndjson([an_inspection(f"M{n}", f"MANY-{n % 5}") for n in range(300)])
    every = await asyncio.gather(*(http.post("/api/v1/inspections:batch", content=body) for _ in range(4)))
    statuses = sorted(answer["status"] for one in every for answer in lines(one))
    assert statuses == [200] * 900 + [201] * 300


async def test_pages_show_every_task_once(http: httpx.AsyncClient) -> None:
    await http.post("/api/v1/inspections:batch", content=ndjson([an_inspection(f"P{n}", "PAGES") for n in range(25)]))
    asked, seen = {"object_no": "PAGES", "limit": "10"}, list[str]()
    while True:
        page = (await http.get("/api/v1/tasks", params=asked)).json()
        seen += [task["task_id"] for task in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert (len(seen), len(set(seen)), seen) == (25, 25, sorted(seen))


async def test_a_credit_grade_is_kept_for_the_subject(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await tell(assessed(2, Grade.C))
    await tell(assessed(1, Grade.B))

    async def known() -> Any:
        answer = await http.get("/api/v1/grades/099/S1")
        return answer.json() if answer.status_code == 200 else None

    assert (await until(known))["grade"] == "C"


async def test_inspections_come_by_nats_too_and_bad_ones_are_kept_with_their_faults(
    http: httpx.AsyncClient, broker: Client, until: Said
) -> None:
    subject = "shenguan.intake.supervision.v1.inspections"
    bad = json.dumps(an_inspection("NATS-2", "NATS-1", inspectors=["orange-1"])).encode()
    for body in (b'{"no": ', bad, json.dumps(an_inspection("NATS-1", "NATS-1")).encode()):
        await broker.jetstream().publish(subject, body)
    (task,) = await until(lambda: tasks_of(http, "NATS-1"))
    assert task["inspection_no"] == "NATS-1"

    async def letters() -> Any:
        found = (await http.get("/ops/v1/dead-letters")).json()
        return found if len(found) >= 2 else None

    assert "/inspectors" in json.dumps(await until(letters))


async def test_unmatched_decisions_are_listed(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> None:
    await tell(decided("NOLINK", "NOLINK-1", item_code="0000"))

    async def listed() -> Any:
        found = (await http.get("/api/v1/decisions", params={"outcome": "UNMATCHED"})).json()["items"]
        return "NOLINK" in {decision["case_id"] for decision in found}

    assert await until(listed)


async def test_all_faults_of_a_catalogue_file_are_named_at_once(http: httpx.AsyncClient) -> None:
    file = a_catalogue_file("bad version", effective_to="1990-01-01")
    file["links"] += [{**file["links"][0], "checklist": "NONE"}]
    answer = await http.post("/api/v1/catalogue-versions", json=file)
    assert answer.status_code == 422
    named = {fault["pointer"] for fault in answer.json()["errors"]}
    assert named == {"/version", "/effective_to", "/links/1/code", "/links/1/checklist"}


async def test_figures_and_ledger_answer_for_one_source(http: httpx.AsyncClient) -> None:
    await http.post("/api/v1/inspections", json=an_inspection("F1", "FIG-1", source_system="fig", result="FAIL"))
    figures = (await http.get("/ops/v1/figures", params={"source": "fig"})).json()
    assert {name: count for name, count in figures.items() if count} == {
        "tasks": 1,
        "ad_hoc": 1,
        "inspections": 1,
        "orphan_inspections": 1,
    }
    ledger = lines(await http.get("/ops/v1/ledger", params={"source": "fig"}))
    assert ledger == [{"set": "records", "side": "cause", "key": "fig:F1"}]


def test_the_command_line_lists_tasks(addresses: Addresses) -> None:
    listed = CliRunner().invoke(app, ["tasks", "--state", "PENDING_CLAIM", "--url", addresses.http, "--json"])
    assert (listed.exit_code, set(json.loads(listed.output))) == (0, {"items", "next"})

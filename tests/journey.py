"""The journey (全程旅程): one licence through the whole chain, by the public APIs alone, as bureaus use it.

Approved, inspected, failed, recorded, graded; the grade known again where the licence was given. The same journey
runs on embedded servers (tests/system) and on containers (tests/containers).
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from time import monotonic
from typing import Any, TypeVar

import httpx
import msgspec
import nats
import pytest

from chassis.nats_access import NatsAccess
from contracts.permissions import OPERATOR
from kernel.clock import china_day
from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.services import service_names, variable

SOURCE, LICENCE, HOLDER = "journey", "JOURNEY-LICENCE-1", "JOURNEYHOLDER1"
PATIENCE = 60.0
ITEM = {"item_code": "JOURNEY", "name": "食品经营许可", "department": "DEMO-FOOD"}
INSPECTORS = [{"code": f"officer-{n}", "name": f"检查员 {n}", "department": "DEMO-FOOD"} for n in (1, 2)]
CATALOGUE = {
    "by": "journey-drafter",
    "version": "journey-1",
    "effective_from": "2000-01-01",
    "effective_to": None,
    "checklists": [{"code": "SHORT", "name": "简表", "lines": [{"code": "1", "text": "生熟分开"}]}],
    "links": [
        {
            "code": "FOOD",
            "item_code": "JOURNEY",
            "triggers": ["NEW"],
            "department": "DEMO-FOOD",
            "check_kind": "ROUTINE",
            "checklist": "SHORT",
            "effective_from": "2000-01-01",
            "effective_to": None,
        }
    ],
}
TODAY = china_day(datetime.now(UTC)).isoformat()
"""The day of everything: a record counts only for as long as its class allows."""
CASE = {
    "source_system": SOURCE,
    "case_id": "JOURNEY-CASE-1",
    "kind": "NEW",
    "item_code": "JOURNEY",
    "region": "640202",
    "decided_on": TODAY,
    "subject": {"id_type": "099", "id_no": HOLDER, "kind": "ORGANISATION", "name": "旅程餐馆"},
    "object": {"object_no": LICENCE, "name": "旅程餐馆", "address": "一号路"},
}
REPORT = {
    "inspection_no": "JOURNEY-INSPECTION-1",
    "inspected_on": TODAY,
    "inspectors": ["officer-1", "officer-2"],
    "result": "FAIL",
    "lines": [{"code": "1", "result": "FAIL"}],
    "findings": [{"line_code": "1", "severity": "CRITICAL", "note": "生熟混放"}],
}

T = TypeVar("T")


@dataclass(frozen=True)
class Travelled:
    """What became of it, as the services tell."""

    task: str
    records: tuple[str, ...]
    grades: Mapping[str, str]
    traced: frozenset[str]
    """Types of the events that carry the trace id the two requests were sent with."""
    figures: Mapping[str, int | float]
    astray: tuple[str, ...] = ()
    """The keys behind ``lost`` and ``duplicated``."""


WHOLE = Travelled(
    task="CLOSED",
    records=("GENERAL",),
    grades={"credit": "B", "approval": "B", "supervision": "B"},
    traced=frozenset(
        f"cn.shenguan.{fact}.v1"
        for fact in (
            "approval.case.decided",
            "approval.item.listed",
            "supervision.catalogue.published",
            "supervision.task.created",
            "supervision.task.claimed",
            "supervision.inspection.concluded",
            "supervision.risk.classified",
            "supervision.visit.changed",
            "credit.subject.registered",
            "credit.record.added",
            "credit.grade.changed",
        )
    ),
    figures={
        "decisions": 1,
        "tasks": 1,
        "ad_hoc": 0,
        "joined": 0,
        "cancelled": 0,
        "unmatched": 0,
        "inspections": 1,
        "orphan_inspections": 0,
        "credit_records": 1,
        "subjects": 1,
        "outbox_pending": 0,
        "dead_letters": 0,
        "lost": 0,
        "duplicated": 0,
    },
)
"""Nothing lost, nothing twice, one trace id from the first request to the grade."""


def bare_environment() -> dict[str, str]:
    """This process's environment without anything that configures a stack, but for ports of its own (0: a free one).

    Two stacks that start at once would else look at the usual ports before either has taken them.
    """
    ours = {key: value for key, value in os.environ.items() if not key.startswith("SHENGUAN_")}
    return ours | {variable(name, "PORT"): "0" for name in service_names()}


async def journey(urls: Mapping[str, str], nats_url: str, signed_in: Mapping[str, str]) -> Travelled:
    """Travel once through a running stack that has not seen this licence. ``urls``: service → base URL."""
    trace = token_hex(16)
    async with AsyncExitStack() as leaving:
        headers = {**signed_in, "traceparent": f"00-{trace}-{token_hex(8)}-01"}
        approval, supervision, credit = [
            await leaving.enter_async_context(
                httpx.AsyncClient(base_url=urls[service], headers=headers, timeout=30, trust_env=False)
            )
            for service in ("approval", "supervision", "credit")
        ]
        await _furnish(approval, supervision)
        (await approval.post("/api/v1/cases", json=CASE)).raise_for_status()
        task = await _inspected(supervision)
        record = await until(lambda: _page(credit, "/api/v1/records", source_system=SOURCE))
        subject = await until(lambda: _found(credit, f"/api/v1/subjects/099/{HOLDER}"))
        grade = f"/api/v1/grades/099/{HOLDER}"
        held = [await until(partial(_found, client, grade)) for client in (approval, supervision)]
    async with Sender(urls, signed_in) as sender:
        outcome = await reconciled(sender, nats_url, SOURCE, lambda _: None, monotonic())
    return Travelled(
        task=task,
        records=tuple(each["record_class"] for each in record),
        grades=dict(zip(("credit", "approval", "supervision"), (of["grade"] for of in (subject, *held)), strict=True)),
        traced=await _traced(nats_url, trace),
        figures={name: figure for name, figure in outcome.figures.items() if name != "seconds"},
        astray=(*outcome.lost, *outcome.duplicated),
    )


async def until(question: Callable[[], Awaitable[T | None]]) -> T:
    """The first answer that is something, asked again and again; the test fails when there is none in a minute."""
    deadline = monotonic() + PATIENCE
    while not (answer := await question()):
        if monotonic() > deadline:
            pytest.fail(f"no answer within {PATIENCE:.0f} s")
        await asyncio.sleep(0.05)
    return answer


async def _furnish(approval: httpx.AsyncClient, supervision: httpx.AsyncClient) -> None:
    await _register(approval, "/api/v1/items:batch", [ITEM])
    await _register(supervision, "/api/v1/inspectors:batch", INSPECTORS)
    path = "/api/v1/catalogue-versions"
    (await supervision.post(path, json=CATALOGUE)).raise_for_status()
    for verb, by in (("submit", "journey-drafter"), ("publish", "journey-publisher")):
        answer = await supervision.post(f"{path}/{CATALOGUE['version']}:{verb}", json={"by": by})
        answer.raise_for_status()


async def _register(client: httpx.AsyncClient, path: str, documents: list[dict[str, str]]) -> None:
    answer = await client.post(path, content=msgspec.json.Encoder().encode_lines(documents))
    answers = msgspec.json.Decoder(dict[str, Any]).decode_lines(answer.content)
    assert [line["status"] for line in answers] == [201] * len(documents), answer.text


async def _inspected(supervision: httpx.AsyncClient) -> str:
    """Wait for the task, claim it, conclude it; its state in the end."""
    (task,) = await until(lambda: _page(supervision, "/api/v1/tasks", source_system=SOURCE, object_no=LICENCE))
    path = f"/api/v1/tasks/{task['task_id']}"
    (await supervision.post(f"{path}:claim", json={"inspector": "officer-1"})).raise_for_status()
    (await supervision.post(f"{path}:conclude", json=REPORT)).raise_for_status()
    return str((await supervision.get(path)).raise_for_status().json()["state"])


async def _page(client: httpx.AsyncClient, path: str, **which: str) -> list[dict[str, Any]]:
    answer = (await client.get(path, params=which)).raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _found(client: httpx.AsyncClient, path: str) -> dict[str, Any] | None:
    """What stands there, None while there is nothing or it has no grade."""
    answer = await client.get(path)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    found: dict[str, Any] = answer.raise_for_status().json()
    return found if found["grade"] else None


async def _traced(nats_url: str, trace: str) -> frozenset[str]:
    connection = await nats.connect(nats_url, **NatsAccess.of(OPERATOR).options())
    try:
        jetstream = connection.jetstream()
        told: list[dict[str, str]] = []
        for stream in ("APPROVAL", "SUPERVISION", "CREDIT"):
            state = (await jetstream.stream_info(stream)).state
            numbers = range(state.first_seq, state.last_seq + 1)
            told += [(await jetstream.get_msg(stream, number)).headers or {} for number in numbers]
    finally:
        await connection.close()
    return frozenset(headers["ce-type"] for headers in told if trace in headers.get("traceparent", ""))

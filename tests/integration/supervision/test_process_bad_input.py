"""Bad input to the verbs: a problem in Chinese and English that says where, never a 500, never half a write."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import (
    CREW,
    PENALTY,
    Make,
    a_report,
    failed,
    furnish,
    maker,
    rectifying,
    referred,
    shown,
    today,
)

pytestmark = pytest.mark.servers
WHY = {"by": "boss-1", "reason": "说明"}
NASTY: list[Any] = [
    None,
    7,
    1e400,
    True,
    [],
    {},
    [[]],
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "长" * 100_000,
    "2011-02-30",
]
NASTY += [-(10**30), ["\x00", "orange-1"], [f"orange-{n}" for n in range(10_000)], "0wd", "abc", "9999m"]
VERBS: dict[str, tuple[str, dict[str, Any]]] = {
    "claim": ("PENDING", {"inspector": "orange-1"}),
    "return": ("PENDING", WHY),
    "dispute": ("PENDING", WHY),
    "route": ("RETURNED", WHY | {"department": "DEMO-FIRE"}),
    "arbitrate": ("DISPUTED", WHY | {"department": "DEMO-FIRE"}),
    "transfer": ("CLAIMED", WHY | {"inspector": "orange-2"}),
    "plan": ("CLAIMED", {"by": "boss-1", "planned_on": "2099-01-01", "officers": CREW}),
    "start": ("CLAIMED", {"by": "boss-1"}),
    "inspect": ("CLAIMED", a_report("BAD")),
    "conclude": ("CLAIMED", a_report("BAD")),
    "close": ("CLAIMED", {"by": "boss-1", "reason": "OTHER", "note": "说明"}),
    "rectify": ("INSPECTING", {"by": "boss-1", "requirement": "整改", "limit": "10d"}),
    "refer": ("INSPECTING", WHY | {"referred_to": "示例综合执法局", "off_system": False}),
    "report": ("RECTIFYING", {"by": "boss-1", "report": "已改"}),
    "verify": (
        "RECTIFYING",
        {"by": "boss-1", "passed": False, "inspectors": CREW, "reason": "x", "requirement": "x", "limit": "5d"},
    ),
    "supplement": ("REFERRED", WHY),
    "penalise": (
        "REFERRED",
        {
            **PENALTY,
            "by": "boss-1",
            "no_penalty": False,
            "punish_action_name": "x",
            "punish_result": "罚款",
            "punish_basis": "某法第 1 条",
            "illegal_fact": "x",
            "case_process_type": "02",
        },
    ),
    "feedback": ("REFERRED", {"kind": "REVOKE", "reason": "x", "legal_basis": "x", "by": "orange-1"}),
}


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    furnish(addresses)


@pytest.fixture
def make(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> Make:
    return maker(http, tell, until)


async def brought(http: httpx.AsyncClient, make: Make, object_no: str, state: str) -> str:
    task_id = await make(object_no)
    before = {
        "RETURNED": ("return", WHY),
        "DISPUTED": ("dispute", WHY),
        "CLAIMED": ("claim", {"inspector": "orange-1"}),
    }
    if state in before:
        verb, body = before[state]
        (await http.post(f"/api/v1/tasks/{task_id}:{verb}", json=body)).raise_for_status()
    bring = {"INSPECTING": failed, "RECTIFYING": rectifying, "REFERRED": referred}.get(state)
    if bring:
        await bring(http, task_id, f"{object_no}-I")
    return task_id


def is_problem(answer: httpx.Response) -> bool:
    said = answer.json()
    faults = said["errors"]
    return (
        400 <= answer.status_code < 500
        and answer.headers["content-type"] == "application/problem+json"
        and said["status"] == answer.status_code
        and all([said["title"], said["title_en"], said["type"].startswith("urn:shenguan:problem:")])
        and all(fault["zh"] and fault["en"] and fault["pointer"][:1] in {"", "/"} for fault in faults)
    )


async def post(http: httpx.AsyncClient, task_id: str, verb: str, body: Any) -> httpx.Response:
    content = json.dumps(body).encode()
    return await http.post(
        f"/api/v1/tasks/{task_id}:{verb}", content=content, headers={"content-type": "application/json"}
    )


EVERY_DAY = ("claim", "inspect")
"""Verbs whose every field is tried at each change; `make nightly` tries all of them."""


@pytest.mark.parametrize(
    "verb", [verb if verb in EVERY_DAY else pytest.param(verb, marks=pytest.mark.nightly) for verb in VERBS]
)
async def test_every_field_of_a_verb_with_every_nasty_value_is_a_problem_or_harmless(
    http: httpx.AsyncClient, make: Make, verb: str
) -> None:
    state, plain = VERBS[verb]
    task_id = await brought(http, make, f"NASTY-{verb}", state)
    before, number = await shown(http, task_id), 0
    for name in plain:
        for value in NASTY:
            answer = await post(http, task_id, verb, plain | {name: value})
            assert answer.status_code < 500, (name, str(value)[:40], answer.text)
            if answer.status_code >= 300:
                assert is_problem(answer), (name, str(value)[:40], answer.text[:500])
                assert await shown(http, task_id) == before, (name, str(value)[:40])
                continue
            number += 1
            task_id = await brought(http, make, f"NASTY-{verb}-{number}", state)
            before = await shown(http, task_id)


@pytest.mark.parametrize("verb", VERBS)
async def test_an_unknown_field_a_missing_field_and_no_document_are_named(
    http: httpx.AsyncClient, make: Make, verb: str
) -> None:
    state, plain = VERBS[verb]
    task_id = await brought(http, make, f"FIELDS-{verb}", state)
    before = await shown(http, task_id)
    answer = await post(http, task_id, verb, plain | {"colour": "red"})
    assert is_problem(answer)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/colour"]
    nothing: list[Any] = [None, [], 3, "x"]
    for body in nothing:
        assert is_problem(await post(http, task_id, verb, body))
    empty = await post(http, task_id, verb, {})
    assert is_problem(empty)
    assert empty.json()["errors"]
    assert await shown(http, task_id) == before


@pytest.mark.parametrize("verb", VERBS)
async def test_a_task_that_is_not_there_is_not_found_and_a_wrong_id_is_told(http: httpx.AsyncClient, verb: str) -> None:
    plain = VERBS[verb][1]
    answer = await post(http, str(uuid4()), verb, plain)
    assert is_problem(answer)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:shenguan:problem:not-found")
    for wrong in ("7", "NOT-A-UUID", "00000000-0000-0000-0000-00000000000g"):
        answer = await post(http, wrong, verb, plain)
        assert is_problem(answer)
        assert (answer.status_code, [f["pointer"] for f in answer.json()["errors"]]) == (422, ["/task_id"])


@pytest.mark.parametrize("limit", ["0wd", "abc", "10000d", "-1d", "1y", "10", [], 7])
async def test_a_limit_nobody_can_read_orders_nothing(http: httpx.AsyncClient, make: Make, limit: Any) -> None:
    task_id = await brought(http, make, f"BAD-LIMIT-{limit}", "INSPECTING")
    answer = await post(http, task_id, "rectify", {"by": "boss-1", "requirement": "整改", "limit": limit})
    assert is_problem(answer)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/limit"]
    assert (await shown(http, task_id))["rounds"] is None


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"fine": "10.125"}, "/fine"),
        ({"fine": -1}, "/fine"),
        ({"fine": "NaN"}, "/fine"),
        ({"fine": "Infinity"}, "/fine"),
        ({"fine": "1" * 19}, "/fine"),
        ({"filing_date": "2011-09-02", "decision_date": "2011-09-01"}, "/decision_date"),
        ({"decision_date": None}, "/decision_date"),
        ({"decision_date": "2011-13-01"}, "/decision_date"),
        ({"punish_types": []}, "/punish_types"),
        ({"punish_types": ["99"]}, "/punish_types/0"),
        ({"punish_types": ["02", "02"]}, "/punish_types"),
        ({"punish_types": ["02"] * 10_000}, "/punish_types"),
        ({"punish_types": [], "no_penalty": True}, "/fine"),
        ({"punish_document_code": " "}, "/punish_document_code"),
        ({"punish_document_code": "\x00"}, "/punish_document_code"),
        ({"punish_basis": "\x00"}, "/punish_basis"),
        ({"illegal_fact": "长" * 4001}, "/illegal_fact"),
        ({"case_process_type": "03"}, "/case_process_type"),
    ],
)
async def test_a_penalty_that_cannot_be_is_not_recorded(
    http: httpx.AsyncClient, make: Make, changes: dict[str, Any], pointer: str
) -> None:
    task_id = await brought(http, make, f"PENALTY-{abs(hash(str(changes)[:200]))}", "REFERRED")
    answer = await post(http, task_id, "penalise", PENALTY | {"by": "boss-1"} | changes)
    assert is_problem(answer)
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {pointer}
    task = await shown(http, task_id)
    assert (task["state"], task["referral"]["penalty"]) == ("REFERRED", None)


async def test_a_penalty_of_tomorrow_is_not_recorded(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await brought(http, make, "TOMORROW", "REFERRED")
    tomorrow = PENALTY | {"by": "boss-1", "decision_date": await today(http, 1)}
    answer = await post(http, task_id, "penalise", tomorrow)
    assert is_problem(answer)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/decision_date"]
    assert (await shown(http, task_id))["state"] == "REFERRED"


async def test_ten_thousand_officers_are_too_many(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await brought(http, make, "CROWD", "CLAIMED")
    crowd = [f"orange-{n}" for n in range(10_000)]
    for verb, field in (("plan", "officers"), ("inspect", "inspectors")):
        answer = await post(http, task_id, verb, VERBS[verb][1] | {field: crowd})
        assert is_problem(answer)
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{field}"]
    assert (await shown(http, task_id))["state"] == "CLAIMED"

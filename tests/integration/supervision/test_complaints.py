"""Complaints over HTTP: who complains is sealed in the database, shown to the department alone, and each look is on record."""

import json
from typing import Any

import httpx
import pytest

from kernel.role import Role
from tests.fakes.complaints import USCC
from tests.fakes.supervised import department_told
from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import Tell
from tests.integration.supervision.process import told as refusal
from tests.tokens import headers, person

pytestmark = pytest.mark.servers

NAME, PHONE = "诸葛投诉", "13900000001"
FOOD = person("orange-1", Role.SUPERVISOR, departments=["DEMO-FOOD"])
FIRE = person("fire-1", Role.SUPERVISOR, departments=["DEMO-FIRE"])
OFFICE = person("office-1", Role.LINKAGE_OFFICE)


def form(number: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "channel": "HOTLINE",
        "complaint_no": number,
        "received_at": "2011-09-01T09:00:00+08:00",
        "id_no": USCC,
        "subject_name": "示例甲号餐饮服务有限公司",
        "department": "DEMO-FOOD",
        "content": "后厨有老鼠",
        "reply_wanted": True,
        "complainant": NAME,
        "contact": PHONE,
    }
    return plain | changes


@pytest.fixture
async def departments(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    for code in ("DEMO-FOOD", "DEMO-FIRE"):
        await tell(department_told(code))

    async def known() -> bool:
        items = (await http.get("/api/v1/departments")).json()["items"]
        return {"DEMO-FOOD", "DEMO-FIRE"} <= {each["code"] for each in items}

    await until(known)


@pytest.fixture
async def alone(addresses: Addresses, departments: None) -> Any:
    async with httpx.AsyncClient(base_url=addresses.http, trust_env=False) as client:
        yield client


async def test_a_complaint_makes_a_task_and_is_masked_wherever_it_is_shown(alone: httpx.AsyncClient) -> None:
    answer = await alone.post("/api/v1/complaints", json=form("GD1"), headers=OFFICE)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["masked_name"], told["masked_contact"], told["due_on"]) == ("诸***", "139****0001", "2011-09-22")
    assert (await alone.post("/api/v1/complaints", json=form("GD1"), headers=OFFICE)).status_code == 200
    assert refusal(await alone.post("/api/v1/complaints", json=form("GD1", content="别的"), headers=OFFICE)) == (
        409,
        "complaint-differs",
    )
    task = (await alone.get(f"/api/v1/tasks/{told['task_id']}", headers=FOOD)).json()
    assert (task["purpose"], task["complaint_id"], task["state"]) == (
        "FOR_CAUSE",
        told["complaint_id"],
        "PENDING_CLAIM",
    )
    listed = (await alone.get("/api/v1/complaints", params={"complaint_no": "GD1"}, headers=FOOD)).json()["items"]
    assert [each["complaint_id"] for each in listed] == [told["complaint_id"]]
    assert not [word for word in (NAME, PHONE) if word in answer.text + str(listed)]
    objects = await alone.get("/api/v1/objects", params={"id_type": "001", "id_no": USCC}, headers=OFFICE)
    assert [each["object_no"] for each in objects.json()["items"]] == [USCC]


async def test_the_department_alone_has_it_shown_and_every_look_is_on_record(alone: httpx.AsyncClient) -> None:
    told = (await alone.post("/api/v1/complaints", json=form("GD2"), headers=OFFICE)).json()
    one = f"/api/v1/complaints/{told['complaint_id']}"
    why = {"reason": "回复办理结果"}
    assert refusal(await alone.post(f"{one}:reveal", json=why, headers=FIRE)) == (403, "other-department")
    assert refusal(await alone.post(f"{one}:reveal", json=why, headers=OFFICE)) == (403, "not-allowed")
    assert refusal(await alone.get(one, headers=FIRE)) == (403, "other-department")
    assert refusal(await alone.post(f"{one}:reveal", json={"reason": "看"}, headers=FOOD)) == (422, "invalid-content")
    shown = await alone.post(f"{one}:reveal", json=why, headers=FOOD)
    assert shown.json() == {"complainant": NAME, "contact": PHONE}
    assert shown.headers["cache-control"] == "no-store"
    (look,) = (await alone.get(one, headers=FOOD)).json()["looks"]
    assert (look["by"], look["reason"]) == ("orange-1", "回复办理结果")
    audited = await alone.get("/api/v1/audit", headers=headers("auditor", "PERSON", [Role.AUDITOR]))
    entries = [each for each in audited.json()["items"] if each["action"].endswith("complaints/{complaint_id}:reveal")]
    assert [each["result"] for each in entries if told["complaint_id"] in each["object"]].count("DONE") == 1
    assert [each for each in entries if "回复办理结果" in each["object"]]


async def test_a_department_takes_in_its_own_and_the_catalogue_says_whose_the_rest_are(
    alone: httpx.AsyncClient,
) -> None:
    assert refusal(await alone.post("/api/v1/complaints", json=form("GD3"), headers=FIRE)) == (403, "other-department")
    unsaid = form("GD3", department="", item_code="1006")
    assert refusal(await alone.post("/api/v1/complaints", json=unsaid, headers=FIRE)) == (403, "other-department")
    assert (await alone.post("/api/v1/complaints", json=unsaid, headers=OFFICE)).json()["department"] == "DEMO-FOOD"
    nowhere = form("GD4", department="NOWHERE")
    assert refusal(await alone.post("/api/v1/complaints", json=nowhere, headers=OFFICE)) == (422, "department-unknown")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"channel": "PIGEON"}, "channel-unknown"),
        ({"received_at": "2011-09-03T09:00:00+08:00"}, "invalid-content"),
        ({"contact": ""}, "invalid-content"),
        ({"content": "打 13812345678"}, "invalid-content"),
        ({"id_no": "123"}, "invalid-content"),
        ({"department": "", "item_code": "9999"}, "department-needed"),
    ],
)
async def test_what_cannot_be_taken_in_leaves_nothing(
    alone: httpx.AsyncClient, change: dict[str, Any], code: str
) -> None:
    assert refusal(await alone.post("/api/v1/complaints", json=form("GD9", **change), headers=OFFICE)) == (422, code)
    listed = await alone.get("/api/v1/complaints", params={"complaint_no": "GD9"}, headers=OFFICE)
    assert listed.json()["items"] == []


async def test_bytes_that_are_no_letter_are_refused_at_the_door(alone: httpx.AsyncClient) -> None:
    body = json.dumps(form("GD1", address="a\ud800"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    said = {"content-type": "application/json", **OFFICE}
    assert refusal(await alone.post("/api/v1/complaints", content=body, headers=said)) == (422, "invalid-content")


async def test_the_list_goes_back_page_by_page(alone: httpx.AsyncClient) -> None:
    numbers = [f"P{each}" for each in range(3)]
    for number in numbers:
        answer = await alone.post("/api/v1/complaints", json=form(number, department="DEMO-FIRE"), headers=FIRE)
        assert answer.status_code == 201, answer.text
    seen, cursor = [], ""
    while cursor is not None:
        asked: dict[str, str | int] = {"limit": 1, "cursor": cursor, "open": "true"}
        told = (await alone.get("/api/v1/complaints", params=asked, headers=FIRE)).json()
        seen += [each["complaint_no"] for each in told["items"]]
        cursor = told["next"]
    assert seen == numbers[::-1]
    answered = await alone.get("/api/v1/complaints", params={"open": "false"}, headers=FIRE)
    assert answered.json()["items"] == []

"""Handing over and joint visits over HTTP: what goes with a person or a department, what stays, who meets where."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.integration.supervision.conftest import Addresses, Said, lines, ndjson
from tests.integration.supervision.process import (
    BOTH,
    CERTIFIED,
    CREW,
    FIRE,
    PAPERS,
    SCARCE,
    Make,
    a_report,
    clocks,
    do,
    furnish,
    maker,
    pointers,
    rectifying,
    shown,
    today,
    told,
)

pytestmark = pytest.mark.servers
PATH = "/api/v1/tasks:hand-over"
WHY = {"reason": "说明", "by": "boss-1"}
VISITS = "/api/v1/visits"


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    furnish(addresses)


@pytest.fixture
def make(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> Make:
    return maker(http, tell, until)


async def officers(http: httpx.AsyncClient, *codes: str, department: str) -> None:
    crew = [{"code": code, "name": "执法员", "department": department} for code in codes]
    answers = lines(await http.post("/api/v1/inspectors:batch", content=ndjson(crew)))
    assert {answer["status"] for answer in answers} <= {200, 201}


async def test_what_a_person_holds_goes_to_the_successor(http: httpx.AsyncClient, make: Make) -> None:
    await officers(http, "old-1", "new-1", department="DEMO-FOOD")
    claimed, planned, put_right, mine = [await make(f"PERSON-{number}") for number in range(4)]
    for task_id in (claimed, planned):
        await do(http, task_id, "claim", inspector="old-1")
    await do(http, planned, "plan", planned_on=await today(http), officers=["orange-1", "old-1"])
    await rectifying(http, put_right, "PERSON-I")
    await do(http, put_right, "transfer", inspector="old-1", reason="说明")
    await do(http, mine, "claim", inspector="orange-1")
    answer = await http.post(PATH, json=WHY | {"from": "old-1", "to": "new-1"})
    assert (answer.status_code, answer.json()) == (200, {"moved": [claimed, planned, put_right], "stayed": {}})
    tasks = [await shown(http, task_id) for task_id in (claimed, planned, put_right)]
    assert [(task["state"], task["claimed_by"]) for task in tasks] == [
        *(("CLAIMED", "new-1"), ("PLANNED", "new-1"), ("RECTIFYING", "new-1")),
    ]
    assert (tasks[1]["crew"], clocks(tasks[2])["RECTIFY"]) == (["orange-1", "new-1"], "RUNNING")
    assert [(h["verb"], h["reason"]) for h in tasks[0]["handovers"]] == [("hand_over", "说明")]
    assert (await shown(http, mine))["handovers"] == []
    again = await http.post(PATH, json=WHY | {"from": "old-1", "to": "new-1"})
    assert again.json() == {"moved": [], "stayed": {}}


async def test_a_successor_who_stands_on_the_plan_already_stands_there_once(
    http: httpx.AsyncClient, make: Make
) -> None:
    await officers(http, "leaves-1", department="DEMO-FOOD")
    task_id = await make("CREW")
    await do(http, task_id, "claim", inspector="leaves-1")
    await do(http, task_id, "plan", planned_on=await today(http), officers=["leaves-1", "orange-2"])
    await http.post(PATH, json=WHY | {"from": "leaves-1", "to": "orange-2"})
    task = await shown(http, task_id)
    assert (task["claimed_by"], task["crew"]) == ("orange-2", ["orange-2"])


async def test_an_officer_takes_over_in_the_own_department_only(http: httpx.AsyncClient, make: Make) -> None:
    await officers(http, "stays-1", department="DEMO-FOOD")
    task_id = await make("OWN")
    await do(http, task_id, "claim", inspector="stays-1")
    answer = await http.post(PATH, json=WHY | {"from": "stays-1", "to": "fire-1"})
    assert answer.json() == {"moved": [], "stayed": {task_id: "inspector-elsewhere"}}
    assert (await shown(http, task_id))["claimed_by"] == "stays-1"


async def test_a_department_that_merges_hands_over_what_it_holds(http: httpx.AsyncClient, make: Make) -> None:
    await officers(http, "m-1", "m-2", department="DEMO-MERGED")
    await officers(http, "n-1", "n-2", department="DEMO-NEW")
    pending, claimed, closed, here, there = [await make(f"MERGED-{number}") for number in range(5)]
    for task_id in (pending, claimed, closed, there):
        await do(http, task_id, "return", reason="说明")
        await do(http, task_id, "route", reason="说明", department="DEMO-MERGED")
    await do(http, claimed, "claim", inspector="m-1")
    await do(http, closed, "claim", inspector="m-1")
    await do(http, closed, "close", reason="CEASED")
    same = await make("MERGED-4", item=SCARCE, department="DEMO-FIRE", version=2)
    await do(http, same, "return", reason="说明")
    await do(http, same, "route", reason="说明", department="DEMO-NEW")
    answer = await http.post(PATH, json=WHY | {"from": "DEMO-MERGED", "to": "DEMO-NEW"})
    assert answer.json() == {"moved": [pending, claimed], "stayed": {there: "task-exists-there"}}
    held = [await shown(http, task_id) for task_id in (pending, claimed, closed, here, there)]
    departments = ["DEMO-NEW", "DEMO-NEW", "DEMO-MERGED", "DEMO-FOOD", "DEMO-MERGED"]
    assert [task["department"] for task in held] == departments
    assert (held[0]["state"], held[1]["state"], held[1]["claimed_by"]) == ("PENDING_CLAIM", "CLAIMED", "m-1")
    assert (await do(http, pending, "claim", inspector="n-1"))["claimed_by"] == "n-1"


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"from": "DEMO-FOOD", "to": "DEMO-FOOT"}, "department-unknown", ["/to"]),
        ({"from": "DEMO-FOOD", "to": "fire-1"}, "department-unknown", ["/to"]),
        ({"to": "DEMO-FOOD"}, "person-needed", ["/to"]),
        ({"to": "orange-1"}, "invalid-content", ["/to"]),
        ({"from": "\x00"}, "invalid-content", ["/from"]),
        ({"to": "\x00"}, "invalid-content", ["/to"]),
        ({"reason": " "}, "invalid-content", ["/reason"]),
        ({"reason": "\x00"}, "invalid-content", ["/reason"]),
        ({"by": ""}, "invalid-content", ["/by"]),
        ({"giver": "orange-1"}, "invalid-content", ["/giver"]),
    ],
)
async def test_nothing_is_handed_to_nobody(
    http: httpx.AsyncClient, make: Make, changes: dict[str, Any], code: str, pointer: list[str]
) -> None:
    answer = await http.post(PATH, json=WHY | {"from": "orange-1", "to": "orange-2"} | changes)
    assert (told(answer), pointers(answer)) == ((422, code), pointer)


async def test_two_departments_meet_in_one_visit(http: httpx.AsyncClient, make: Make) -> None:
    food = await make("VISIT", item=BOTH)
    await make("ALONE")
    await make("ON-PAPER", item=PAPERS)
    (fire,) = [
        task["task_id"]
        for task in (await http.get("/api/v1/tasks", params={"object_no": "VISIT"})).json()["items"]
        if task["department"] == "DEMO-FIRE"
    ]
    await do(http, food, "claim", inspector="orange-1")
    await do(http, food, "plan", planned_on=(day := await today(http, 3)), officers=CREW)
    for which in ({}, {"department": "DEMO-FOOD"}, {"department": "DEMO-FIRE"}, {"source_system": "chicago"}):
        items = (await http.get(VISITS, params={"object_no": "VISIT"} | which)).json()["items"]
        assert [visit["departments"] for visit in items] == [["DEMO-FIRE", "DEMO-FOOD"]], which
    (visit,) = items
    assert (visit["object_name"], visit["object_address"]) == ("某店", "某路 1 号")
    tasks = {task["task_id"]: (task["state"], task["planned_on"]) for task in visit["tasks"]}
    assert tasks == {food: ("PLANNED", day), fire: ("PENDING_CLAIM", None)}
    for nothing in ({"object_no": "ALONE"}, {"object_no": "ON-PAPER"}, {"object_no": "VISIT", "department": "NONE"}):
        assert (await http.get(VISITS, params=nothing)).json() == {"items": [], "next": None}
    await do(http, food, "close", reason="CEASED")
    assert (await http.get(VISITS, params={"object_no": "VISIT"})).json()["items"] == []


async def test_visits_are_paged_by_key(http: httpx.AsyncClient, make: Make) -> None:
    for number in (3, 1, 5, 2, 4):
        await make(f"PAGE-{number}", item=BOTH)
    asked, seen = {"limit": "2", "department": "DEMO-FIRE"}, list[str]()
    while True:
        page = (await http.get(VISITS, params=asked)).json()
        assert len(page["items"]) <= 2
        seen += [visit["object_no"] for visit in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert [number for number in seen if number.startswith("PAGE-")] == [f"PAGE-{number}" for number in range(1, 6)]
    assert (seen, len(set(seen))) == (sorted(seen), len(seen))


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=abc", "/limit"),
        ("colour=red", "/colour"),
        ("department=%00", "/department"),
        ("cursor=nonsense", "/cursor"),
        ("cursor=WyJcdTAwMDAiLCJ4Il0=", "/cursor"),
        ("cursor=WyJhIl0=", "/cursor"),
    ],
)
async def test_a_question_about_visits_nobody_can_answer(http: httpx.AsyncClient, question: str, pointer: str) -> None:
    answer = await http.get(f"{VISITS}?{question}")
    assert (told(answer), pointers(answer)) == ((422, "invalid-content"), [pointer])


async def tasks_on(http: httpx.AsyncClient, object_no: str) -> dict[str, str]:
    """Department → its task on an object."""
    items = (await http.get("/api/v1/tasks", params={"object_no": object_no})).json()["items"]
    return {task["department"]: task["task_id"] for task in items}


async def test_a_joint_visit_is_planned_whole_or_not_at_all(http: httpx.AsyncClient, make: Make) -> None:
    await make("JOINT", item=BOTH)
    tasks = await tasks_on(http, "JOINT")
    crews = [{"department": "DEMO-FOOD", "officers": CREW}, {"department": "DEMO-FIRE", "officers": FIRE}]
    visit = {"source_system": "chicago", "object_no": "JOINT", "planned_on": await today(http, 3), "by": "boss-1"}
    await do(http, tasks["DEMO-FOOD"], "claim", inspector=CREW[0])
    refused = await http.post(f"{VISITS}:plan", json=visit | {"crews": crews})
    assert (told(refused), pointers(refused)) == ((409, "verb-not-now"), ["/crews/1"])
    assert tasks["DEMO-FIRE"] in refused.text
    assert {(await shown(http, task_id))["planned_on"] for task_id in tasks.values()} == {None}
    await do(http, tasks["DEMO-FIRE"], "claim", inspector=FIRE[0])
    answer = await http.post(f"{VISITS}:plan", json=visit | {"crews": crews})
    assert answer.status_code == 200, answer.text
    assert {task["task_id"]: (task["state"], task["planned_on"], task["crew"]) for task in answer.json()} == {
        tasks["DEMO-FOOD"]: ("PLANNED", visit["planned_on"], CREW),
        tasks["DEMO-FIRE"]: ("PLANNED", visit["planned_on"], FIRE),
    }
    assert [change["verb"] for change in (await shown(http, tasks["DEMO-FIRE"]))["history"]] == ["claim", "plan"]
    one = [crews[0] | {"tasks": [tasks["DEMO-FOOD"]]}]
    assert len((await http.post(f"{VISITS}:plan", json=visit | {"crews": one})).json()) == 1


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"object_no": "NOWHERE"}, "no-task-to-visit", ["/crews/0/department"]),
        ({"object_no": "\x00"}, "invalid-content", ["/object_no"]),
        ({"planned_on": "soon"}, "invalid-content", ["/planned_on"]),
        ({"planned_on": None}, "invalid-content", ["/planned_on"]),
        ({"by": ""}, "invalid-content", ["/by"]),
        ({"colour": "red"}, "invalid-content", ["/colour"]),
        ({"crews": []}, "invalid-content", ["/crews"]),
        ({"crews": [{"department": "DEMO-FOOD"}]}, "invalid-content", ["/crews/0/officers"]),
        ({"crews": [{"department": "DEMO-FOOD", "officers": ["orange-1"]}]}, "invalid-content", ["/crews/0/officers"]),
        (
            {"crews": [{"department": "DEMO-FOOD", "officers": CREW, "tasks": ["7"]}]},
            "invalid-content",
            ["/crews/0/tasks/0"],
        ),
        ({"crews": [{"department": "DEMO-FOOD", "officers": CREW}] * 51}, "invalid-content", ["/crews"]),
    ],
)
async def test_a_joint_visit_nobody_can_make_is_not_planned(
    http: httpx.AsyncClient, changes: dict[str, Any], code: str, pointer: list[str]
) -> None:
    crews = [{"department": "DEMO-FOOD", "officers": CREW}]
    visit = {"source_system": "chicago", "object_no": "NONE", "planned_on": await today(http, 3), "by": "boss-1"}
    answer = await http.post(f"{VISITS}:plan", json=visit | {"crews": crews} | changes)
    assert (told(answer), pointers(answer)) == ((422, code), pointer)


async def test_officers_without_a_registered_certificate_are_planned_only_where_no_link_asks(
    http: httpx.AsyncClient, make: Make
) -> None:
    task_id = await make("CERTIFIED", item=CERTIFIED)
    await do(http, task_id, "claim", inspector=CREW[0])
    plan = {"planned_on": await today(http), "officers": [CREW[0], "cert-9"], "by": "boss-1"}
    await officers(http, "cert-9", department="DEMO-FOOD")
    refused = await http.post(f"/api/v1/tasks/{task_id}:plan", json=plan)
    assert (told(refused), pointers(refused)) == ((422, "certificate-needed"), ["/officers/0", "/officers/1"])
    crew = [
        {"code": code, "name": "执法员", "department": "DEMO-FOOD", "certificate_no": f"宁执法 {code}"}
        for code in ("cert-8", "cert-9")
    ]
    assert len(lines(await http.post("/api/v1/inspectors:batch", content=ndjson(crew)))) == 2
    task = await do(http, task_id, "plan", **plan | {"officers": ["cert-8", "cert-9"]})
    assert (task["state"], task["crew"]) == ("PLANNED", ["cert-8", "cert-9"])
    report = a_report("CERTIFIED-1", "3", inspectors=["cert-8", "cert-9"])
    await do(http, task_id, "inspect", **report)
    await do(http, task_id, "rectify", requirement="整改", limit="10d")
    again = await http.post(
        f"/api/v1/tasks/{task_id}:verify", json={"passed": True, "inspectors": CREW, "by": "boss-1"}
    )
    assert (told(again), pointers(again)) == ((422, "certificate-needed"), ["/inspectors/0", "/inspectors/1"])

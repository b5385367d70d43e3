"""Site visits over HTTP: requested, approved, announced, scanned without a login, inspected; counts, rules, suggestions."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from typer.testing import CliRunner

from contracts.event import Event, Subject
from supervision.cli.visit import app
from tests.fakes.alerts import EARLY as EARLY_ALERTS
from tests.fakes.supervised import decided
from tests.fakes.visits import EARLY
from tests.integration.supervision.conftest import Addresses, Said, an_inspection
from tests.integration.supervision.process import told as refusal

pytestmark = pytest.mark.servers
Tell = Callable[[Event], Any]
ASKED = ["counts", "request", "approve", "announce", "suggest"]


@pytest.fixture(scope="module")
def rule_files() -> dict[str, str]:
    """Alerts and site visits in force on the days the tests play on."""
    return {"ALERTS": EARLY_ALERTS, "VISITS": EARLY}


@pytest.fixture
async def shop(http: httpx.AsyncClient, tell: Tell, until: Said, request: pytest.FixtureRequest) -> str:
    """An object of an enterprise of its own; both are named after the test."""
    number: str = request.node.name.removeprefix("test_")[:50]
    subject = Subject(id_type="099", id_no=number.upper(), kind="ORGANISATION", name=f"企业 {number}")
    await tell(decided(f"C-{number}", number, subject=subject))
    await until(lambda: _known(http, number))
    return number


async def _known(http: httpx.AsyncClient, number: str) -> bool:
    return (await http.get(f"/api/v1/objects/chicago/{number}")).is_success


def form(shop: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "source_system": "chicago",
        "object_no": shop,
        "department": "DEMO-FOOD",
        "planned_on": "2011-09-02",
        "officers": ["orange-1", "orange-2"],
        "matters": [{"code": "0016400", "name": "食品安全监督检查"}],
        "reason": "年度计划检查",
        "legal_basis": "食品安全法第一百一十条",
        "by": "orange-1",
    }
    return plain | changes


async def ask(http: httpx.AsyncClient, shop: str, **changes: Any) -> httpx.Response:
    return await http.post("/api/v1/site-visits", json=form(shop, **changes))


async def does(http: httpx.AsyncClient, visit: dict[str, Any], verb: str, **said: Any) -> httpx.Response:
    return await http.post(f"/api/v1/site-visits/{visit['visit_no']}:{verb}", json={"by": "orange-1"} | said)


async def announced(http: httpx.AsyncClient, shop: str, **changes: Any) -> dict[str, Any]:
    visit = (await ask(http, shop, **changes)).json()
    assert (await does(http, visit, "approve", by="head-1")).status_code == 200
    return dict((await does(http, visit, "announce")).json())


async def test_a_visit_from_request_to_end(http: httpx.AsyncClient, shop: str) -> None:
    first = await ask(http, shop)
    assert first.status_code == 201
    visit = first.json()
    assert (visit["state"], visit["level"], visit["duplicate"], visit["code"]) == ("REQUESTED", "COUNTY", False, "")
    assert [(cap["cap"], cap["used"], cap["per_year"]) for cap in visit["caps"]] == [("DEFAULT", 1, 2)]
    assert (await ask(http, shop)).status_code == 200
    assert refusal(await ask(http, shop, reason="另有事由")) == (409, "visit-open")
    assert refusal(await does(http, visit, "approve")) == (409, "second-person-needed")
    assert refusal(await does(http, visit, "announce")) == (409, "visit-not-now")
    assert refusal(await http.get(f"/api/v1/site-visits/{visit['visit_no']}/code.svg")) == (409, "visit-not-announced")
    await does(http, visit, "approve", by="head-1")
    told = (await does(http, visit, "announce")).json()
    assert (told["state"], len(told["code"])) == ("ANNOUNCED", 20)
    entered = (await does(http, visit, "enter", code=told["code"])).json()
    assert (entered["state"], entered["visited_on"]) == ("ENTERED", "2011-09-02")
    inspection = await http.post("/api/v1/inspections", json=an_inspection(f"I-{shop}", shop))
    assert inspection.status_code == 201
    whole = (await http.get(f"/api/v1/site-visits/{visit['visit_no']}")).json()
    assert (whole["state"], whole["inspections"], whole["unannounced"]) == ("DONE", [f"I-{shop}"], False)
    assert [(step["act"], step["by"]) for step in whole["history"]] == [
        ("REQUEST", "orange-1"),
        ("APPROVE", "head-1"),
        ("ANNOUNCE", "orange-1"),
        ("ENTER", "orange-1"),
        ("SCAN", "orange-1"),
        ("INSPECT", "orange-1"),
    ]
    listed = (await http.get("/api/v1/site-visits", params={"object_no": shop})).json()["items"]
    assert [each["visit_no"] for each in listed] == [visit["visit_no"]]
    assert "code" not in listed[0]


async def test_the_enterprise_sees_who_comes_and_why_without_a_login(http: httpx.AsyncClient, shop: str) -> None:
    visit = await announced(http, shop)
    answer = await http.get(f"/api/v1/public/visits/{visit['code']}")
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    assert (shown["number"], shown["valid"], shown["state"]) == (visit["number"], True, "ANNOUNCED")
    assert (shown["department"]["code"], shown["officers"], shown["day"]) == ("DEMO-FOOD", 2, "2011-09-02")
    assert shown["matters"] == [{"code": "0016400", "name": "食品安全监督检查"}]
    assert shown["legal_basis"] == "食品安全法第一百一十条"
    assert shown["caps"] == [{"cap": "DEFAULT", "used": 1, "per_year": 2}]
    assert "回避" in shown["rights"]["zh"]
    assert (shown["reason"], shown["until"]) == ("年度计划检查", "2011-10-02")
    assert [each["name"][:3] for each in shown["crew"]] == ["执法员", "执法员"]
    for hidden in ("orange-1", "head-1", shop.upper()):
        assert hidden not in answer.text
    scanned = await http.post(f"/api/v1/public/visits/{visit['code']}:scan")
    assert scanned.json()["scanned_at"]
    whole = (await http.get(f"/api/v1/site-visits/{visit['visit_no']}")).json()
    assert (whole["history"][-1]["act"], whole["history"][-1]["by"]) == ("SCAN", "ENTERPRISE")
    inbox = (await http.get("/api/v1/notices", params={"person": f"ENTERPRISE:{shop.upper()}"})).json()["items"]
    assert [notice["kind"] for notice in inbox] == ["VISIT_ANNOUNCED"]
    assert visit["code"] in inbox[0]["zh"]


@pytest.mark.parametrize("code", ["NOBODYGAVETHISOUT234", "x", "%20", "0", "A" * 64, "A" * 900])
async def test_a_code_nobody_gave_out_has_one_answer(http: httpx.AsyncClient, code: str) -> None:
    shown, scanned = (
        await http.get(f"/api/v1/public/visits/{code}"),
        await http.post(f"/api/v1/public/visits/{code}:scan"),
    )
    assert refusal(shown) == refusal(scanned) == (404, "visit-code-unknown")
    assert shown.content == scanned.content


async def test_an_enterprise_asks_an_officer_to_stand_aside(http: httpx.AsyncClient, shop: str) -> None:
    visit = await announced(http, shop)
    public = f"/api/v1/public/visits/{visit['code']}"
    said = {"officer": 1, "reason": "是本店股东的亲属"}
    assert (await http.post(f"{public}:recuse", json=said)).status_code == 201
    assert (await http.post(f"{public}:recuse", json=said)).status_code == 201
    assert refusal(await http.post(f"{public}:recuse", json=said | {"reason": "另有理由"})) == (409, "recusal-open")
    assert (await http.post(f"{public}:recuse", json=said | {"officer": 2})).status_code == 422
    (asked,) = (await http.get(public)).json()["recusals"]
    assert (asked["officer"], asked["granted"]) == (1, None)
    told = (await http.get("/api/v1/notices", params={"person": "head-1"})).json()["items"]
    assert visit["visit_no"] in {each["about"].removeprefix("site-visit:") for each in told}
    answer = {"officer": "orange-2", "granted": True, "decision": "确有利害关系，改派他人"}
    assert refusal(await does(http, visit, "answer-recusal", **answer, by="orange-2")) == (409, "second-person-needed")
    whole = (await does(http, visit, "answer-recusal", **answer, by="head-1")).json()
    assert [(each["officer"], each["granted"]) for each in whole["recusals"]] == [("orange-2", True)]
    conflicts = (await http.get("/api/v1/conflicts", params={"inspector": "orange-2"})).json()["items"]
    assert shop.upper() in {each["id_no"] for each in conflicts}
    await does(http, visit, "cancel", reason="换人")
    assert refusal(await ask(http, shop)) == (422, "conflict-of-interest")
    await http.post(f"/api/v1/conflicts/{conflicts[-1]['conflict_id']}:end", json={"on": "2011-09-02", "by": "head-1"})


async def test_once_the_visit_is_over_no_officer_is_named(http: httpx.AsyncClient, shop: str) -> None:
    visit = await announced(http, shop)
    await does(http, visit, "enter", code=visit["code"])
    await does(http, visit, "finish")
    shown = (await http.get(f"/api/v1/public/visits/{visit['code']}")).json()
    assert (shown["valid"], [each["name"] for each in shown["crew"]]) == (False, ["", ""])


async def test_the_code_is_a_picture_of_the_public_address(http: httpx.AsyncClient, shop: str) -> None:
    visit = await announced(http, shop)
    answer = await http.get(f"/api/v1/site-visits/{visit['visit_no']}/code.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    drawn = ET.fromstring(answer.content)  # noqa: S314 - our own picture
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.find("{http://www.w3.org/2000/svg}title").text == visit["number"]  # type: ignore[union-attr]


async def test_the_third_visit_names_its_counter_and_an_exemption_goes_over(http: httpx.AsyncClient, shop: str) -> None:
    for day in ("2011-09-05", "2011-10-05"):
        assert (await ask(http, shop, planned_on=day)).status_code == 201
    over = await ask(http, shop, planned_on="2011-11-05")
    assert refusal(over) == (409, "visit-cap-reached")
    assert [fault["pointer"] for fault in over.json()["errors"]] == ["/exemption"]
    exempt = {"exemption": "COMPLAINT", "exemption_document": "12345-20110902-7"}
    third = (await ask(http, shop, planned_on="2011-11-05", **exempt)).json()
    assert third["exemption"] == "COMPLAINT"
    assert [each["day"] for each in third["warnings"]] == ["2011-10-05"]
    counts = (await http.get("/api/v1/visit-counts", params={"id_type": "099", "id_no": shop.upper()})).json()
    assert (counts["year"], counts["total"]) == (2011, 3)
    (own,) = counts["departments"]
    assert (own["department"], own["visits"], own["caps"][0]["used"]) == ("DEMO-FOOD", 3, 3)
    assert (await does(http, third, "cancel", reason="投诉撤回")).json()["state"] == "CANCELLED"
    after = (await http.get("/api/v1/visit-counts", params={"id_type": "099", "id_no": shop.upper()})).json()
    assert after["total"] == 2


async def test_an_inspection_nobody_announced_is_recorded_and_the_head_is_told(
    http: httpx.AsyncClient, shop: str
) -> None:
    assert (await http.post("/api/v1/inspections", json=an_inspection(f"I-{shop}", shop))).status_code == 201
    listed = (await http.get("/api/v1/site-visits", params={"object_no": shop, "unannounced": True})).json()["items"]
    assert [(each["state"], each["visited_on"]) for each in listed] == [("DONE", "2011-09-02")]
    head = (await http.get("/api/v1/notices", params={"person": "HEAD:DEMO-FOOD", "limit": 500})).json()["items"]
    assert any(notice["kind"] == "VISIT_UNANNOUNCED" and listed[0]["number"] in notice["zh"] for notice in head)


async def test_what_several_departments_mean_to_visit_is_suggested_until_it_is_joint(
    http: httpx.AsyncClient, shop: str
) -> None:
    food = (await ask(http, shop, planned_on="2011-09-06")).json()
    fire = {"department": "DEMO-FIRE", "officers": ["fire-1", "fire-2"], "by": "fire-1"}
    second = (await ask(http, shop, planned_on="2011-09-08", **fire)).json()
    assert next((each["department"], each["number"]) for each in second["merge_with"]) == ("DEMO-FOOD", food["number"])
    days = {"from": "2011-09-01", "to": "2011-09-30", "object_no": shop}
    (found,) = (await http.get("/api/v1/visits:merge-suggestions", params=days)).json()["items"]
    assert (found["object_no"], sorted(found["departments"])) == (shop, ["DEMO-FIRE", "DEMO-FOOD"])
    assert {each["visit_no"] for each in found["items"]} >= {food["visit_no"], second["visit_no"]}
    none = (await http.get("/api/v1/visits:merge-suggestions", params=days | {"id_no": "NOBODY"})).json()
    assert none == {"items": [], "next": None}
    await does(http, second, "cancel", reason="改为综合查一次")
    joined = (await ask(http, shop, planned_on="2011-09-06", joint_with=food["visit_no"], **fire)).json()
    assert joined["joint_no"] == food["joint_no"]
    assert (await http.get("/api/v1/visits:merge-suggestions", params=days)).json()["items"] == []


async def test_ratings_are_shown_in_all_and_never_one_by_one(http: httpx.AsyncClient, shop: str) -> None:
    async def rated(number: int) -> None:
        said = {"exemption": "ENTERPRISE_REQUEST", "exemption_document": f"申请 {number}", "kind": "CASE"}
        fire = {"department": "DEMO-FIRE", "officers": ["fire-1", "fire-2"], "by": "fire-1"}
        visit = await announced(http, shop, **said, **fire)
        await does(http, visit, "enter", by="fire-1")
        address = f"/api/v1/public/visits/{visit['code']}:rate"
        assert (await http.post(address, json={"stars": 4})).status_code == 201
        assert (await http.post(address, json={"stars": 4})).json() == {"stars": 4, "duplicate": True}
        assert refusal(await http.post(address, json={"stars": 5})) == (409, "visit-rated")
        assert (await http.post(address, json={"stars": 9})).status_code == 422
        await does(http, visit, "finish", by="fire-1")

    for number in range(4):
        await rated(number)
    asked = {"department": "DEMO-FIRE"}
    few = (await http.get("/api/v1/visit-ratings", params=asked)).json()["items"]
    assert few == [{"department": "DEMO-FIRE", "ratings": None, "average": None, "stars": None}]
    await rated(4)
    (all_of_them,) = (await http.get("/api/v1/visit-ratings", params=asked)).json()["items"]
    assert (all_of_them["ratings"], all_of_them["average"], all_of_them["stars"]["4"]) == (5, 4.0, 5)


async def test_the_rules_are_shown_with_their_sources(http: httpx.AsyncClient) -> None:
    (edition,) = (await http.get("/api/v1/visit-rules")).json()["items"]
    assert (edition["version"], edition["confirmed"], edition["require_visit"]) == ("2026-1", False, "RECORD")
    assert len(edition["exemptions"]) == 12
    assert all(each["source"] for each in [*edition["caps"], *edition["floors"], *edition["exemptions"]])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"department": ""}, "/department"),
        ({"officers": ["orange-1"]}, "/officers"),
        ({"matters": []}, "/matters"),
        ({"matters": [{"code": "1", "extra": 1}]}, "/matters/0/extra"),
        ({"reason": "a\u0000b"}, "/reason"),
        ({"planned_on": "2011-09-01"}, "/planned_on"),
        ({"planned_on": "someday"}, "/planned_on"),
        ({"kind": "ODD"}, "/kind"),
        ({"exemption": "ODD"}, "/exemption"),
        ({"exemption": "MEDIA"}, "/exemption_document"),
        ({"tasks": ["00000000-0000-0000-0000-000000000001"]}, "/tasks/0"),
        ({"joint_with": "x"}, "/joint_with"),
        ({"level": "CITY"}, "/level"),
    ],
)
async def test_what_is_wrong_with_a_request_is_named(
    http: httpx.AsyncClient, tell: Tell, until: Said, changes: dict[str, Any], pointer: str
) -> None:
    subject = Subject(id_type="099", id_no="WRONG", kind="ORGANISATION", name="某企业")
    await tell(decided("C-wrong", "wrong", subject=subject))
    await until(lambda: _known(http, "wrong"))
    answer = await ask(http, "wrong", **changes)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


async def test_what_is_not_there_is_not_found(http: httpx.AsyncClient) -> None:
    nobody = {"visit_no": "00000000-0000-0000-0000-000000000001"}
    for verb in ("approve", "announce", "enter", "finish"):
        assert refusal(await does(http, nobody, verb)) == (404, "not-found")
    assert refusal(await does(http, nobody, "cancel", reason="x")) == (404, "not-found")
    assert refusal(await http.get(f"/api/v1/site-visits/{nobody['visit_no']}")) == (404, "not-found")
    assert refusal(await ask(http, "nobody-knows")) == (404, "not-found")


async def test_the_commands_do_what_the_routes_do(http: httpx.AsyncClient, addresses: Addresses, shop: str) -> None:
    async def run(*words: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, app, [*words, "--url", addresses.http])

    asked = (
        *("request", "chicago", shop, "--department", "DEMO-FOOD", "--on", "2011-09-09", "--officer", "orange-1"),
        *("--officer", "orange-2", "--matter", "0016400=食品安全检查", "--reason", "日常", "--law", "食品安全法"),
        *("--by", "orange-1"),
    )
    made = json.loads((await run(*asked, "--json")).output)
    assert made["matters"] == [{"code": "0016400", "name": "食品安全检查"}]
    again = await run(*asked)
    assert "DEFAULT 1/2" in again.output
    alone = await run("approve", made["visit_no"], "--by", "orange-1")
    assert (alone.exit_code, "somebody else has to approve" in alone.output) == (1, True)
    assert "APPROVED" in (await run("approve", made["visit_no"], "--by", "head-1")).output
    assert "检查码 / code" in (await run("announce", made["visit_no"], "--by", "orange-1")).output
    assert "DEFAULT 1/2" in (await run("counts", shop.upper(), "--id-type", "099")).output
    suggested = await run("suggest", "--from", "2011-09-01", "--to", "2011-09-30", "--id-no", shop.upper(), "--json")
    assert json.loads(suggested.output)["items"] == []
    for word in ASKED:
        assert "例 / example" in CliRunner().invoke(app, [word, "--help"]).output

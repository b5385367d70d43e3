"""Annual plans over HTTP: matters and their objects, a plan through its versions, its forecast, the day nobody filed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from contracts.event import Event
from supervision.cli.plan import app
from tests.fakes.plans import BLAST, FIRE, FOOD
from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Addresses, Said, a_catalogue_file, lines, ndjson, publish
from tests.integration.supervision.process import told as refusal
from tests.tokens import headers

pytestmark = pytest.mark.servers
Tell = Callable[[Event], Any]


def a_file(**changes: Any) -> dict[str, Any]:
    entry = {
        "code": "E1",
        "name": "餐饮抽查",
        "matters": [FOOD],
        "departments": [{"department": "DEMO-FOOD", "max_objects": 1}],
        "ratios": {"B": "0.5", "C": 0.6, "D": "1"},
        "starts_on": "2011-10-01",
        "ends_on": "2011-11-30",
    }
    plain = {
        "plan_no": "FOOD-2011",
        "year": 2011,
        "title": "2011 年度食品抽查计划",
        "lead_department": "DEMO-FOOD",
        "entries": [entry | changes.pop("entry", {})],
        "by": "clerk-1",
    }
    return plain | changes


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    """Matters of two departments, and a catalogue that links items to them."""
    plain = a_catalogue_file("2011-2", effective_from="2011-01-01")
    (food,) = plain["links"]
    food["supervise_item_code"] = FOOD
    fire = food | {"code": "FIRE", "department": "DEMO-FIRE", "check_kind": "FIRE", "supervise_item_code": FIRE}
    documents = [
        {"code": FOOD, "name": "食品经营检查", "department": "DEMO-FOOD"},
        {"code": FIRE, "name": "消防检查", "department": "DEMO-FIRE", "category": "KEY"},
        {"code": BLAST, "name": "爆破作业检查", "department": "DEMO-FIRE", "category": "PUBLIC_SAFETY"},
    ]
    with httpx.Client(base_url=addresses.http, headers=headers()) as client:
        publish(client, plain | {"links": [food, fire]})
        answers = lines(client.post("/api/v1/matters:batch", content=ndjson(documents)))
        assert [answer["status"] for answer in answers] == [201, 201, 201]
        again = lines(client.post("/api/v1/matters:batch", content=ndjson([*documents[:1], {"code": "1"}])))
        assert [answer["status"] for answer in again] == [200, 422]


@pytest.fixture
async def heard(broker: Client) -> AsyncIterator[list[dict[str, Any]]]:
    """What supervision says of plans while a test runs."""
    said: list[dict[str, Any]] = []

    async def hear(message: Any) -> None:
        said.append(json.loads(message.data))

    listening = await broker.subscribe("shenguan.supervision.plan.>", cb=hear)
    yield said
    await listening.unsubscribe()


async def got(http: httpx.AsyncClient, path: str, **which: str | int) -> Any:
    answer = await http.get(f"/api/v1/{path}", params=which)
    assert answer.is_success, answer.text
    return answer.json()


async def listed(http: httpx.AsyncClient, tell: Tell, until: Said) -> dict[str, Any]:
    """The matter once three licensed shops belong to it."""
    for number in (1, 2, 3):
        await tell(decided(f"P{number}", f"P{number}"))

    async def counted() -> Any:
        found = await got(http, f"matters/{FOOD}")
        return found if found["objects"]["B"] == 3 else None

    return dict(await until(counted))


async def test_a_matter_lists_and_counts_who_holds_its_items(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    matter = await listed(http, tell, until)
    assert (matter["items"], matter["category"], matter["objects"]["D"]) == (["1006"], "GENERAL", 0)
    page = await got(http, f"matters/{FOOD}/objects", limit=2)
    assert [(row["object_no"], row["risk_class"], row["items"]) for row in page["items"]] == [
        ("P1", "B", ["1006"]),
        ("P2", "B", ["1006"]),
    ]
    rest = await got(http, f"matters/{FOOD}/objects", limit=2, cursor=page["next"])
    assert ([row["object_no"] for row in rest["items"]], rest["next"]) == (["P3"], None)
    assert (await got(http, f"matters/{FOOD}/objects", risk_class="D"))["items"] == []
    found = await got(http, "matters", department="DEMO-FIRE", category="PUBLIC_SAFETY")
    assert [each["code"] for each in found["items"]] == [BLAST]
    assert (await http.get("/api/v1/matters/64020200000099")).status_code == 404


async def test_the_scope_of_an_inspector_is_registered_and_shown(http: httpx.AsyncClient) -> None:
    crew = {"code": "orange-9", "name": "执法员", "department": "DEMO-NINE", "matters": [FIRE, FOOD, FIRE]}
    (answer,) = lines(await http.post("/api/v1/inspectors:batch", content=ndjson([crew])))
    assert answer["status"] == 201
    (shown,) = (await got(http, "inspectors", department="DEMO-NINE"))["items"]
    assert shown["matters"] == [FOOD, FIRE]
    (wrong,) = lines(await http.post("/api/v1/inspectors:batch", content=ndjson([crew | {"matters": ["12"]}])))
    assert wrong["problem"]["errors"][0]["pointer"] == "/matters/0"


async def test_a_plan_is_filed_amended_and_keeps_the_history_of_its_ratios(
    http: httpx.AsyncClient, tell: Tell, until: Said, heard: list[dict[str, Any]]
) -> None:
    await listed(http, tell, until)
    drafted = await http.post("/api/v1/plans", json=a_file())
    assert (drafted.status_code, drafted.json()["version"], drafted.json()["state"]) == (201, 1, "DRAFT")
    (warning,) = drafted.json()["warnings"]
    assert (warning["code"], "需 4 人次" in warning["zh"], "2 名" in warning["zh"]) == (
        "too-few-inspectors",
        True,
        True,
    )
    assert (await http.post("/api/v1/plans", json=a_file())).json()["duplicate"] is True
    one = "/api/v1/plans/FOOD-2011"
    assert (await http.post(f"{one}:submit", json={"by": "clerk-1"})).json()["state"] == "SUBMITTED"
    assert refusal(await http.post("/api/v1/plans", json=a_file(title="另一个"))) == (409, "plan-differs")
    file = {"by": "head-1", "filing_no": "备1", "filed_on": "2011-03-30"}
    assert refusal(await http.post(f"{one}:file", json=file | {"by": "clerk-1"})) == (409, "second-person-needed")
    assert (await http.post(f"{one}:file", json=file)).json()["state"] == "FILED"
    (event,) = await until(lambda: _done(heard))
    assert (event["plan_no"], event["version"], event["in_time"]) == ("FOOD-2011", 1, True)
    ratios = [(each["risk_class"], each["ratio"]) for each in event["entries"][0]["ratios"]]
    assert ratios == [("A", "0.01"), ("B", "0.5"), ("C", "0.6"), ("D", "1")]
    strict = a_file(entry={"ratios": {"A": "0.5", "B": "0.5", "C": "0.6", "D": "1"}})
    assert (await http.post(f"{one}:amend", json=strict)).json()["errors"][0]["pointer"] == "/reason"
    other = await http.post(f"{one}:amend", json=strict | {"reason": "专项整治", "plan_no": "OTHER"})
    assert other.json()["errors"][0]["pointer"] == "/plan_no"
    amended = await http.post(f"{one}:amend", json=strict | {"reason": "专项整治"})
    assert (amended.status_code, amended.json()["version"]) == (201, 2)
    whole = await got(http, "plans/FOOD-2011")
    assert (whole["version"], whole["in_force"], whole["reason"]) == (2, 1, "专项整治")
    assert [version["entries"][0]["ratios"]["A"] for version in whole["versions"]] == ["0.01", "0.5"]
    assert [change["act"] for change in whole["history"]] == ["AMENDED", "FILED", "SUBMITTED", "DRAFTED"]
    first = await got(http, "plans/FOOD-2011/versions/1")
    assert (first["filing_no"], first["entries"][0]["departments"][0]["officers_per_object"]) == ("备1", 2)
    back = {"by": "head-1", "reason": "比例过高"}
    assert (await http.post(f"{one}:send-back", json=back)).json()["duplicate"] is True
    listing = await got(http, "plans", year=2011, department="DEMO-FOOD", state="FILED")
    assert [(each["plan_no"], each["version"]) for each in listing["items"]] == [("FOOD-2011", 1)]


async def _done(heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in heard if "filing_no" in event]


async def test_a_forecast_tells_quota_places_and_officer_days(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    await listed(http, tell, until)
    entry = {
        "matters": [FOOD, FIRE],
        "departments": [{"department": "DEMO-FOOD"}, {"department": "DEMO-FIRE", "max_objects": 1}],
        "frequency": {"times_per_year": 2},
        "check_days": "0.5",
    }
    await http.post("/api/v1/plans", json=a_file(plan_no="JOINT", entry=entry))
    (found,) = (await got(http, "plans/JOINT/forecast"))["entries"]
    assert found["classes"]["B"] == {"objects": 3, "certain": 0, "target": 2, "at_random": 2}
    assert [(each["department"], each["places"], each["enough"]) for each in found["departments"]] == [
        ("DEMO-FOOD", 4, True),
        ("DEMO-FIRE", 4, False),
    ]
    assert {float(each["officer_days"]) for each in found["departments"]} == {4.0}
    assert (await http.get("/api/v1/plans/JOINT/forecast", params={"version": 2})).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"entry": {"matters": [FOOD, BLAST]}}, "matter-not-random", "/entries/0/matters/1"),
        ({"entry": {"matters": ["64020200000099"]}}, "matter-unknown", "/entries/0/matters/0"),
        ({"entry": {"ratios": {"B": "0.001"}}}, "invalid-content", "/entries/0/ratios/B"),
        ({"entry": {"ratios": {"E": "0.1"}}}, "invalid-content", "/entries/0/ratios/E/[key]"),
        ({"entry": {"ratios": {"D": "NaN"}}}, "invalid-content", "/entries/0/ratios/D"),
        ({"entry": {"departments": [{"department": "DEMO-FIRE"}]}}, "invalid-content", "/entries/0/matters/0"),
        ({"entry": {"frequency": {"times_per_year": 99}}}, "invalid-content", "/entries/0/frequency/times_per_year"),
        ({"year": 10**9}, "invalid-content", "/year"),
        ({"title": "a\u0000b"}, "invalid-content", "/title"),
        ({"surplus": 1}, "invalid-content", "/surplus"),
    ],
)
async def test_what_is_wrong_with_a_plan_is_named(
    http: httpx.AsyncClient, changes: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await http.post("/api/v1/plans", json=a_file(plan_no="WRONG", **changes))
    assert refusal(answer) == (422, code)
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert (await http.get("/api/v1/plans/WRONG")).status_code == 404


async def test_the_command_imports_shows_measures_submits_and_files(
    http: httpx.AsyncClient, addresses: Addresses, tell: Tell, until: Said, tmp_path: Path
) -> None:
    await listed(http, tell, until)
    file = tmp_path / "plan.json"
    document = a_file(plan_no="SHELL-2011")
    file.write_text(json.dumps({name: value for name, value in document.items() if name != "by"}))

    async def run(*words: str, code: int = 0) -> str:
        said = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--url", addresses.http])
        assert said.exit_code == code, said.output
        return said.output

    assert "SHELL-2011 v1 DRAFT" in await run("import", str(file), "--by", "clerk-1")
    assert "too-few" not in await run("forecast", "SHELL-2011")
    assert "SUBMITTED" in await run("submit", "SHELL-2011", "--by", "clerk-1")
    assert "clerk-1" in await run("file", "SHELL-2011", "--filing-no", "备2", "--by", "clerk-1", code=1)
    assert "FILED" in await run("file", "SHELL-2011", "--filing-no", "备2", "--by", "head-1")
    file.write_text(json.dumps(a_file(plan_no="SHELL-2011", reason="专项") | {"by": "ignored"}))
    assert "v2 DRAFT" in await run("import", str(file), "--amend", "--by", "clerk-1")
    assert json.loads(await run("show", "SHELL-2011", "--json"))["in_force"] == 1
    assert "0.5" in await run("show", "SHELL-2011")
    file.write_text("[]")
    assert "JSON" in await run("import", str(file), "--by", "clerk-1", code=1)


async def test_departments_that_filed_nothing_are_urged_when_their_days_come(
    http: httpx.AsyncClient, until: Said, heard: list[dict[str, Any]]
) -> None:
    """The last test of the file: it moves the clock."""
    await http.post("/ops/v1/clock", json={"now": "2012-04-01T00:00:00+08:00"})

    async def urged() -> list[tuple[str, str, str]]:
        told = [(each["department"], each["step"], each["due_on"]) for each in heard if "step" in each]
        return sorted(told) if len(told) == 4 else []

    assert await until(urged) == [
        ("DEMO-FIRE", "BEFORE", "2012-03-31"),
        ("DEMO-FIRE", "YELLOW", "2012-03-31"),
        ("DEMO-FOOD", "BEFORE", "2012-03-31"),
        ("DEMO-FOOD", "YELLOW", "2012-03-31"),
    ]

    async def settled() -> bool:
        return bool((await http.get("/ops/v1/status")).json()["due"] == 0)

    await until(settled)
    notices = (await got(http, "notices", person="HEAD:DEMO-FOOD"))["items"]
    assert [each["kind"] for each in notices if each["kind"] == "PLAN_FILING"] == ["PLAN_FILING", "PLAN_FILING"]

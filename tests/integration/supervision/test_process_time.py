"""Clocks by hand and by standstill over HTTP: stopped, resumed, extended, counted day by day, paused with the object."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import (
    PENALTY,
    Make,
    ask,
    clock,
    clocks,
    do,
    furnish,
    maker,
    pointers,
    rectifying,
    referred,
    shown,
    told,
)

pytestmark = pytest.mark.servers
WHY = {"reason": "说明", "by": "boss-1"}


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    furnish(addresses)


@pytest.fixture
def make(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> Make:
    return maker(http, tell, until)


async def by_hand(http: httpx.AsyncClient, task_id: str, deadline: str, verb: str, **body: Any) -> httpx.Response:
    return await http.post(f"/api/v1/tasks/{task_id}/deadlines/{deadline}:{verb}", json=body)


async def test_a_deadline_is_stopped_resumed_and_extended_by_kind_and_by_id(
    http: httpx.AsyncClient, make: Make
) -> None:
    task_id = await make("BY-HAND")
    (claim,) = (await shown(http, task_id))["deadlines"]
    for name in ("CLAIM", claim["deadline_id"]):
        (stopped,) = (await by_hand(http, task_id, name, "stop", **WHY)).json()
        assert (stopped["state"], stopped["stops"][-1]["reason"], stopped["stops"][-1]["by"]) == (
            "STOPPED",
            "说明",
            "boss-1",
        )
        assert told(await by_hand(http, task_id, name, "stop", **WHY)) == (409, "deadline-stopped")
        (resumed,) = (await by_hand(http, task_id, name, "resume", by="boss-1")).json()
        assert (resumed["state"], resumed["stops"][-1]["ended_by"]) == ("RUNNING", "boss-1")
        assert told(await by_hand(http, task_id, name, "resume", by="boss-1")) == (409, "deadline-running")
    assert resumed["due_on"] == claim["due_on"]  # the day of the start does not count anyway
    extension = WHY | {"limit": "3wd", "approved_by": "局长"}
    (longer,) = (await by_hand(http, task_id, "CLAIM", "extend", **extension)).json()
    assert (str(claim["due_on"]), longer["due_on"]) == ("2011-09-06", "2011-09-09")
    assert [(e["approved_by"], e["reason"], e["by"]) for e in longer["extensions"]] == [("局长", "说明", "boss-1")]
    assert (await http.get(f"/api/v1/tasks/{task_id}/deadlines")).json() == [longer]
    await do(http, task_id, "claim", inspector="orange-1")
    for verb, body in (("stop", WHY), ("resume", {"by": "boss-1"}), ("extend", extension)):
        assert told(await by_hand(http, task_id, "CLAIM", verb, **body)) == (409, "deadline-ended")


async def test_the_count_says_day_by_day_why(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("COUNTED")
    counted = (await http.get(f"/api/v1/tasks/{task_id}/deadlines/CLAIM/days")).json()
    assert (counted["limit"], counted["due_on"]) == ("2wd", "2011-09-06")
    numbers = {day["day"]: day["number"] for day in counted["days"]}
    assert [numbers[f"2011-09-0{day}"] for day in (5, 6)] == [1, 2]
    assert all(not numbers[f"2011-09-0{day}"] for day in (3, 4))
    assert all(day["number"] or day["why"] for day in counted["days"])
    again = await http.get(f"/api/v1/tasks/{task_id}/deadlines/{counted['deadline_id']}/days")
    assert again.json() == counted


async def test_a_kind_names_the_newest_of_its_kind(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("NEWEST")
    await do(http, task_id, "return", reason="说明")
    await do(http, task_id, "route", reason="说明", department="DEMO-FOOD")
    before, _, now = (await shown(http, task_id))["deadlines"]
    assert ((before["kind"], before["state"]), (now["kind"], now["state"])) == (("CLAIM", "VOID"), ("CLAIM", "RUNNING"))
    stopped = (await by_hand(http, task_id, "CLAIM", "stop", **WHY)).json()
    assert [each["state"] for each in stopped] == ["VOID", "MET", "STOPPED"]
    assert told(await by_hand(http, task_id, before["deadline_id"], "stop", **WHY)) == (409, "deadline-ended")


async def test_what_is_no_deadline_of_the_task_is_not_found(http: httpx.AsyncClient, make: Make) -> None:
    task_id, other = await make("UNKNOWN"), await make("UNKNOWN-2")
    theirs = (await shown(http, other))["deadlines"][0]["deadline_id"]
    for name in ("RECTIFY", "nonsense", theirs):
        answers = [await by_hand(http, task_id, name, "stop", **WHY)]
        answers.append(await by_hand(http, task_id, name, "resume", by="boss-1"))
        answers.append(await by_hand(http, task_id, name, "extend", **WHY, limit="1wd", approved_by="局长"))
        answers.append(await http.get(f"/api/v1/tasks/{task_id}/deadlines/{name}/days"))
        assert [told(answer) for answer in answers] == [(404, "not-found")] * 4
    assert clocks(await shown(http, other)) == {"CLAIM": "RUNNING"}


@pytest.mark.parametrize(
    ("verb", "changes", "pointer"),
    [
        ("stop", {"reason": ""}, ["/reason"]),
        ("stop", {"reason": "\x00"}, ["/reason"]),
        ("stop", {"reason": "长" * 1001}, ["/reason"]),
        ("stop", {"by": "\x00"}, ["/by"]),
        ("stop", {"colour": "red"}, ["/colour"]),
        ("resume", {"by": ""}, ["/by"]),
        ("extend", {"approved_by": ""}, ["/approved_by"]),
        ("extend", {"approved_by": "局\x00长"}, ["/approved_by"]),
        ("extend", {"reason": "\x00"}, ["/reason"]),
        ("extend", {"limit": None}, ["/limit"]),
    ],
)
async def test_what_is_done_to_a_deadline_is_said_properly(
    http: httpx.AsyncClient, make: Make, verb: str, changes: dict[str, Any], pointer: list[str]
) -> None:
    task_id = await make(f"WORDS-{verb}-{len(str(changes))}")
    plain = {"stop": WHY, "resume": {"by": "boss-1"}, "extend": WHY | {"limit": "1wd", "approved_by": "局长"}}[verb]
    before = await shown(http, task_id)
    answer = await by_hand(http, task_id, "CLAIM", verb, **plain | changes)
    assert (told(answer), pointers(answer)) == ((422, "invalid-content"), pointer)
    assert await shown(http, task_id) == before


@pytest.mark.parametrize("limit", ["0wd", "abc", "", "10000d", "-1d", "1y", "٣wd", "1h", "2501wd", "9999m"])
async def test_a_limit_nobody_can_read_extends_nothing(http: httpx.AsyncClient, make: Make, limit: str) -> None:
    task_id = await make(f"LIMIT-{limit.encode().hex()}")
    answer = await by_hand(http, task_id, "CLAIM", "extend", **WHY, limit=limit, approved_by="局长")
    assert told(answer) in {(422, "limit-not-valid"), (422, "limit-too-long"), (409, "extension-unit-differs")}
    assert clock(await shown(http, task_id), "CLAIM")["extensions"] == []


async def test_nothing_is_extended_beyond_all_dates(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("ENDLESS")
    answers = []
    for number in range(40):
        limit = "120m" if number % 2 else "1wd"
        answers.append(await by_hand(http, task_id, "CLAIM", "extend", **WHY, limit=limit, approved_by="局长"))
    assert {answer.status_code for answer in answers} == {200, 409}
    assert told(answers[-1]) in {(409, "extension-too-long"), (409, "extension-too-late")}


async def test_a_standstill_stops_the_clocks_and_moves_their_ends(
    http: httpx.AsyncClient, tell: Callable[..., Any], make: Make
) -> None:
    task_id = await make("STAND/STILL 1")
    waiting = await make("STAND/STILL 1", item="2004", department="DEMO-FIRE", version=2)
    await do(http, task_id, "claim", inspector="orange-1")
    objects = "/api/v1/objects/chicago/STAND%2FSTILL%201"
    suspended = await http.post(f"{objects}/suspensions", json=WHY | {"standstill": "WITHHELD"})
    assert (suspended.status_code, suspended.json()["standstill"]) == (200, "WITHHELD")
    assert told(await http.post(f"{objects}/suspensions", json=WHY)) == (409, "object-suspended")
    assert (await http.get(objects)).json()["standstill"] == "WITHHELD"
    before = await shown(http, task_id)
    assert clocks(before) == {"CLAIM": "MET", "FIRST_CHECK": "STOPPED"}
    stop = clock(before, "FIRST_CHECK")["stops"][-1]
    assert (stop["reason"], stop["by"], stop["cause"]) == ("说明", "boss-1", "STANDSTILL")
    assert clocks(await shown(http, waiting)) == {"CLAIM": "STOPPED"}
    task = await do(http, waiting, "claim", inspector="fire-1")
    assert clocks(task) == {"CLAIM": "MET", "FIRST_CHECK": "STOPPED"}
    (await http.post("/ops/v1/clock", json={"now": "2011-09-14T04:00:00Z"})).raise_for_status()
    resumed = await http.post(f"{objects}:resume", json=WHY)
    assert (resumed.status_code, resumed.json()["standstill"]) == (200, "")
    assert told(await http.post(f"{objects}:resume", json=WHY)) == (409, "object-not-suspended")
    after = clock(await shown(http, task_id), "FIRST_CHECK")
    assert (clock(before, "FIRST_CHECK")["due_on"], after["due_on"], after["state"]) == (
        *("2011-09-09", "2011-09-21"),
        "RUNNING",
    )
    assert clock(await shown(http, waiting), "FIRST_CHECK")["due_on"] == "2011-09-21"
    days = (await http.get(f"/api/v1/tasks/{task_id}/deadlines/FIRST_CHECK/days")).json()["days"]
    assert next(day["day"] for day in days if day["number"]) == "2011-09-15"
    assert (await shown(http, task_id))["state"] == "CLAIMED"


async def test_a_standstill_needs_an_object_a_reason_and_a_person(
    http: httpx.AsyncClient, tell: Callable[..., Any], make: Make
) -> None:
    await make("MOVING")
    missing = await http.post("/api/v1/objects/chicago/NONE/suspensions", json=WHY)
    assert told(missing) == (404, "not-found")
    assert told(await http.post("/api/v1/objects/chicago/NONE:resume", json=WHY)) == (404, "not-found")
    for body, pointer in (
        (WHY | {"reason": "\x00"}, "/reason"),
        (WHY | {"by": "某人"}, "/by"),
        (WHY | {"standstill": "ASLEEP"}, "/standstill"),
        (WHY | {"colour": "red"}, "/colour"),
    ):
        answer = await http.post("/api/v1/objects/chicago/MOVING/suspensions", json=body)
        assert (told(answer), pointers(answer)) == ((422, "invalid-content"), [pointer])
    answer = await http.post("/api/v1/objects/chicago/%00/suspensions", json=WHY)
    assert told(answer) == (422, "invalid-content")
    assert (await http.get("/api/v1/objects/chicago/MOVING")).json()["standstill"] == ""


async def test_a_promise_is_checked_in_time_also_while_the_object_stands_still(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await tell(decided("PROMISED", "PROMISED", commitment=True))

    async def both() -> Any:
        items = (await http.get("/api/v1/tasks", params={"object_no": "PROMISED"})).json()["items"]
        return {task["purpose"]: task["task_id"] for task in items}

    tasks = await until(both)
    await http.post("/api/v1/objects/chicago/PROMISED/suspensions", json=WHY)
    assert clocks(await shown(http, tasks["ROUTINE"]))["CLAIM"] == "STOPPED"
    assert clocks(await shown(http, tasks["COMMITMENT"])) == {"CLAIM": "RUNNING", "COMMITMENT_CHECK": "RUNNING"}


async def test_a_clock_that_closing_leaves_behind_is_void(http: httpx.AsyncClient, make: Make) -> None:
    task_id = await make("LEFT")
    await rectifying(http, task_id, "LEFT-I")
    await by_hand(http, task_id, "RECTIFY", "stop", **WHY)
    task = await do(http, task_id, "close", reason="CEASED")
    assert clocks(task)["RECTIFY"] == "VOID"
    other = await make("LEFT-2")
    await referred(http, other, "LEFT-2-I")
    await do(http, other, "penalise", **PENALTY | {"punish_types": ["05"]})
    task = await do(http, other, "close", reason="OTHER", note="审批部门已另行处理")
    assert (clocks(task)["FEEDBACK"], task["referral"]["penalty"]["punish_types"]) == ("VOID", ["05"])
    assert told(await ask(http, other, "supplement", reason="说明")) == (409, "task-not-open")

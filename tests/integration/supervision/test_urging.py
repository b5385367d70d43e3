"""Pressing for tasks over HTTP: looked at first, then done, each person told once a day, by the office alone."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from kernel.role import Role
from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import Make, do, furnish, maker, pointers, shown, told
from tests.tokens import headers

pytestmark = pytest.mark.servers
PATH = "/api/v1/tasks:urge"
UNKNOWN = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    furnish(addresses)


@pytest.fixture
def make(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> Make:
    return maker(http, tell, until)


async def test_the_office_looks_first_and_presses_then(http: httpx.AsyncClient, make: Make) -> None:
    mine, waiting = await make("URGE-1"), await make("URGE-2")
    await do(http, mine, "claim", inspector="orange-1")
    said = {"tasks": [mine, waiting, UNKNOWN], "measure": "ESCALATE", "reason": "本周办结", "by": "boss-1"}
    seen = await http.post(PATH, json=said | {"preview": True})
    assert seen.status_code == 200, seen.text
    assert [change["verb"] for change in (await shown(http, waiting))["history"]] == []
    done = (await http.post(PATH, json=said)).json()
    assert done | {"preview": True} == seen.json()
    assert (done["urged"], done["left"]) == ([mine, waiting], {UNKNOWN: "not-found"})
    assert done["told"]["orange-1"] == 1
    for task_id in (mine, waiting):
        last = (await shown(http, task_id))["history"][-1]
        assert (last["verb"], last["by"], last["reason"]) == ("escalate", "boss-1", "本周办结")
    await http.post(PATH, json=said)
    notices = (await http.get("/api/v1/notices", params={"person": "orange-1"})).json()["items"]
    assert [notice["zh"] for notice in notices if notice["about"] == f"task:{mine}"] == [
        "某店：已督办，请立即办理并说明情况。本周办结"
    ]


async def test_wrong_input_is_refused_with_pointers(http: httpx.AsyncClient) -> None:
    for wrong, pointer in (
        ({"tasks": []}, "/tasks"),
        ({"tasks": ["x"]}, "/tasks/0"),
        ({"reason": ""}, "/reason"),
        ({"measure": "SHOUT"}, "/measure"),
    ):
        answer = await http.post(PATH, json={"tasks": [UNKNOWN], "reason": "说明", "by": "boss-1"} | wrong)
        assert (answer.status_code, pointers(answer)) == (422, [pointer])


async def test_a_supervisor_does_not_press(http: httpx.AsyncClient) -> None:
    said = {"tasks": [UNKNOWN], "reason": "说明", "by": "orange-1"}
    only = headers(roles=[Role.SUPERVISOR], departments=["DEMO-FOOD"])
    assert told(await http.post(PATH, json=said, headers=only)) == (403, "not-allowed")

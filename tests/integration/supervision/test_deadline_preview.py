"""What a notice would move is told before it is kept, as it is afterwards; asking writes nothing."""

from datetime import date
from typing import Any

import httpx
import pytest

from contracts.calendar import CalendarChanged
from kernel.role import Role
from tests.integration.supervision.conftest import Addresses, Said
from tests.integration.supervision.process import Tell
from tests.integration.supervision.process import told as refusal
from tests.integration.supervision.test_complaints import OFFICE, departments, form
from tests.tokens import person

__all__ = ["departments"]
pytestmark = pytest.mark.servers

PATH = "/api/v1/deadlines:preview"
YEAR: dict[str, Any] = {"year": 2011, "working": [], "free": ["2011-09-12"], "source": "测试通知"}


@pytest.fixture
async def complained(addresses: Addresses, departments: None) -> str:
    """The task of a complaint whose clocks end after the 12th of September."""
    async with httpx.AsyncClient(base_url=addresses.http, trust_env=False) as client:
        answer = await client.post("/api/v1/complaints", json=form("GD-PREVIEW"), headers=OFFICE)
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()["task_id"])


async def due_on(http: httpx.AsyncClient, task: str) -> str:
    clocks = (await http.get(f"/api/v1/tasks/{task}")).json()["deadlines"]
    return str(next(clock["due_on"] for clock in clocks if clock["kind"] == "COMPLAINT"))


async def test_what_would_move_does_move_once_the_notice_is_kept(
    http: httpx.AsyncClient, complained: str, tell: Tell, until: Said
) -> None:
    told = (await http.post(PATH, json=YEAR)).raise_for_status().json()
    assert (told["moved"], told["at_least"]) == (1, False)
    assert told["departments"] == [{"department": "DEMO-FOOD", "moved": 1}]
    (example,) = told["examples"]
    assert (example["owner"], example["kind"]) == (complained, "COMPLAINT")
    assert (example["before"], example["after"]) == ("2011-09-22", "2011-09-23")
    assert await due_on(http, complained) == "2011-09-22"
    changed = CalendarChanged(
        source_system="calendar",
        region="640202",
        year=2011,
        version=1,
        working=(),
        free=(date(2011, 9, 12),),
        provisional=False,
        source="测试通知",
    )
    await tell(changed)

    async def moved() -> bool:
        return await due_on(http, complained) == str(example["after"])

    await until(moved)
    again = (await http.post(PATH, json=YEAR)).json()
    assert (again["moved"], again["examples"]) == (0, [])


async def test_a_day_nobody_waits_for_moves_nothing(http: httpx.AsyncClient, complained: str) -> None:
    told = (await http.post(PATH, json=YEAR | {"year": 2013, "free": ["2013-09-12"]})).json()
    assert told == {"moved": 0, "at_least": False, "departments": [], "examples": []}


async def test_a_weekend_is_no_free_day_and_an_officer_does_not_ask(http: httpx.AsyncClient) -> None:
    assert refusal(await http.post(PATH, json=YEAR | {"free": ["2011-09-11"]})) == (422, "invalid-content")
    officer = person("orange-1", Role.SUPERVISOR, departments=["DEMO-FOOD"])
    assert refusal(await http.post(PATH, json=YEAR, headers=officer)) == (403, "not-allowed")

"""The watch as others meet it: alerts and notices over HTTP on a real service."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Said, an_inspection

pytestmark = pytest.mark.servers


async def test_unshown_codes_raise_an_alert_the_head_is_told_of(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    def made(object_no: str) -> Callable[[], Any]:
        async def asked() -> Any:
            return (await http.get("/api/v1/tasks", params={"object_no": object_no})).json()["items"]

        return asked

    for number in (1, 2):
        await tell(decided(f"ALERT{number}", f"ALERT-{number}"))
        await until(made(f"ALERT-{number}"))
        sent = an_inspection(f"ALERT-I{number}", f"ALERT-{number}", code_shown=False)
        assert (await http.post("/api/v1/inspections", json=sent)).status_code == 201
    found = (await http.get("/api/v1/alerts", params={"rule": "CODE_NOT_SHOWN"})).json()["items"]
    assert [(one["key"], one["number"], one["facts"]) for one in found] == [
        ("DEMO-FOOD", 1, ["chicago:ALERT-I1", "chicago:ALERT-I2"])
    ]
    told = (await http.get("/api/v1/notices", params={"person": "HEAD:DEMO-FOOD", "unread": True})).json()["items"]
    assert [(one["kind"], one["about"]) for one in told] == [("ALERT", "alert:CODE_NOT_SHOWN:DEMO-FOOD:2011:1")]
    seen = await http.post(f"/api/v1/notices/{told[0]['notice_id']}:read", json={"person": "HEAD:DEMO-FOOD"})
    assert seen.status_code == 200


async def test_the_rules_say_where_they_come_from(http: httpx.AsyncClient) -> None:
    rules = (await http.get("/api/v1/alert-rules")).json()["items"]
    assert len(rules) == 5
    assert all(rule["source"] and rule["confirmed"] is False for rule in rules)


@pytest.mark.parametrize("asked", [{"rule": "NONE"}, {"cursor": "eA=="}, {"person": "x"}])
async def test_a_question_about_alerts_that_makes_no_sense_is_refused(
    http: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    assert (await http.get("/api/v1/alerts", params=asked)).status_code == 422

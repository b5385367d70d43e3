"""An enterprise over HTTP: it sees its own visits and rectifications, answers them, and is refused everybody else's."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contracts.event import Event, Subject
from kernel.role import Role
from tests.fakes.officers import PNG
from tests.fakes.supervised import decided
from tests.fakes.visits import EARLY
from tests.integration.supervision.conftest import Said, an_inspection
from tests.integration.supervision.process import told as refusal
from tests.integration.supervision.test_site_visits import announced
from tests.tokens import person

pytestmark = pytest.mark.servers
Tell = Callable[[Event], Any]
OWN, OTHER = "91999999MA0000077K", "91999999MA0000088L"


@pytest.fixture(scope="module")
def rule_files() -> dict[str, str]:
    return {"VISITS": EARLY}


def enterprise(number: str) -> dict[str, str]:
    return person(number, Role.ENTERPRISE, departments=[])


async def shop(http: httpx.AsyncClient, tell: Tell, until: Said, number: str, id_no: str) -> str:
    """The task a decision made at an object of an enterprise."""
    subject = Subject(id_type="001", id_no=id_no, kind="ORGANISATION", name=f"企业 {number}")
    await tell(decided(f"C-{number}", number, subject=subject))

    async def made() -> Any:
        return (await http.get("/api/v1/tasks", params={"object_no": number})).json()["items"]

    return str((await until(made))[0]["task_id"])


async def ordered(http: httpx.AsyncClient, task: str, number: str) -> None:
    """It was inspected, failed, and has something to put right."""
    verbs = {"claim": {"inspector": "orange-1"}, "inspect": failed(number)}
    for verb, said in (*verbs.items(), ("rectify", {"by": "orange-1", "requirement": "生熟分开", "limit": "10d"})):
        answer = await http.post(f"/api/v1/tasks/{task}:{verb}", json=said)
        assert answer.is_success, answer.text


def failed(number: str) -> dict[str, Any]:
    left_out = {"source_system", "object_no", "object_name", "object_version", "region"}
    plain = {name: value for name, value in an_inspection(f"I-{number}", number).items() if name not in left_out}
    return plain | {"result": "FAIL"}


async def test_an_enterprise_sees_and_answers_its_own_alone(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    mine = await shop(http, tell, until, "OWN-1", OWN)
    theirs = await shop(http, tell, until, "OTHER-1", OTHER)
    visit = await announced(http, "OWN-1")
    await announced(http, "OTHER-1")
    await ordered(http, mine, "OWN-1")
    await ordered(http, theirs, "OTHER-1")
    base, as_me = f"/api/v1/enterprises/001/{OWN}", enterprise(OWN)
    (seen,) = (await http.get(f"{base}/visits", headers=as_me)).json()["items"]
    assert (seen["number"], seen["code"], seen["reason"]) == (visit["number"], visit["code"], "年度计划检查")
    assert not {"officers", "requested_by", "approved_by"} & seen.keys()
    (task,) = (await http.get(f"{base}/rectifications", headers=as_me)).json()["items"]
    assert (task["task_id"], task["rounds"][0]["demand"]) == (mine, "生熟分开")
    at = f"{base}/rectifications/{mine}"
    added = await http.post(f"{at}/evidence", content=PNG, headers=as_me | {"Content-Type": "image/png"})
    assert (added.status_code, added.json()["added_by"]) == (201, "ENTERPRISE")
    assert (await http.post(f"{at}:report", json={"report": "已分开"}, headers=as_me)).json()["round"] == 1
    other = f"{base}/rectifications/{theirs}"
    assert refusal(await http.post(f"{other}:report", json={"report": "已分开"}, headers=as_me)) == (404, "not-found")
    for path in ("visits", "rectifications"):
        asked = await http.get(f"/api/v1/enterprises/001/{OTHER}/{path}", headers=as_me)
        assert refusal(asked) == (403, "not-yourself")
    assert refusal(await http.get("/api/v1/tasks", headers=as_me)) == (403, "not-allowed")
    whole = (await http.get(f"/api/v1/tasks/{mine}")).json()
    assert [round_["reported_by"] for round_ in whole["rounds"]] == ["ENTERPRISE"]
    inbox = (await http.get("/api/v1/notices", params={"person": "orange-1"})).json()["items"]
    assert "RECTIFICATION_REPORTED" in {notice["kind"] for notice in inbox}

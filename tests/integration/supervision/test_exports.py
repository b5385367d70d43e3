"""Exports of inspections and penalties over HTTP: the same check and the same fine for two platforms, refusals by field."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import httpx
import pytest

from contracts.event import Subject
from tests.fakes.field_rows import USCC
from tests.fakes.supervised import decided, department_told
from tests.integration.supervision.conftest import Addresses, Said, a_catalogue_file, an_inspection, publish
from tests.integration.supervision.process import PENALTY, a_report, do
from tests.tokens import headers

pytestmark = pytest.mark.servers
ITEM, LAW = "3001", "示例执法局"
ICODE = f"{USCC}4000131024000"
HOLDER = Subject(id_type="001", id_no=USCC, kind="ORGANISATION", name="示例餐饮有限公司")
PERSON = Subject(id_type="111", id_no="P" + "A" * 40, kind="PERSON")
SEPTEMBER = {"from": "2011-09-01", "to": "2011-09-02", "by": "clerk-1"}
FINE = PENALTY | {
    "punish_action_name": "未按规定贮存食品",
    "punish_action_code": "CF-1",
    "case_source": "日常检查",
    "illegal_fact": "生熟混放",
    "punish_basis": "食品安全法第一百二十六条",
    "punish_result": "罚款一千元五角",
    "filing_date": "2011-09-01",
}


def national() -> dict[str, Any]:
    """A version whose link carries the national codes of its supervision item."""
    plain = a_catalogue_file("2011-N", effective_from="2011-02-01")
    codes = {"supervise_item_code": "11640202000001", "supervise_item_check_icode": ICODE}
    for link in list(plain["links"]):
        named = {"code": "NATIONAL", "item_code": ITEM, "supervise_main_item": "食品经营监督检查"}
        plain["links"].append(link | named | codes)
    return plain


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    with httpx.Client(base_url=addresses.http, headers=headers()) as client:
        publish(client, national())


@pytest.fixture
async def known(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said) -> None:
    """The two departments have unified codes."""
    await tell(department_told("DEMO-FOOD", 1, name="示例食药科", uscc=USCC))
    await tell(department_told("DEMO-LAW", 1, name=LAW, uscc=USCC))

    async def there() -> bool:
        items = (await http.get("/api/v1/departments")).json()["items"]
        return {"DEMO-FOOD", "DEMO-LAW"} <= {item["code"] for item in items}

    await until(there)


async def punished(
    http: httpx.AsyncClient,
    tell: Callable[..., Any],
    until: Said,
    number: str,
    subject: Subject = HOLDER,
    **penalty: Any,
) -> str:
    """A task that was inspected, referred, and ended with a penalty."""
    await tell(decided(f"C-{number}", f"O-{number}", item_code=ITEM, subject=subject, decided_on=date(2011, 8, 1)))

    async def found() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await http.get("/api/v1/tasks", params={"object_no": f"O-{number}"})).json()[
            "items"
        ]
        return found

    (task,) = await until(found)
    task_id = str(task["task_id"])
    await do(http, task_id, "claim", inspector="orange-1")
    await do(http, task_id, "inspect", **a_report(f"J-{number}", "3", inspected_on="2011-09-01"))
    await do(http, task_id, "refer", reason="涉嫌违法", referred_to=LAW)
    await do(http, task_id, "penalise", **FINE | penalty)
    return task_id


async def export(http: httpx.AsyncClient, table: str) -> dict[str, Any]:
    answer = await http.post("/api/v1/exports", json=SEPTEMBER | {"table": table})
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def rows(http: httpx.AsyncClient, batch: str) -> dict[str, dict[str, str]]:
    """The lines of a batch by the number of the inspection or the document."""
    content = (await http.get(f"/api/v1/exports/{batch}/file")).content.decode("utf-8-sig")
    found = list(csv.DictReader(StringIO(content, newline="")))
    return {row.get("check_action_code") or row["CF_WSH"]: row for row in found}


async def refused(http: httpx.AsyncClient, batch: str) -> dict[str, set[str]]:
    """Row → the fields that are wrong."""
    found: dict[str, set[str]] = {}
    items = (await http.get(f"/api/v1/exports/{batch}/refusals", params={"limit": 500})).json()["items"]
    for item in items:
        found.setdefault(item["row"], set()).add(item["field"])
    return found


@pytest.mark.usefixtures("known")
async def test_one_fine_goes_to_both_platforms_and_its_check_to_one(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await punished(http, tell, until, "FINE")
    check = (await rows(http, (await export(http, "check_action"))["batch"]))["J-FINE"]
    assert (check["supervise_item_implement_code"], check["check_result"]) == ("11640202000001", "不合格")
    assert (check["check_personnel"], check["administrative_cp_ui_code"]) == ("执***,执***", USCC)
    assert "3=不合格" in check["check_item_results"].split(",")
    assert (check["check_date"], check["submitted_date"], check["cd_operation"]) == ("2011-09-01", "2011-09-02", "i")
    action = (await rows(http, (await export(http, "penalty_action"))["batch"]))["J-FINE"]
    assert (action["fine"], action["punish_type"], action["implement_institution"]) == ("1000.50", "02", LAW)
    published = (await rows(http, (await export(http, "penalty"))["batch"]))[PENALTY["punish_document_code"]]
    assert (published["CF_NR_FK"], published["CF_CFLB"], published["CF_CFJG"]) == ("0.10005", "罚款", LAW)
    for table in ("check_action", "penalty_action", "penalty"):
        assert (await export(http, table))["duplicate"] is True


@pytest.mark.usefixtures("known")
async def test_officers_are_named_in_the_file_somebody_takes_with_a_reason(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await punished(http, tell, until, "NAMES")
    batch = (await export(http, "check_action"))["batch"]
    asked = {"by": "clerk-1", "reason": "报送国家平台", "format": "ndjson"}
    taken = await http.post(f"/api/v1/exports/{batch}:disclose", json=asked)
    assert '"check_personnel":["执法员1","执法员2"]' in taken.text
    assert "执法员1" not in (await http.get(f"/api/v1/exports/{batch}/file", params={"format": "ndjson"})).text


@pytest.mark.usefixtures("known")
async def test_what_supervision_does_not_know_is_named_field_by_field(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    task_id = await punished(http, tell, until, "PERSON", subject=PERSON)
    same_day = an_inspection("J-ADHOC", "O-ADHOC", inspected_on="2011-09-02")
    assert (await http.post("/api/v1/inspections", json=same_day)).status_code == 201
    checks = await refused(http, (await export(http, "check_action"))["batch"])
    assert "chicago:J-PERSON" not in checks
    assert {"supervise_item_implement_code", "supervise_item_check_icode", "submitted_date"} <= checks[
        "chicago:J-ADHOC"
    ]
    batch = (await export(http, "penalty"))["batch"]
    assert task_id not in await refused(http, batch)
    file = (await http.get(f"/api/v1/exports/{batch}/file")).text
    assert f"N{PERSON.id_no[1:]}" in file
    assert PERSON.id_no in file


@pytest.mark.usefixtures("known")
async def test_a_decision_not_to_punish_is_told_to_the_national_platform_alone(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    spared: dict[str, Any] = {"no_penalty": True, "punish_types": [], "fine": None, "punish_document_code": ""}
    task_id = await punished(http, tell, until, "SPARED", **spared)
    action = (await rows(http, (await export(http, "penalty_action"))["batch"]))["J-SPARED"]
    assert (action["no_penalty"], action["punish_type"]) == ("1", "")
    batch = (await export(http, "penalty"))["batch"]
    assert batch is None or task_id not in (await refused(http, batch)) | (await rows(http, batch))


async def test_penalties_of_2011_have_no_limit_and_the_tables_tell_theirs(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/v1/exports/overdue")).json()["items"] == []
    told = (await http.get("/api/v1/export-tables")).json()
    assert [table["name"] for table in told["items"]] == ["penalty", "check_action", "penalty_action"]
    assert [limit["tables"] for limit in told["limits"]] == [["penalty"]]

"""Officers over real HTTP: certificates, leaving, conflicts of interest, and lines that were not checked."""

from typing import Any

import httpx
import pytest

from tests.integration.supervision.conftest import an_inspection, lines, ndjson

pytestmark = pytest.mark.servers

RESIDENT = "11010519491231002X"
"""The example of GB 11643-1999."""


def officer(code: str, **changes: Any) -> dict[str, Any]:
    return {"code": code, "name": "执法员", "department": "DEMO-FOOD"} | changes


async def registered(http: httpx.AsyncClient, *officers: dict[str, Any]) -> list[dict[str, Any]]:
    return lines(await http.post("/api/v1/inspectors:batch", content=ndjson(list(officers))))


async def shown(http: httpx.AsyncClient, code: str) -> dict[str, Any]:
    items = (await http.get("/api/v1/inspectors", params={"limit": "500"})).json()["items"]
    found: dict[str, Any] = next(item for item in items if item["code"] == code)
    return found


def told(answer: httpx.Response) -> tuple[int, str, list[str]]:
    said = answer.json()
    return answer.status_code, said["type"].rpartition(":")[2], [fault["pointer"] for fault in said["errors"]]


async def test_a_certificate_is_registered_listed_and_holds_inspections_up(http: httpx.AsyncClient) -> None:
    held = {"certificate_no": "宁执法 0007", "certificate_from": "2010-01-01", "certificate_to": "2011-09-01"}
    (answer,) = await registered(http, officer("cert-1", **held))
    assert answer["status"] == 201
    assert await shown(http, "cert-1") == officer("cert-1", **held, left_on=None, matters=[])
    late = an_inspection("CERT-1", "CERT", inspectors=["cert-1", "orange-2"])
    answered = await http.post("/api/v1/inspections", json=late)
    assert told(answered) == (422, "certificate-not-valid", ["/inspectors/0"])
    (line,) = lines(await http.post("/api/v1/inspections:batch", content=ndjson([late])))
    assert line["problem"]["errors"][0]["pointer"] == "/inspectors/0"
    in_time = late | {"inspected_on": "2011-09-01"}
    assert (await http.post("/api/v1/inspections", json=in_time)).status_code == 201


@pytest.mark.parametrize(
    ("held", "pointer"),
    [
        ({"certificate_to": "2011-09-01"}, "/certificate_no"),
        ({"certificate_no": "\x00"}, "/certificate_no"),
        ({"certificate_no": "A", "certificate_from": "2012-01-01", "certificate_to": "2011-01-01"}, "/certificate_to"),
        ({"certificate_no": "A", "certificate_from": "yesterday"}, "/certificate_from"),
        ({"left_on": "2011-01-01"}, ""),
    ],
)
async def test_a_certificate_that_cannot_be_is_pointed_at(
    http: httpx.AsyncClient, held: dict[str, str], pointer: str
) -> None:
    (answer,) = await registered(http, officer("cert-2", **held))
    assert answer["status"] == 422
    assert [fault["pointer"] for fault in answer["problem"]["errors"]] == [pointer]


async def test_who_leaves_inspects_no_more_until_they_are_back(http: httpx.AsyncClient) -> None:
    await registered(http, officer("leaver"))
    left = await http.post("/api/v1/inspectors/leaver:leave", json={"left_on": "2011-09-02"})
    assert (left.status_code, left.json()["left_on"]) == (200, "2011-09-02")
    inspection = an_inspection("LEFT-1", "LEFT", inspectors=["orange-1", "leaver"])
    answer = await http.post("/api/v1/inspections", json=inspection)
    assert told(answer) == (422, "inspector-left", ["/inspectors/1"])
    await registered(http, officer("leaver", name="改名"))
    assert (await shown(http, "leaver"))["left_on"] == "2011-09-02"
    assert (await http.post("/api/v1/inspectors/leaver:rejoin")).json()["left_on"] is None
    assert (await http.post("/api/v1/inspections", json=inspection)).status_code == 201
    nobody = await http.post("/api/v1/inspectors/nobody:leave", json={"left_on": "2011-09-02"})
    assert told(nobody) == (422, "inspector-unknown", ["/code"])


async def test_a_conflict_is_declared_listed_keeps_away_and_ends(http: httpx.AsyncClient) -> None:
    declared = {
        "inspector": "orange-2",
        "source_system": "chicago",
        "object_no": "KIN",
        "reason": "兄弟的店",
        "valid_from": "2011-09-02",
        "by": "chief",
    }
    answers = [await http.post("/api/v1/conflicts", json=declared) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    conflict = answers[0].json()
    listed = (await http.get("/api/v1/conflicts", params={"object_no": "KIN"})).json()["items"]
    assert listed == [conflict] == [answers[1].json()]
    inspection = an_inspection("KIN-1", "KIN")
    answer = await http.post("/api/v1/inspections", json=inspection)
    assert told(answer) == (422, "conflict-of-interest", ["/inspectors/1"])
    end = f"/api/v1/conflicts/{conflict['conflict_id']}:end"
    assert told(await http.post(end, json={"on": "2011-09-01", "by": "chief"})) == (422, "invalid-content", ["/on"])
    ended = await http.post(end, json={"on": "2011-09-02", "by": "chief"})
    assert (ended.json()["valid_to"], ended.json()["ended_by"]) == ("2011-09-02", "chief")
    nobody = await http.post(end.replace(conflict["conflict_id"], "0" * 8 + "-0000-0000-0000-" + "0" * 12), json={})
    assert nobody.status_code == 422


async def test_a_resident_number_is_kept_as_its_reference_alone(http: httpx.AsyncClient) -> None:
    declared = {
        "inspector": "orange-2",
        "id_type": "111",
        "id_no": RESIDENT,
        "reason": "亲属",
        "valid_from": "2011-09-02",
        "by": "chief",
    }
    answer = await http.post("/api/v1/conflicts", json=declared)
    assert answer.status_code == 201
    assert RESIDENT not in answer.text
    reference = answer.json()["id_no"]
    again = await http.post("/api/v1/conflicts", json=declared | {"id_no": reference})
    assert (again.status_code, again.json()) == (200, answer.json())
    wrong = await http.post("/api/v1/conflicts", json=declared | {"id_no": "110105194912310021"})
    assert told(wrong) == (422, "invalid-content", ["/id_no"])


@pytest.mark.parametrize("value", [None, 7, [], {}, "", "\x00", "長" * 100_000])
async def test_a_declaration_with_a_nasty_value_is_a_problem(http: httpx.AsyncClient, value: Any) -> None:
    plain: dict[str, Any] = {
        "inspector": "orange-2",
        "id_type": "099",
        "id_no": "NASTY",
        "reason": "r",
        "valid_from": "2011-09-02",
        "by": "chief",
    }
    for name in plain:
        if (name, value) in (("valid_from", None), ("by", "")):
            continue  # both may be left out
        answer = await http.post("/api/v1/conflicts", json=plain | {name: value})
        assert answer.status_code == 422, (name, value, answer.text)
        assert answer.json()["errors"], (name, value)


async def test_what_was_not_checked_is_kept_apart_from_what_does_not_apply(http: httpx.AsyncClient) -> None:
    said = [{"code": "1", "result": "NOT_CHECKED"}, {"code": "2", "result": "NOT_APPLICABLE"}]
    made = await http.post("/api/v1/inspections", json=an_inspection("HALF-1", "HALF", lines=said))
    kept = (await http.get(f"/api/v1/tasks/{made.json()['task_id']}")).json()["inspection"]
    assert (kept["not_checked"], kept["not_applicable"], kept["passed"]) == (["1"], ["2"], [])

"""Repair, objection, withdrawal and entered records over HTTP, on the running service."""

import json
from typing import Any

import asyncpg
import httpx
import pytest

from tests.integration.credit.conftest import Credit

pytestmark = pytest.mark.servers

NUMBER = "11010519491231002X"
NOBODY = "00000000-0000-0000-0000-000000000000"
PENALTY = {
    "kind": "PENALTY",
    "record_class": "GENERAL",
    "subject": {"id_type": "099", "id_no": "S1", "name": "测试餐馆"},
    "source_system": "unit",
    "region": "640202",
    "document_no": "罚1号",
    "document_on": "2012-01-02",
    "occurred_on": "2012-01-01",
    "department": "ENFORCE",
    "by": "xy-1",
}


async def post(credit: Credit, path: str, body: Any, status: int = 200) -> Any:
    """The answer's document; of a refusal the code."""
    answer = await credit.http.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    document = answer.json()
    return document["type"].rpartition(":")[2] if status >= 400 else document


async def entered(credit: Credit, **other: Any) -> str:
    """A penalty whose shortest period ends on 2012-04-02, the day the tests begin."""
    return str((await post(credit, "/records", PENALTY | other, 201))["record_id"])


async def grade(credit: Credit) -> str:
    return str((await credit.get("/api/v1/subjects/099/S1"))["grade"])


async def said(credit: Credit, fact: str) -> list[dict[str, Any]]:
    """What credit told of one kind, as its event log has it."""
    database = await asyncpg.connect(credit.database_url)
    try:
        rows = await database.fetch("SELECT payload FROM event_log WHERE type LIKE $1 ORDER BY event_id", f"%{fact}.v1")
    finally:
        await database.close()
    return [json.loads(row["payload"]) for row in rows]


async def test_a_record_is_entered_once_and_a_natural_person_only_by_reference(credit: Credit) -> None:
    first = await post(credit, "/records", PENALTY, 201)
    again = await post(credit, "/records", PENALTY)
    assert (first["duplicate"], again["duplicate"], again["record_id"]) == (False, True, first["record_id"])
    assert await post(credit, "/records", PENALTY | {"record_class": "SERIOUS"}, 409) == "record-differs"
    person = {"id_type": "111", "id_no": NUMBER, "name": "张三"}
    await post(credit, "/records", PENALTY | {"subject": person, "document_no": "罚2号"}, 201)
    database = await asyncpg.connect(credit.database_url)
    kept = ("SELECT * FROM subject", "SELECT * FROM subject_change", "SELECT * FROM credit_record")
    rows = [row for query in (*kept, "SELECT payload FROM event_log") for row in await database.fetch(query)]
    await database.close()
    values = [value.decode() if isinstance(value, bytes) else str(value) for row in rows for value in row.values()]
    everything = " ".join(values)
    assert "测试餐馆" in everything
    assert "罚2号" in everything
    assert NUMBER not in everything
    assert "张三" not in everything


async def test_a_repair_from_the_application_to_the_end_of_the_record(credit: Credit) -> None:
    record_id = await entered(credit)
    shown = await credit.get(f"/api/v1/records/{record_id}/repair-conditions")
    assert [c["code"] for c in shown["conditions"] if not c["met"]] == ["minimum-period", "obligation", "commitment"]
    body = {"by": "qy-1", "proof": ["缴款书"], "commitment": "承诺书"}
    repair = await post(credit, f"/records/{record_id}/repairs", body, 201)
    path = f"/repairs/{repair['repair_id']}"
    assert await post(credit, f"/records/{record_id}/repairs", body, 409) == "repair-open"
    assert await post(credit, f"{path}:accept", {"by": "xy-1"}, 422) == "repair-conditions"
    await credit.on("2012-04-03")
    assert (await credit.get(f"/api/v1/records/{record_id}/repair-conditions"))["met"]
    accepted = await post(credit, f"{path}:accept", {"by": "xy-1"})
    assert {d["kind"]: d["state"] for d in accepted["deadlines"]} == {
        "ACCEPT_REPAIR": "MET",
        "OVERALL_REPAIR": "RUNNING",
        "DECIDE_REPAIR": "RUNNING",
    }
    assert await grade(credit) == "B"
    decision = {"by": "qy-1", "granted": True, "reason": ""}
    assert await post(credit, f"{path}:decide", decision, 409) == "second-person-needed"
    assert (await post(credit, f"{path}:decide", decision | {"by": "xy-2"}))["state"] == "GRANTED"
    assert await grade(credit) == "A"
    record = await credit.get(f"/api/v1/records/{record_id}")
    assert (record["state"], record["ended_on"]) == ("REPAIRED", "2012-04-03")
    assert [e["repair_id"] for e in await said(credit, "credit.record.repaired")] == [repair["repair_id"]]
    assert len((await credit.get("/api/v1/repairs", state="GRANTED"))["items"]) == 1
    assert (await credit.get("/api/v1/repairs", record_id=record_id, state="APPLIED"))["items"] == []
    assert (await credit.get("/ops/v1/status"))["dead_letters"] == 0


async def test_a_repair_nobody_answers_gives_a_card_and_a_notice_to_the_credit_office(credit: Credit) -> None:
    record_id = await entered(credit)
    await post(credit, f"/records/{record_id}/repairs", {"by": "qy-1"}, 201)
    await credit.on("2012-04-30")
    await credit.settled()
    cards = await said(credit, "credit.repair.overdue")
    assert sorted(card["kind"] for card in cards) == ["ACCEPT", "DECIDE"]
    told = (await credit.get("/api/v1/notices", person="CREDIT_OFFICE:640202"))["items"]
    assert {"HALF", "BEFORE", "YELLOW"} == {notice["kind"] for notice in told}


async def test_an_objection_marks_lifts_and_ends_and_its_review_is_somebody_else_s(credit: Credit) -> None:
    record_id = await entered(credit)
    assert await grade(credit) == "B"
    objection = await post(credit, f"/records/{record_id}/objections", {"by": "qy-1", "reason": "有误"}, 201)
    path = f"/objections/{objection['objection_id']}"
    assert await grade(credit) == "A"
    forwarded = await post(credit, f"{path}:forward", {"by": "xy-1", "provider": "ENFORCE"})
    assert [(d["kind"], d["state"]) for d in forwarded["deadlines"]] == [
        ("OBJECTION_OWN", "MET"),
        ("OBJECTION_PROVIDER", "RUNNING"),
    ]
    no = {"by": "xy-1", "upheld": False, "reason": "属实"}
    assert (await post(credit, f"{path}:decide", no))["state"] == "REJECTED"
    assert await grade(credit) == "B"
    await post(credit, f"{path}:review", {"by": "qy-1", "reason": "不服"})
    assert await post(credit, f"{path}:decide", no, 409) == "second-person-needed"
    yes = {"by": "xy-2", "upheld": True, "reason": "张冠李戴"}
    assert (await post(credit, f"{path}:decide", yes))["state"] == "UPHELD"
    assert (await credit.get(f"/api/v1/records/{record_id}"))["state"] == "WITHDRAWN"
    assert await grade(credit) == "A"
    again = {"by": "qy-1", "reason": "有误", "evidence": ["新证据"]}
    assert await post(credit, f"/records/{record_id}/objections", again, 409) == "record-not-active"
    assert (await credit.get(f"/api/v1{path}"))["reviewed_by"] == "xy-2"
    assert [o["state"] for o in (await credit.get("/api/v1/objections", record_id=record_id))["items"]] == ["UPHELD"]


async def test_a_withdrawal_needs_two_and_may_be_cancelled(credit: Credit) -> None:
    record_id = await entered(credit)
    request = {"by": "xy-1", "reason": "处罚被撤销", "document_no": "复议1号"}
    await post(credit, f"/records/{record_id}:withdraw", request, 201)
    assert await post(credit, f"/records/{record_id}:confirm-withdrawal", {"by": "xy-1"}, 409) == "second-person-needed"
    await post(credit, f"/records/{record_id}:cancel-withdrawal", {"by": "xy-1", "reason": "登记错误"})
    await post(credit, f"/records/{record_id}:withdraw", request, 201)
    confirmed = await post(credit, f"/records/{record_id}:confirm-withdrawal", {"by": "xy-2"})
    assert (confirmed["state"], confirmed["number"]) == ("CONFIRMED", 2)
    assert [w["state"] for w in (await credit.get("/api/v1/withdrawals"))["items"]] == ["CANCELLED", "CONFIRMED"]
    (withdrawn,) = await said(credit, "credit.record.withdrawn")
    assert (withdrawn["by"], withdrawn["confirmed_by"]) == ("xy-1", "xy-2")


async def test_the_notice_of_repair_stands_in_both_languages_and_waits_in_the_inbox(credit: Credit) -> None:
    record_id = await entered(credit)
    shown = await credit.get(f"/api/v1/records/{record_id}/repair-notice")
    assert (shown["earliest_on"], shown["repairable"], shown["confirmed"]) == ("2012-04-03", True, False)
    assert all(len(shown[language]["conditions"]) == 4 for language in ("zh", "en"))
    excluded = await entered(credit, document_no="罚3号", repairable=False)
    shown = await credit.get(f"/api/v1/records/{excluded}/repair-notice")
    assert (shown["repairable"], shown["earliest_on"]) == (False, "2013-01-03")
    inbox = (await credit.get("/api/v1/notices", person="LIAISON:ENFORCE"))["items"]
    assert {notice["about"] for notice in inbox} == {f"record:{record_id}", f"record:{excluded}"}
    minor = await entered(credit, document_no="罚4号", record_class="MINOR")
    assert (await credit.http.get(f"/api/v1/records/{minor}/repair-notice")).status_code == 404


async def test_what_cannot_be_done_is_a_problem_and_never_an_accident(credit: Credit) -> None:
    record_id = await entered(credit)
    cases: list[tuple[str, Any, int]] = [
        (f"/records/{NOBODY}/repairs", {"by": "a"}, 404),
        (f"/repairs/{NOBODY}:accept", {"by": "a"}, 404),
        (f"/objections/{NOBODY}:decide", {"by": "a", "upheld": True, "reason": "r"}, 404),
        (f"/records/{NOBODY}:withdraw", {"by": "a", "reason": "r", "document_no": "d"}, 404),
        ("/repairs/x:accept", {"by": "a"}, 422),
        (f"/records/{record_id}/repairs", {"by": "a\x00"}, 422),
        (f"/records/{record_id}/repairs", {"by": "a", "proof": ["\x00"]}, 422),
        (f"/records/{record_id}/repairs", {"by": "a", "proof": [1]}, 422),
        (f"/records/{record_id}/repairs", {"by": "a", "colour": "red"}, 422),
        (f"/records/{record_id}/objections", {"by": "a", "reason": "x" * 2001}, 422),
        (f"/records/{record_id}:withdraw", {"by": "a", "reason": "r"}, 422),
        ("/records", PENALTY | {"document_on": "2012-04-03"}, 422),
        ("/records", PENALTY | {"document_on": 1}, 422),
        ("/records", PENALTY | {"kind": "INSPECTION"}, 422),
        ("/records", PENALTY | {"detail": "\x00"}, 422),
        ("/records", PENALTY | {"occurred_on": "1999-01-01", "document_on": "1999-01-01"}, 422),
        ("/records", PENALTY | {"subject": {"id_type": "111", "id_no": "110105194912310021"}}, 422),
        ("/records", PENALTY | {"occurred_on": None, "document_on": None}, 422),
        ("/records", PENALTY | {"subject": {"id_type": "099", "id_no": "a\x00"}}, 422),
        ("/records", PENALTY | {"subject": {"id_type": "\x00", "id_no": "1"}}, 422),
        ("/records", PENALTY | {"number": "\ud800"}, 422),
        ("/records", PENALTY | {"subject": {"id_type": "111", "id_no": "\ud800"}}, 422),
        (f"/records/{record_id}/objections", {"by": "a", "reason": "\ud800"}, 422),
        ("/records", [], 422),
    ]
    for path, body, status in cases:
        content, headers = json.dumps(body), {"content-type": "application/json"}
        answer: httpx.Response = await credit.http.post(f"/api/v1{path}", content=content, headers=headers)
        assert (path, body, answer.status_code) == (path, body, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"]
        assert answer.json()["title_en"]
    for path in (
        f"/repairs/{NOBODY}",
        f"/objections/{NOBODY}",
        f"/records/{NOBODY}/repair-conditions",
        "/repairs?state=Z",
    ):
        assert (await credit.http.get(f"/api/v1{path}")).status_code in {404, 422}
    assert (await credit.get("/api/v1/repairs"))["items"] == []


async def test_all_that_is_under_way_for_a_subject_is_told_with_its_clocks_and_their_days(credit: Credit) -> None:
    record_id = await entered(credit)
    await post(credit, f"/records/{record_id}/repairs", {"by": "qy-1", "proof": ["缴款书"], "commitment": ""}, 201)
    await post(credit, f"/records/{record_id}/objections", {"by": "qy-1", "reason": "有误"}, 201)
    told = await credit.get("/api/v1/subjects/099/S1/procedures")
    (repair,), (objection,), withdrawals = (told[kind] for kind in ("repairs", "objections", "withdrawals"))
    assert (repair["state"], objection["state"], withdrawals) == ("APPLIED", "LODGED", [])
    assert (repair["name"], repair["record_kind"], repair["document_no"]) == ("测试餐馆", "PENALTY", "罚1号")
    clock = next(each for each in repair["deadlines"] if each["kind"] == "ACCEPT_REPAIR")
    counted = await credit.get(f"/api/v1/deadlines/{clock['deadline_id']}/days")
    assert (counted["limit"], counted["due_on"], clock["limit"]) == ("3wd", clock["due_on"], "3wd")
    assert [day["number"] for day in counted["days"] if day["number"]] == [1, 2, 3]
    assert (await credit.http.get("/api/v1/subjects/099/NOBODY/procedures")).status_code == 404
    assert (await credit.http.get(f"/api/v1/deadlines/{NOBODY}/days")).status_code == 404

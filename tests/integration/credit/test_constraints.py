"""Lists, bars and measures over HTTP and NATS, on the running service."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import nats
import pytest

from contracts.event import Event
from tests.fakes.credit_constraints import an_annulment, an_item
from tests.fakes.credit_inspections import an_inspection
from tests.integration.credit.conftest import TRACE, Credit
from tests.integration.credit.test_consuming import said
from tests.keys import seal

pytestmark = pytest.mark.servers

NOW = datetime(2012, 3, 1, 8, tzinfo=UTC)
SUBJECT = {"id_type": "099", "id_no": "S1", "name": "测试餐馆"}
DECIDED = {"subject": SUBJECT, "source_system": "unit", "region": "640202", "department": "SCJG", "by": "xy-1"}
ENTRY = {
    **DECIDED,
    "list": "SEVERE_LIST",
    "legal_basis": "FOOD-SAFETY",
    "document_no": "列1号",
    "entered_on": "2012-04-01",
    "notice_document": "告1号",
}
BAR = {**DECIDED, "kind": "REFUSAL", "item_code": "SAFE", "document_no": "决1号", "decided_on": "2012-04-01"}


async def tell(credit: Credit, *events: Event) -> None:
    """Publish what approval tells, and wait until credit has heard it."""
    connection = await nats.connect(credit.nats_url)
    try:
        for event in events:
            sealed = seal(event, service="approval", region="640202", now=NOW, cause=None, traceparent=TRACE)
            await connection.jetstream().publish(sealed.subject, sealed.payload, headers=dict(sealed.headers))
    finally:
        await connection.close()
    await credit.settled()


async def post(credit: Credit, path: str, body: dict[str, Any]) -> httpx.Response:
    return await credit.http.post(f"/api/v1/{path}", json=body)


async def subject(credit: Credit, number: str = "S1") -> Any:
    return await credit.get(f"/api/v1/subjects/099/{number}")


async def facts(credit: Credit, expected: int) -> Sequence[str]:
    return [".".join(message.subject.split(".")[2:4]) for message in await said(credit.nats_url, expected)]


async def test_an_entry_makes_record_grade_and_measures_and_its_exit_takes_them_back(credit: Credit) -> None:
    first, again = await post(credit, "list-entries", ENTRY), await post(credit, "list-entries", ENTRY)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    entry_id = first.json()["entry_id"]
    shown = await subject(credit)
    assert (shown["grade"], [r["record_id"] for r in shown["records"]]) == ("D", [entry_id])
    (listed,) = shown["lists"]
    assert (listed["entry_id"], listed["until"], listed["left_on"]) == (entry_id, "2015-04-01", None)
    assert {measure["code"] for measure in shown["measures"]} >= {"NO-FUNDING", "NO-COMMITMENT"}
    assert all(measure["rests_on"] == [entry_id] for measure in shown["measures"])
    left = await post(credit, f"list-entries/{entry_id}:exit", {"reason": "已改正", "by": "xy-2"})
    assert (left.status_code, left.json()["left_on"]) == (200, "2012-04-02")
    shown = await subject(credit)
    assert (shown["grade"], shown["lists"], shown["measures"]) == ("A", [], [])
    told = await facts(credit, 6)
    assert sorted(told) == sorted(
        ["subject.registered", "record.added", "list.entered", "grade.changed", "list.left", "grade.changed"]
    )
    (entered,) = [m for m in await said(credit.nats_url, 6) if ".list.entered." in m.subject]
    document = json.loads(entered.data)
    assert (document["entry_id"], document["notice_document"], document["by"]) == (entry_id, "告1号", "xy-1")


async def test_an_annulment_told_on_nats_bars_and_its_correction_lifts(credit: Credit) -> None:
    await tell(credit, an_item(), an_item("PLAIN", flagged=False))
    await tell(credit, an_annulment(), an_annulment())
    (bar,) = (await subject(credit))["bars"]
    assert (bar["kind"], bar["item_code"], bar["document_no"], bar["by"]) == ("ANNULMENT", "SAFE", "许1号", "system")
    assert (bar["starts_on"], bar["ends_on"], bar["state"]) == ("2012-03-01", "2015-03-01", "IN_FORCE")
    await tell(credit, an_annulment(revision=2, deceit=False))
    shown = await subject(credit)
    assert (shown["bars"], shown["measures"]) == ([], [])
    (ended,) = (await credit.get("/api/v1/bars", id_type="099", id_no="S1"))["items"]
    assert (ended["bar_id"], ended["state"], ended["ended_on"]) == (bar["bar_id"], "LIFTED", "2012-04-02")


async def test_an_annulment_told_before_its_item_is_applied_when_the_item_is_told(credit: Credit) -> None:
    connection = await nats.connect(credit.nats_url)
    sealed = seal(an_annulment(), service="approval", region="640202", now=NOW, cause=None, traceparent=TRACE)
    await connection.jetstream().publish(sealed.subject, sealed.payload, headers=dict(sealed.headers))
    await connection.close()
    await tell(credit, an_item())
    assert len((await subject(credit))["bars"]) == 1
    assert (await credit.settled())["dead_letters"] == 0


async def test_a_bar_is_imposed_listed_lifted_and_ends_by_itself(credit: Credit) -> None:
    await tell(credit, an_item())
    first, again = await post(credit, "bars", BAR), await post(credit, "bars", BAR)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["ends_on"] == "2013-04-01"
    procurement = {**BAR, "kind": "PROCUREMENT", "item_code": ""}
    assert (await post(credit, "bars", procurement)).status_code == 201
    assert [m["code"] for m in (await subject(credit))["measures"]] == ["NO-SAME-ITEM", "NO-PROCUREMENT"]
    lifted = await post(credit, f"bars/{first.json()['bar_id']}:lift", {"reason": "复议撤销", "by": "xy-2"})
    assert (lifted.status_code, lifted.json()["state"]) == (200, "LIFTED")
    await credit.on("2015-04-02")
    await credit.settled()
    found = {bar["kind"]: bar["state"] for bar in (await credit.get("/api/v1/bars"))["items"]}
    assert found == {"REFUSAL": "LIFTED", "PROCUREMENT": "ENDED"}
    assert (await credit.get("/api/v1/bars", open="true"))["items"] == []


async def test_lists_and_bars_are_found_by_what_they_are_page_by_page(credit: Credit) -> None:
    await tell(credit, an_item())
    for number in range(5):
        whom = {"subject": {**SUBJECT, "id_no": f"S{number}"}}
        await post(credit, "list-entries", {**ENTRY, **whom})
        await post(credit, "list-entries", {**ENTRY, **whom, "list": "ABNORMAL_LIST", "legal_basis": "NO-CONTACT"})
        await post(credit, "bars", {**BAR, **whom})
    for path, asked, expected in (
        ("list-entries", {}, 10),
        ("list-entries", {"list": "SEVERE_LIST", "open": "true"}, 5),
        ("list-entries", {"id_type": "099", "id_no": "S3"}, 2),
        ("list-entries", {"open": "false"}, 0),
        ("bars", {"kind": "REFUSAL", "item_code": "SAFE"}, 5),
        ("bars", {"id_type": "099", "id_no": "S3", "open": "true"}, 1),
    ):
        items: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await credit.get(f"/api/v1/{path}", cursor=cursor, limit=2, **asked)
            items += page["items"]
            cursor = page["next"]
        assert (path, asked, len(items)) == (path, asked, expected)
        assert len({item.get("entry_id") or item.get("bar_id") for item in items}) == expected


async def test_what_was_merged_is_constrained_under_both_numbers(credit: Credit) -> None:
    await credit.told([an_inspection("1", "PASS")])
    await credit.settled()
    await post(credit, "list-entries", {**ENTRY, "subject": {**SUBJECT, "id_no": "OLD1"}})
    merged = {"subject": {"id_type": "099", "id_no": "OLD1"}, "into": {"id_type": "099", "id_no": "S1"}}
    assert (await post(credit, "subjects:merge", {**merged, "by": "xy-1", "reason": "换号"})).status_code == 200
    one, other = await subject(credit), await subject(credit, "OLD1")
    assert one["lists"] == other["lists"] != []
    assert one["measures"] == other["measures"] != []


async def test_the_catalogue_is_public_with_source_and_confirmation(credit: Credit) -> None:
    catalogue = await credit.get("/api/v1/measures")
    assert (catalogue["bars"]["REFUSAL"]["months"], catalogue["bars"]["REFUSAL"]["confirmed"]) == (12, True)
    assert catalogue["lists"]["SEVERE_LIST"]["needs_notice"] is True
    assert all(measure["source"] and measure["legal_basis"] for measure in catalogue["measures"])


PERSON = {"id_type": "111", "id_no": "11010519491231002X", "name": "张三"}
UNKNOWN = "1b671a64-40d5-491e-99b0-da01ff1f3341"
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("list-entries", {**ENTRY, "legal_basis": "NO-SUCH"}, 422, "basis-not-listed"),
    ("list-entries", {**ENTRY, "notice_document": ""}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "list": "PENALTY"}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "entered_on": "2012-04-03"}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "entered_on": 1333238400}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "subject": PERSON}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "document_no": "a\x00b"}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "source_system": "UPPER"}, 422, "invalid-content"),
    ("list-entries", {**ENTRY, "more": 1}, 422, "invalid-content"),
    ("list-entries", {}, 422, "invalid-content"),
    (f"list-entries/{UNKNOWN}:exit", {"reason": "x", "by": "y"}, 404, "not-found"),
    ("list-entries/nonsense:exit", {"reason": "x", "by": "y"}, 422, "invalid-content"),
    ("bars", BAR, 422, "item-not-public-safety"),
    ("bars", {**BAR, "item_code": "a\x00b"}, 422, "invalid-content"),
    ("bars", {**BAR, "kind": "ANGER"}, 422, "invalid-content"),
    ("bars", {**BAR, "decided_on": "2013-01-01"}, 422, "invalid-content"),
    ("bars", {**BAR, "region": "6402"}, 422, "invalid-content"),
    (f"bars/{UNKNOWN}:lift", {"reason": "x", "by": "y"}, 404, "not-found"),
]


async def test_what_may_not_be_done_is_a_problem_in_two_languages_and_changes_nothing(credit: Credit) -> None:
    for path, body, status, code in REFUSED:
        answer = await post(credit, path, body)
        assert (path, body, answer.status_code) == (path, body, status), answer.text
        problem = answer.json()
        assert (path, problem["type"]) == (path, f"urn:shenguan:problem:{code}")
        assert problem["title"]
        assert problem["title_en"]
        assert "张三" not in answer.text
    assert (await credit.get("/ops/v1/figures"))["subjects"] == 0


UNASKABLE = (
    *(
        "list-entries?list=NONE",
        "list-entries?open=perhaps",
        "list-entries?cursor=nonsense",
        "list-entries?id_no=a%00b",
    ),
    *("bars?kind=NONE", "bars?limit=0", "bars?colour=red", "bars?item_code=a%00b", "bars?id_no=11010519491231002X"),
)


async def test_what_cannot_be_asked_is_refused(credit: Credit) -> None:
    for path in UNASKABLE:
        answer = await credit.http.get(f"/api/v1/{path}")
        assert (path, answer.status_code) == (path, 422)
        assert answer.headers["content-type"] == "application/problem+json"

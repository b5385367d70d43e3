"""What the public is told of a subject, and the trace every answer leaves: on the running service."""

import json
from datetime import date
from typing import Any

import asyncpg
import msgspec
import pytest

from contracts.event import Subject as Party
from contracts.supervision import InspectionConcluded
from kernel.subject import SubjectKind
from tests.fakes.credit_inspections import an_inspection
from tests.integration.credit.conftest import Credit
from tests.integration.credit.test_api import shenguan_credit

pytestmark = pytest.mark.servers

CODE, OTHER, UNKNOWN = "91999999MA00000154", "91999999MA0000023Y", "91999999MA0000031R"
PERSON = "11010519491231002X"
PATH = "/api/v1/public/subjects"


def of(party: Party, number: str, *found: str, on: str = "2012-03-01") -> InspectionConcluded:
    return msgspec.structs.replace(an_inspection(number, *found, on=on), subject=party)


def organisation(code: str, name: str = "示例餐馆") -> Party:
    return Party(id_type="001", id_no=code, kind=SubjectKind.ORGANISATION, name=name)


@pytest.fixture
async def filled(credit: Credit) -> Credit:
    """One organisation with a general record of March and a minor one, one with a minor one, and a person with a general."""
    person = Party(id_type="111", id_no=credit.identity.reference("111", PERSON), kind=SubjectKind.PERSON, name="")
    await credit.told(
        [
            of(organisation(CODE), "1", "FAIL", "CRITICAL"),
            of(organisation(CODE), "2", "FAIL", on="2012-03-02"),
            of(organisation(OTHER), "3", "FAIL"),
            of(person, "4", "FAIL", "CRITICAL"),
        ]
    )
    await credit.settled()
    return credit


async def asked(credit: Credit, number: str) -> tuple[int, Any]:
    answer = await credit.http.post(f"{PATH}:query", json={"id_no": number}, headers={"Idempotency-Key": "K"})
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


async def test_the_public_sees_what_is_public_how_long_and_what_to_do_about_it(filled: Credit) -> None:
    answer = await filled.http.get(f"{PATH}/{CODE}")
    shown = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (shown["as_of"], shown["id_no"], shown["name"], shown["kind"]) == (
        "2012-04-02",
        CODE,
        "示例餐馆",
        "ORGANISATION",
    )
    (record,) = shown["records"]
    assert (
        record.items()
        >= {
            "kind": "INSPECTION",
            "record_class": "GENERAL",
            "on": "2012-03-01",
            "department": "DEMO-FOOD",
            "shown_until": "2013-03-01",
            "repairable_from": "2012-06-02",
            "objection_pending": False,
        }.items()
    )
    assert (shown["commendations"], shown["lists"]) == ([], [])
    assert all(shown[how][word] for how in ("repair", "objection") for word in ("zh", "en", "source"))
    told = set(shown) | set(record)
    assert not told & {"grade", "score", "reasons", "points", "identities", "history", "number", "inspection_no"}


async def test_nobody_learns_whether_there_is_something_that_is_not_shown(filled: Credit) -> None:
    answers = [await filled.http.get(f"{PATH}/{code}") for code in (OTHER, UNKNOWN)]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert answers[0].json()["type"] == "urn:shenguan:problem:no-public-record"
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert (await filled.get("/api/v1/subjects/001/" + OTHER))["records"]


async def test_a_record_is_shown_to_its_last_day_and_no_longer(filled: Credit) -> None:
    await filled.on("2013-03-01")
    assert (await filled.http.get(f"{PATH}/{CODE}")).status_code == 200
    await filled.on("2013-03-02")
    assert (await filled.http.get(f"{PATH}/{CODE}")).status_code == 404
    assert (await filled.get(PATH, name="示例餐馆"))["items"] == []


async def test_organisations_are_found_by_their_exact_name_twenty_at_most(filled: Credit) -> None:
    parties = [Party(id_type="099", id_no=f"N{n:02}", kind=SubjectKind.ORGANISATION, name="同名店") for n in range(21)]
    await filled.told(of(each, f"9{n}", "FAIL", "CRITICAL") for n, each in enumerate(parties))
    await filled.settled()
    found = await filled.get(PATH, name="同名店")
    assert ([each["id_no"] for each in found["items"]], found["more"]) == ([f"N{n:02}" for n in range(20)], True)
    found = await filled.get(PATH, name=" 示例餐馆 ")
    assert ([each["id_no"] for each in found["items"]], found["more"]) == ([CODE], False)
    assert (await filled.get(PATH, name="示例"))["items"] == []
    assert (await filled.get(PATH, name="示例餐馆' OR 1=1 --"))["items"] == []


async def test_a_person_is_answered_by_post_alone_and_masked(filled: Credit) -> None:
    status, shown = await asked(filled, "110105 19491231-002x")
    assert (status, shown["id_type"], shown["id_no"], shown["kind"], shown["name"]) == (
        200,
        "111",
        "110105********002X",
        "PERSON",
        "",
    )
    assert [record["record_class"] for record in shown["records"]] == ["GENERAL"]
    reference = filled.identity.reference("111", PERSON)
    assert PERSON not in str(shown)
    assert reference not in str(shown)
    await filled.on("2013-03-02")
    status, shown = await asked(filled, PERSON)
    assert (status, shown["type"]) == (404, "urn:shenguan:problem:no-public-record")
    assert PERSON not in filled.service.child.program.log.read_text()
    connection = await asyncpg.connect(filled.database_url)
    assert await connection.fetchval("SELECT count(*) FROM idempotency") == 0
    kept = await connection.fetch("SELECT id_no FROM subject_query WHERE id_type = '111'")
    assert {row["id_no"] for row in kept} == {reference}
    await connection.close()


REFUSED = [
    (f"{PATH}/{PERSON}", "number-in-address"),
    (f"{PATH}?name={PERSON}", "number-in-address"),
    (f"{PATH}/91999999MA00000155", "invalid-content"),
    (f"{PATH}/x", "invalid-content"),
    (PATH, "invalid-content"),
    (f"{PATH}?name=", "invalid-content"),
    (f"{PATH}?name=a%00b", "invalid-content"),
    ("/api/v1/subject-queries?id_no=A", "invalid-content"),
    (f"/api/v1/subject-queries?id_type=111&id_no={PERSON}", "number-in-address"),
    ("/api/v1/subject-queries?cursor=x", "invalid-content"),
]


async def test_what_cannot_be_asked_is_refused_and_leaves_no_trace(credit: Credit) -> None:
    for path, code in REFUSED:
        answer = await credit.http.get(path)
        assert (path, answer.status_code, answer.json()["type"]) == (path, 422, f"urn:shenguan:problem:{code}")
        assert PERSON not in answer.text
    for body in (
        {"id_no": PERSON[:-1] + "1"},
        {"id_no": ""},
        {"id_no": PERSON, "name": "x"},
        {"id_type": "x", "id_no": "1"},
    ):
        answer = await credit.http.post(f"{PATH}:query", json=body)
        assert (body, answer.status_code) == (body, 422)
        assert body["id_no"] == "" or body["id_no"] == "1" or body["id_no"] not in answer.text
    answer = await credit.http.get(f"{PATH}/{CODE}", headers={"X-Asked-By": "x" * 65})
    assert answer.status_code == 422
    assert (await credit.get("/api/v1/subject-queries"))["items"] == []


async def test_every_answer_about_a_subject_leaves_a_trace(filled: Credit) -> None:
    by = {"X-Asked-By": "XYB-01"}
    record = (await filled.get("/api/v1/records", source_system="unit", limit=1))["items"][0]["record_id"]
    for path in (
        f"{PATH}/{CODE}",
        f"{PATH}/{OTHER}",
        f"{PATH}?name=示例餐馆",
        f"{PATH}?name=没有的店",
        f"/api/v1/subjects/001/{CODE}",
        "/api/v1/subjects/099/NOBODY",
        f"/api/v1/records?id_type=001&id_no={OTHER}",
        f"/api/v1/records/{record}",
        "/api/v1/subjects/111/110105194912310021",
        f"/api/v1/subjects/001/{OTHER}/assessment",
        f"/api/v1/list-entries?id_type=001&id_no={OTHER}",
        f"/api/v1/bars?id_no={OTHER}",
    ):
        await filled.http.get(path, headers=by)
    await filled.http.get(f"/api/v1/subjects/001/{CODE}")
    lines = (await filled.get("/api/v1/subject-queries"))["items"]
    assert [(line["channel"], line["id_no"], line["asked_by"], line["found"]) for line in lines] == [
        ("PUBLIC", CODE, "XYB-01", True),
        ("PUBLIC", OTHER, "XYB-01", False),
        ("PUBLIC", CODE, "XYB-01", True),
        ("INTERNAL", CODE, "XYB-01", True),
        ("INTERNAL", "NOBODY", "XYB-01", False),
        ("INTERNAL", OTHER, "XYB-01", True),
        ("INTERNAL", CODE, "XYB-01", True),
        ("INTERNAL", "110105********0021", "XYB-01", False),
        ("INTERNAL", OTHER, "XYB-01", True),
        ("INTERNAL", OTHER, "XYB-01", False),
        ("INTERNAL", OTHER, "XYB-01", False),
        ("INTERNAL", CODE, "", True),
    ]
    assert {line["at"][:10] for line in lines} == {"2012-04-02"}
    assert len((await filled.get("/api/v1/subject-queries", id_type="001", id_no=CODE))["items"]) == 5
    assert len((await filled.get("/api/v1/subject-queries", channel="PUBLIC", asked_by="XYB-01"))["items"]) == 3
    assert len((await filled.get("/api/v1/subject-queries", asked_to="2012-04-01"))["items"]) == 0
    assert (
        len((await filled.get("/api/v1/subject-queries", asked_from="2012-04-02", asked_to="9999-12-31"))["items"])
        == 12
    )
    first = await filled.get("/api/v1/subject-queries", limit=7)
    rest = await filled.get("/api/v1/subject-queries", limit=7, cursor=first["next"])
    assert (first["items"] + rest["items"], rest["next"]) == (lines, None)


async def test_the_trace_of_a_merged_number_is_found_under_both(filled: Credit) -> None:
    await filled.http.get(f"{PATH}/{OTHER}")
    body = {"by": "a", "reason": "同一企业", "subject": {"id_type": "001", "id_no": OTHER}}
    into = {"into": {"id_type": "001", "id_no": CODE}}
    (await filled.http.post("/api/v1/subjects:merge", json=body | into)).raise_for_status()
    assert (await filled.get(f"{PATH}/{OTHER}"))["id_no"] == CODE
    for code in (CODE, OTHER):
        found = (await filled.get("/api/v1/subject-queries", id_type="001", id_no=code))["items"]
        assert [line["found"] for line in found] == [False, True]


async def test_traces_are_kept_for_five_years_and_not_for_ever(filled: Credit) -> None:
    await filled.http.get(f"{PATH}/{CODE}")
    await filled.on("2014-01-01")
    await filled.http.get(f"{PATH}/{CODE}")

    async def days(on: date) -> list[str]:
        await filled.on(on.isoformat())
        await filled.settled()
        return [line["at"][:10] for line in (await filled.get("/api/v1/subject-queries"))["items"]]

    assert await days(date(2017, 4, 2)) == ["2012-04-02", "2014-01-01"]
    assert await days(date(2017, 4, 3)) == ["2014-01-01"]


async def test_the_command_line_shows_what_the_public_is_shown(filled: Credit) -> None:
    code, out, err = await shenguan_credit(filled, "public", CODE, "--json")
    assert code == 0, err
    assert json.loads(out) == await filled.get(f"{PATH}/{CODE}")
    code, out, _ = await shenguan_credit(filled, "public", CODE)
    assert code == 0
    assert all(part in out for part in ("示例餐馆", "GENERAL", "2013-03-01", "信用修复", "异议"))
    code, _, err = await shenguan_credit(filled, "public", OTHER)
    assert code == 1
    assert "没有可公示的信用记录" in err


async def test_an_entry_of_a_list_is_shown_with_its_ground_and_the_way_out(filled: Credit) -> None:
    body = {
        "subject": {"id_type": "001", "id_no": CODE},
        "source_system": "unit",
        "region": "640202",
        "list": "ABNORMAL_LIST",
        "legal_basis": "NO-CONTACT",
        "document_no": "异字〔2012〕1号",
        "entered_on": "2012-04-01",
        "by": "XYB-01",
        "department": "SCJG",
    }
    (await filled.http.post("/api/v1/list-entries", json=body)).raise_for_status()
    (entry,) = (await filled.get(f"{PATH}/{CODE}"))["lists"]
    assert (entry["kind"], entry["document_no"], entry["on"], entry["shown_until"]) == (
        "ABNORMAL_LIST",
        "异字〔2012〕1号",
        "2012-04-01",
        None,
    )
    assert entry["legal_basis"].startswith("通过登记的住所或者经营场所无法联系")
    assert "移出" in entry["exit_conditions"]

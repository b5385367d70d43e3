"""The public API and the command line of credit, on the running service."""

import asyncio
import json
import sys
from itertools import pairwise
from typing import Any

import pytest

from tests.fakes.credit_inspections import an_inspection
from tests.integration.credit.conftest import Credit
from tests.tokens import token

pytestmark = pytest.mark.servers


async def pages(credit: Credit, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All items, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await credit.get(path, cursor=cursor, **asked)
        items += page["items"]
        if page["next"] is None:
            return items
        assert len(page["items"]) == asked["limit"]
        cursor = page["next"]


@pytest.fixture
async def filled(credit: Credit) -> Credit:
    """25 subjects of which 5 passed, 10 have a minor and 10 a general record."""
    kinds = {0: ("PASS",), 1: ("FAIL",), 2: ("FAIL", "CRITICAL"), 3: ("FAIL",), 4: ("FAIL", "CRITICAL")}
    await credit.told(
        an_inspection(str(n), *kinds[n % 5], of=f"S{n:02}", on=f"2012-03-{n + 1:02}", source=f"source-{n % 2}")
        for n in range(25)
    )
    await credit.settled()
    return credit


async def test_pages_of_subjects_hold_each_one_once_and_in_order(filled: Credit) -> None:
    found = await pages(filled, "/api/v1/subjects", limit=4)
    assert [item["id_no"] for item in found] == [f"S{n:02}" for n in range(25)]
    assert {item["grade"] for item in found} == {None, "A", "B"}
    graded = await pages(filled, "/api/v1/subjects", limit=4, grade="B")
    assert len(graded) == 10
    assert {item["grade"] for item in graded} == {"B"}


async def test_records_are_found_by_source_subject_class_and_day(filled: Credit) -> None:
    everything = await pages(filled, "/api/v1/records", limit=7)
    assert len({record["record_id"] for record in everything}) == len(everything) == 20

    async def numbers(**asked: Any) -> list[str]:
        return [record["number"] for record in await pages(filled, "/api/v1/records", limit=50, **asked)]

    assert await numbers(id_type="099", id_no="S07") == ["7"]
    assert sorted(await numbers(source_system="source-1"), key=int) == [str(n) for n in range(1, 25, 2) if n % 5]
    assert len(await numbers(record_class="GENERAL")) == 10
    assert await numbers(occurred_from="2012-03-03", occurred_to="2012-03-05") == ["2", "3", "4"]


async def test_the_rules_in_use_are_public_with_source_and_confirmation(credit: Credit) -> None:
    (edition,) = (await credit.get("/api/v1/rules"))["editions"]
    general = next(item for item in edition["scorecard"]["items"] if item["record_class"] == "GENERAL")
    assert (general["points"], general["confirmed"]) == (-20, False)
    assert general["source"]
    assert edition["periods"]["SERIOUS"]["max_months"] == 36


REFUSED = [
    ("/api/v1/subjects/099/NOBODY", 404, "not-found"),
    ("/api/v1/subjects/111/11010519491231002X", 422, "number-in-address"),
    ("/api/v1/records?id_type=111&id_no=11010519491231002X", 422, "number-in-address"),
    ("/api/v1/records?id_no=11010519491231002X", 422, "number-in-address"),
    ("/api/v1/subjects?cursor=nonsense", 422, "invalid-content"),
    ("/api/v1/subjects?cursor=Mw==", 422, "invalid-content"),
    ("/api/v1/subjects?cursor=%E4%B8%AD", 422, "invalid-content"),
    ("/api/v1/subjects?cursor=WyJhXHUwMDAwIiwiYiJd", 422, "invalid-content"),
    ("/api/v1/records?cursor=WyIwOTkiLCJTMSJd", 422, "invalid-content"),
    ("/api/v1/records?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", 422, "invalid-content"),
    ("/api/v1/subjects?limit=0", 422, "invalid-content"),
    ("/api/v1/subjects?grade=Z", 422, "invalid-content"),
    ("/api/v1/subjects?colour=red", 422, "invalid-content"),
    ("/api/v1/records?occurred_from=yesterday", 422, "invalid-content"),
    ("/api/v1/subjects/099/a%00b", 422, "invalid-content"),
    ("/api/v1/subjects/a%00b/1", 422, "invalid-content"),
    ("/api/v1/records?id_no=a%00b", 422, "invalid-content"),
    ("/ops/v1/figures?source=%00", 422, "invalid-content"),
    ("/ops/v1/events?source=a%00b", 422, "invalid-content"),
    ("/ops/v1/ledger?source=a%1fb", 422, "invalid-content"),
    ("/ops/v1/inbox?source=", 422, "invalid-content"),
]


async def test_what_cannot_be_answered_is_a_problem_in_two_languages(credit: Credit) -> None:
    for path, status, code in REFUSED:
        answer = await credit.http.get(path)
        assert (path, answer.status_code) == (path, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (path, answer.json()["type"]) == (path, f"urn:shenguan:problem:{code}")
        assert answer.json()["title"]
        assert answer.json()["title_en"]


async def test_a_number_with_a_slash_is_a_number_too(credit: Credit) -> None:
    await credit.told([an_inspection("1", of="A/1-(2)")])
    await credit.settled()
    assert (await credit.get("/api/v1/subjects/099/A%2F1-(2)"))["id_no"] == "A/1-(2)"


async def test_a_number_written_with_blanks_and_hyphens_is_found(credit: Credit) -> None:
    await credit.told([an_inspection("1", of="AB12")])
    await credit.settled()
    assert (await credit.get("/api/v1/subjects/099/ab-1 2"))["id_no"] == "AB12"


async def shenguan_credit(credit: Credit, *arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-c", "from credit.cli import app; app()", *arguments]
    running = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            "SHENGUAN_CREDIT_URL": credit.service.url,
            "SHENGUAN_TOKEN": token(),
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
        },
    )
    out, err = await running.communicate()
    return await running.wait(), out.decode(), err.decode()


async def test_the_command_line_shows_a_subject_for_people_and_for_machines(credit: Credit) -> None:
    await credit.told([an_inspection("7", "FAIL", "CRITICAL"), an_inspection("8", on="2012-04-01")])
    await credit.settled()
    code, out, err = await shenguan_credit(credit, "show", "099", "S1", "--json")
    assert code == 0, err
    shown = json.loads(out)
    assert all(later["occurred_on"] >= earlier["occurred_on"] for later, earlier in pairwise(shown["records"]))
    code, out, _ = await shenguan_credit(credit, "show", "099", "S1")
    assert code == 0
    assert all(part in out for part in ("测试餐馆", "B", "75", "-20", shown["reasons"][0]["record_id"]))
    code, _, err = await shenguan_credit(credit, "show", "099", "NOBODY")
    assert code == 1
    assert "NOBODY" in err


async def test_the_command_line_shows_the_scorecard_and_migrates_twice(credit: Credit) -> None:
    code, out, _ = await shenguan_credit(credit, "scorecard", "--json")
    assert code == 0
    assert json.loads(out) == await credit.get("/api/v1/rules")
    code, out, _ = await shenguan_credit(credit, "scorecard")
    assert code == 0
    assert "国办发" in out
    code, out, _ = await shenguan_credit(credit, "migrate", "--database-url", credit.database_url, "--json")
    assert (code, json.loads(out)) == (0, {"service": "credit", "migrated": True})

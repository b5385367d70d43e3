"""Exports of licences over HTTP: batches that differ only by what changed, files that stay, persons, the limit of 7 wd."""

import asyncio
import csv
import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from kernel.clock import china_day
from ops.export_command import app
from tests.fakes.approval import CODE
from tests.integration.approval.conftest import Addresses, a_case_body, is_problem, lines, ndjson

pytestmark = pytest.mark.servers
NUMBER, NAME = "11010519491231002X", "王小明"
PERSON = {"id_type": "111", "id_no": NUMBER, "kind": "PERSON", "name": NAME}


async def licensing(http: httpx.AsyncClient, item: str, department: str, uscc: str = CODE) -> None:
    """An item and the department that decides it."""
    said = {"code": department, "name": f"示例{department}", "uscc": uscc, "liaison": "", "head": ""}
    (answer,) = lines(await http.post("/api/v1/departments:batch", content=ndjson(said)))
    assert answer["status"] in {200, 201}, answer
    listed = {"item_code": item, "name": f"示例许可{item}", "department": department}
    (answer,) = lines(await http.post("/api/v1/items:batch", content=ndjson(listed)))
    assert answer["status"] in {200, 201}, answer


async def decide(http: httpx.AsyncClient, case: str, day: str, **changes: Any) -> None:
    answer = await http.post("/api/v1/cases", json=a_case_body(case, decided_on=day, **changes))
    assert answer.status_code == 201, answer.text


async def export(http: httpx.AsyncClient, first: str, last: str, **changes: Any) -> httpx.Response:
    asked = {"table": "licence", "from": first, "to": last, "by": "clerk-1"}
    return await http.post("/api/v1/exports", json=asked | changes)


async def file(http: httpx.AsyncClient, batch: str, form: str = "csv") -> bytes:
    answer = await http.get(f"/api/v1/exports/{batch}/file", params={"format": form})
    assert answer.status_code == 200, answer.text
    return answer.content


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def said(content: bytes, *codes: str) -> list[tuple[str, ...]]:
    return [tuple(row[code] for code in codes) for row in read(content)]


async def test_a_licence_is_sent_once_again_when_it_changes_and_withdrawn_when_it_was_none(
    http: httpx.AsyncClient,
) -> None:
    await licensing(http, "X-1", "X-D1")
    window = ("2024-03-01", "2024-03-31")
    await decide(http, "X1", "2024-03-05", item_code="X-1")
    await decide(http, "X2", "2024-03-06", item_code="X-1", valid_to="2029-03-05")
    first = (await export(http, *window)).json()
    assert (first["inserted"], first["updated"], first["deleted"], first["refused"]) == (2, 0, 0, 0)
    content = await file(http, first["batch"])
    assert said(content, "XK_WSH", "XK_YXQZI", "XK_ZT", "cd_operation", "cd_batch") == [
        ("X1", "2099/12/31", "0", "i", first["batch"]),
        ("X2", "2029/03/05", "0", "i", first["batch"]),
    ]
    again = await export(http, *window)
    assert (again.status_code, again.json()["duplicate"], again.json()["unchanged"]) == (200, True, 2)
    assert again.json()["batch"] == first["batch"]
    whole = a_case_body("X1", decided_on="2024-04-02", item_code="X-1")
    ending = whole | {"case_id": "X3", "kind": "ANNUL"}
    assert (await http.post("/api/v1/cases", json=ending)).status_code == 201
    corrected = a_case_body("X2", decided_on="2024-03-06", item_code="X-1", revision=2, existing=True)
    assert (await http.post("/api/v1/cases", json=corrected)).status_code == 201
    second = await export(http, *window)
    assert second.status_code == 201
    changed = await file(http, second.json()["batch"])
    assert said(changed, "XK_WSH", "XK_ZT", "cd_operation") == [("X1", "1", "u"), ("X2", "0", "d")]
    assert await file(http, first["batch"]) == content
    third = await export(http, *window)
    assert (third.status_code, third.json()["unchanged"]) == (200, 1)


async def test_what_was_sent_is_looked_at_again_when_something_of_its_object_is_registered(
    http: httpx.AsyncClient,
) -> None:
    """A short window of today finds what ended or was corrected today, and nothing old that was never sent."""
    await licensing(http, "X-1", "X-D1")
    today = china_day(datetime.fromisoformat((await http.get("/ops/v1/clock")).json()["now"])).isoformat()
    shop: dict[str, Any] = {"object": {"object_no": "O-OLD", "name": "面馆"}, "item_code": "X-1"}
    await decide(http, "OLD-1", "2017-05-01", **shop)
    await export(http, "2017-05-01", "2017-05-31")
    await decide(http, "OLD-2", "2017-06-01", **shop)
    assert (await export(http, today, today)).json()["unchanged"] >= 1
    await decide(http, "OLD-3", "2017-07-01", kind="REVOKE", **shop)
    changed = (await export(http, today, today)).json()
    assert said(await file(http, changed["batch"]), "XK_WSH", "XK_ZT", "cd_operation") == [("OLD-1", "3", "u")]


async def test_a_licence_whose_end_was_followed_by_a_new_one_stays_ended(http: httpx.AsyncClient) -> None:
    await licensing(http, "X-1", "X-D1")
    shop: dict[str, Any] = {"object": {"object_no": "O-CHAIN", "name": "面馆"}, "item_code": "X-1"}
    for case, kind, day in (("C1", "NEW", "01"), ("C2", "CANCEL", "02"), ("C3", "NEW", "03"), ("C4", "CHANGE", "04")):
        await decide(http, f"CHAIN-{case}", f"2023-05-{day}", kind=kind, **shop)
    batch = (await export(http, "2023-05-01", "2023-05-31")).json()["batch"]
    assert said(await file(http, batch), "XK_WSH", "XK_ZT") == [("CHAIN-C1", "3"), ("CHAIN-C3", "0"), ("CHAIN-C4", "0")]


async def test_rows_that_are_refused_are_listed_field_by_field_and_sent_once_they_are_right(
    http: httpx.AsyncClient,
) -> None:
    await licensing(http, "X-2", "X-D2", uscc="")
    window = ("2022-03-01", "2022-03-31")
    await decide(http, "R1", "2022-03-05", item_code="X-2")
    batch = (await export(http, *window)).json()
    assert (batch["inserted"], batch["refused"]) == (0, 1)
    refused = (await http.get(f"/api/v1/exports/{batch['batch']}/refusals", params={"limit": 1})).json()
    (fault,) = refused["items"]
    assert (fault["row"], fault["field"], fault["rule"]) == ("test:R1", "XK_XKJGDM", "mandatory")
    assert "XK_XKJGDM" in fault["zh"]
    assert "XK_XKJGDM" in fault["en"]
    rest = await http.get(f"/api/v1/exports/{batch['batch']}/refusals", params={"cursor": refused["next"]})
    assert [each["field"] for each in rest.json()["items"]] == ["XK_LYDWDM"]
    same = await export(http, *window)
    assert (same.status_code, same.json()["batch"]) == (200, batch["batch"])
    assert read(await file(http, batch["batch"])) == []
    await licensing(http, "X-2", "X-D2")
    assert (await export(http, *window)).json()["inserted"] == 1


async def test_a_person_is_masked_unless_somebody_named_asks_with_a_reason(
    http: httpx.AsyncClient, addresses: Addresses
) -> None:
    await licensing(http, "X-1", "X-D1")
    await decide(http, "P1", "2021-03-05", item_code="X-1", subject=PERSON)
    batch = (await export(http, "2021-03-01", "2021-03-31")).json()["batch"]
    shown = await file(http, batch)
    assert said(shown, "XK_XDR_MC", "XK_XDR_LB", "XK_XDR_ZJHM", "XK_XDR_SHXYM", "XK_FRDB") == [
        ("王**", "自然人", "110105********002X", "", "")
    ]
    nameless = await http.post(f"/api/v1/exports/{batch}:disclose", json={"by": "", "reason": " "})
    assert is_problem(nameless, "invalid-content")
    assert (await http.get(f"/api/v1/exports/{batch}")).json()["disclosures"] == []
    asked = {"by": "clerk-1", "reason": "报送信用中国"}
    for _ in range(2):  # under a key, and still two disclosures: what leaves is never kept to be replayed
        key = {"Idempotency-Key": "disclose-1"}
        whole = await http.post(f"/api/v1/exports/{batch}:disclose", json=asked, headers=key)
        assert said(whole.content, "XK_XDR_MC", "XK_XDR_ZJHM") == [(NAME, NUMBER)]
    traces = (await http.get(f"/api/v1/exports/{batch}")).json()["disclosures"]
    assert [(each["by"], each["reason"], each["format"]) for each in traces] == [("clerk-1", "报送信用中国", "csv")] * 2
    assert await file(http, batch) == shown
    connection = await asyncpg.connect(addresses.database)
    try:
        kept = await connection.fetchval("SELECT string_agg(l::text, ' ') FROM export_line l WHERE batch = $1", batch)
        assert await connection.fetchval("SELECT count(*) FROM idempotency WHERE route LIKE '%:disclose'") == 0
    finally:
        await connection.close()
    assert NUMBER not in kept
    assert NAME not in kept
    again = await export(http, "2021-03-01", "2021-03-31", by="clerk-2")
    assert again.json()["unchanged"] == 1


def cli(addresses: Addresses, *arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments, "--approval-url", addresses.http])


async def test_the_command_line_runs_lists_and_fetches_the_same_batch(
    http: httpx.AsyncClient, addresses: Addresses, tmp_path: Path
) -> None:
    await licensing(http, "X-1", "X-D1")
    await licensing(http, "X-3", "X-D3", uscc="")
    await decide(http, "CLI-1", "2016-03-05", item_code="X-1", subject=PERSON)
    await decide(http, "CLI-2", "2016-03-06", item_code="X-3")
    window = ("--from", "2016-03-01", "--to", "2016-03-31", "--by", "clerk-1", "--json")
    ran = await asyncio.to_thread(cli, addresses, "run", "licence", *window)
    assert ran.exit_code == 1  # a row was refused
    batch = json.loads(ran.output)["batch"]
    listed = await asyncio.to_thread(cli, addresses, "list", "--table", "licence", "--json")
    assert json.loads(listed.output)["items"][0]["batch"] == batch
    refused = await asyncio.to_thread(cli, addresses, "refusals", "licence", batch, "--json")
    assert {each["field"] for each in json.loads(refused.output)["items"]} == {"XK_XKJGDM", "XK_LYDWDM"}
    target = tmp_path / "licence.csv"
    await asyncio.to_thread(cli, addresses, "file", "licence", batch, "--output", str(target))
    assert target.read_bytes() == await file(http, batch)
    nameless = await asyncio.to_thread(cli, addresses, "file", "licence", batch, "--disclose")
    assert (nameless.exit_code, "/reason" in nameless.output) == (1, True)
    who = ("--disclose", "--by", "clerk-1", "--reason", "报送信用中国")
    await asyncio.to_thread(cli, addresses, "file", "licence", batch, *who, "--output", str(target))
    assert said(target.read_bytes(), "XK_XDR_ZJHM") == [(NUMBER,)]
    owed = await asyncio.to_thread(cli, addresses, "overdue", "--table", "licence", "--department", "NOBODY")
    assert owed.exit_code == 0


async def test_two_exports_at_once_never_share_a_number_or_a_row(http: httpx.AsyncClient, addresses: Addresses) -> None:
    await licensing(http, "X-1", "X-D1")
    for day in range(1, 13):
        await decide(http, f"T{day}", f"2020-06-{day:02}", item_code="X-1")
    windows = [(f"2020-06-{day:02}", f"2020-06-{day:02}") for day in range(1, 13)] + [("2020-06-01", "2020-06-30")] * 4
    answers = await asyncio.gather(*(export(http, *window) for window in windows))
    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert len({batch["batch"] for batch in made}) == len(made)
    assert sum(batch["inserted"] for batch in made) == 12
    connection = await asyncpg.connect(addresses.database)
    try:
        twice = await connection.fetch(
            "SELECT row_key FROM export_line GROUP BY row_key, operation HAVING count(*) > 1"
        )
        numbers = await connection.fetchval("SELECT max(right(batch, 5)::int) - count(*) FROM export_batch")
    finally:
        await connection.close()
    assert (twice, numbers) == ([], 0)


async def test_batches_are_listed_page_by_page_and_kept_for_ever(http: httpx.AsyncClient, addresses: Addresses) -> None:
    await licensing(http, "X-1", "X-D1")
    for day in ("01", "02", "03"):
        await decide(http, f"L{day}", f"2019-01-{day}", item_code="X-1")
        assert (await export(http, f"2019-01-{day}", f"2019-01-{day}")).status_code == 201
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await http.get("/api/v1/exports", params={"table": "licence", "limit": 2, "cursor": cursor})).json()
        found, cursor = found + [each["batch"] for each in page["items"]], page["next"]
    assert found == sorted(set(found), reverse=True)
    assert len(found) >= 3
    connection = await asyncpg.connect(addresses.database)
    try:
        for statement in (
            "DELETE FROM export_line",
            "UPDATE export_batch SET refused = 0",
            "TRUNCATE export_disclosure",
        ):
            with pytest.raises(asyncpg.RaiseError, match="only added to"):
                await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"table": "penalty"}, "table-unknown", "/table"),
        ({"to": "2018-01-31"}, "invalid-content", "/to"),
        ({"to": "2999-01-01"}, "invalid-content", "/to"),
        ({"by": ""}, "invalid-content", "/by"),
        ({"from": "soon"}, "invalid-content", "/from"),
        ({"rows": 1}, "invalid-content", "/rows"),
    ],
)
async def test_an_export_that_cannot_be_is_refused_and_leaves_no_batch(
    http: httpx.AsyncClient, changes: dict[str, Any], code: str, pointer: str
) -> None:
    before = (await http.get("/api/v1/exports")).json()["items"]
    answer = await export(http, "2018-02-01", "2018-02-28", **changes)
    assert is_problem(answer, code)
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await http.get("/api/v1/exports")).json()["items"] == before


async def test_a_batch_nobody_made_is_not_found(http: httpx.AsyncClient) -> None:
    for path in ("", "/file", "/refusals"):
        assert is_problem(await http.get(f"/api/v1/exports/2018010100001{path}"), "not-found")
    asked = {"by": "clerk-1", "reason": "报送"}
    assert is_problem(await http.post("/api/v1/exports/2018010100001:disclose", json=asked), "not-found")
    assert is_problem(await http.get("/api/v1/exports/DROP"), "invalid-content")
    assert is_problem(await http.get("/api/v1/exports/overdue", params={"table": "none"}), "table-unknown")


async def test_the_tables_and_limits_are_shown_with_their_sources(http: httpx.AsyncClient) -> None:
    told = (await http.get("/api/v1/export-tables")).json()
    (table,) = told["items"]
    assert (table["name"], table["confirmed"], len(table["fields"])) == ("licence", False, 32)
    (limit,) = told["limits"]
    assert (limit["limit"], limit["effective_from"], limit["confirmed"]) == ("7wd", "2026-01-01", False)


async def test_decisions_are_overdue_by_department_until_they_are_sent(http: httpx.AsyncClient) -> None:
    """The last test here: it moves the clock to a day after a festival."""
    await licensing(http, "X-9", "X-D9")
    await http.post("/ops/v1/clock", json={"now": "2027-03-10T04:00:00Z"})
    today = (await http.get("/ops/v1/clock")).json()["now"][:10]
    assert date.fromisoformat(today) == date(2027, 3, 10)
    for case, day in (("D1", "2027-02-01"), ("D2", "2027-03-01"), ("D3", "2027-03-09"), ("D4", "2025-12-31")):
        await decide(http, f"DUE-{case}", day, item_code="X-9")
    asked = {"department": "X-D9", "table": "licence"}
    (owing,) = (await http.get("/api/v1/exports/overdue", params=asked)).json()["items"]
    assert (owing["overdue"], owing["due_soon"], owing["running"]) == (1, 1, 1)
    assert (await export(http, "2027-01-01", "2027-03-10")).json()["inserted"] == 3
    assert (await http.get("/api/v1/exports/overdue", params=asked)).json()["items"] == []
    await decide(http, "DUE-D5", "2027-02-03", item_code="X-9")
    await http.post("/ops/v1/clock", json={"now": "2027-03-11T04:00:00Z"})
    for _ in range(600):
        if not (await http.get("/ops/v1/status")).json()["due"]:
            break
        await asyncio.sleep(0.05)
    for post in ("LIAISON:X-D9", "HEAD:X-D9"):
        (notice,) = (await http.get("/api/v1/notices", params={"person": post})).json()["items"]
        assert (notice["kind"], notice["fact"]) == ("EXPORT_DUE", "licence:X-D9:2027-03-11")
        assert "1 件逾期" in notice["zh"]

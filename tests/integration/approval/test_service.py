"""Approval as its users meet it: HTTP, NATS and files, on real servers."""

import json
from datetime import UTC, datetime
from io import BytesIO

import httpx
import pytest
import xlsxwriter
from nats.aio.client import Client

from kernel.credit import Grade
from tests.fakes.approval import CODE, PERSON_NO, a_grade
from tests.integration.approval.conftest import Until, a_case_body, is_problem, lines, ndjson
from tests.keys import seal

pytestmark = pytest.mark.servers

TABLE = """来源系统,办件编号,办理类型,事项编码,区划代码,决定日期,证件类型,证件号码,主体名称,对象编号
files,{0}-1,新办,1006,640202,2020/3/1,001,91440101MA5C44W11J,大武口面馆,{0}
files,{0}-2,变更,1006,640202,2020/4/1,001,91440101MA5C44W11J,大武口面馆,{0}
"""


async def imported(http: httpx.AsyncClient, content: bytes, **how: bool) -> httpx.Response:
    return await http.post("/api/v1/cases:import", files={"file": ("cases.csv", content)}, params=how)


async def decisions_of(http: httpx.AsyncClient, object_no: str) -> list[dict[str, object]]:
    answer = await http.get("/api/v1/cases", params={"object_no": object_no})
    found: list[dict[str, object]] = answer.json()["items"]
    return found


async def test_a_case_is_registered_once_and_found_again(http: httpx.AsyncClient) -> None:
    first = await http.post("/api/v1/cases", json=a_case_body("one/1"))
    again = await http.post("/api/v1/cases", json=a_case_body("one/1"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}
    found = (await http.get("/api/v1/cases/test/one/1")).json()
    assert (found["kind"], found["subject"]["id_no"], found["earlier"]) == ("NEW", CODE, [])


async def test_corrections_are_kept_beside_what_they_correct(http: httpx.AsyncClient) -> None:
    ahead = await http.post("/api/v1/cases", json=a_case_body("fix", revision=2))
    assert is_problem(ahead, "revision-gap")
    assert ahead.json()["retryable"] is True
    for revision in (1, 2):
        answer = await http.post("/api/v1/cases", json=a_case_body("fix", revision=revision, licence_no=f"L{revision}"))
        assert (answer.status_code, answer.json()["object_version"]) == (201, revision)
    found = (await http.get("/api/v1/cases/test/fix")).json()
    assert (found["licence_no"], [earlier["licence_no"] for earlier in found["earlier"]]) == ("L2", ["L1"])
    assert is_problem(await http.post("/api/v1/cases", json=a_case_body("fix", licence_no="L3")), "case-differs")


async def test_a_batch_answers_line_by_line_in_order(http: httpx.AsyncClient) -> None:
    body = ndjson(a_case_body("b1"), a_case_body("b2", item_code="9999"), a_case_body("b1")) + b"\nnonsense\n"
    answers = lines(await http.post("/api/v1/cases:batch", content=body))
    assert [(answer["line"], answer["status"]) for answer in answers] == [(1, 201), (2, 422), (3, 200), (5, 422)]
    assert answers[1]["problem"]["errors"][0]["pointer"] == "/item_code"


async def test_a_batch_larger_than_one_read_is_answered_whole(http: httpx.AsyncClient) -> None:
    body = ndjson(*(a_case_body(f"many-{n}") for n in range(3000)))
    answers = lines(await http.post("/api/v1/cases:batch", content=body))
    assert [answer["line"] for answer in answers] == list(range(1, 3001))
    assert {answer["status"] for answer in answers} == {201}


async def test_lists_are_paged_to_the_end_without_repeats(http: httpx.AsyncClient) -> None:
    body = ndjson(*(a_case_body(f"page-{n}", source_system="pages") for n in range(7)))
    await http.post("/api/v1/cases:batch", content=body)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked: dict[str, str | int] = {"source_system": "pages", "limit": 3, "cursor": cursor}
        page = (await http.get("/api/v1/cases", params=asked)).json()
        seen += [case["case_id"] for case in page["items"]]
        cursor = page["next"]
    assert seen == [f"page-{n}" for n in reversed(range(7))]


async def test_a_person_is_masked_in_every_answer(http: httpx.AsyncClient) -> None:
    subject = {"id_type": "111", "id_no": PERSON_NO, "name": "张三丰"}
    answer = await http.post("/api/v1/cases", json=a_case_body("person", subject=subject))
    one, many = await http.get("/api/v1/cases/test/person"), await http.get("/api/v1/cases")
    assert answer.status_code == 201
    for said in (answer.text, one.text, many.text):
        assert PERSON_NO not in said
        assert "三丰" not in said
    assert one.json()["subject"]["id_no"] == PERSON_NO[:6] + "********" + PERSON_NO[-4:]
    assert is_problem(await http.get(f"/api/v1/grades/111/{PERSON_NO}"), "number-in-address")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_file_is_imported_in_every_usual_encoding(http: httpx.AsyncClient, encoding: str) -> None:
    content = TABLE.format(f"E-{encoding}").encode(encoding)
    checked = await imported(http, content, dry_run=True)
    assert (checked.status_code, checked.json()["written"]) == (200, 2)
    assert await decisions_of(http, f"E-{encoding}") == []
    assert (await imported(http, content, existing=True)).json()["written"] == 2
    assert (await imported(http, content, existing=True)).json()["duplicates"] == 2
    found = await decisions_of(http, f"E-{encoding}")
    assert [(case["object_version"], case["existing"]) for case in found] == [(2, True), (1, True)]


async def test_a_bad_row_stops_the_file_unless_partial(http: httpx.AsyncClient) -> None:
    bad = TABLE.format("P").replace("P-2,变更,1006", "P-2,变更,9999").encode() + b"files,P-3\n"
    refused = await imported(http, bad)
    assert is_problem(refused, "import-refused")
    assert {(error["row"], error["column"]) for error in refused.json()["errors"]} >= {(3, "事项编码"), (4, "办理类型")}
    assert await decisions_of(http, "P") == []
    assert (await imported(http, bad, partial=True)).json()["written"] == 1
    assert len(await decisions_of(http, "P")) == 1


async def test_a_workbook_is_imported(http: httpx.AsyncClient) -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(TABLE.format("X").splitlines()):
            for place, cell in enumerate(line.split(",")):
                sheet.write(number, place, int(cell) if cell.isdigit() else cell)
    assert (await imported(http, file.getvalue())).json()["written"] == 2
    found = await decisions_of(http, "X")
    assert [case["item_code"] for case in found] == ["1006", "1006"]


async def test_cases_come_in_by_nats_and_bad_ones_are_parked_with_their_faults(
    http: httpx.AsyncClient, broker: Client, until: Until
) -> None:
    stream = broker.jetstream()
    for case in (a_case_body("nats-1"), a_case_body("nats-bad", region="1"), a_case_body("nats-1")):
        await stream.publish("shenguan.intake.approval.v1.cases", json.dumps(case).encode())

    async def parked() -> bool:
        letters = (await http.get("/ops/v1/dead-letters")).json()
        return "/region" in json.dumps(letters)

    await until(parked)

    async def registered() -> bool:
        return (await http.get("/api/v1/cases/test/nats-1")).is_success

    await until(registered)
    assert len(await decisions_of(http, "O-nats-1")) == 1
    assert (await http.get("/api/v1/cases/test/nats-bad")).status_code == 404


async def test_the_newest_grade_is_held(http: httpx.AsyncClient, broker: Client, until: Until) -> None:
    for version, grade in ((2, Grade.C), (1, Grade.A)):
        told = seal(
            a_grade(version, grade),
            service="credit",
            region="640202",
            now=datetime.now(UTC),
            cause=None,
            traceparent="",
        )
        await broker.jetstream().publish(told.subject, told.payload, headers=told.headers)

    async def settled() -> bool:
        return bool((await http.get("/ops/v1/status")).json()["settled"])

    async def held() -> bool:
        return (await http.get(f"/api/v1/grades/001/{CODE}")).is_success

    await until(held)
    await until(settled)
    assert (await http.get(f"/api/v1/grades/001/{CODE}")).json()["grade"] == "C"
    ledger = lines(await http.get("/ops/v1/ledger", params={"source": "unit"}))
    assert ledger == [{"set": "grades-approval", "side": "effect", "key": f"001:{CODE}:2:C"}]


async def test_figures_and_ledger_count_every_statement_of_one_source(http: httpx.AsyncClient) -> None:
    body = ndjson(*(a_case_body("f", source_system="figures", revision=n) for n in (1, 2)))
    await http.post("/api/v1/cases:batch", content=body)
    assert (await http.get("/ops/v1/figures", params={"source": "figures"})).json() == {"decisions": 2}
    ledger = lines(await http.get("/ops/v1/ledger", params={"source": "figures"}))
    assert [line["key"] for line in ledger] == ["figures:f:1", "figures:f:2"]

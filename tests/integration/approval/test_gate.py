"""The credit gate as its callers meet it: credit is no process here, only what it told over NATS is."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from approval.cli import app
from approval.domain.hold import HoldKind
from contracts.event import Event, Subject
from kernel.credit import Grade
from kernel.feedback import FeedbackKind
from tests.fakes.approval import (
    CODE,
    IDENTITY,
    PERSON_NO,
    a_bar,
    a_bar_lifted,
    a_grade,
    a_list_entry,
    a_merger,
    a_raised,
    a_record,
    a_repair,
)
from tests.fakes.objections import a_review, an_objection, an_objection_decided
from tests.integration.approval.conftest import Addresses, Until, a_case_body, is_problem, lines, ndjson
from tests.keys import seal

pytestmark = pytest.mark.servers

ITEM = "G-001"
TOLD_AT = datetime(2026, 5, 1, 4, tzinfo=UTC)
OTHER, THIRD = "9164999900000000AN", "9164999900000000BR"
Hear = Callable[..., Any]


@pytest.fixture
async def item(http: httpx.AsyncClient) -> str:
    await http.post("/api/v1/items:batch", content=ndjson({"item_code": ITEM, "name": "药品", "public_safety": True}))
    return ITEM


@pytest.fixture
async def hear(http: httpx.AsyncClient, broker: Client, until: Until) -> Hear:
    """Events of credit, published by hand and waited for."""

    async def heard(*events: Event, service: str = "credit") -> None:
        for event in events:
            told = seal(event, service=service, region="640202", now=TOLD_AT, cause=None, traceparent="")
            await broker.jetstream().publish(told.subject, told.payload, headers=told.headers)

        async def settled() -> bool:
            return bool((await http.get("/ops/v1/status")).json()["settled"])

        await until(settled)

    return heard


async def asked(http: httpx.AsyncClient, uscc: str, item: str, on: str = "2026-06-01") -> dict[str, Any]:
    answer = await http.get("/api/v1/gate", params={"uscc": uscc, "item": item, "on": on})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_nobody_unknown_is_held_back(http: httpx.AsyncClient, item: str) -> None:
    said = await asked(http, THIRD, item)
    assert (said["answer"], said["reasons"], said["grade"]) == ("ALLOW", [], None)


async def test_the_gate_answers_without_credit_and_says_how_old_that_is(
    http: httpx.AsyncClient, item: str, hear: Hear
) -> None:
    await hear(a_bar(item_code=item), a_list_entry(), a_record(), a_grade(11, Grade.D))
    said = await asked(http, CODE, item)
    assert [reason["code"] for reason in said["reasons"]] == [
        *("barred-after-refusal", "commitment-breach", "credit-grade", "severe-list"),
    ]
    assert (said["answer"], said["grade"], said["on"], said["rules"]) == ("REFUSE", "D", "2026-06-01", "2026-1")
    bar = said["reasons"][0]
    assert (bar["basis"], bar["document_no"], bar["until"]) == (
        *("行政许可法第七十八条", "不予许可〔2026〕1号"),
        "2027-02-28",
    )
    assert all(reason["zh"] and reason["en"] and reason["rule"] for reason in said["reasons"])
    assert datetime.fromisoformat(said["as_of"]) == TOLD_AT
    assert said["age_seconds"] >= 0
    assert said["behind"] == 0
    days = [(await asked(http, CODE, item, on))["answer"] for on in ("2027-02-28", "2027-03-01")]
    assert days == ["REFUSE", "ALLOW_WITHOUT_COMMITMENT"]
    assert (await asked(http, CODE, "1006"))["answer"] == "ALLOW_WITHOUT_COMMITMENT"
    await hear(a_bar_lifted(lifted_on=date(2026, 6, 1)), a_bar(item_code=item))
    assert (await asked(http, CODE, item))["answer"] == "ALLOW_WITHOUT_COMMITMENT"


async def test_an_end_that_arrives_first_wins_and_a_merger_is_followed(
    http: httpx.AsyncClient, item: str, hear: Hear
) -> None:
    other = Subject(id_type="001", id_no=OTHER, kind="ORGANISATION")
    await hear(a_repair("R-early", date(2026, 2, 2)), a_record("R-early", subject=other))
    assert (await asked(http, OTHER, item))["answer"] == "ALLOW"
    await hear(a_bar("B-other", id_no=OTHER, item_code=item), a_merger(OTHER, THIRD), a_merger(THIRD, OTHER))
    for uscc in (OTHER, THIRD):
        assert (await asked(http, uscc, item))["answer"] == "REFUSE"


async def test_a_breach_under_objection_is_named_and_changes_nothing_until_the_objection_ends(
    http: httpx.AsyncClient, item: str, hear: Hear
) -> None:
    uscc, record = "916499990000000145", "R-contested"

    async def said() -> tuple[str, list[tuple[str, str]]]:
        answer = await asked(http, uscc, item)
        return answer["answer"], [(reason["code"], reason["answer"]) for reason in answer["reasons"]]

    contested = ("ALLOW", [("commitment-breach-under-objection", "ALLOW")])
    counted = ("ALLOW_WITHOUT_COMMITMENT", [("commitment-breach", "ALLOW_WITHOUT_COMMITMENT")])
    await hear(an_objection(record))
    subject = Subject(id_type="001", id_no=uscc, kind="ORGANISATION")
    await hear(a_record(record, subject=subject), an_objection(record))
    assert await said() == contested
    await hear(an_objection_decided(record))
    assert await said() == counted
    await hear(a_review(record))
    assert await said() == contested
    await hear(an_objection_decided(record, review=True), an_objection(record))
    assert await said() == counted


async def test_a_person_is_asked_for_by_post_alone_and_the_number_is_never_answered(
    http: httpx.AsyncClient, item: str, hear: Hear
) -> None:
    reference = IDENTITY.reference("111", PERSON_NO)
    await hear(a_bar("B-person", item_code=item, subject=Subject(id_type="111", id_no=reference, kind="PERSON")))
    body = {"id_type": "111", "id_no": PERSON_NO, "item": item, "on": "2026-06-01", "by": "p-1"}
    answer = await http.post("/api/v1/gate", json=body)
    assert answer.json()["answer"] == "REFUSE"
    for secret in (PERSON_NO, reference):
        assert secret not in answer.text
    address = await http.get("/api/v1/gate", params={"uscc": PERSON_NO, "item": item})
    assert is_problem(address, "number-in-address")
    assert PERSON_NO not in address.text


async def test_an_accepted_restriction_closes_the_gate_for_its_item(http: httpx.AsyncClient, hear: Hear) -> None:
    feedback, subject = "00000000-0000-0000-0000-0000000000f1", "9164999900000000CW"
    await http.post("/api/v1/items:batch", content=ndjson({"item_code": "G-002", "name": "烟草"}))
    case = a_case_body("gate-1", item_code="G-002", subject={"id_type": "001", "id_no": subject})
    assert (await http.post("/api/v1/cases", json=case)).status_code == 201
    about = {
        "source_system": "test",
        "case_id": "gate-1",
        "subject": Subject(id_type="001", id_no=subject, kind="ORGANISATION"),
    }
    raised = a_raised(feedback, FeedbackKind.RESTRICT, **about)
    await hear(raised, service="supervision")
    answered = await http.post(f"/api/v1/feedback/{feedback}:answer", json={"accepted": True, "by": "p-1"})
    assert answered.is_success, answered.text
    today = (await http.get("/api/v1/gate", params={"uscc": subject, "item": "G-002"})).json()
    assert (today["answer"], today["reasons"][0]["code"]) == ("REFUSE", "access-restricted")
    assert (await asked(http, subject, "1006"))["answer"] == "ALLOW"


@pytest.mark.parametrize(
    ("params", "code", "pointer"),
    [
        ({"uscc": CODE, "item": "no-such"}, "item-unknown", None),
        ({"uscc": "91440101MA5C44W11X", "item": "1006"}, "invalid-content", "/uscc"),
        ({"uscc": CODE}, "invalid-content", "/item"),
        ({"item": "1006"}, "invalid-content", "/uscc"),
        ({"uscc": CODE, "item": "1006", "on": "2026-02-30"}, "invalid-content", "/on"),
        ({"uscc": CODE, "item": "1006", "on": "1767225600"}, "invalid-content", "/on"),
        ({"uscc": CODE, "item": "1006", "colour": "red"}, "invalid-content", "/colour"),
        ({"uscc": CODE, "item": "\x00"}, "invalid-content", "/item"),
        ({"uscc": CODE, "item": "1006", "by": "x" * 65}, "invalid-content", "/by"),
    ],
)
async def test_a_question_that_is_not_sound_is_refused_with_its_place(
    http: httpx.AsyncClient, params: dict[str, str], code: str, pointer: str | None
) -> None:
    answer = await http.get("/api/v1/gate", params=params)
    assert is_problem(answer, code)
    assert [error["pointer"] for error in answer.json()["errors"]] == ([pointer] if pointer else [])


@pytest.mark.parametrize("id_no", ["1", "\ud800", "640202199001010011", "x" * 101])
async def test_a_number_that_is_not_sound_is_refused_and_not_repeated(http: httpx.AsyncClient, id_no: str) -> None:
    body = json.dumps({"id_type": "111", "id_no": id_no, "item": "1006"}).encode()
    answer = await http.post("/api/v1/gate", content=body, headers={"content-type": "application/json"})
    assert is_problem(answer)


async def test_every_answer_is_traced_and_no_number_with_it(
    http: httpx.AsyncClient, item: str, addresses: Addresses
) -> None:
    asking = {"uscc": THIRD, "item": item, "by": "p-trace", "source_system": "shenpi"}
    await http.get("/api/v1/gate", params=asking)
    await http.post("/api/v1/gate", json={"id_type": "111", "id_no": PERSON_NO, "item": item, "by": "p-trace"})
    answer = await http.get("/api/v1/gate-queries", params={"by": "p-trace"})
    rows = answer.json()["items"]
    assert [(row["id_no"], row["source_system"], row["item_code"]) for row in rows] == [
        (THIRD, "shenpi", item),
        (IDENTITY.reference("111", PERSON_NO), "", item),
    ]
    assert datetime.fromisoformat(rows[0]["at"]) <= datetime.now(UTC) + timedelta(minutes=1)
    assert PERSON_NO not in answer.text


async def test_traces_are_found_page_by_page_and_never_by_the_number_of_a_person(
    http: httpx.AsyncClient, item: str
) -> None:
    for number in ("1", "2", "3"):
        await http.get(
            "/api/v1/gate", params={"uscc": THIRD, "item": item, "by": "p-pages", "on": f"2026-03-0{number}"}
        )
    which: dict[str, str | int] = {"id_type": "001", "id_no": THIRD, "item_code": item, "by": "p-pages", "limit": 2}
    first = (await http.get("/api/v1/gate-queries", params=which)).json()
    rest = (await http.get("/api/v1/gate-queries", params=which | {"cursor": first["next"]})).json()
    days = [row["judged_on"] for row in (*first["items"], *rest["items"])]
    assert days == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert rest["next"] is None
    named = await http.get("/api/v1/gate-queries", params={"id_no": PERSON_NO})
    assert (is_problem(named), PERSON_NO in named.text) == (True, False)
    assert is_problem(await http.get("/api/v1/gate-queries", params={"by": "\x00"}))


async def test_the_command_asks_the_same(http: httpx.AsyncClient, item: str, addresses: Addresses, hear: Hear) -> None:
    await hear(a_grade(1, id_no="9164999900000000CW"))
    runner = CliRunner()
    plain = ["gate", CODE, "1006", "--on", "2026-06-01", "--url", addresses.http]
    said = runner.invoke(app, plain)
    assert (said.exit_code, "可以申请" in said.output, "截至 as of" in said.output) == (0, True, True)
    told = json.loads(runner.invoke(app, [*plain, "--json"]).output)
    assert told["answer"] == (await asked(http, CODE, "1006"))["answer"]
    wrong = runner.invoke(app, ["gate", CODE, "no-such", "--url", addresses.http])
    assert (wrong.exit_code, "no-such" in wrong.output) == (1, True)


async def test_items_are_listed_from_a_table_with_their_flag(
    http: httpx.AsyncClient, addresses: Addresses, tmp_path: Path
) -> None:
    table = tmp_path / "items.csv"
    table.write_text(
        "事项编码,事项名称,审批部门,直接关系公共安全\nT-1,消防,局,是\nT-2,广告,局,\nT-3,坏,局,也许\n",
        encoding="gb18030",
    )
    listed = CliRunner().invoke(app, ["items", str(table), "--json", "--url", addresses.http])
    answers = json.loads(listed.output)
    assert [(a["status"], a.get("version"), a.get("duplicate")) for a in answers[:2]] == [(201, 1, False)] * 2
    assert (listed.exit_code, answers[2]["problem"]["errors"][0]["pointer"]) == (1, "/public_safety")
    cursor, found = "", dict[str, bool]()
    while cursor is not None:
        page = (await http.get("/api/v1/items", params={"limit": 500, "cursor": cursor})).json()
        found |= {row["item_code"]: row["public_safety"] for row in page["items"]}
        cursor = page["next"]
    assert (found["T-1"], found["T-2"], found.get("T-3")) == (True, False, None)


async def test_deceit_is_taken_from_every_intake_and_only_with_an_annulment(
    http: httpx.AsyncClient, broker: Client, until: Until
) -> None:
    annulled = {"kind": "ANNUL", "by_deceit": True}
    assert (await http.post("/api/v1/cases", json=a_case_body("deceit-1", **annulled))).status_code == 201
    refused = await http.post("/api/v1/cases", json=a_case_body("deceit-2", by_deceit=True))
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/by_deceit"]
    (line,) = lines(await http.post("/api/v1/cases:batch", content=ndjson(a_case_body("deceit-3", **annulled))))
    assert line["status"] == 201
    body = json.dumps(a_case_body("deceit-4", **annulled)).encode()
    await broker.jetstream().publish("shenguan.intake.approval.v1.cases", body)
    table = (
        "来源系统,办件编号,办理类型,事项编码,区划代码,决定日期,证件类型,证件号码,对象编号,不正当手段取得\n"
        f"test,deceit-5,撤销,1006,640202,2020-03-01,001,{CODE},O-deceit-5,是\n"
    )
    report = await http.post("/api/v1/cases:import", files={"file": ("cases.csv", table.encode())})
    assert report.json()["written"] == 1

    async def arrived() -> bool:
        return (await http.get("/api/v1/cases/test/deceit-4")).is_success

    await until(arrived)
    for number in (1, 3, 4, 5):
        assert (await http.get(f"/api/v1/cases/test/deceit-{number}")).json()["by_deceit"] is True


async def test_the_rules_of_the_gate_are_told_with_their_sources(http: httpx.AsyncClient) -> None:
    told = (await http.get("/api/v1/gate-rules")).raise_for_status().json()
    assert set(told["holds"]) == {kind.value for kind in HoldKind}
    assert told["grades"]["D"]["answer"] == "ALLOW_WITHOUT_COMMITMENT"
    assert all(rule["source"] for rule in [*told["holds"].values(), *told["grades"].values()])

"""Publicity over HTTP, with its commands: owed, publicised, corrected, withdrawn; what everybody may read, and how much is done."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from contracts.event import Event, Subject
from supervision.cli.publicity import app
from tests.fakes.publicity import SHIPPED
from tests.fakes.supervised import decided, department_told, person_told
from tests.integration.supervision.conftest import Addresses, Said, an_inspection, lines, ndjson
from tests.integration.supervision.process import pointers, told

pytestmark = pytest.mark.servers
Tell = Callable[[Event], Any]
USCC = "92999999MA00000151"
PERSON = "11010519491231002X"
WHY = {"cause": "CHANGED", "reason": "复议变更"}
SPAN = {"from": "2011-09-01", "to": "2011-09-30"}


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The rules as shipped, in force since 2000."""
    file: Path = tmp_path_factory.mktemp("rules") / "publicity.toml"
    file.write_text(SHIPPED.replace("effective_from = 2026-01-01", "effective_from = 2000-01-01"), encoding="utf-8")
    return {"SHENGUAN_SUPERVISION_PUBLICITY_FILE": str(file)}


@pytest.fixture(autouse=True)
async def colleagues(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    """People of the department who did not inspect."""
    for event in (department_told(), person_told("clerk"), person_told("head")):
        await tell(event)

    async def known() -> bool:
        return bool((await http.get("/api/v1/departments")).json()["items"])

    await until(known)


@pytest.fixture
async def heard(broker: Client) -> AsyncIterator[list[dict[str, Any]]]:
    """What supervision says of publicised results while a test runs."""
    said: list[dict[str, Any]] = []

    async def hear(message: Any) -> None:
        said.append(json.loads(message.data) | {"subject": message.subject.split(".")[3]})

    listening = await broker.subscribe("shenguan.supervision.result.>", cb=hear)
    yield said
    await listening.unsubscribe()


async def owed(http: httpx.AsyncClient, tell: Tell, until: Said, of: str, **subject: str) -> str:
    """The number of a result that is owed: a failed check on an object of its own."""
    plain = {"id_type": "001", "id_no": USCC, "kind": "ORGANISATION", "name": f"示例餐饮{of}"}
    await tell(decided(f"C-{of}", f"O-{of}", subject=Subject(**plain | subject)))

    async def tasked() -> bool:
        return bool((await http.get("/api/v1/tasks", params={"object_no": f"O-{of}"})).json()["items"])

    await until(tasked)
    check = an_inspection(f"I-{of}", f"O-{of}", result="FAIL")
    check["lines"][0]["result"] = "FAIL"
    assert (await http.post("/api/v1/inspections", json=check)).status_code == 201
    (found,) = (await http.get("/api/v1/publicity", params={"inspection_no": f"I-{of}"})).json()["items"]
    assert (found["state"], found["due_on"]) == ("PENDING", "2011-09-30")
    return str(found["publication_no"])


async def do(http: httpx.AsyncClient, number: str, verb: str, **body: Any) -> dict[str, Any]:
    answer = await http.post(f"/api/v1/publicity/{number}:{verb}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def public(http: httpx.AsyncClient, number: str, **headers: str) -> httpx.Response:
    return await http.get(f"/api/v1/public/results/{number}", headers=headers)


async def test_a_result_is_shown_at_its_address_once_a_colleague_publicised_it(
    http: httpx.AsyncClient, tell: Tell, until: Said, heard: list[dict[str, Any]]
) -> None:
    number = await owed(http, tell, until, "P1")
    hidden, unknown = await public(http, number), await public(http, str(uuid4()))
    assert told(hidden) == (404, "no-public-result")
    assert hidden.content == unknown.content
    refused = await http.post(f"/api/v1/publicity/{number}:publicise", json={"by": "orange-1"})
    assert told(refused) == (409, "second-person-needed")
    shown = await do(http, number, "publicise", by="clerk")
    assert (shown["state"], shown["duplicate"], shown["deadlines"][0]["state"]) == ("PUBLICISED", False, "MET")
    assert (await do(http, number, "publicise", by="clerk"))["duplicate"] is True
    answer = await public(http, number)
    assert answer.headers["cache-control"] == "no-cache"
    result = answer.json()
    assert result["subject"] == {"kind": "ORGANISATION", "name": "示例餐饮P1", "uscc": USCC}
    assert result["result"] == {"class": "PENDING_MEASURES", "zh": "发现问题待后续处理"} | {
        "en": "problems found, measures to follow"
    }
    assert (result["matter"]["code"], result["publicised_on"], result["corrections"]) == ("FOOD-44", "2011-09-02", [])
    unchanged = await public(http, number, **{"If-None-Match": answer.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    async def said() -> bool:
        return any(event["publication_no"] == number for event in heard)

    await until(said)


async def test_a_correction_says_what_was_corrected_and_why_and_not_what_was_wrong(
    http: httpx.AsyncClient, tell: Tell, until: Said
) -> None:
    number = await owed(http, tell, until, "P2")
    await do(http, number, "publicise", by="clerk", result_class="UNCOOPERATIVE")
    before = await public(http, number)
    await do(http, number, "question", by="court", **WHY)
    late = {"put_right_by": "2011-12-31"}
    (doubted,) = (await http.get("/api/v1/publicity", params=late)).json()["items"]
    assert (doubted["publication_no"], doubted["put_right_on"]) == (number, "2011-09-07")
    assert (await http.get("/api/v1/publicity", params={"put_right_by": "2011-09-06"})).json()["items"] == []
    again = await http.post(f"/api/v1/publicity/{number}:correct", json={"by": "clerk", "result_class": "X"} | WHY)
    assert (told(again), pointers(again)) == ((422, "result-class-unknown"), ["/result_class"])
    corrected = await do(http, number, "correct", by="head", result_class="ORDERED_TO_CORRECT", **WHY)
    assert (await http.get("/api/v1/publicity", params=late)).json()["items"] == []
    assert [(each["kind"], each["state"]) for each in corrected["deadlines"]] == [
        ("PUBLICISE", "MET"),
        ("PUT_RIGHT", "MET"),
    ]
    assert [(each["act"], each["by"]) for each in corrected["history"]] == [
        ("PUBLICISED", "clerk"),
        ("QUESTIONED", "court"),
        ("CORRECTED", "head"),
    ]
    answer = await public(http, number, **{"If-None-Match": before.headers["etag"]})
    result = answer.json()
    assert (answer.status_code, result["result"]["class"]) == (200, "ORDERED_TO_CORRECT")
    assert result["corrections"] == [{"on": "2011-09-02", "corrected": ["result_class"], **WHY}]
    assert "UNCOOPERATIVE" not in answer.text


async def test_a_withdrawn_result_leaves_when_and_why_at_its_address(
    http: httpx.AsyncClient, tell: Tell, until: Said
) -> None:
    number = await owed(http, tell, until, "P3")
    await do(http, number, "publicise", by="clerk")
    await do(http, number, "withdraw", by="head", cause="ANNULLED", reason="当事人的复议被支持")
    answer = await public(http, number)
    assert (told(answer), answer.headers["content-type"]) == ((410, "result-withdrawn"), "application/problem+json")
    said = answer.json()
    assert (said["withdrawn_on"], said["cause"], said["publicised_on"]) == ("2011-09-02", "ANNULLED", "2011-09-02")
    assert said["reason"] == "当事人的复议被支持"
    assert not {"result", "subject", "matter", "object"} & set(said)
    listed = (await http.get("/api/v1/public/results", params={"name": "示例餐饮P3"})).json()
    assert listed["items"] == []


async def test_what_is_withdrawn_before_it_was_shown_was_never_there(
    http: httpx.AsyncClient, tell: Tell, until: Said
) -> None:
    number = await owed(http, tell, until, "P4")
    withdrawn = await do(http, number, "withdraw", by="clerk", cause="ANNULLED", reason="检查程序违法")
    assert [each["state"] for each in withdrawn["deadlines"]] == ["VOID"]
    assert told(await public(http, number)) == (404, "no-public-result")


async def test_of_a_natural_person_nothing_is_shown_whole(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    person = {"id_type": "111", "id_no": "ref-of-a-person", "kind": "PERSON", "name": ""}
    number = await owed(http, tell, until, "P5", **person)
    await do(http, number, "publicise", by="clerk")
    await do(http, number, "correct", by="head", result_class="UNREACHABLE", cause="CHANGED", reason="张三已搬走")
    answer = await public(http, number)
    result = answer.json()
    assert result["subject"] == {"kind": "PERSON", "name": "某*", "uscc": None}
    assert (result["object"], result["corrections"][0]["reason"]) == ("某*", "")
    for hidden in ("某店", "ref-of-a-person", "张三"):
        assert hidden not in answer.text
    listed = await http.get("/api/v1/public/results", params={"department": "DEMO-FOOD", "limit": 500})
    assert number in listed.text
    assert "某店" not in json.dumps([each for each in listed.json()["items"] if each["publication_no"] == number])
    assert (await http.get("/api/v1/public/results", params={"name": "某店"})).json()["items"] == []


async def test_results_are_found_by_name_code_department_and_day_page_by_page(
    http: httpx.AsyncClient, tell: Tell, until: Said
) -> None:
    numbers = [await owed(http, tell, until, f"P6-{n}") for n in range(3)]
    body = ndjson([{"publication_no": number, "by": "clerk"} for number in [*numbers, str(uuid4())]])
    answers = lines(await http.post("/api/v1/publicity:batch", content=body))
    assert [answer["status"] for answer in answers] == [200, 200, 200, 404]

    async def found(**which: Any) -> list[str]:
        answer = await http.get("/api/v1/public/results", params=which)
        assert answer.status_code == 200, answer.text
        return [each["publication_no"] for each in answer.json()["items"]]

    assert await found(name="示例餐饮P6-1") == [numbers[1]]
    assert set(numbers) <= set(await found(uscc=USCC, limit=500))
    assert set(numbers) <= set(await found(**SPAN, limit=500))
    assert await found(**{"from": "2011-09-03"}) == []
    assert await found(department="NOBODY") == []
    first = (await http.get("/api/v1/public/results", params={"limit": 1})).json()
    second = (await http.get("/api/v1/public/results", params={"limit": 1, "cursor": first["next"]})).json()
    assert first["items"][0]["publication_no"] < second["items"][0]["publication_no"]


@pytest.mark.parametrize(
    ("which", "code"),
    [
        ({"name": PERSON}, "number-in-address"),
        ({"uscc": PERSON}, "number-in-address"),
        ({"uscc": "123"}, "invalid-content"),
        ({"cursor": "nonsense"}, "invalid-content"),
        ({"nonsense": "1"}, "invalid-content"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(
    http: httpx.AsyncClient, which: dict[str, str], code: str
) -> None:
    assert told(await http.get("/api/v1/public/results", params=which)) == (422, code)


async def test_coverage_counts_what_is_owed_shown_and_missing(http: httpx.AsyncClient, tell: Tell, until: Said) -> None:
    before = (await http.get("/api/v1/publicity/coverage", params=SPAN)).json()["total"]
    numbers = [await owed(http, tell, until, f"P7-{n}") for n in range(3)]
    await do(http, numbers[0], "publicise", by="clerk")
    await do(http, numbers[1], "withdraw", by="clerk", cause="ANNULLED", reason="重复")
    found = (await http.get("/api/v1/publicity/coverage", params=SPAN | {"department": "DEMO-FOOD"})).json()
    (row,) = found["items"]
    grown = {name: row[name] - before[name] for name in ("due", "in_time", "late", "missing", "running")}
    assert grown == {"due": 2, "in_time": 1, "late": 0, "missing": 0, "running": 1}
    assert found["total"]["share"] == 1.0
    other = (await http.get("/api/v1/publicity/coverage", params=SPAN | {"department": "NOBODY"})).json()
    assert (other["items"], other["total"]["share"]) == ([], None)
    wrong = await http.get("/api/v1/publicity/coverage", params={"from": "2011-09-02", "to": "2011-09-01"})
    assert (told(wrong), pointers(wrong)) == ((422, "invalid-content"), ["/to"])


async def test_the_commands_list_publicise_correct_and_withdraw(
    http: httpx.AsyncClient, addresses: Addresses, tell: Tell, until: Said, tmp_path: Path
) -> None:
    number = await owed(http, tell, until, "P8")

    async def run(*words: str) -> tuple[int, str]:
        said = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--url", addresses.http])
        return said.exit_code, said.output

    due = json.loads((await run("due", "--department", "DEMO-FOOD", "--json"))[1])
    assert number in [each["publication_no"] for each in due["items"]]
    assert json.loads((await run("due", "--within", "3", "--json"))[1])["items"] == []
    file = tmp_path / "numbers.txt"
    file.write_text(f"{number}\n")
    assert await run("publicise", "--file", str(file), "--by", "clerk") == (0, f"{number}: PUBLICISED\n")
    code, said = await run("publicise", str(uuid4()), "--by", "clerk")
    assert (code, "没有编号为" in said) == (1, True)
    assert (await run("publicise", "--by", "clerk"))[0] == 2
    why = ("--cause", "CHANGED", "--reason", "复议变更")
    code, said = await run("correct", number, "--by", "head", *why, "--class", "UNREACHABLE")
    assert (code, "CORRECTED 第 2 版" in said) == (0, True)
    assert (await run("question", number, "--by", "court", *why))[0] == 0
    assert (await run("uphold", number, "--by", "clerk", "--reason", "核实无误"))[0] == 0
    counted = json.loads((await run("days", number, "--json"))[1])
    assert (counted["limit"], counted["due_on"], counted["days"][-1]["number"]) == ("20wd", "2011-09-30", 20)
    shown = json.loads((await run("show", number, "--json"))[1])
    assert [each["act"] for each in shown["history"]] == ["PUBLICISED", "CORRECTED", "QUESTIONED", "UPHELD"]
    coverage = json.loads((await run("coverage", "--json"))[1])
    assert (coverage["from"], coverage["as_of"]) == ("2011-01-01", "2011-09-02")
    assert (await run("withdraw", number, "--by", "clerk", *why))[0] == 0
    assert (await run("withdraw", number, "--by", "head", *why))[0] == 1

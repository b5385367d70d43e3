"""Draws over HTTP, the command and the sweep: announced, run with a witness, assigned, shown in public, verified offline."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from contracts.event import Event, Object, Subject
from supervision.cli.draw import app
from tests.fakes.plans import FOOD
from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Addresses, Said, a_catalogue_file, lines, ndjson, publish
from tests.integration.supervision.process import told as refusal
from tests.tokens import headers

pytestmark = pytest.mark.servers
Tell = Callable[[Event], Any]
OBJECTS = 8
VALUE = {"source": "示例彩票 2011100 期", "form": "## ## ##", "at": "2011-09-03T21:30:00+08:00"}
RUN = {"value": "01 02 03", "looked_up": "示例公报", "witness": "clerk-2", "by": "clerk-1"}


def asked(draw_no: str, **changes: Any) -> dict[str, Any]:
    plain = {"draw_no": draw_no, "plan_no": "DRAWN-2011", "entry": "E1", "by": "clerk-1", "public_value": VALUE}
    return plain | changes


@pytest.fixture(scope="module", autouse=True)
def furnished(addresses: Addresses) -> None:
    """Four inspectors, one matter, and a filed plan that draws half of it."""
    plain = a_catalogue_file("2011-3", effective_from="2011-01-01")
    (link,) = plain["links"]
    entry = {
        "code": "E1",
        "name": "餐饮抽查",
        "matters": [FOOD],
        "departments": [{"department": "DEMO-FOOD", "officers_per_object": 2, "max_objects": 9}],
        "ratios": dict.fromkeys("ABCD", "0.5"),
        "frequency": {"times_per_year": 12},
        "starts_on": "2011-09-01",
        "ends_on": "2011-11-30",
    }
    plan = {"plan_no": "DRAWN-2011", "year": 2011, "title": "抽查", "lead_department": "DEMO-FOOD", "entries": [entry]}
    with httpx.Client(base_url=addresses.http, headers=headers()) as client:
        publish(client, plain | {"links": [link | {"supervise_item_code": FOOD}]})
        matter = [{"code": FOOD, "name": "食品经营检查", "department": "DEMO-FOOD"}]
        assert lines(client.post("/api/v1/matters:batch", content=ndjson(matter)))[0]["status"] == 201
        crew = [{"code": f"drawn-{n}", "name": f"执法员{n}", "department": "DEMO-FOOD"} for n in (1, 2)]
        client.post("/api/v1/inspectors:batch", content=ndjson(crew)).raise_for_status()
        client.post("/api/v1/plans", json=plan | {"by": "drafter"}).raise_for_status()
        client.post("/api/v1/plans/DRAWN-2011:submit", json={"by": "drafter"}).raise_for_status()
        filed = {"by": "filer", "filing_no": "备-1"}
        client.post("/api/v1/plans/DRAWN-2011:file", json=filed).raise_for_status()


@pytest.fixture
async def register(tell: Tell, until: Said, http: httpx.AsyncClient) -> None:
    """Eight restaurants, every second one of a natural person."""
    for n in range(OBJECTS):
        company = Subject(id_type="099", id_no=f"DRAW-{n}", kind="ORGANISATION", name=f"示例公司{n}")
        person = Subject(id_type="111", id_no=f"P{n:040d}", kind="PERSON")
        thing = Object(object_no=f"DRAW-{n}", name=f"王小{n}餐馆", address=f"示例路 {n} 号")
        await tell(decided(f"DRAW-{n}", f"DRAW-{n}", subject=person if n % 2 else company, object=thing))

    async def everyone() -> bool:
        found = (await http.get("/api/v1/objects", params={"limit": 500})).json()["items"]
        numbers = [row["object_no"] for row in found if row["risk_class"] == "B"]
        return bool(sum(number.startswith("DRAW-") for number in numbers) == OBJECTS)

    await until(everyone)


@pytest.fixture
async def heard(broker: Client) -> AsyncIterator[list[str]]:
    """What supervision says of draws while a test runs."""
    said: list[str] = []

    async def hear(message: Any) -> None:
        said.append(message.data.decode())

    listening = await broker.subscribe("shenguan.supervision.draw.>", cb=hear)
    yield said
    await listening.unsubscribe()


@pytest.fixture
async def drawn(http: httpx.AsyncClient, register: None) -> None:
    """A draw D-0 that was run, whichever test comes first."""
    if (await http.get("/api/v1/draws/D-0")).is_success:
        return
    now = datetime.fromisoformat((await http.get("/ops/v1/clock")).json()["now"])
    at = now + timedelta(hours=25)
    (
        await http.post("/api/v1/draws", json=asked("D-0", public_value=VALUE | {"at": at.isoformat()}))
    ).raise_for_status()
    (await http.post("/ops/v1/clock", json={"now": at.isoformat()})).raise_for_status()
    (await http.post("/api/v1/draws/D-0:run", json=RUN)).raise_for_status()


async def got(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(f"/api/v1/{path}")
    assert answer.is_success, answer.text
    return answer.json()


def command(addresses: Addresses, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, *([] if words[0] == "verify" else ["--url", addresses.http])])
    return done.exit_code, done.output


async def test_a_draw_from_announcement_to_tasks_and_a_receipt_anybody_can_check(
    http: httpx.AsyncClient, addresses: Addresses, register: None, until: Said, heard: list[str], tmp_path: Path
) -> None:
    announced = await http.post("/api/v1/draws", json=asked("D-1"))
    assert announced.status_code == 201, announced.text
    before = announced.json()
    assert (before["state"], before["objects"], before["quota"], before["duplicate"]) == ("ANNOUNCED", 8, 4, False)
    assert not {"secret", "seed", "value"} & before.keys()
    assert (await http.post("/api/v1/draws", json=asked("D-1"))).status_code == 200
    for which in ("draws", "public/draws"):
        found = [(await got(http, f"{which}?department={code}"))["items"] for code in ("DEMO-FOOD", "ELSEWHERE")]
        assert [[each["draw_no"] for each in items if each["draw_no"] == "D-1"] for items in found] == [["D-1"], []]
    pool = await http.get("/api/v1/public/draws/D-1/pool")
    assert sha256(pool.content).hexdigest() == before["announcement"]["snapshot"]
    script = await http.get("/api/v1/public/draws/script")
    assert sha256(script.content).hexdigest() == before["announcement"]["script"]
    assert refusal(await http.post("/api/v1/draws/D-1:run", json=RUN)) == (409, "draw-not-due")
    assert (await http.get("/api/v1/public/draws/D-1/receipt")).status_code == 404

    (await http.post("/ops/v1/clock", json={"now": "2011-09-03T13:30:00Z"})).raise_for_status()
    alone = RUN | {"witness": "clerk-1"}
    assert refusal(await http.post("/api/v1/draws/D-1:run", json=alone)) == (409, "second-person-needed")
    done = (await http.post("/api/v1/draws/D-1:run", json=RUN)).json()
    assert (done["state"], done["duplicate"]) == ("CONCLUDED", False)
    assert (await http.post("/api/v1/draws/D-1:run", json=RUN)).json()["duplicate"] is True
    other = RUN | {"value": "09 09 09"}
    assert refusal(await http.post("/api/v1/draws/D-1:run", json=other)) == (409, "draw-over")

    async def assigned() -> Any:
        rows = (await got(http, "draws/D-1/objects"))["items"]
        return rows if all(row["outcome"] == "TASK" for row in rows) else None

    rows = await until(assigned)
    assert len(rows) == 4
    for row in rows:
        task = await got(http, f"tasks/{row['tasks']['DEMO-FOOD']}")
        officers = row["officers"]["DEMO-FOOD"]
        assert (task["purpose"], task["state"], task["draw_no"]) == ("RANDOM", "CLAIMED", "D-1")
        assert (task["crew"], task["claimed_by"]) == (officers, officers[0])
        assert [each["due_on"] for each in task["deadlines"]] == ["2011-11-30"]

    (tmp_path / "verify.py").write_bytes(script.content)
    (tmp_path / "receipt.json").write_bytes((await http.get("/api/v1/public/draws/D-1/receipt")).content)
    check = [sys.executable, "-I", "verify.py", "receipt.json", "--announced", before["announcement_hash"]]
    told = await asyncio.to_thread(subprocess.run, check, cwd=tmp_path, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, "核对一致 / all is true\n")
    await until(lambda: _both(heard))
    assert before["announcement_hash"] in heard[0]
    assert not any(secret in "".join(heard) for secret in ("王小", "P0000"))


async def _both(heard: list[str]) -> bool:
    return len(heard) == 2


async def test_in_public_organisations_are_named_and_natural_persons_are_not(
    http: httpx.AsyncClient, drawn: None
) -> None:
    rows = (await got(http, "public/draws/D-0/objects"))["items"]
    assert len(rows) == 4
    for row in rows:
        number = row["object_no"].removeprefix("DRAW-")
        if int(number) % 2:
            assert (row["name"], row["address"], row.get("code")) == ("王****", "", None)
        else:
            assert (row["subject"], row["code"], row["name"]) == (
                f"示例公司{number}",
                f"DRAW-{number}",
                f"王小{number}餐馆",
            )
    listed = (await got(http, "public/draws?plan_no=DRAWN-2011"))["items"]
    assert "D-0" in [row["draw_no"] for row in listed]
    assert "P0000" not in json.dumps([listed, rows])


async def test_the_command_announces_cancels_and_verifies(
    http: httpx.AsyncClient, addresses: Addresses, drawn: None, tmp_path: Path
) -> None:
    value = ("--source", "示例彩票", "--form", "####", "--at", "2011-09-30T21:30:00+08:00")
    code, said = command(addresses, "prepare", "D-2", "--plan", "DRAWN-2011", "--entry", "E1", *value, "--by", "c-1")
    assert (code, "D-2 ANNOUNCED" in said) == (0, True)
    assert command(addresses, "cancel", "D-2", "--reason", "名录有误", "--by", "c-1")[0] == 0
    cancelled = await got(http, "public/draws/D-2")
    assert (cancelled["state"], cancelled["reason"], len(cancelled["secret"])) == ("CANCELLED", "名录有误", 64)
    code, said = command(addresses, "run", "D-2", "--value", "1234", "--witness", "c-2", "--by", "c-1")
    assert (code, "不合" in said or "一次抽取只进行一次" in said) == (1, True)

    receipt, pool = tmp_path / "receipt.json", tmp_path / "pool.jsonl"
    assert command(addresses, "receipt", "D-0", str(receipt), "--pool", str(pool))[0] == 0
    assert command(addresses, "verify", str(receipt)) == (0, "核对一致 / all is true\n")
    told = json.loads(receipt.read_text(encoding="utf-8"))
    told["result"][0]["officers"]["DEMO-FOOD"][0] = "orange-9"
    receipt.write_text(json.dumps(told), encoding="utf-8")
    code, said = command(addresses, "verify", str(receipt))
    assert (code, "结果 result" in said) == (1, True)
    del told["pool"]
    receipt.write_text(json.dumps(told), encoding="utf-8")
    assert command(addresses, "verify", str(receipt))[0] == 2
    pool.write_bytes(pool.read_bytes().replace(b"DRAW-0", b"DRAW-9"))
    code, said = command(addresses, "verify", str(receipt), "--pool", str(pool))
    assert (code, "抽查池 pool" in said) == (1, True)
    shown = json.loads(command(addresses, "show", "D-0", "--json")[1])
    assert len(shown["drawn"]) == 4


async def test_an_officer_who_cannot_go_is_replaced_and_the_replacement_checked_like_any_draw(
    http: httpx.AsyncClient, addresses: Addresses, drawn: None, until: Said, tmp_path: Path
) -> None:
    async def assigned() -> Any:
        rows = (await got(http, "draws/D-0/objects"))["items"]
        return rows if all(row["outcome"] == "TASK" for row in rows) else None

    row, *_ = await until(assigned)
    officer, other = row["officers"]["DEMO-FOOD"]
    receipt = tmp_path / "replaced.json"
    words = ("replace", "D-0", "chicago", row["object_no"], "--department", "DEMO-FOOD", "--officer", officer)
    said = ("--reason", "近亲属经营", "--witness", "clerk-2", "--by", "clerk-1", "--receipt", str(receipt))
    code, told = command(addresses, *words, *said)
    assert (code, told.startswith("D-0.R1 ")) == (0, True)
    assert command(addresses, *words, *said)[0] == 0
    assert command(addresses, "verify", str(receipt)) == (0, "核对一致 / all is true\n")
    (made,) = (await got(http, "public/draws/D-0/replacements"))["items"]
    assert (made["officer"], made["receipt"]) == (officer, json.loads(receipt.read_text(encoding="utf-8")))
    task = await got(http, f"tasks/{row['tasks']['DEMO-FOOD']}")
    assert made["successor"] not in {officer, other}
    if task["draw_no"] == "D-0":
        assert task["crew"] == [made["successor"], other]
        assert [each["verb"] for each in task["handovers"]] == ["hand_over"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"draw_no": "有 空格"}, (422, "invalid-content")),
        ({"public_value": VALUE | {"form": "##"}}, (422, "invalid-content")),
        ({"public_value": VALUE | {"at": "2011-09-03T21:30:00"}}, (422, "invalid-content")),
        ({"plan_no": "NONE"}, (404, "not-found")),
        ({"public_value": VALUE | {"at": "2011-09-03T13:31:00Z"}}, (409, "draw-too-soon")),
    ],
)
async def test_what_cannot_be_announced_is_refused(
    http: httpx.AsyncClient, register: None, changes: dict[str, Any], told: tuple[int, str]
) -> None:
    assert refusal(await http.post("/api/v1/draws", json=asked("D-3") | changes)) == told


async def test_there_is_nothing_to_see_of_a_draw_nobody_announced(http: httpx.AsyncClient) -> None:
    for path in ("draws/X", "draws/X/pool", "draws/X/receipt", "draws/X/objects", "public/draws/X/objects"):
        assert refusal(await http.get(f"/api/v1/{path}")) == (404, "not-found")

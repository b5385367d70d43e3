"""The ranking over HTTP and on the command line: from decisions and checks to an order with reasons."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from typer.testing import CliRunner

from chassis.provision import provision
from ops.nats import EmbeddedNats
from ops.services import Service
from ops.state_folder import temporary_folder
from supervision.cli.rank import app
from tests.fakes.supervised import decided, inspectors
from tests.integration.supervision.conftest import (
    PATIENCE,
    a_catalogue_file,
    an_inspection,
    answering,
    environment_of,
    lines,
    ndjson,
    publish,
    say,
)
from tests.tokens import headers

pytestmark = pytest.mark.servers
RULES = Path("services/supervision/ranking.toml").read_text(encoding="utf-8")
SHORT = [("needed_checks = 1000", "needed_checks = 6"), ("needed_critical = 100", "needed_critical = 2")]
WARM = [("warm_up_days = 90", "warm_up_days = 10"), ("kinds_from = 40", "kinds_from = 1")]
AT = "2012-07-01"
MATTER = "11640200001001"
SHOPS = ("GOOD", "BAD", "NEW/1")
BAD = {"result": "FAIL", "findings": [{"line_code": "3", "severity": "CRITICAL", "note": ""}]}


@pytest.fixture
async def service(postgres_url: str) -> AsyncIterator[Service]:
    """A service of its own, content with a short history."""
    async with AsyncExitStack() as stack:
        folder = temporary_folder()
        stack.callback(folder.remove)
        stack.enter_context(folder.held())
        broker = EmbeddedNats(folder, usual_port=0)
        stack.push_async_callback(broker.stop)
        await broker.start()
        await provision(broker.url)
        environment = await environment_of(postgres_url, broker.url)
        rules = RULES
        for was, becomes in SHORT + WARM:
            assert was in rules
            rules = rules.replace(was, becomes)
        (folder.path / "ranking.toml").write_text(rules, encoding="utf-8")
        environment["SHENGUAN_SUPERVISION_RANKING_FILE"] = str(folder.path / "ranking.toml")
        started = Service("supervision", [sys.executable, "-m", "supervision.main"], folder, environment)
        stack.push_async_callback(started.stop)
        await answering(started, folder)
        await _furnish(started, broker.url)
        yield started


async def _furnish(service: Service, nats_url: str) -> None:
    """Three licensed shops, and one nobody licensed; the bad one is checked and found wanting again and again."""
    await asyncio.to_thread(_begin, service.url)
    connection = await nats.connect(nats_url)
    for shop in SHOPS:
        await say(connection, decided(shop, shop))
    await connection.close()
    for _ in range(int(PATIENCE / 0.1)):
        if len((await _get(service, "objects")).json()["items"]) == len(SHOPS):
            break
        await asyncio.sleep(0.1)
    await asyncio.to_thread(_report, service.url)


def _begin(url: str) -> None:
    with httpx.Client(base_url=url, headers=headers(), timeout=PATIENCE) as client:
        client.post("/ops/v1/clock", json={"now": "2013-01-02T04:00:00Z"}).raise_for_status()
        publish(client, a_catalogue_file(links=[_link_to_the_matter()]))
        matter = {"code": MATTER, "name": "餐饮服务监督检查", "department": "DEMO-FOOD"}
        assert lines(client.post("/api/v1/matters:batch", content=ndjson([matter])))[0]["status"] == 201
        crew = [{"code": i.code, "name": i.name, "department": i.department} for i in inspectors()]
        client.post("/api/v1/inspectors:batch", content=ndjson(crew)).raise_for_status()


def _link_to_the_matter() -> dict[str, Any]:
    (link,) = a_catalogue_file()["links"]
    return {**link, "supervise_item_code": MATTER}


def _report(url: str) -> None:
    checks = [
        an_inspection(f"{shop}-{month}", shop, inspected_on=f"2012-{month:02}-10", **(BAD if shop == "BAD" else {}))
        for month in (1, 2, 3, 4, 5, 6)
        for shop in ("GOOD", "BAD", "ORPHAN")
    ]
    for check in checks:
        if check.get("findings"):
            check["lines"][2]["result"] = "FAIL"
    with httpx.Client(base_url=url, headers=headers(), timeout=PATIENCE) as client:
        told = lines(client.post("/api/v1/inspections:batch", content=ndjson(checks)))
    assert [answer["status"] for answer in told] == [201] * len(checks)


async def _get(service: Service, path: str, **asked: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=service.url, headers=headers(), timeout=PATIENCE) as http:
        return await http.get(f"/api/v1/{path}", params=asked)


async def test_objects_are_ranked_by_their_history_with_reasons(service: Service) -> None:
    whole = (await _get(service, "ranks", at=AT)).json()
    assert [each["rank"] for each in whole["items"]] == [1, 2, 3, 4]
    assert (whole["items"][0]["object_no"], whole["next"]) == ("BAD", None)
    assert (whole["card"]["own"], whole["card"]["checks"], whole["card"]["critical"]) == (True, 18, 6)
    assert {each["object_no"] for each in whole["items"]} == {*SHOPS, "ORPHAN"}
    bad = whole["items"][0]
    assert bad["score"] == sum(reason["points"] for reason in bad["reasons"])
    assert any(reason["zh"].startswith("上次检查有严重问题 +") for reason in bad["reasons"])

    first = (await _get(service, "ranks", at=AT, limit=3)).json()
    rest = (await _get(service, "ranks", at=AT, limit=3, cursor=first["next"])).json()
    assert first["items"] + rest["items"] == whole["items"]
    licensed = (await _get(service, "ranks", at=AT, item="1006")).json()
    assert {each["object_no"] for each in licensed["items"]} == set(SHOPS)
    assert (await _get(service, "ranks", at=AT, item="none")).json()["items"] == []
    of_matter = (await _get(service, "ranks", at=AT, matter=MATTER)).json()
    assert of_matter["items"] == licensed["items"]
    assert (await _get(service, "ranks", at=AT, matter=MATTER, item="none")).json()["items"] == []
    assert (await _get(service, "ranks", at=AT, matter="00000000000000")).status_code == 404
    assert len((await _get(service, "ranks", at=AT, department="DEMO-FOOD")).json()["items"]) == len(SHOPS) + 1
    assert (await _get(service, "ranks", at=AT, department="NOBODY")).json()["items"] == []

    before = (await _get(service, "ranks", at="2012-02-01")).json()
    assert (before["card"]["own"], before["card"]["version"]) == (False, "2026-1")
    early = (await _get(service, "ranks", at="2010-01-01")).json()
    assert early["items"] == []
    await _another_check_of_the_past_is_seen(service)
    await _one_object(service)
    await _commands(service)


async def _another_check_of_the_past_is_seen(service: Service) -> None:
    """What is reported late about a day before counts; what is dated on the day does not."""
    async with httpx.AsyncClient(base_url=service.url, headers=headers(), timeout=PATIENCE) as http:
        for day, counted in ((AT, 18), ("2012-06-30", 19)):
            report = an_inspection(f"LATE-{day}", "GOOD", inspected_on=day)
            assert (await http.post("/api/v1/inspections", json=report)).status_code == 201
            assert (await _get(service, "ranks", at=AT)).json()["card"]["checks"] == counted


async def _one_object(service: Service) -> None:
    found = (await _get(service, "objects/chicago/NEW/1/rank", at=AT)).json()
    assert (found["of"], found["object_no"]) == (4, "NEW/1")
    assert any(reason["value"] == "NONE" and reason["feature"] == "LAST_CHECK" for reason in found["reasons"])
    assert (await _get(service, "objects/chicago/nobody/rank", at=AT)).status_code == 404
    assert (await _get(service, "objects/chicago/NEW/1/rank", at="2011-01-01")).status_code == 404
    for wrong in ("someday", "0001-01-01", "9999-12-31", "1356998400"):
        assert (await _get(service, "ranks", at=wrong)).status_code == 422, wrong
        assert (await _get(service, "objects/chicago/BAD/rank", at=wrong)).status_code == 422, wrong
    assert (await _get(service, "ranks")).status_code == 422


async def _commands(service: Service) -> None:
    async def run(*words: str) -> tuple[int, str]:
        ended = await asyncio.to_thread(
            CliRunner().invoke, app, [*words], env={"SHENGUAN_SUPERVISION_URL": service.url}
        )
        return ended.exit_code, ended.output

    code, said = await run("--at", AT, "--item", "1006", "--limit", "2", "--json")
    assert (code, json.loads(said)["items"][0]["object_no"]) == (0, "BAD")
    code, said = await run("--at", AT)
    assert (code, "fitted on the own history" in said, "BAD" in said) == (0, True, True)
    code, said = await run("explain", "chicago", "BAD", "--at", AT)
    assert (code, "rank 1 of 4" in said, "上次检查有严重问题 +" in said) == (0, True, True)
    code, said = await run("explain", "chicago", "nobody", "--at", AT)
    assert (code, "nobody" in said) == (1, True)
    code, said = await run("--at", "tomorrow")
    assert (code, "must be a day, YYYY-MM-DD" in said) == (2, True)

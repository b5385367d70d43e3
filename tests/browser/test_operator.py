"""The operator's day from end to end: all is well, then a message cannot be applied; why, put right, tried again, once only."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import nats
import pytest
from uuid_utils.compat import uuid7

from chassis.publisher import Outgoing, publish
from tests.browser.conftest import DEPARTMENT, PATIENCE, SHOTS, TODAY, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def hand_in(standing: dict[str, Any], task: str, inspector: str) -> None:
    """A bureau's system sends an inspection over NATS, by somebody the register does not know."""
    url = f"{standing['urls']['supervision']}/api/v1"
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        known = http.get(f"{url}/tasks/{task}").raise_for_status().json()
        version = http.get(f"{url}/catalogue-versions/{known['catalogue_version']}").raise_for_status().json()
    checklists = version.get("content", version)["checklists"]
    lines = next(each["lines"] for each in checklists if each["code"] == known["checklist"])
    inspection = {
        "source_system": known["source_system"],
        "inspection_no": f"N-{task[-12:]}",
        "object_no": known["object_no"],
        "object_version": 1,
        "region": known["region"],
        "inspected_on": TODAY,
        "inspectors": ["SCJG-03", inspector],
        "result": "PASS",
        "lines": [{"code": line["code"], "result": "PASS"} for line in lines],
        "findings": [],
    }

    async def sent() -> None:
        connection = await nats.connect(standing["nats"])
        said = Outgoing(uuid7(), "shenguan.intake.supervision.v1.browser", {}, json.dumps(inspection).encode())
        await publish(connection, "INTAKE", [said])
        await connection.close()

    with ThreadPoolExecutor(1) as beside:  # the browser has the event loop of this thread
        beside.submit(asyncio.run, sent()).result()


def until(page: Any, shown: str) -> None:
    """Look again until the page says so."""
    late = monotonic() + PATIENCE
    while not page.locator(shown).count():
        assert monotonic() < late, page.locator("main").inner_text()[:2000]
        page.wait_for_timeout(300)
        page.reload()


@pytest.mark.usefixtures("clock_moves")
def test_the_operator_finds_what_was_not_applied_and_has_it_applied_once(
    visit: Visit, a_task: MakeTask, standing: dict[str, Any]
) -> None:
    task, inspector = a_task(claimed=True), f"Z{uuid4().hex[:6].upper()}"
    page = visit("/sign-in")
    be(page, "SYSTEM_ADMIN")
    page.wait_for_url("**/ops")
    assert page.locator("#health .clock-calm").count() == len(standing["urls"])

    hand_in(standing, task, inspector)
    until(page, "a[href='/ops/letters?service=supervision']")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "operator-letter.png", full_page=True)
    page.locator("a[href='/ops/letters?service=supervision']").click()
    page.get_by_role("link", name=re.compile("监管 · inspector-unknown")).click()
    page.locator("#list a").last.click()
    assert "/inspectors/1 该执法人员未登记" in page.locator("main").inner_text()
    page.locator(".back a").click()
    retried(page, "先试一次，原因未改正")
    assert "1 封仍无法处理" in page.locator(".notice").inner_text()

    be(page, "LINKAGE_OFFICE")
    page.goto("/admin/inspectors")
    page.locator("summary", has_text="登记一条").click()
    form = page.locator("form[action='/admin/inspectors']")
    for name, value in {
        "code": inspector,
        "name": "补登人员",
        "department": DEPARTMENT,
        "certificate_no": f"640202{inspector}",
        "certificate_from": "2020-01-01",
        "certificate_to": (date.fromisoformat(TODAY) + timedelta(days=700)).isoformat(),
    }.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name="登记", exact=True).click()
    assert inspector in page.locator(".notice").inner_text()

    be(page, "SYSTEM_ADMIN")
    page.goto("/ops/letters?service=supervision&cause=inspector-unknown")
    retried(page, "执法人员已补登记")
    assert "1 封已处理" in page.locator(".notice").inner_text()
    page.goto("/ops/day")
    until(page, ".verdict")
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/tasks/{task}")
    assert "已办结" in page.locator("h1 + .state").inner_text()

    be(page, "SYSTEM_ADMIN")
    page.goto("/ops")
    before = page.locator("td[data-label='系统时钟']").first.inner_text()
    page.get_by_role("button", name="过 1 天").click()
    page.wait_for_load_state()
    assert page.locator("td[data-label='系统时钟']").first.inner_text() != before
    be(page, "AUDITOR")
    page.goto("/audit?service=supervision&action=POST+/ops/v1/dead-letters:redrive")
    assert "执法人员已补登记" in page.locator("#list").inner_text()


def retried(page: Any, reason: str) -> None:
    """First what would be tried again, then, confirmed, that."""
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name="先核对").click()
    assert "1 封将重投" in page.locator(".notice").inner_text()
    page.get_by_role("button", name="确认重投").click()

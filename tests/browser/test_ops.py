"""The operator looks at the services, tries dead letters again with a reason, compares a day, and kills a process."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.browser.conftest import PATIENCE, SHOTS, MakeTask, Visit, be
from tests.browser.test_pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

_EVENT = "SELECT subject, headers, payload FROM event_log WHERE type LIKE '%case.decided%' LIMIT 1"
_LETTER = """
INSERT INTO dead_letter (id, consumer, subject, headers, payload, turn_key, cause, detail, attempts, source_system)
VALUES ($1, 'supervision-from-approval', $2, $3::json, $4, '', 'browser-test',
        '{"zh": "浏览器测试放下的", "en": "parked by the browser test", "errors": []}', 5, 'county')
"""


async def _park(databases: dict[str, str]) -> None:
    """Park an event supervision applied already: tried again it changes nothing and is done."""
    told = await asyncpg.connect(databases["approval"])
    event = await told.fetchrow(_EVENT)
    await told.close()
    assert event is not None
    heard = await asyncpg.connect(databases["supervision"])
    await heard.execute(_LETTER, uuid4(), event["subject"], event["headers"], event["payload"])
    await heard.close()


@pytest.fixture
def a_letter(standing: dict[str, Any], a_task: MakeTask) -> None:
    a_task()
    with ThreadPoolExecutor(1) as beside:  # the browser has the event loop of this thread
        beside.submit(asyncio.run, _park(standing["databases"])).result()


@pytest.mark.usefixtures("a_letter")
def test_a_dead_letter_is_read_and_tried_again_without_javascript(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SYSTEM_ADMIN")
    page.goto("/ops/letters")
    page.get_by_role("link", name="监管 · browser-test").click()
    page.locator("#list a").first.click()
    assert "浏览器测试放下的" in page.locator("h1").inner_text()
    assert "case_id" in page.locator("#raw + pre").inner_text()
    page.locator(".back a").click()
    page.get_by_label("理由").fill("原因已改正")
    page.get_by_role("button", name="先核对").click()
    assert "1 封将重投" in page.locator(".notice").inner_text()
    page.get_by_role("button", name="确认重投").click()
    assert "1 封已处理" in page.locator(".notice").inner_text()
    be(page, "AUDITOR")
    page.goto("/audit?service=supervision&action=POST+/ops/v1/dead-letters:redrive")
    assert "原因已改正" in page.locator("#list").inner_text()


def test_every_event_of_today_was_applied_once(visit: Visit, a_task: MakeTask) -> None:
    a_task()
    page = visit("/sign-in")
    be(page, "SYSTEM_ADMIN")
    page.goto("/ops/day")
    until = monotonic() + PATIENCE
    while not page.locator(".verdict").is_visible():  # until everybody has heard of it
        assert monotonic() < until, page.locator("main").inner_text()[:2000]
        page.reload()
    assert "审批" in page.locator("table").inner_text()


def test_an_auditor_has_every_chain_verified_without_javascript(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "AUDITOR")
    entries = "/audit?service=credit&action=POST+/ops/v1/audit:verify"
    page.goto(entries)
    before = page.locator("#list [data-row]").count()
    page.goto("/audit")
    page.get_by_role("button", name="现在核验审计链").click()
    page.locator("#verdict").wait_for(timeout=120_000)
    assert "没有一行被改动" in page.locator("#verdict").inner_text()
    assert page.locator(".checks h2").all_inner_texts() == ["审批", "监管", "信用", "控制台", "结论"]
    page.screenshot(path=SHOTS / "audit-verify.png", full_page=True)
    page.goto(entries)
    assert page.locator("#list [data-row]").count() == before + 1


_OLDEST = "(SELECT event_id FROM event_log ORDER BY event_id LIMIT 1)"


async def _touch(url: str, headers: str) -> None:
    """Whoever owns the database changes a row behind everybody's back."""
    owner = await asyncpg.connect(url)
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(f"UPDATE event_log SET headers = ({headers})::json WHERE event_id = {_OLDEST}")  # noqa: S608 - constants
    await owner.close()


@pytest.fixture
def touched(standing: dict[str, Any]) -> Iterator[None]:
    url = standing["databases"]["credit"]
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, _touch(url, "headers::text || ' '")).result()
        yield
        beside.submit(asyncio.run, _touch(url, "rtrim(headers::text)")).result()


@pytest.mark.usefixtures("touched")
def test_a_row_that_was_touched_is_named_with_what_to_do(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "AUDITOR")
    page.goto("/audit")
    page.get_by_label("核验哪条链").select_option("credit")
    page.get_by_role("button", name="现在核验审计链").click()
    page.locator("#verdict").wait_for(timeout=120_000)
    said = page.locator(".fault-summary").inner_text()
    assert "event_log" in said
    assert "被改动" in said
    assert "保留现场" in said
    assert "有不符" in page.locator("#verdict").inner_text()
    page.screenshot(path=SHOTS / "audit-touched.png", full_page=True)
    assert faults(page, "audit-touched") == []


@pytest.mark.usefixtures("clock_moves")
def test_a_killed_process_comes_back_and_days_pass(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "SYSTEM_ADMIN")
    page.goto("/ops")
    before = page.locator("td[data-label='系统时钟']").first.inner_text()
    page.get_by_role("button", name="结束信用").click()
    page.wait_for_function("() => document.querySelectorAll('#health .clock-calm').length < 4", timeout=30_000)
    page.wait_for_function("() => document.querySelectorAll('#health .clock-calm').length === 4", timeout=120_000)
    page.get_by_role("button", name="过 1 天").click()
    page.wait_for_load_state()
    assert page.locator("td[data-label='系统时钟']").first.inner_text() != before

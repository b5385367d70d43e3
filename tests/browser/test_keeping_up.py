"""Pages that are open follow what happens: the list of tasks, and the chain of a case, with what is being read left alone.

They are told over one stream, and ask for nothing while nothing changes.
"""

import os
import signal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.browser.conftest import CASE, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def claimed(standing: dict[str, Any], task: str) -> None:
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        claim = f"{standing['urls']['supervision']}/api/v1/tasks/{task}:claim"
        http.post(claim, json={"inspector": "SCJG-03"}).raise_for_status()


def test_a_task_somebody_claims_leaves_the_open_list_and_the_reader_stays_where_it_was(
    visit: Visit, a_task: MakeTask, standing: dict[str, Any]
) -> None:
    a_task()
    a_task()
    page = visit("/sign-in")
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto("/tasks?state=PENDING_CLAIM&department=SCJG")
    first, second = (link.get_attribute("id") for link in page.locator("#list h2 a").all()[:2])
    page.locator(f"[id='{second}']").focus()
    claimed(standing, str(first).removeprefix("task-"))
    page.wait_for_function("id => !document.getElementById(id)", arg=first)
    assert page.evaluate("document.activeElement.id") == second


def test_the_chain_of_a_case_grows_while_an_event_is_being_read(
    visit: Visit, a_task: MakeTask, standing: dict[str, Any]
) -> None:
    task = a_task()
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        told = http.get(f"{standing['urls']['console']}/api/v1/tasks/{task}").raise_for_status().json()
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto(f"/cases/{told['source_system']}/{told['case_id']}")
    page.locator(".timeline summary").first.click()
    assert page.locator("main td [title='SCJG-03']").count() == 0
    claimed(standing, task)
    page.locator("main td [title='SCJG-03']").wait_for()
    assert page.locator(".timeline details").first.get_attribute("open") is not None
    assert page.locator(".timeline details[open]").count() == 1


DECIDED = "Number(document.querySelector('.tiles dd').innerText)"
QUIET = 3000.0
LASTS = 60
OPEN, CLOSED = 1, 2
REFUSALS = 4


def decided(http: httpx.Client, standing: dict[str, Any]) -> None:
    number = uuid4().hex[:12]
    case = CASE | {"case_id": number, "object": CASE["object"] | {"object_no": number}}
    http.post(f"{standing['urls']['approval']}/api/v1/cases", json=case).raise_for_status()


def settled(page: Any) -> list[str]:
    """What a page asks for from now on, once everything that is on its way has come."""
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.resource_type))
    while True:
        asked.clear()
        page.wait_for_timeout(QUIET)
        if not asked:
            return asked


def on_the_board(visit: Visit) -> Any:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    page.wait_for_function("open => stream !== null && stream.readyState === open", arg=OPEN)
    return page


def test_the_board_follows_over_one_stream_and_asks_for_nothing_else(visit: Visit, standing: dict[str, Any]) -> None:
    page = on_the_board(visit)
    asked = settled(page)
    page.evaluate("window.stays = true")
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        for _ in range(5):
            before = page.evaluate(DECIDED)
            decided(http, standing)
            page.wait_for_function(f"before => {DECIDED} > before", arg=before)
    assert set(asked) == {"xhr", "eventsource"}
    assert page.evaluate("window.stays"), "the page itself was not loaded again"
    page.wait_for_function("open => stream.readyState === open", arg=OPEN)
    assert settled(page) == []


def test_a_stream_is_taken_up_again_after_its_minute(visit: Visit) -> None:
    page = on_the_board(visit)
    settled(page)
    with page.expect_request(lambda request: request.resource_type == "eventsource", timeout=(LASTS + 10) * 1000):
        pass
    page.wait_for_function("open => stream.readyState === open", arg=OPEN)


def test_a_page_nobody_looks_at_gives_its_stream_back_and_shows_the_new_when_it_is_seen(
    visit: Visit, standing: dict[str, Any]
) -> None:
    page = on_the_board(visit)
    settled(page)
    hidden = "Object.defineProperty(document, 'hidden', {{value: {}, configurable: true}});"
    turned = "document.dispatchEvent(new Event('visibilitychange'))"
    before = page.evaluate(DECIDED)
    page.evaluate(hidden.format("true") + turned)
    assert page.evaluate("stream.readyState") == CLOSED
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        decided(http, standing)
    page.wait_for_timeout(QUIET)
    assert page.evaluate(DECIDED) == before
    page.evaluate(hidden.format("false") + turned)
    page.wait_for_function(f"before => {DECIDED} > before", arg=before)
    page.wait_for_function("open => stream.readyState === open", arg=OPEN)


def test_a_page_stays_as_it_is_while_the_service_is_away_and_comes_back_by_itself(
    visit: Visit, standing: dict[str, Any]
) -> None:
    page = on_the_board(visit)
    before = page.evaluate(DECIDED)
    page.evaluate("window.stays = true")
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        process = int(http.get(f"{standing['urls']['console']}/healthz").json()["process"])
        os.kill(process, signal.SIGKILL)
        page.wait_for_function("open => stream.readyState !== open", arg=OPEN)
        assert page.evaluate(DECIDED) == before
        decided(http, standing)
    page.wait_for_function(f"before => {DECIDED} > before", arg=before, timeout=60_000)
    page.wait_for_function("open => stream.readyState === open", arg=OPEN)
    assert page.evaluate("window.stays")


def test_a_page_a_gateway_refused_for_a_while_follows_again_within_seconds(
    visit: Visit, standing: dict[str, Any]
) -> None:
    page = on_the_board(visit)
    settled(page)
    refused: list[str] = []

    def gateway(route: Any) -> None:
        if len(refused) < REFUSALS and route.request.resource_type == "eventsource":
            refused.append(route.request.url)
            route.fulfill(status=502, body="bad gateway")
        else:
            route.continue_()

    page.route("**/board**", gateway)
    page.evaluate("stream.close(), follow()")
    page.wait_for_function("open => stream.readyState === open", arg=OPEN, timeout=24_000)
    assert len(refused) == REFUSALS
    before = page.evaluate(DECIDED)
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        decided(http, standing)
    page.wait_for_function(f"before => {DECIDED} > before", arg=before)


def test_a_page_stays_as_it_is_when_nobody_is_signed_in_any_more(visit: Visit, standing: dict[str, Any]) -> None:
    page = on_the_board(visit)
    before = page.evaluate(DECIDED)
    page.context.clear_cookies()
    with (
        page.expect_response(lambda answer: "/sign-in?next=" in answer.url),
        httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http,
    ):
        decided(http, standing)
    page.wait_for_timeout(QUIET)
    assert page.evaluate(DECIDED) == before

"""Pages that are open follow what happens: the list of tasks, and the chain of a case, with what is being read left alone."""

from typing import Any

import httpx
import pytest

from tests.browser.conftest import MakeTask, Visit, be

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
    assert "SCJG-03" not in page.locator("main").inner_text()
    claimed(standing, task)
    page.locator("main tr", has_text="SCJG-03").wait_for()
    assert page.locator(".timeline details").first.get_attribute("open") is not None
    assert page.locator(".timeline details[open]").count() == 1

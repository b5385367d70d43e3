"""The board: its charts come from the numbers of its tables, keep up with them, and are not needed to read it."""

from pathlib import Path

import pytest

from tests.browser.conftest import PHONE, SHOTS, MakeTask, Visit, be
from tests.browser.test_pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_the_charts_show_the_numbers_and_keep_up(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    for name in ("trend", "funnel"):
        page.locator(f"#{name} svg").wait_for()
    decided = int(page.locator("[aria-labelledby=stages] tbody td").first.inner_text())
    shown = "n => document.querySelector('#funnel').textContent.includes(`审批决定 ${n}`)"
    page.wait_for_function(shown, arg=decided)
    a_task()
    page.wait_for_function(shown, arg=decided + 1)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SHOTS, "board-charts-desktop.png"), full_page=True)
    assert faults(page, "board") == []


def test_the_charts_fit_a_phone_with_large_text(visit: Visit) -> None:
    page = visit("/sign-in", viewport=PHONE)
    page.get_by_role("button", name="大字版").click()
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    page.locator("#trend svg").wait_for()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SHOTS, "board-charts-large.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_the_tables_say_it_all(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    assert not page.locator("#trend, #funnel").first.is_visible()
    assert page.locator("[aria-labelledby=months] tbody tr").count() == 12
    stages = page.locator("[aria-labelledby=stages] tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in stages] == ["审批决定", "推送监管", "按时认领", "办结"]


def test_red_yellow_and_green_lead_to_as_many_tasks(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    tiles = {
        str(link.get_attribute("href")): int(link.inner_text())
        for link in page.locator("[aria-labelledby=watched] a[href^='/tasks']").all()
    }
    assert len(tiles) == 4
    for address, number in tiles.items():
        page.goto(address)
        assert page.locator(".tabs a[aria-current] .count").inner_text() == (str(number) if number < 100 else "99+")


def test_an_approver_is_offered_no_page_that_is_not_theirs(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "APPROVER")
    page.goto("/board")
    assert page.locator("main a[href^='/tasks'], main a[href^='/cards']").count() == 0

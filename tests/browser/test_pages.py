"""Every page: no fault of WCAG 2.2 AA, nothing wider than a narrow phone, the same in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, SHOTS, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NARROW = {"width": 320, "height": 640}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE},
    "large": {"viewport": PHONE, "large": True},
    "english": {"viewport": DESKTOP, "english": True},
}


def addresses(page: Any, task: str) -> Iterator[tuple[str, str]]:
    """Name and address of each page there is; those of the linkage office first."""
    be(page, "LINKAGE_OFFICE")
    yield "board", "/board"
    yield "cards", "/cards"
    yield "cases", "/cases"
    yield "case", "/cases/county/SL-05"
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    yield "tasks", "/tasks?state="
    yield "tasks-overdue", "/tasks?due=over&state="
    yield "tasks-empty", "/tasks?state=PLANNED&department=SCJG"
    yield "task", f"/tasks/{task}"
    yield "visit", f"/tasks/{task}/visit"
    page.goto(f"/tasks/{task}")
    yield "days", page.locator(".clocks a").first.get_attribute("href")
    yield "public", "/public?q=92999999MA0000082Y"
    yield "keys", "/keys"
    yield "roles", "/roles"
    yield "not-found", "/nothing"
    yield "sign-in", "/sign-in"


def faults(page: Any, name: str) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{name}: {each['id']} {[node['target'] for node in each['nodes']][:3]}" for each in found]


@pytest.mark.parametrize("way", WAYS)
def test_no_page_has_a_fault_of_accessibility(visit: Visit, a_task: MakeTask, way: str) -> None:
    options = dict(WAYS[way])
    large, english = options.pop("large", False), options.pop("english", False)
    page = visit("/sign-in", **options)
    if large:
        page.get_by_role("button", name="大字版").click()
    if english:
        page.get_by_role("button", name="English").click()
    found: list[str] = []
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, address in addresses(page, a_task(claimed=True)):
        page.goto(address)
        page.screenshot(path=Path(SHOTS, f"{name}-{way}.png"), full_page=True)
        found += faults(page, name)
    assert found == []


def test_no_page_is_wider_than_a_narrow_phone(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in", viewport=NARROW)
    wide: dict[str, int] = {}
    for name, address in addresses(page, a_task(claimed=True)):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[name] = width
    assert wide == {}

"""The guided walk of the demonstration: five steps, each with its role and page, ticked when the event has arrived."""

import re
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE, SHOTS, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def failed(page: Any) -> None:
    """The inspection fails badly."""
    for line in page.locator("fieldset.line").all():
        line.locator("input[value=PASS]").check()
    first = page.locator("fieldset.line").first
    first.locator("input[value=FAIL]").check()
    first.locator("select").select_option("CRITICAL")
    first.locator("textarea").fill("食品与杂物混放")
    for code in ("SCJG-02", "SCJG-03"):
        page.locator(f"input[name=inspectors][value={code}]").check()
    page.locator("input[name=result][value=FAIL]").check()
    page.get_by_role("button", name="提交检查结果").click()


def step(page: Any, number: int) -> None:
    page.locator(f"nav.walk form[action='/walk/{number}'] button").click()


def test_it_is_walked_whole_and_ticks_itself(visit: Visit) -> None:
    page = visit("/roles", viewport=DESKTOP)
    page.get_by_role("button", name="开始导览").click()
    page.wait_for_url("**/cases/walk/*")
    ticked = page.locator("nav.walk .ticked")
    page.wait_for_function("() => document.querySelectorAll('nav.walk .ticked').length === 2")
    step(page, 2)
    page.wait_for_url("**/tasks/*-*")
    name = page.locator("h1").inner_text()
    assert re.fullmatch(r"导览\d{7}号餐饮店", name)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "walk-task.png")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="认领", exact=True).click()
    page.locator("h1 + .state", has_text="已认领").wait_for()
    step(page, 3)
    page.wait_for_url("**/visit")
    failed(page)
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]+$"))
    page.wait_for_function("() => document.querySelectorAll('nav.walk .ticked').length === 4")
    step(page, 4)
    page.wait_for_url("**/enterprise#credit")
    assert "抽查检查结果" in page.locator("main").inner_text()
    page.screenshot(path=SHOTS / "walk-phone.png", full_page=True)
    step(page, 5)
    page.wait_for_url("**/public?q=*")
    assert name in page.locator("main").inner_text()
    page.wait_for_function("() => document.querySelectorAll('nav.walk .ticked').length === 5")
    assert ticked.count() == 5
    page.goto("/walk")
    page.get_by_role("button", name="结束导览").click()
    page.wait_for_url("**/roles")
    assert page.locator("nav.walk").count() == 0


def test_without_javascript_its_steps_are_plain_forms(visit: Visit) -> None:
    page = visit("/roles", java_script_enabled=False)
    page.get_by_role("button", name="开始导览").click()
    step(page, 2)
    page.get_by_role("button", name="认领", exact=True).click()
    step(page, 3)
    failed(page)
    page.wait_for_timeout(3000)
    page.get_by_role("link", name="导览进度").click()
    assert page.locator("nav.walk .ticked").count() == 4
    step(page, 4)
    assert "抽查检查结果" in page.locator("main").inner_text()
    step(page, 5)
    assert "导览" in page.locator("main").inner_text()

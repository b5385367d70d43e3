"""Cards: why a limit ended when it did, and urging by keys with the same preview as by hand."""

import pytest

from tests.browser.conftest import PHONE, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_what_is_ticked_is_urged_by_keys_alone(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto("/cards")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=tasks]:checked").count() == 1
    page.keyboard.press("Shift+U")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.keyboard.type("已超期，请尽快办理")
    page.keyboard.press("Escape")
    page.locator("#list [data-row] a").first.focus()
    page.keyboard.press("Shift+U")
    page.get_by_text("核对：还没有发出").wait_for()
    assert "1 个任务" in page.locator(".notice").inner_text()
    page.keyboard.press("Shift+U")
    assert page.evaluate("document.activeElement.innerText") == "确认催办"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="已发出").wait_for()
    page.goto("/keys")
    assert "Shift+U" in page.locator("table").inner_text()


def test_keys_that_are_off_urge_nothing(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    with page.expect_navigation():
        page.get_by_role("button", name="快捷键", exact=True).click()
    page.goto("/cards")
    page.locator("input[name=tasks]").first.check()
    page.keyboard.press("Shift+U")
    assert page.evaluate("document.activeElement.id") != "reason"


def test_a_card_leads_to_the_days_it_was_counted_by_without_javascript(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False, viewport=PHONE)
    be(page, "LINKAGE_OFFICE")
    page.goto("/cards")
    row = page.locator("#list [data-row]").first
    due = row.locator("[data-label='亮牌']").inner_text()
    row.get_by_role("link", name="怎么算的").click()
    days = page.locator("table").inner_text()
    assert "起算日" in days
    assert "到期日" in days
    last = page.locator("tr", has_text="到期日").locator("td").first.inner_text()
    assert last in due

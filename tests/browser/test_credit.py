"""Journeys of the credit office: where a score comes from, a repair, an objection, a record taken back by two persons."""

from typing import Any

import pytest

from tests.browser.conftest import PHONE, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HOLDER = "92999999MA0000082Y"


def be_second(page: Any) -> None:
    """Sign in as another person of the credit office."""
    page.goto("/roles")
    form = page.locator("form:has(input[name=role][value=CREDIT_OFFICER])")
    form.locator("input[name=person]").evaluate("field => { field.value = 'XYB-02'; }")
    form.locator("button").click()


def open_record(page: Any, place: int = 0) -> None:
    """The newest record of the holder is a penalty that may not be repaired early; the one before may."""
    page.goto(f"/credit/{HOLDER}")
    page.locator("#list a[href^='/credit/records/']").nth(place).click()


def test_every_step_of_a_score_adds_up_without_javascript(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False, viewport=PHONE)
    be(page, "APPROVER")
    page.goto(f"/credit/{HOLDER}")
    rows = page.locator(".waterfall tbody tr").all()
    steps = [row.locator("td").nth(1).inner_text().replace("加减", "").replace("−", "-") for row in rows[:-1]]
    score = int(page.locator(".waterfall .total strong").inner_text())
    assert sum(int(each.replace("\n", "")) for each in steps) == score
    page.locator(".waterfall summary").first.click()
    assert page.locator(".waterfall details p").first.is_visible()
    assert "不适用告知承诺" in page.locator("#meaning ~ dl").inner_text() or score > 0
    open_record(page)
    assert page.locator("form[action*='/credit/records/']").count() == 0
    page.get_by_role("link", name="办件 SL").first.click()
    assert page.get_by_role("heading", name="全链路").is_visible()


def test_an_objection_stops_the_points_until_it_is_decided(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "CREDIT_OFFICER")
    open_record(page)
    page.locator("summary", has_text="登记异议").click()
    page.locator("form[action$='/object'] textarea").first.fill("处罚对象有误")
    page.locator("form[action$='/object'] button").click()
    assert "异议处理中" in page.locator("main").inner_text()
    page.locator(".clocks a").first.click()
    assert "起算日" in page.locator("main").inner_text()
    page.goto("/credit")
    page.locator("#list a").first.click()
    page.locator("form[action$='/decide-objection'] input[value=no]").check()
    page.locator("form[action$='/decide-objection'] textarea").fill("经核查，处罚决定书载明的当事人无误")
    page.locator("form[action$='/decide-objection'] button").click()
    assert "异议不成立" in page.locator("main").inner_text()


def test_a_record_is_taken_back_by_two_persons(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "CREDIT_OFFICER")
    open_record(page)
    page.locator("summary", has_text="更正或撤销记录").click()
    form = page.locator("form[action$='/withdraw']")
    form.locator("textarea").fill("处罚决定已被复议机关撤销")
    form.locator("input[name=document_no]").fill("复议决〔2026〕1号")
    form.locator("button").click()
    page.get_by_role("button", name="确认撤销").click()
    assert "由另一人" in page.locator("[role=alert]").inner_text()
    address = page.url.rpartition("/")[0]
    be_second(page)
    page.goto(address)
    page.locator("summary", has_text="取消撤销申请").click()
    page.locator("form[action$='/cancel-withdrawal'] textarea").fill("复议决定未涉及本记录")
    page.locator("form[action$='/cancel-withdrawal'] button").click()
    assert "已取消撤销" in page.locator("main").inner_text()


def test_a_repair_that_is_not_due_yet_says_what_is_missing(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "CREDIT_OFFICER")
    open_record(page, 1)
    page.locator("summary", has_text="登记修复申请").click()
    page.locator("form[action$='/repair'] textarea").fill("缴款书 1 号")
    page.locator("form[action$='/repair'] button").click()
    page.get_by_role("button", name="受理", exact=True).click()
    told = page.locator("[role=alert]").inner_text()
    assert "尚不符合修复条件" in told
    page.locator("summary", has_text="不予受理").click()
    page.locator("form[action$='/reject'] textarea").fill("最短公示期未满")
    page.locator("form[action$='/reject'] button").click()
    assert "不予受理" in page.locator("main").inner_text()

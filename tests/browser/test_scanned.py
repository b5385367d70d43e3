"""Coming to an enterprise: requested, approved by a second person, announced, scanned without a login, rated afterwards."""

from typing import Any

import pytest

from tests.browser.conftest import PHONE, SHOTS, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def announced(page: Any, task: str, *, exemption: str = "") -> str:
    """A visit for the task, with its code; answers where the picture leads."""
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/tasks/{task}/code")
    page.locator("input[name=officers][value=SCJG-02]").check()
    page.locator("textarea[name=reason]").fill("新办许可后的首次检查")
    if exemption:
        page.locator("details:has(select[name=exemption]) summary").click()
        page.locator("select[name=exemption]").select_option(exemption)
        page.locator("input[name=exemption_document]").fill("示例 1 号")
    page.locator("form:has([name=planned_on]) button").click()
    assert page.locator("form[action$='/approve']").count() == 0
    be(page, "SUPERVISOR", "SCJG-04@SCJG")
    page.goto(f"/tasks/{task}/code")
    page.locator("form[action$='/approve'] button").click()
    page.locator("form[action$='/announce'] button").click()
    return str(page.locator("main a[href*='/visits/']").get_attribute("href"))


def test_a_visit_from_request_to_rating_without_javascript(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    address = announced(page, task, exemption="ENTERPRISE_REQUEST")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "code-phone.png", full_page=True)
    enterprise = visit(address, viewport=PHONE, java_script_enabled=False)
    shown = enterprise.locator("main").inner_text()
    for told in ("这是一次真实的入企检查", "新办许可后的首次检查", "钱示二", "食品安全法", "申请回避"):
        assert told in shown
    assert "SCJG-02" not in shown
    assert "91999999MA00000154" not in shown
    assert enterprise.get_by_role("button", name="提交评价").count() == 0
    enterprise.get_by_role("button", name="与出示的一致，登记扫码").click()
    assert "已登记扫码" in enterprise.locator("main").inner_text()
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/tasks/{task}/code")
    assert "企业已扫码" in page.locator("main").inner_text()
    page.get_by_role("button", name="到场，开始检查").click()
    enterprise.goto(address)
    enterprise.locator("input[name=stars][value='4']").check()
    enterprise.get_by_label("想说的话").fill("讲解清楚")
    enterprise.screenshot(path=SHOTS / "scanned-phone.png", full_page=True)
    enterprise.get_by_role("button", name="提交评价").click()
    assert "评价已收到" in enterprise.locator("main").inner_text()
    enterprise.goto(address)
    enterprise.locator("input[name=stars][value='1']").check()
    enterprise.get_by_role("button", name="提交评价").click()
    assert "已经评价过" in enterprise.locator("[role=alert]").inner_text()


def test_an_enterprise_asks_for_a_recusal_and_sees_the_decision(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    address = announced(page, task, exemption="ENTERPRISE_REQUEST")
    enterprise = visit(address, viewport=PHONE, java_script_enabled=False)
    enterprise.locator("summary", has_text="利害关系").click()
    enterprise.locator("input[name=officer]").first.check()
    enterprise.get_by_label("理由").fill("是本店房东")
    enterprise.get_by_role("button", name="提交回避申请").click()
    assert "等待决定" in enterprise.locator("main").inner_text()
    page.goto(f"/tasks/{task}/code")
    assert "是本店房东" in page.locator("main").inner_text()
    page.locator("input[name=granted][value=no]").check()
    page.get_by_label("决定的理由").fill("租赁合同已于上年终止，没有利害关系")
    page.get_by_role("button", name="作出决定").click()
    assert "不予回避" in page.locator("main").inner_text()
    enterprise.goto(address)
    assert "租赁合同已于上年终止" in enterprise.locator("main").inner_text()
    enterprise.screenshot(path=SHOTS / "recusal-phone.png", full_page=True)


def test_a_code_nobody_gave_out_shows_nothing(visit: Visit) -> None:
    page = visit("/visits/NOBODYGAVETHISOUT234")
    assert "没有找到" in page.locator("h1").inner_text()


def test_what_is_missing_in_a_request_is_said_and_the_rest_stays(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/tasks/{a_task(claimed=True)}/code")
    page.locator("textarea[name=reason]").fill("专项检查")
    page.get_by_role("button", name="申请入企检查").click()
    assert page.locator("[role=alert]").is_visible()
    assert page.locator("textarea[name=reason]").input_value() == "专项检查"

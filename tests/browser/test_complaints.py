"""A complaint is taken in, handled and answered; the department alone sees who complained, and says why."""

from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import DEPARTMENT, PHONE, SHOTS, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ENTERPRISE = "92999999MA0000082Y"
UNLICENSED = "91999999MA00000154"
NAME, PHONE_NUMBER = "诸葛投诉", "13900000001"


def filled(page: Any, number: str, department: str = DEPARTMENT) -> None:
    page.locator("[name=channel]").select_option("HOTLINE")
    page.locator("[name=complaint_no]").fill(number)
    page.locator("[name=content]").fill("后厨有老鼠，多次反映没有处理")
    page.locator("main form[method=post] [name=department]").select_option(department)
    page.locator("[name=complainant]").fill(NAME)
    page.locator("[name=contact]").fill(PHONE_NUMBER)
    page.locator("[name=reply_wanted]").check()


def looked_up(page: Any, id_no: str) -> None:
    page.goto("/complaints/new")
    page.get_by_label("被投诉举报者的统一社会信用代码").fill(id_no)
    page.get_by_role("button", name="查找").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_complaint_is_taken_in_and_its_task_closed(visit: Visit, scripts: bool) -> None:  # noqa: FBT001 - a parameter of the test
    number = f"GD{uuid4().hex[:10]}"
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=scripts)
    be(page, "LINKAGE_OFFICE")
    looked_up(page, ENTERPRISE)
    page.locator("input[name=object]").first.check()
    filled(page, number)
    page.get_by_role("button", name="登记", exact=True).click()
    assert page.locator("h1").inner_text() == number
    assert "诸***" in page.locator("#complainant").inner_text()
    assert PHONE_NUMBER not in page.content()
    assert page.get_by_text("查看投诉人").count() == 0, "the office took it in; the department handles it"
    address = page.url
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(address)
    page.get_by_text("查看投诉人").click()
    page.get_by_label("查看的理由").fill("回复办理结果")
    page.get_by_role("button", name="查看", exact=True).click()
    assert PHONE_NUMBER in page.locator("#complainant").inner_text()
    page.goto(address)
    assert PHONE_NUMBER not in page.content()
    assert "回复办理结果" in page.locator(".timeline").inner_text()
    page.get_by_role("link", name="打开这个任务").click()
    assert "事件检查" in page.locator(".task-what").inner_text()
    page.get_by_role("button", name="认领").click()
    task = page.url
    page.goto(f"{task}/visit")
    assert "该任务没有检查表" in page.locator("main").inner_text()
    assert page.context.request.get(f"{task}/papers/APPROVAL").status in {200, 409}
    page.goto(task)
    page.locator("summary", has_text="办结").click()
    page.get_by_label("办结原因").select_option("NOT_FOUND")
    page.get_by_label("说明").fill("原址已无此店")
    page.get_by_role("button", name="办结", exact=True).click()
    page.goto(address)
    assert "原址已无此店" in page.locator("#answer + dl").inner_text()
    page.locator("summary", has_text="登记告知").click()
    page.get_by_label("告知方式").select_option("PHONE")
    page.get_by_role("button", name="登记告知").click()
    assert "电话，钱示三" in page.locator("#answer + dl").inner_text()
    if scripts:
        page.screenshot(path=SHOTS / "complaint-answered-phone.png", full_page=True)
    page.goto("/complaints?state=no")
    assert number in page.locator("#list").inner_text()


def test_what_is_wrong_is_said_and_what_was_typed_stays(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    looked_up(page, "91999999MA00000155")
    assert "校验位" in page.locator("[role=alert]").inner_text()
    looked_up(page, UNLICENSED)
    filled(page, f"GD{uuid4().hex[:10]}")
    page.get_by_label("投诉举报的内容").fill("请打 13812345678")
    if page.get_by_label("被投诉举报者的名称").count():
        page.get_by_label("被投诉举报者的名称").fill("示例路边小吃店")
    else:
        page.locator("input[name=object]").first.check()
    page.get_by_role("button", name="登记", exact=True).click()
    assert "/content" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("联系方式").input_value() == PHONE_NUMBER


def test_another_department_sees_nothing_of_it(visit: Visit) -> None:
    number = f"GD{uuid4().hex[:10]}"
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    looked_up(page, ENTERPRISE)
    page.locator("input[name=object]").first.check()
    filled(page, number)
    other = (
        page.get_by_label("监管部门")
        .locator("option")
        .evaluate_all(f"(all) => all.map((each) => each.value).find((each) => each && each !== '{DEPARTMENT}')")
    )
    page.get_by_label("监管部门").select_option(other)
    page.get_by_role("button", name="登记", exact=True).click()
    address = page.url
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/complaints?number={number}")
    assert page.locator("#list").count() == 0
    page.goto(address)
    assert "其他部门" in page.locator("main").inner_text()

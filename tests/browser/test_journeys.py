"""Journeys of a supervisor: on a phone, without JavaScript, by the keyboard alone, and with something left out."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PHONE, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FOOD = "SCJG-03@SCJG"
PHOTO = Path(__file__).parent / "photo.png"


def answer(page: Any, *, result: str = "PASS") -> None:
    """Every line passes, two officers, and the outcome."""
    for line in page.locator("fieldset.line").all():
        line.locator("input[value=PASS]").check()
    page.locator("input[name=inspectors][value=SCJG-02]").check()
    page.locator("input[name=inspectors][value=SCJG-03]").check()
    page.locator(f"input[name=result][value={result}]").check()


def test_a_task_is_claimed_and_concluded_without_javascript(visit: Visit, a_task: MakeTask) -> None:
    task = a_task()
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    be(page, "SUPERVISOR", FOOD)
    page.locator(f"#list a[href='/tasks/{task}']").click()
    page.get_by_role("button", name="认领", exact=True).click()
    assert page.locator("h1 + .state").inner_text() == "已认领"
    page.get_by_role("link", name="填写检查").click()
    answer(page)
    page.get_by_role("button", name="提交检查结果").click()
    assert page.locator("h1 + .state").inner_text() == "已办结"
    assert "检查办结" in page.locator("main").inner_text()


def test_a_failed_inspection_with_photos_on_a_phone(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = visit("/sign-in", viewport=PHONE, has_touch=True)
    be(page, "SUPERVISOR", FOOD)
    page.goto(f"/tasks/{task}")
    page.get_by_role("link", name="填写检查").click()
    page.locator("#photo-files").set_input_files(PHOTO)
    page.locator("[data-resized]", has_text="→").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="上传照片").click()
    assert page.evaluate("document.querySelector('.photos img').decode().then(() => true)")
    page.get_by_role("button", name="其余均选合格").click()
    first = page.locator("fieldset.line").first
    assert not first.locator("textarea").is_visible()
    first.locator("input[value=FAIL]").check()
    first.locator("textarea").fill("地址与许可证不一致")
    page.locator("input[name=inspectors][value=SCJG-02]").check()
    page.locator("input[name=result][value=FAIL]").check()
    page.get_by_role("button", name="提交检查结果").click()
    assert page.locator("h1 + .state").inner_text() == "检查中"
    assert "地址与许可证不一致" in page.locator("main").inner_text()
    page.locator("summary", has_text="责令整改").or_(page.get_by_label("整改要求")).first.wait_for()
    page.get_by_label("整改要求").fill("十日内办理地址变更")
    page.get_by_role("button", name="责令整改").click()
    assert page.locator("h1 + .state").inner_text() == "整改中"
    verify = page.locator("form[action$='/verify']")
    verify.locator("input[name=passed][value=yes]").check()
    for code in ("SCJG-02", "SCJG-03"):
        verify.locator(f"input[name=inspectors][value={code}]").check()
    verify.get_by_label("复查情况").fill("已变更地址")
    verify.get_by_role("button", name="复查").click()
    assert page.locator("h1 + .state").inner_text() == "已办结"
    for link in page.locator("#papers ~ ul a").all():
        paper = page.request.get(str(link.get_attribute("href")))
        assert (paper.status, paper.body()[:5]) == (200, b"%PDF-"), link.inner_text()


def test_what_was_typed_stays_when_something_is_missing(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SUPERVISOR", FOOD)
    page.goto(f"/tasks/{task}")
    page.get_by_role("link", name="填写检查").click()
    first, second = page.locator("fieldset.line").nth(0), page.locator("fieldset.line").nth(1)
    first.locator("input[value=FAIL]").check()
    first.locator("textarea").fill("门头未公示")
    page.locator("input[name=result][value=FAIL]").check()
    page.get_by_role("button", name="提交检查结果").click()
    assert page.locator("[role=alert]").is_visible()
    assert first.locator("textarea").input_value() == "门头未公示"
    assert first.locator("input[value=FAIL]").is_checked()
    assert "请选择结果" in second.inner_text()


def test_a_task_is_returned_by_the_keyboard_alone(visit: Visit, a_task: MakeTask) -> None:
    a_task(claimed=True)
    page = visit("/sign-in")
    be(page, "SUPERVISOR", FOOD)
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.goto("/tasks?state=CLAIMED")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*-*")
    page.locator("summary", has_text="退回").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("不属于本部门")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".state-returned")
    assert "不属于本部门" in page.locator(".timeline").inner_text()


def test_the_linkage_office_settles_a_dispute(visit: Visit, a_task: MakeTask) -> None:
    task = a_task()
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SUPERVISOR", FOOD)
    page.goto(f"/tasks/{task}")
    page.locator("summary", has_text="提出争议").click()
    page.locator("form[action$='/dispute'] textarea").fill("应由消防救援大队负责")
    page.locator("form[action$='/dispute'] button").click()
    assert page.locator("h1 + .state").inner_text() == "争议"
    assert page.locator("form[action$='/arbitrate']").count() == 0
    be(page, "LINKAGE_OFFICE")
    page.goto(f"/tasks/{task}")
    page.locator("form[action$='/arbitrate'] select").select_option("SCJG")
    page.locator("form[action$='/arbitrate'] textarea").fill("依职责分工归市场监管")
    page.locator("form[action$='/arbitrate'] button").click()
    assert page.locator("h1 + .state").inner_text() == "待认领"


def test_what_is_due_is_found_without_asking_for_each_task(visit: Visit, a_task: MakeTask) -> None:
    a_task()
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/tasks?state=")
    days = [line.inner_text() for line in page.locator("#list .task-when .clock").all()]
    assert [each for each in days if "已超期" in each] == days[: sum("已超期" in each for each in days)]
    for due, word in (("over", "已超期"), ("today", "今天到期"), ("soon", "即将到期")):
        page.goto(f"/tasks?due={due}&state=")
        rows = page.locator("#list [data-row]")
        assert page.locator("#list .task-when", has_text=word).count() == rows.count()
        assert page.locator(".tabs a[aria-current] .count").inner_text() == str(rows.count())


def test_a_number_of_the_board_leads_to_as_many_tasks(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    cells = {
        str(link.get_attribute("href")): int(link.inner_text().split()[0])
        for link in page.locator("table.dense td a").all()
    }
    assert cells
    for address, number in cells.items():
        page.goto(address)
        rows = page.locator("#list [data-row]").count()
        while (following := page.get_by_role("link", name="下一页")).count():
            following.click()
            rows += page.locator("#list [data-row]").count()
        assert rows == number, address


def test_single_keys_can_be_turned_off(visit: Visit) -> None:
    page = visit("/sign-in")
    with page.expect_navigation():
        page.get_by_role("button", name="快捷键", exact=True).click()
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert "/keys" not in page.url
    with page.expect_navigation():
        page.get_by_role("button", name="快捷键", exact=True).click()
    page.keyboard.press("?")
    page.wait_for_url("**/keys")


def test_the_board_keeps_up_and_a_case_is_followed_from_end_to_end(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.wait_for_url("**/board")
    decided = int(page.locator(".tiles dd").first.inner_text())
    a_task()
    page.wait_for_function("before => Number(document.querySelector('.tiles dd').innerText) > before", arg=decided)
    page.get_by_role("link", name="办件", exact=True).click()
    page.locator("#list a").first.click()
    page.get_by_role("heading", name="全链路").wait_for()
    told = page.locator(".timeline strong").all_inner_texts()
    assert told[0] == "审批办件已决定"
    assert "监管任务已生成" in told


def test_the_linkage_office_presses_for_what_is_overdue_without_javascript(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/cards")
    page.locator("input[name=tasks]").first.check()
    page.get_by_label("原因").fill("已超期，请尽快办理")
    page.get_by_role("button", name="先核对").click()
    assert "核对：还没有发出" in page.locator("main").inner_text()
    page.get_by_role("button", name="确认催办").click()
    assert "已发出" in page.locator("main").inner_text()


def test_anybody_looks_up_what_is_public_of_an_organisation(visit: Visit) -> None:
    page = visit("/public", java_script_enabled=False)
    page.get_by_label("统一社会信用代码，或完整名称").fill("92999999MA0000082Y")
    page.get_by_role("button", name="查找").click()
    assert "行政处罚" in page.locator("main").inner_text()
    page.get_by_label("统一社会信用代码，或完整名称").fill("没有这样的公司")
    page.get_by_role("button", name="查找").click()
    assert "没有可以公示的信用信息" in page.locator("main").inner_text()

"""An enterprise that is signed in: it reports what it put right with a photo, objects to a record, and sees nobody else's."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.conftest import PHONE, SHOTS, TODAY, MakeTask, Visit, be
from tests.browser.test_pages import NARROW, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PHOTO = Path(__file__).parent / "photo.png"
OWN = "91999999MA00000154"


def ordered(standing: dict[str, Any], task: str) -> None:
    """The task was inspected, failed, and something is to be put right."""
    url = f"{standing['urls']['supervision']}/api/v1/tasks/{task}"
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        task_told = http.get(url).json()
        version = f"{standing['urls']['supervision']}/api/v1/catalogue-versions/{task_told['catalogue_version']}"
        told = http.get(version).json()
        content = told.get("content", told)
        (checklist,) = [each for each in content["checklists"] if each["code"] == task_told["checklist"]]
        lines = [{"code": each["code"], "result": "PASS"} for each in checklist["lines"]]
        report = {
            "inspection_no": f"E-{task[-12:]}",
            "inspected_on": TODAY,
            "inspectors": ["SCJG-02", "SCJG-03"],
            "result": "FAIL",
            "lines": [lines[0] | {"result": "FAIL"}, *lines[1:]],
            "findings": [{"line_code": lines[0]["code"], "severity": "MINOR", "note": "标识脱落"}],
        }
        http.post(f"{url}:inspect", json=report).raise_for_status()
        demand = {"requirement": "补贴标识", "limit": "10d", "by": "SCJG-03"}
        http.post(f"{url}:rectify", json=demand).raise_for_status()


def test_it_reports_what_it_put_right_with_a_photo_without_javascript(
    visit: Visit, a_task: MakeTask, standing: dict[str, Any]
) -> None:
    task = a_task(claimed=True)
    ordered(standing, task)
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    be(page, "ENTERPRISE", OWN)
    form = page.locator(f"form[action$='{task}']")
    assert "补贴标识" in page.locator("main").inner_text()
    form.locator("textarea").fill("已重新粘贴")
    form.locator("[type=file]").set_input_files(PHOTO)
    form.get_by_role("button", name="提交整改报告").click()
    receipt = page.locator("main").inner_text()
    for told in ("已收到", OWN, "补贴标识", "已重新粘贴"):
        assert told in receipt
    address = page.url
    page.get_by_role("link", name="本企业", exact=True).last.click()
    assert "已重新粘贴" in page.locator("main").inner_text()
    be(page, "ENTERPRISE")
    page.goto(address)
    assert "没有找到" in page.locator("h1").inner_text()
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/tasks/{task}")
    assert "报告整改完成 企业" in page.locator(".timeline").inner_text()


def test_it_objects_to_a_record_and_sees_the_clock(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "ENTERPRISE")
    page.wait_for_url("**/enterprise")
    page.locator("summary", has_text="提出异议").first.click()
    form = page.locator("form[action$='/objections']").first
    form.get_by_label("哪里不对，为什么").fill("当日已闭店")
    form.get_by_label("证据").fill("监控录像一份")  # without a new one, no objection follows one that was decided
    form.get_by_role("button", name="提交异议").click()
    page.wait_for_url("**/enterprise/receipts/objections/*")
    assert "至迟" in page.locator("main").inner_text()
    SHOTS.mkdir(parents=True, exist_ok=True)
    reader = visit("/sign-in", viewport=NARROW)
    be(reader, "ENTERPRISE")
    reader.wait_for_url("**/enterprise")
    reader.goto(page.url)
    assert reader.get_by_role("button", name="打印").is_visible()
    assert faults(reader, "receipt") == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    reader.screenshot(path=SHOTS / "receipt.png", full_page=True)
    page.goto("/enterprise")
    told = page.locator("main").inner_text()
    assert "核查中" in told
    assert "异议核查时限" in told
    page.screenshot(path=SHOTS / "enterprise-objected.png", full_page=True)


def test_it_opens_no_page_of_the_offices(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in")
    be(page, "ENTERPRISE", OWN)
    page.wait_for_url("**/enterprise")
    for path in ("/tasks", f"/tasks/{a_task()}", "/cases", "/board"):
        page.goto(path)
        assert "不能办理" in page.locator("h1").inner_text(), path

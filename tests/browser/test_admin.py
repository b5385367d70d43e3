"""Dictionaries are kept, a notice is looked at before it moves the calendar, a key is issued once and revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kernel.clock import china_day
from tests.browser.conftest import PHONE, SHOTS, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SATURDAY = 5
NOTICE = "起始日期,截止日期,类型,说明\r\n2031-10-01,2031-10-03,放假,国庆节\r\n2031-10-11,2031-10-11,上班,调休\r\n"


def test_an_item_is_entered_changed_and_refused_with_what_was_typed(visit: Visit) -> None:
    code = f"A{uuid4().hex[:6]}"
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/admin/items")
    page.locator("summary", has_text="登记一条").click()
    page.get_by_label("事项编码").fill(code)
    page.get_by_label("名称").fill("小餐饮登记")
    page.get_by_role("button", name="登记", exact=True).click()
    assert code in page.locator(".notice").inner_text()
    page.locator(f"#list a[href^='/admin/items?code={code}']").click()
    page.get_by_label("名称").fill("小餐饮备案")
    page.get_by_label("直接关系公共安全").check()
    page.get_by_role("button", name="登记", exact=True).click()
    row = page.locator("#list tr", has_text=code).inner_text()
    assert "小餐饮备案" in row
    assert "是" in row
    page.get_by_label("要找的字").fill(f"备案 {code}")
    page.get_by_role("button", name="查找").click()
    assert page.locator("#list tbody tr").count() == 1
    page.locator("#list tbody a").click()
    assert page.get_by_label("要找的字").input_value() == f"备案 {code}"
    page.goto("/admin/items?q=没有这样的名称")
    assert "没有编码或名称含有这些字的" in page.locator("main").inner_text()
    page.goto("/admin/people")
    page.locator("summary", has_text="登记一条").click()
    page.get_by_label("编码", exact=False).first.fill("P-NEW")
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("部门").fill("NOWHERE")
    page.get_by_role("button", name="登记", exact=True).click()
    assert "/department" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("姓名").input_value() == "张三"
    page.goto("/admin/people?q=SCJG-03")
    assert "示例县市场监督管理分局 SCJG" in page.locator("#list tbody").inner_text()


def test_a_notice_is_looked_at_and_then_kept_without_javascript(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/admin/calendar")
    file = {"name": "2031.csv", "mimeType": "text/csv", "buffer": NOTICE.encode("gb18030")}
    page.locator("#file").set_input_files(file)
    page.get_by_label("依据的通知").fill("测试通知〔2030〕1号")
    page.get_by_role("button", name="先看会改哪几天").click()
    told = page.locator(".notice").inner_text()
    assert "2031年10月1日 放假" in told
    assert "2031年10月11日 上班" in told
    page.get_by_role("button", name="确认登记").click()
    assert "测试通知〔2030〕1号" in page.locator(".facts").inner_text()
    assert "2031年10月11日" in page.locator(".facts").inner_text()


def test_a_notice_says_first_which_deadlines_would_move(visit: Visit, standing: dict[str, Any]) -> None:
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        urls = standing["urls"]
        now = datetime.fromisoformat(http.get(f"{urls['supervision']}/ops/v1/clock").json()["now"])
        complaint = {
            "channel": "LETTER",
            "complaint_no": f"LX{uuid4().hex[:10]}",
            "received_at": (now - timedelta(hours=1)).isoformat(),
            "id_no": "91999999MA00000154",
            "subject_name": "示例甲号餐饮服务有限公司",
            "address": "示例路 3 号",
            "department": "SCJG",
            "content": "油烟扰民",
            "by": "LDB-01",
        }
        objects = {"id_type": "001", "id_no": complaint["id_no"]}
        known = http.get(f"{urls['supervision']}/api/v1/objects", params=objects).json()["items"]
        place = {name: known[0][name] for name in ("source_system", "object_no")} if known else {}
        http.post(f"{urls['supervision']}/api/v1/complaints", json=complaint | place).raise_for_status()
        begins = china_day(now) + timedelta(days=3)
        kept = http.get(f"{urls['approval']}/api/v1/calendar-years/{begins.year}").raise_for_status().json()
    ends = begins + timedelta(days=6)
    rows = [f"{day},{day},放假,已有" for day in kept["free"]] + [f"{day},{day},上班,已有" for day in kept["working"]]
    week = [begins + timedelta(days=n) for n in range((ends - begins).days + 1)]
    rows += [
        f"{day},{day},放假,临时"
        for day in week
        if day.year == begins.year and day.weekday() < SATURDAY and str(day) not in kept["free"]
    ]
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/admin/calendar")
    notice = "\r\n".join(["起始日期,截止日期,类型,说明", *rows]).encode("gb18030")
    page.locator("#file").set_input_files({"name": "临时.csv", "mimeType": "text/csv", "buffer": notice})
    page.get_by_label("依据的通知").fill("临时通知")
    page.get_by_role("button", name="先看会改哪几天").click()
    told = page.locator(".notice").inner_text()
    assert "个会移动" in told
    assert "示例县市场监督管理" in page.locator(".moving").inner_text()
    page.screenshot(path=SHOTS / "calendar-moving.png", full_page=True)


def test_a_key_is_shown_once_and_revoked(visit: Visit) -> None:
    name = f"业务系统 {uuid4().hex[:6]}"
    page = visit("/sign-in")
    be(page, "SECURITY_ADMIN")
    page.goto("/admin/keys")
    page.locator("summary", has_text="发放密钥").click()
    page.get_by_label("给哪个系统").fill(name)
    page.get_by_label("来源系统，一行一个").fill("bureau-9")
    page.get_by_label("最后一天").fill((datetime.now(UTC) + timedelta(days=100)).date().isoformat())
    page.get_by_role("button", name="发放", exact=True).click()
    secret = page.locator("#secret").inner_text()
    assert secret.startswith("sgk_")
    page.goto("/admin/keys")
    assert secret not in page.content()
    row = page.locator("#list > li", has_text=name)
    row.locator("summary").click()
    row.get_by_label("理由").fill("不再使用")
    row.get_by_role("button").click()
    page.wait_for_load_state()
    assert "已撤销" in page.locator("#list > li", has_text=name).inner_text()


def test_a_secret_of_webhooks_is_shown_once_and_retired_without_javascript(visit: Visit) -> None:
    source = f"hook-{uuid4().hex[:6]}"
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SECURITY_ADMIN")
    page.goto("/admin/keys")
    page.get_by_role("link", name="签名回调").click()
    page.get_by_role("link", name="监管", exact=True).click()
    page.locator("summary", has_text="添加密钥").click()
    page.get_by_label("来源系统").fill("不合规 的来源")
    page.get_by_role("button", name="添加", exact=True).click()
    assert page.locator("[role=alert]").is_visible()
    assert page.get_by_label("来源系统").input_value() == "不合规 的来源"
    page.get_by_label("来源系统").fill(source)
    page.get_by_role("button", name="添加", exact=True).click()
    assert page.locator("#secret").inner_text().startswith("whsec_")
    page.goto("/admin/webhooks?service=supervision")
    assert page.locator("#secret").count() == 0
    page.locator("#list li", has_text=source).locator("summary").click()
    page.get_by_label("理由").last.fill("系统停用")
    page.get_by_role("button", name=f"停用{source}-1").click()
    row = page.locator("#list li", has_text=source).inner_text()
    assert "已停用" in row
    assert "系统停用" in row

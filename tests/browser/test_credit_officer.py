"""The credit officer from end to end: a score explained, then a repair, an objection and a correction change the grade.

An approver sees it on a page that was open all the while.
"""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ops.bench.ground import uscc
from tests.browser.conftest import CASE, SHOTS, TODAY, Visit, be
from tests.browser.test_credit import be_second

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SHOWN = "word => document.querySelector('main').innerText.includes(word)"


@pytest.fixture
def penalised(standing: dict[str, Any]) -> tuple[str, str]:
    """An enterprise with a licence and three penalties four months old: its number, and that of its case."""
    case, holder = uuid4().hex[:12], uscc(uuid4().int % 10**9)
    subject = CASE["subject"] | {"id_no": holder, "name": "示例戊号餐饮服务有限公司"}
    penalty = {
        "kind": "PENALTY",
        "record_class": "GENERAL",
        "subject": {"id_type": "001", "id_no": holder, "name": subject["name"]},
        "source_system": "browser",
        "region": "640202",
        "document_on": (date.fromisoformat(TODAY) - timedelta(days=125)).isoformat(),
        "department": "SCJG",
        "by": "XYB-03",
    }
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        decided = CASE | {"case_id": case, "subject": subject, "object": CASE["object"] | {"object_no": case}}
        http.post(f"{standing['urls']['approval']}/api/v1/cases", json=decided).raise_for_status()
        for number in (1, 2, 3):
            entered = penalty | {"document_no": f"{case[:4]}罚{number}号"}
            http.post(f"{standing['urls']['credit']}/api/v1/records", json=entered).raise_for_status()
    return holder, case


def test_a_credit_officer_from_a_score_to_the_grade_an_approver_sees(visit: Visit, penalised: tuple[str, str]) -> None:
    holder, case = penalised
    approver = visit("/sign-in")
    be(approver, "APPROVER")
    approver.goto(f"/cases/browser/{case}")
    approver.wait_for_function(SHOWN, arg="分，")  # graded, and told
    assert "A（" not in approver.locator("main").inner_text()
    page = visit("/sign-in")
    be(page, "CREDIT_OFFICER")
    before = explained(page, holder)
    repaired(page, holder)
    objected(page, holder)
    taken_back(page, holder)
    assert explained(page, holder) > before
    approver.wait_for_function(SHOWN, arg="A（")
    SHOTS.mkdir(parents=True, exist_ok=True)
    approver.screenshot(path=SHOTS / "approver-grade.png", full_page=True)


def explained(page: Any, holder: str) -> int:
    """Find the subject and add its score up."""
    page.goto("/credit")
    page.locator("#q").fill(holder)
    page.get_by_role("button", name="查找").click()
    page.wait_for_url(f"**/credit/{holder}")
    rows = page.locator(".waterfall tbody tr").all()
    steps = [row.locator("td").nth(1).inner_text().replace("−", "-") for row in rows[:-1]]
    score = int(page.locator(".waterfall .total strong").inner_text())
    assert sum(map(int, steps)) == score
    for reason in page.locator(".waterfall summary").all():
        reason.click()
    assert all(each.inner_text() for each in page.locator(".waterfall details p").all())
    return score


def repaired(page: Any, holder: str) -> None:
    """A repair is registered, accepted and, by another person, granted."""
    open_record(page, holder, 1)
    page.locator("summary", has_text="登记修复申请").click()
    form = page.locator("form[action$='/repair']")
    form.locator("[name=proof]").fill("缴款书 1 号")
    form.locator("[name=commitment]").fill("信用承诺书 1 号")
    form.locator("button").click()
    page.get_by_role("button", name="受理", exact=True).click()
    be_second(page)
    open_record(page, holder, 1)
    page.locator("form[action$='/decide-repair'] input[value=yes]").check()
    page.locator("form[action$='/decide-repair'] button").click()
    assert "准予修复" in page.locator("main").inner_text()


def objected(page: Any, holder: str) -> None:
    """An objection is registered and answered: it is right."""
    open_record(page, holder, 2)
    page.locator("summary", has_text="登记异议").click()
    page.locator("form[action$='/object'] textarea").first.fill("当事人认错")
    page.locator("form[action$='/object'] button").click()
    answer = page.locator("form[action$='/decide-objection']")
    answer.locator("input[value=yes]").check()
    answer.locator("textarea").fill("经核查，当事人有误")
    answer.locator("button").click()
    assert "异议成立" in page.locator("main").inner_text()


def taken_back(page: Any, holder: str) -> None:
    """One person asks for a record to be withdrawn, another confirms."""
    open_record(page, holder, 3)
    page.locator("summary", has_text="更正或撤销记录").click()
    form = page.locator("form[action$='/withdraw']")
    form.locator("textarea").fill("处罚决定已被复议机关撤销")
    form.locator("input[name=document_no]").fill("复议决〔2026〕2号")
    form.locator("button").click()
    be(page, "CREDIT_OFFICER")
    open_record(page, holder, 3)
    page.get_by_role("button", name="确认撤销").click()
    assert "已撤销" in page.locator("main").inner_text()


def open_record(page: Any, holder: str, number: int) -> None:
    """The record of a penalty."""
    page.goto(f"/credit/{holder}")
    page.locator("#list tr", has_text=f"罚{number}号").locator("a[href^='/credit/records/']").first.click()
    page.locator("h1", has_text=f"罚{number}号").wait_for()

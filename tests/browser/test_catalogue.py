"""The linkage office at its catalogue: links found, a draft compared, looked through and tried, published by two persons."""

from typing import Any

import httpx
import pytest

from tests.browser.conftest import TODAY, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DRAFT = "browser-2027"


@pytest.fixture
def draft(standing: dict[str, Any]) -> str:
    """The county's version once more, one limit longer and one link fewer, from the first day of 2027."""
    path = f"{standing['urls']['supervision']}/api/v1/catalogue-versions"
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        version: str = http.get(path).raise_for_status().json()["items"][0]["version"]
        content = http.get(f"{path}/{version}").raise_for_status().json()
        first, *others = content["links"][1:]
        body = {name: content[name] for name in ("effective_to", "checklists")} | {
            "version": DRAFT,
            "effective_from": "2027-01-01",
            "change_reason": "缩短认领时限",
            "links": [first | {"first_check_limit": "30wd"}, *others],
            "by": "SPJ-02",
        }
        answer = http.post(path, json=body)
        assert answer.status_code in {httpx.codes.CREATED, httpx.codes.OK}, answer.text
    return version


def test_a_draft_is_compared_tried_and_published_by_a_second_person(visit: Visit, draft: str) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto(f"/catalogue/{DRAFT}")
    page.get_by_label("与哪一版比较").select_option(draft)
    page.get_by_role("button", name="比较", exact=True).click()
    told = page.locator("main").inner_text()
    assert "删除 1 条" in told
    assert "变更 1 条" in told
    assert "30 个工作日" in told
    page.goto(f"/catalogue/{DRAFT}/lint")
    assert page.locator("main li, main .empty").count() > 0
    page.goto(f"/catalogue/{DRAFT}/what-if")
    page.get_by_label("决定日期自").fill("2026-01-01")
    page.get_by_role("button", name="开始推演").click()
    decided = int(page.locator(".tiles dd").first.inner_text())
    assert decided > 0
    page.goto(f"/catalogue/{DRAFT}")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("button", name="发布", exact=True).click()
    assert "另一人" in page.locator("[role=alert]").inner_text()
    page.get_by_role("button", name="退回修改").click()
    assert "草稿" in page.locator(".task-head").inner_text()


def test_links_are_found_by_words(visit: Visit, draft: str) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto(f"/catalogue/{draft}")
    page.get_by_label("事项、部门、编码、依据中的字词").fill("食品经营 SCJG")
    page.get_by_role("button", name="查找").click()
    rows = page.locator("#list tbody tr").all_inner_texts()
    assert rows
    assert all("食品经营" in row for row in rows)
    page.goto(f"/catalogue/{draft}/what-if")
    page.get_by_label("决定日期自").fill(TODAY)
    page.get_by_role("button", name="开始推演").click()
    page.locator("#found .tiles").wait_for()
    assert f"from={TODAY}" in page.url

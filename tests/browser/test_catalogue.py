"""The linkage office at its catalogue: links found, a draft compared, looked through and tried, published by two persons."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

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


def test_a_workbook_is_checked_first_and_kept_as_a_whole(visit: Visit, draft: str, standing: dict[str, Any]) -> None:
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        path = f"{standing['urls']['supervision']}/api/v1/catalogue-versions/{draft}/file"
        book = load_workbook(BytesIO(http.get(path).raise_for_status().content))
    book["版本"]["B1"].value = "imported-1"
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/catalogue")
    assert chosen(page, book) == "核对：还没有保存"
    page.goto("/catalogue")
    assert "imported-1" not in page.locator("#list").inner_text()
    (place,) = [cell.coordinate.replace("1", "2") for cell in book["联动关系"][1] if cell.value == "认领时限"]
    kept, book["联动关系"][place].value = book["联动关系"][place].value, "尽快"
    chosen(page, book)
    assert f"联动关系!{place}" in page.locator("[role=alert]").inner_text()
    book["联动关系"][place].value = kept
    chosen(page, book)
    page.get_by_role("button", name="保存为草稿").click()
    assert "imported-1" in page.locator("h1").inner_text()
    page.goto("/catalogue")
    assert "imported-1" in page.locator("#list").inner_text()


def chosen(page: Any, book: Workbook) -> str:
    """Send a workbook; the heading of what is told of it."""
    content = BytesIO()
    book.save(content)
    if not page.locator("#file").is_visible():
        page.locator("summary", has_text="导入目录").click()
    page.locator("#file").set_input_files({"name": "目录.xlsx", "mimeType": "", "buffer": content.getvalue()})
    with page.expect_navigation():
        page.get_by_role("button", name="上传并检查").click()
    heading = page.locator(".notice h2")
    return str(heading.inner_text()) if heading.count() else ""

"""A file of cases is brought in without scripts, its faults come back in it, and it is undone before anybody acted."""

from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from tests.browser.conftest import CASE, PHONE, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HEADINGS = "受理编号,办理类型,事项编码,发证日期,统一社会信用代码,企业名称,门店编号"


def lines(number: str, count: int, *faulty: str) -> bytes:
    """A file as an office would save it; a faulty row has a day nobody can read."""
    subject = CASE["subject"]
    rows = [
        f"{number}-{n},新办,{CASE['item_code']},2026-11-01,{subject['id_no']},{subject['name']},{number}-{n}"
        for n in range(count)
    ]
    bad = [f"{each},新办,{CASE['item_code']},去年,{subject['id_no']},{subject['name']},{each}" for each in faulty]
    return "\r\n".join([HEADINGS, *rows, *bad]).encode("gb18030")


def upload(page: Any, content: bytes) -> None:
    page.goto("/imports")
    page.locator("#file").set_input_files({"name": "办件.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="上传并核对列").click()


def check(page: Any, source: str = "browser") -> None:
    page.locator("[name='fixed:source_system']").fill(source)
    page.get_by_role("button", name="核对（不写入）").click()


def figures(page: Any) -> list[str]:
    told: list[str] = page.locator(".tiles dd").all_inner_texts()
    return told


def test_a_file_is_checked_imported_and_undone_without_javascript(visit: Visit) -> None:
    number = uuid4().hex[:8]
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    be(page, "APPROVER")
    upload(page, lines(number, 3, f"{number}-bad"))
    page.get_by_role("button", name="核对（不写入）").click()
    assert "source_system" in page.locator("[role=alert]").inner_text()
    check(page)
    assert figures(page) == ["3", "0", "1"]
    assert "应为日期" in page.locator("#checked").inner_text()
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载标注文件").click()
    content = Path(kept.value.path()).read_bytes()
    told = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "应为日期" in str(told[4][0])
    assert told[1][1] == f"{number}-0"
    page.get_by_role("button", name="导入 3 件").click()
    assert "1 行有误" in page.locator("[role=alert]").inner_text()
    page.get_by_label("只导入无误的行").check()
    page.get_by_role("button", name="导入 3 件").click()
    assert page.locator("h1 + .state").inner_text() == "已导入"
    page.locator("summary", has_text="取消这次导入").click()
    page.get_by_label("理由").fill("文件选错了")
    page.get_by_role("button", name="先看会怎样").click()
    assert "3 件将改为只登记" in page.locator(".notice").inner_text()
    page.get_by_role("button", name="确认取消导入").click()
    assert page.locator("h1 + .state").inner_text() == "已取消"
    assert "3 件改为只登记" in page.locator("main").inner_text()
    by = page.locator(".task-what [title]").first
    assert by.inner_text() != by.get_attribute("title"), "who imported it is shown by name"


@pytest.mark.usefixtures("crowd")
def test_a_large_file_shows_how_far_it_is_and_is_known_again(visit: Visit) -> None:
    content = lines(uuid4().hex[:8], 3000)
    page = visit("/sign-in")
    be(page, "APPROVER")
    upload(page, content)
    check(page)
    assert figures(page) == ["3000", "0", "0"]
    page.get_by_role("button", name="导入 3000 件").click()
    page.locator(".state-import\\:done").wait_for(timeout=120_000)
    assert figures(page) == ["3000", "0", "0"]
    upload(page, content)
    assert "同样的文件已经导入过" in page.locator(".notice").first.inner_text()
    check(page)
    assert figures(page) == ["0", "3000", "0"]


def test_what_is_no_sheet_is_refused_with_what_to_do(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "APPROVER")
    upload(page, b"PK\x03\x04 this is no workbook")
    assert "无法读取文件" in page.locator("[role=alert]").inner_text()

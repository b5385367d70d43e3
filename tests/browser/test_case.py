"""A case from end to end: why the catalogue matched, where every event went, what changed in credit, and the evidence of it."""

import re
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.browser.conftest import PATIENCE, SHOTS, SIGNED_WITHIN, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SCRIPT = Path(__file__).parents[2] / "shared" / "ops" / "dossier" / "verify.py"


def open_newest(page: Any) -> None:
    page.goto("/cases")
    page.locator("#list a").first.click()
    page.get_by_role("heading", name="全链路").wait_for()


def test_a_match_is_explained_and_every_event_followed_without_javascript(visit: Visit, a_task: MakeTask) -> None:
    a_task()
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    open_newest(page)
    grounds = page.locator(".grounds").first.inner_text()
    assert "新办" in grounds
    assert "000131024000" in grounds
    assert "不符" not in grounds
    assert page.locator("a[href^='/catalogue/']").first.is_visible()
    until = monotonic() + PATIENCE
    while "▲" in (told := page.locator("#chain").inner_text(timeout=5000)) or page.locator("details").count() == 0:
        assert monotonic() < until, told
        page.reload()
    first = page.locator("#chain details").first
    first.locator("summary").click()
    said = first.inner_text()
    assert re.search(r"APPROVAL 第 \d+ 条", said), said
    assert said.count("处理，一次") == 3, said
    assert "与事件日志相同" in said
    page.screenshot(path=SHOTS / "case-followed.png", full_page=True)


def test_an_open_page_shows_what_follows_and_stays_as_open_as_it_was(
    visit: Visit, a_task: MakeTask, standing: dict[str, Any]
) -> None:
    task = a_task()
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    open_newest(page)
    page.locator("#chain details summary").first.click()
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        claim = f"{standing['urls']['supervision']}/api/v1/tasks/{task}:claim"
        http.post(claim, json={"inspector": "SCJG-03"}).raise_for_status()
    page.locator(".timeline strong", has_text="监管任务已认领").wait_for()
    assert page.locator("#chain details[open]").count() == 1
    assert page.locator("#step-task").is_visible()
    claimed = page.locator("td[data-label='承办人'] [title='SCJG-03']")
    assert claimed.inner_text() not in ("", "SCJG-03")


def test_a_change_of_grade_is_told_with_its_reasons(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "CREDIT_OFFICER")
    page.goto("/cases/county/SL-05")
    credit = page.locator("#step-credit + .timeline").inner_text()
    assert re.search(r"[A-D] 级 \d+ 分", credit), credit
    assert page.locator("#step-credit + .timeline a[href^='/credit/records/']").count() > 0
    assert page.locator("a[href^='/evidence'], a[href^='/catalogue'], .grounds").count() == 0
    page.screenshot(path=SHOTS / "case-credit.png", full_page=True)


def test_the_evidence_of_a_case_is_verified_by_a_stranger(visit: Visit, tmp_path: Path) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/cases/county/SL-05")
    address = page.get_by_role("link", name="下载证明包").get_attribute("href")
    until = monotonic() + SIGNED_WITHIN
    while (answer := page.request.get(address)).headers["content-type"] != "application/zip":
        assert monotonic() < until, answer.text()
        assert "还没有签名的链头" in answer.text()
        sleep(2)
    file = tmp_path / "case.zip"
    file.write_bytes(answer.body())
    told = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 0, told.stdout
    assert told.stdout.startswith("OK county:SL-05"), told.stdout
    assert "未上链 pending []" in told.stdout
    be(page, "AUDITOR")
    page.goto("/audit")
    page.get_by_label("证明包：来源系统:办件编号").fill("county:SL-05")
    with page.expect_download() as begun:
        page.get_by_role("button", name="下载证明包").click()
    assert begun.value.suggested_filename == "证明包-county-SL-05.zip"
    assert page.request.get("/evidence?case=county:NOTHING").status == 404

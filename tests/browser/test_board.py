"""The board: its charts come from the numbers of its tables, keep up with them, and are not needed to read it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from console.cli import app as console_commands
from tests.browser.conftest import PHONE, SHOTS, MakeTask, Visit, be
from tests.browser.test_pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_the_charts_show_the_numbers_and_keep_up(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    for name in ("trend", "funnel"):
        page.locator(f"#{name} svg").wait_for()
    decided = int(page.locator("[aria-labelledby=stages] tbody td").first.inner_text())
    shown = "n => document.querySelector('#funnel').textContent.includes(`审批决定 ${n}`)"
    page.wait_for_function(shown, arg=decided)
    a_task()
    page.wait_for_function(shown, arg=decided + 1)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SHOTS, "board-charts-desktop.png"), full_page=True)
    assert faults(page, "board") == []


def test_the_charts_fit_a_phone_with_large_text(visit: Visit) -> None:
    page = visit("/sign-in", viewport=PHONE)
    page.get_by_role("button", name="大字版").click()
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    page.locator("#trend svg").wait_for()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SHOTS, "board-charts-large.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_the_tables_say_it_all(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    assert not page.locator("#trend, #funnel").first.is_visible()
    assert page.locator("[aria-labelledby=months] tbody tr").count() == 12
    stages = page.locator("[aria-labelledby=stages] tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in stages] == ["审批决定", "推送监管", "按时认领", "办结"]


def test_red_yellow_and_green_lead_to_as_many_tasks(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    tiles = {
        str(link.get_attribute("href")): int(link.inner_text())
        for link in page.locator("[aria-labelledby=watched] a[href^='/tasks']").all()
    }
    assert len(tiles) == 4
    for address, number in tiles.items():
        page.goto(address)
        assert page.locator(".tabs a[aria-current] .count").inner_text() == (str(number) if number < 100 else "99+")


def test_an_approver_is_offered_no_page_that_is_not_theirs(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "APPROVER")
    page.goto("/board")
    assert page.locator("main a[href^='/tasks'], main a[href^='/cards']").count() == 0


def test_the_board_and_the_tasks_that_were_chosen_are_taken_away(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto("/board")
    with page.expect_download() as board:
        page.locator(".exports").get_by_role("link", name="xlsx").click()
    with CalamineWorkbook.from_path(board.value.path()) as book:
        departments = book.get_sheet_by_name("各部门任务").to_python()
    assert [row[0] for row in departments[1:]] == ["示例县市场监督管理分局"], (
        "the fence of the page is that of the file"
    )
    page.goto("/tasks?state=CLAIMED")
    with page.expect_download() as tasks:
        page.locator(".exports").get_by_role("link", name="CSV").click()
    heading, *lines = list(csv.reader(tasks.value.path().read_text("utf-8-sig").splitlines()))
    assert lines
    assert {line[heading.index("状态")] for line in lines} == {"已认领"}
    assert {line[heading.index("监管部门")] for line in lines} == {"示例县市场监督管理分局"}


def test_who_took_a_file_stands_in_the_audit_log(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/tasks?state=CLOSED")
    with page.expect_download():
        page.locator(".exports").get_by_role("link", name="xlsx").click()
    be(page, "AUDITOR")
    page.goto("/audit?service=console")
    said = page.locator("main").inner_text()
    assert "GET /tasks/export.xlsx" in said
    assert "state=CLOSED" in said


def test_the_assessment_of_a_month_is_read_and_taken_away(
    visit: Visit, standing: dict[str, Any], tmp_path: Path
) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/board")
    page.get_by_role("link", name="月度考核").click()
    page.get_by_label("月份").select_option("2026-11")
    page.get_by_role("button", name="查看").click()
    page.screenshot(path=Path(SHOTS, "assessment-desktop.png"), full_page=True)
    shown = int(page.locator("#list tbody tr").last.locator("td").first.inner_text())
    assert shown > 0
    with page.expect_download() as book:
        page.get_by_role("link", name="xlsx").click()
    table = CalamineWorkbook.from_path(book.value.path()).get_sheet_by_index(0).to_python()
    assert (table[-1][0], table[-1][1]) == ("合计", shown)
    run = CliRunner().invoke(
        console_commands,
        [
            "report",
            "--month",
            "2026-11",
            "--json",
            "--pdf",
            str(tmp_path / "r.pdf"),
            "--url",
            standing["urls"]["console"],
        ],
        env={"SHENGUAN_TOKEN": standing["headers"]["Authorization"].removeprefix("Bearer ")},
    )
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["total"]["received"] == shown
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")


def test_a_month_that_has_not_begun_is_refused(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "LINKAGE_OFFICE")
    page.goto("/board/report?month=2098-01")
    assert "还没有开始" in page.locator("main").inner_text()

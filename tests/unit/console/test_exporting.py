"""Files to take away: nothing becomes a formula, numbers stay numbers, and what is left out is said."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from console.web.exporting import board_sheets, task_sheets
from console.web.sheets import Sheet, as_csv, as_xlsx
from console.web.task_list import MOST

AT = datetime(2026, 11, 28, 4, tzinfo=UTC)
BOM = "\ufeff"
TASK: dict[str, Any] = {
    "task_id": "T",
    "object_name": "=1+1",
    "object_no": "S",
    "object_address": "朝阳街",
    "subject_name": "示例店",
    "subject_kind": "ORGANISATION",
    "id_no": "91640202MA00000001",
    "department": "SCJG",
    "purpose": "ROUTINE",
    "method": "ON_SITE",
    "state": "CLAIMED",
    "claimed_by": "A",
    "card": "RED",
    "due_kind": "CLAIM",
    "due_at": AT,
    "due_stopped": False,
    "result": "",
    "inspected_on": None,
    "created_at": AT,
    "source_system": "s",
    "case_id": "C",
}


def read_csv(content: bytes) -> list[list[str]]:
    text = content.decode()
    assert text.startswith(BOM)
    return list(csv.reader(StringIO(text.removeprefix(BOM), newline="")))


def read_xlsx(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


@pytest.mark.parametrize("said", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_no_text_becomes_a_formula(said: str) -> None:
    sheet = Sheet(name="表", columns=["=栏", "数"], rows=[[said, -2]])
    assert read_csv(as_csv([sheet])) == [["'=栏", "数"], [f"'{said}", "-2"]]
    if said.isprintable():
        assert read_xlsx(as_xlsx([sheet]), "表") == [["=栏", "数"], [said, -2.0]]


def test_of_several_sheets_each_has_its_name() -> None:
    sheets = [Sheet(name=name, columns=["栏"], rows=[[1]]) for name in ("甲", "乙")]
    assert read_csv(as_csv(sheets)) == [["甲"], ["栏"], ["1"], [], ["乙"], ["栏"], ["1"]]


def test_a_task_is_a_line_in_words() -> None:
    sheet, notes = task_sheets([TASK], {"SCJG": "市场监管局"}, AT, "zh", ["已认领"])
    line = dict(zip(sheet.columns, sheet.rows[0], strict=True))
    shown = {"对象": "=1+1", "监管部门": "市场监管局", "状态": "已认领", "亮牌": "红牌", "紧急程度": "已超期"}
    assert {name: line[name] for name in shown} == shown
    assert [row[0] for row in notes.rows] == ["2026年11月28日 12:00", "已认领"]
    assert task_sheets([TASK], {}, AT, "en", [])[0].columns[0] == "Tasks"


def test_the_number_of_a_person_is_not_in_it() -> None:
    person = TASK | {"subject_kind": "PERSON", "id_no": "640202199001011234"}
    assert "640202199001011234" not in task_sheets([person], {}, AT, "zh", [])[0].rows[0]


def test_what_is_left_out_is_said_in_the_file() -> None:
    sheet, notes = task_sheets([TASK] * (MOST + 1), {}, AT, "zh", [])
    assert len(sheet.rows) == MOST + 1
    assert "其余没有导出" in str(sheet.rows[-1][0])
    assert sheet.rows[-1][0] == notes.rows[-1][0]
    assert len(task_sheets([TASK] * MOST, {}, AT, "zh", [])[0].rows) == MOST


def test_the_board_in_a_file_has_the_numbers_of_the_page() -> None:
    stages = dict.fromkeys(("decided", "pushed", "unmatched", "tasks", "claimed", "claimed_in_time", "concluded"), 4)
    counts = {"department": "SCJG", "state": "CLAIMED", "tasks": 6, "open": 6, "red": 1, "yellow": 0}
    due = {"department": "SCJG", "over": 1, "today": 2, "soon": 3, "calm": 0}
    figures = {
        "funnel": stages,
        "departments": [counts],
        "due": [due],
        "months": [{"month": AT.date(), "fixed": None} | stages],
    }
    first, second, third, _ = board_sheets(figures, {}, AT, "zh")
    assert list(first.rows[1]) == ["推送监管", 4, 100]
    assert list(second.rows[0])[:9] == ["SCJG", 1, 0, 6, 1, 2, 3, 0, 0]
    assert list(third.rows[0]) == ["2026年11月", 4, 4, 4, 4, "", 4, 4, 4, 4]
    figures["months"] = [{"month": AT.date(), "fixed": stages | {"concluded": 1}} | stages]
    assert list(board_sheets(figures, {}, AT, "zh")[2].rows[0]) == ["2026年11月", 4, 4, 4, 1, "已定格", 4, 4, 4, 4]
    assert read_xlsx(as_xlsx([first, second, third]), "各部门任务")[1][:4] == ["SCJG", 1.0, 0.0, 6.0]

"""Whose heading is which field: suggested as offices write them, refused with every fault, and what rows become."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from approval.api.annotated import annotated
from approval.api.mapping import headings_by_pointer, must_fit, rows_of, suggested
from approval.api.sheets import Sheet
from approval.domain.case import Statement
from approval.domain.intake import RowRefused
from kernel.refusal import Fault, Refusal

HEADINGS = ("受理编号", "办理类型", "事项编码", "发证日期", "统一社会信用代码*", "企业名称（全称）", "门店编号", "备注")
CELLS = ("SL-1", "新办", "1006", "2026-03-01", "91440101MA5C44W11J", "面馆", "M-1", "=1+1")
COLUMNS, FIXED = suggested(HEADINGS, "640202")
WHOLE = {**FIXED, "source_system": "yct"}


def test_the_headings_of_an_office_are_recognised() -> None:
    assert COLUMNS == {
        "case_id": "受理编号",
        "kind": "办理类型",
        "item_code": "事项编码",
        "decided_on": "发证日期",
        "id_no": "统一社会信用代码*",
        "subject_name": "企业名称（全称）",
        "object_no": "门店编号",
    }
    assert FIXED == {"id_type": "001", "region": "640202"}


def test_a_template_of_our_own_needs_no_help() -> None:
    columns, fixed = suggested(("source_system", "证件类型", "证件号码", "区划代码"), "640202")
    assert columns == {
        "source_system": "source_system",
        "id_type": "证件类型",
        "id_no": "证件号码",
        "region": "区划代码",
    }
    assert fixed == {}


def test_a_row_becomes_a_statement_by_the_mapping() -> None:
    ((number, said),) = rows_of(Sheet(HEADINGS, ((2, CELLS),)), COLUMNS, WHOLE, existing=False)
    assert number == 2
    assert isinstance(said, Statement)
    assert (said.source_system, said.case_id, said.object.object_no) == ("yct", "SL-1", "M-1")
    assert (said.region, said.subject.name, said.existing) == ("640202", "面馆", False)


def test_a_short_row_and_a_wrong_cell_are_told_at_the_row() -> None:
    short, wrong = CELLS[:3], (*CELLS[:3], "去年", *CELLS[4:])
    rows = rows_of(Sheet(HEADINGS, ((2, short), (5, wrong))), COLUMNS, WHOLE, existing=True)
    assert [(number, type(said)) for number, said in rows] == [(2, RowRefused), (5, RowRefused)]
    told = rows[1][1]
    assert isinstance(told, RowRefused)
    assert [fault.pointer for fault in told.faults] == ["/decided_on"]


def test_every_fault_of_a_mapping_is_told_at_once() -> None:
    with pytest.raises(Refusal) as caught:
        must_fit(("A", "A"), {"case_id": "A", "kind": "B", "colour": "A"}, {"region": "640202"})
    pointers = [fault.pointer for fault in caught.value.faults]
    assert pointers[:3] == ["/colour", "/case_id", "/kind"]
    assert {"/source_system", "/item_code", "/decided_on", "/id_type", "/id_no", "/object_no"} <= set(pointers)
    assert "/region" not in pointers


def test_what_no_database_keeps_is_refused_in_headings_and_in_what_all_rows_say() -> None:
    with pytest.raises(Refusal) as caught:
        must_fit((*HEADINGS, "备\x00注"), COLUMNS | {"licence_no": "备\x00注"}, WHOLE | {"valid_to": "\x00"})
    assert [fault.pointer for fault in caught.value.faults] == ["/licence_no", "/valid_to"]


def test_the_annotated_file_marks_the_row_and_keeps_formulas_as_text() -> None:
    fault = Fault(pointer="/decided_on", zh="应为日期", en="is a day")
    refused = (RowRefused(row=3, code="invalid-content", faults=(fault,)),)
    rows = ((2, CELLS), (3, (*CELLS[:3], 20260301.0)))
    content = annotated(Sheet(HEADINGS, rows), refused, headings_by_pointer(COLUMNS))
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["导入核对 check", *HEADINGS]
    assert sheet[1] == ["无误 sound", *CELLS]
    assert sheet[2][0] == "发证日期：应为日期 / is a day"
    assert sheet[2][4] == "20260301"

"""Files of a batch read back as what was written, with the national codes as headings, and are the same every time."""

import csv
from io import BytesIO, StringIO
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from chassis.exports.files import FileFormat, written
from kernel.field_table import Cell, FieldTable, judge
from kernel.subject import SubjectKind
from tests.fakes.field_rows import TABLES, a_row

AWKWARD = '=1+1 "引号", 逗号\n换行 001'
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


def rows_of(table: FieldTable) -> list[dict[str, Cell]]:
    row = dict(judge(table, SubjectKind.ORGANISATION, a_row(table)).cells)
    longest = max(table.fields, key=lambda field: field.length or 0).code
    return [row, row | {longest: AWKWARD}]


def flat(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ",".join(cell)


@every_table
def test_a_csv_reads_back(table: FieldTable) -> None:
    content = written(table, rows_of(table), FileFormat.CSV)
    headings, *lines = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    assert headings == list(table.codes)
    assert lines == [[flat(row[code]) for code in table.codes] for row in rows_of(table)]


@every_table
def test_a_workbook_reads_back_with_every_cell_a_text(table: FieldTable) -> None:
    book = load_workbook(BytesIO(written(table, rows_of(table), FileFormat.XLSX)))
    headings, *lines = book.worksheets[0].iter_rows(values_only=True)
    assert list(headings) == list(table.codes)
    assert [[said(cell) for cell in line] for line in lines] == [
        [flat(row[code]) for code in table.codes] for row in rows_of(table)
    ]


def said(cell: Any) -> str:
    assert cell is None or isinstance(cell, str)
    return cell or ""


@every_table
def test_lines_of_json_keep_lists_as_lists(table: FieldTable) -> None:
    content = written(table, rows_of(table), FileFormat.NDJSON)
    assert [msgspec.json.decode(line) for line in content.splitlines()] == rows_of(table)


@every_table
@pytest.mark.parametrize("form", FileFormat)
def test_the_same_batch_is_the_same_file(table: FieldTable, form: FileFormat) -> None:
    assert written(table, rows_of(table), form) == written(table, rows_of(table), form)


def test_a_second_row_names_the_fields_in_chinese_where_it_is_asked_for() -> None:
    table = TABLES["licence"]
    content = written(table, rows_of(table), FileFormat.CSV, chinese=True).decode("utf-8-sig")
    second = list(csv.reader(StringIO(content, newline="")))[1]
    assert second[:2] == ["行政相对人名称", "行政相对人类别"]


def test_a_comma_in_a_part_of_a_list_does_not_divide_it() -> None:
    table = TABLES["check_action"]
    row = rows_of(table)[0] | {"check_personnel": ["甲,乙", "丙"]}
    (_, line) = csv.reader(StringIO(written(table, [row], FileFormat.CSV).decode("utf-8-sig"), newline=""))
    assert line[table.codes.index("check_personnel")].split(",") == ["甲，乙", "丙"]

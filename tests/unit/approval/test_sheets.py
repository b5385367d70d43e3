"""Files people really send: encodings, spreadsheets, headings and cells."""

from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from approval.api.columns import COLUMNS, columns_of, stated
from approval.api.sheets import Sheet, read_sheet
from approval.domain.case import Statement
from approval.domain.intake import RowRefused
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKind

HEADINGS = "来源系统,办件编号,办理类型,事项编码,区划代码,决定日期,有效期至,告知承诺,证件类型,证件号码,主体名称,对象编号"
ROW = "unit,C1,新办,1006,640202,2026/3/1,长期,是,001,91440101MA5C44W11J,面馆,O1"
CSV = f"{HEADINGS}\n{ROW}\n"


def rows_of(content: bytes, *, existing: bool = False) -> list[Statement | RowRefused]:
    sheet = read_sheet(content, 1000)
    columns = columns_of(sheet)
    return [stated(number, columns, cells, existing=existing) for number, cells in sheet.rows]


def workbook(*rows: list[Any]) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return file.getvalue()


def the_statement(content: bytes, **how: bool) -> Statement:
    (said,) = rows_of(content, **how)
    assert isinstance(said, Statement)
    return said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_every_usual_encoding_reads_the_same(encoding: str) -> None:
    said = the_statement(CSV.encode(encoding))
    assert (said.subject.name, said.kind, said.valid_to, said.commitment) == ("面馆", DecisionKind.NEW, None, True)
    assert said.decided_on == date(2026, 3, 1)


def test_english_headings_and_words_are_understood_too() -> None:
    english = dict(zip([c.zh for c in COLUMNS], [c.name for c in COLUMNS], strict=True))
    headings = ",".join(english[heading] for heading in HEADINGS.split(","))
    row = ROW.replace("新办", "new").replace("长期", "2099-12-31").replace("是", "TRUE")
    assert the_statement(f"{headings}\n{row}".encode()) == the_statement(CSV.encode())


def test_existing_marks_every_row() -> None:
    assert the_statement(CSV.encode(), existing=True).existing is True
    assert the_statement(CSV.encode()).existing is False


def test_a_workbook_reads_like_the_csv_and_keeps_numbers_whole() -> None:
    cells: list[Any] = [
        "unit",
        17,
        "新办",
        1006,
        640202,
        datetime(2026, 3, 1),  # noqa: DTZ001 - a spreadsheet knows no time zone
        "",
        True,
        1,
        "91440101MA5C44W11J",
        "面馆",
        2.5,
    ]
    said = the_statement(workbook(HEADINGS.split(","), cells))
    assert (said.case_id, said.item_code, said.region, said.subject.id_type) == ("17", "1006", "640202", "001")
    assert (said.decided_on, said.object.object_no, said.commitment) == (date(2026, 3, 1), "2.5", True)


def test_a_long_number_typed_as_a_number_is_refused_because_digits_are_lost() -> None:
    cells: list[Any] = ["unit", 17, "新办", 1006, 640202, "2026-03-01", "", "", "111", 640202199001010010, "张三", "O1"]
    (said,) = rows_of(workbook(HEADINGS.split(","), cells))
    assert isinstance(said, RowRefused)
    assert [fault.pointer for fault in said.faults] == ["/subject/id_no"]


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    content = f"{HEADINGS}\n\n{ROW.replace('新办', '开张')}\n,,,\n{ROW}\n".encode()
    bad, good = rows_of(content)
    assert isinstance(bad, RowRefused)
    assert bad.row == 3
    assert isinstance(good, Statement)


def test_every_bad_cell_of_a_row_is_told() -> None:
    row = ROW.replace("新办", "开张").replace("2026/3/1", "昨天").replace(",是,", ",也许,")
    (said,) = rows_of(f"{HEADINGS}\n{row}".encode())
    assert isinstance(said, RowRefused)
    assert [fault.pointer for fault in said.faults] == ["/kind", "/decided_on", "/commitment"]


def test_a_row_with_more_cells_than_columns_is_refused() -> None:
    (said,) = rows_of(f"{HEADINGS}\n{ROW},surplus\n".encode())
    assert isinstance(said, RowRefused)


def test_unknown_repeated_and_missing_columns_are_all_named() -> None:
    with pytest.raises(Refusal) as caught:
        columns_of(Sheet(headings=("颜色", "办件编号", "case_id"), rows=()))
    named = [fault.pointer for fault in caught.value.faults]
    assert named[:2] == ["颜色", "来源系统"]
    assert "办件编号" in named


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", 1),
        ("2026/3/1", 1),
        ("2026.3.1", 1),
        ("20260301", 1),
        ("2026年3月1日", 1),
        ("2026-03-01 00:00:00", 1),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: int) -> None:
    assert the_statement(CSV.replace("2026/3/1", text).encode()).decided_on == date(2026, 3, day)


@pytest.mark.parametrize("text", ["2026-13-01", "2026111", "1/3/2026", "2026-03-01 08:30:00", "46082"])
def test_a_doubtful_day_is_refused_and_not_guessed(text: str) -> None:
    (said,) = rows_of(CSV.replace("2026/3/1", text).encode())
    assert isinstance(said, RowRefused)


def test_a_person_is_recognised_by_the_kind_of_number() -> None:
    row = ROW.replace(",001,91440101MA5C44W11J,", ",111,640202199001010010,")
    assert the_statement(f"{HEADINGS}\n{row}".encode()).subject.kind is SubjectKind.PERSON


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\x00\x01",
        b"\x89PNG\r\n\x1a\n\xff",
        b"PK\x03\x04 no zip",
        b"\xd0\xcf\x11\xe0 no workbook",
        b'"a"b,c',
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read_sheet(content, 10)
    assert caught.value.code == "unreadable-file"


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Refusal, match="unreadable-file"):
        read_sheet(b"a\n1\n2\n3\n", 2)


def test_a_workbook_of_a_zip_version_nobody_knows_is_refused() -> None:
    whole = workbook(HEADINGS.split(","), ROW.split(","))
    needed = whole.index(b"PK\x01\x02") + 6
    with pytest.raises(Refusal, match="unreadable-file"):
        rows_of(whole[:needed] + b"\x5f" + whole[needed + 1 :])


@given(st.binary(max_size=300), st.integers(0, 6000))
def test_a_damaged_workbook_never_does_more_than_be_refused(noise: bytes, place: int) -> None:
    whole = workbook(HEADINGS.split(","), ROW.split(","))
    damaged = whole[: place % len(whole)] + noise + whole[place % len(whole) + len(noise) :]
    with suppress(Refusal):
        rows_of(damaged)

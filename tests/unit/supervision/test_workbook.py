"""The workbook: what is written reads back as the same version; a broken file names every cell, rule and remedy."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kernel.deadline import Limit, Unit
from kernel.refusal import Refusal
from supervision.api.workbook import BrokenFile, annotated, read_version, written
from supervision.api.workbook.columns import CHECKLIST_COLUMNS, LINK_COLUMNS, VERSION_COLUMNS
from supervision.domain.catalogue import (
    CatalogueVersion,
    Checklist,
    ChecklistLine,
    Link,
    Method,
    PushMode,
    Relation,
    Risk,
    Trigger,
)
from supervision.store import CelConditions
from tests.fakes.supervised import a_link, a_version

CEL = CelConditions()
CODES = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,8}", fullmatch=True)
TEXTS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r", exclude_characters="\ufffe\uffff"
    ),
    max_size=30,
)
NAMES = TEXTS.filter(lambda said: bool(said.strip()))
LIMITS = st.none() | st.builds(Limit, st.integers(1, 120), st.sampled_from(Unit))
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def links(codes: list[str], checklists: list[str]) -> st.SearchStrategy[tuple[Link, ...]]:
    def one(code: str) -> st.SearchStrategy[Link]:
        return st.builds(
            Link,
            code=st.just(code),
            item_code=st.just(f"I-{code}"),
            approval_catalog_code=st.sampled_from(["", "000131024000", "00013102400Y"]),
            approval_item_name=TEXTS,
            section=TEXTS,
            liaison=st.just("") | CODES,
            department=CODES,
            relation=st.sampled_from(Relation),
            triggers=st.frozensets(st.sampled_from(Trigger), min_size=1),
            push_mode=st.sampled_from(PushMode),
            claim_limit=LIMITS,
            first_check_limit=LIMITS,
            method=st.sampled_from(Method),
            risk=st.sampled_from(Risk),
            officers=st.integers(2, 50),
            certificate_required=st.booleans(),
            check_days=st.decimals("0.01", 100, places=2),
            check_kind=CODES,
            checklist=st.sampled_from(checklists),
            legal_basis=TEXTS,
            condition=st.sampled_from(["", 'decision.region == "640202"', "decision.commitment"]),
            effective_from=DAYS,
        )

    return st.tuples(*map(one, codes))


@st.composite
def versions(draw: Any) -> CatalogueVersion:
    names = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
    checklists = tuple(
        Checklist(
            code=name,
            name=draw(NAMES),
            version=draw(CODES),
            lines=tuple(
                ChecklistLine(code=code, text=draw(NAMES))
                for code in draw(st.lists(CODES, min_size=1, max_size=4, unique=True))
            ),
        )
        for name in names
    )
    return CatalogueVersion(
        version=draw(CODES),
        effective_from=date(2026, 1, 1),
        effective_to=draw(st.none() | st.dates(date(2026, 1, 2), date(2100, 1, 1))),
        change_reason=draw(TEXTS),
        checklists=checklists,
        links=draw(links(draw(st.lists(CODES, max_size=4, unique=True)), names)),
    )


@settings(deadline=None, max_examples=60)
@given(versions())
def test_a_version_written_and_read_is_the_same_version(version: CatalogueVersion) -> None:
    assert read_version(written(version), CEL) == version


def edited(change: Any, version: CatalogueVersion | None = None) -> bytes:
    """An exported file after somebody has worked on it in a spreadsheet."""
    book = load_workbook(BytesIO(written(version or a_version())))
    change(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def cell_of(book: Any, heading: str, row: int = 2, sheet: str = "联动关系") -> Any:
    (column,) = [cell.column for cell in book[sheet][1] if str(cell.value).rstrip("*") == heading]
    return book[sheet].cell(row=row, column=column)


def set_cell(heading: str, value: Any) -> Any:
    def change(book: Any) -> None:
        cell_of(book, heading).value = value

    return change


@pytest.mark.parametrize(
    ("heading", "value", "told"),
    [
        ("认领时限", "两天", "工作日"),
        ("认领时限", "0wd", "工作日"),
        ("认领时限", "2501个工作日", "至多十年"),
        ("反馈时限", "121个月", "至多十年"),
        ("触发情形", "新办、续办", "新办、变更"),
        ("触发情形", None, "必填"),
        ("审批事项基本编码", "12345", "12 位"),
        ("审批实施编码", "11440113MB2C92966P9000131024000", "31 位"),
        ("审批实施编码", "11440113MB2C92966A4000131024000", "校验位"),
        ("业务办理项编码", "1", "33 位"),
        ("监管事项目录编码", "abc", "14 位"),
        ("监管部门统一社会信用代码", "11440113MB2C92966A", "校验位"),
        ("检查人数", 1, "2 至"),
        ("检查人数", "若干", "整数"),
        ("须登记执法证件", "也许", "是、否"),
        ("每次工作日", "-1", "大于 0"),
        ("主责或协同", "牵头", "主责"),
        ("检查表编码", "NONE", "没有该检查表"),
        ("检查表版本", "9", "版本为 1"),
        ("附加条件", "decision.regin == '640202'", "regin"),
        ("附加条件", "decision.region", "真或假"),
        ("生效日", "2026-02-30", "日期"),
        ("失效日", date(1999, 1, 1), "晚于生效日"),
    ],
)
def test_a_wrong_cell_is_named_with_its_rule_and_what_to_do(heading: str, value: Any, told: str) -> None:
    content = edited(set_cell(heading, value))
    with pytest.raises(BrokenFile) as broken:
        read_version(content, CEL)
    (place,) = broken.value.located
    book = load_workbook(BytesIO(annotated(content, broken.value.located)))
    cell = cell_of(book, heading)
    assert (place.sheet, place.cell) == ("联动关系", cell.coordinate)
    assert cell.fill.start_color.rgb.endswith("FFC7CE")
    assert told in cell.comment.text
    assert "规则：" in cell.comment.text
    assert "What to do: " in cell.comment.text
    assert [row[1].value for row in book["错误"].iter_rows(min_row=2)] == [cell.coordinate]


def test_all_faults_of_a_file_are_found_at_once_and_an_annotated_file_once_corrected_is_read() -> None:
    def spoil(book: Any) -> None:
        cell_of(book, "认领时限").value = "soon"
        cell_of(book, "附加条件").value = "1 +"
        cell_of(book, "检查项编码", row=4, sheet="检查表").value = "1"
        book["版本"]["B1"].value = "bad version"

    content = edited(spoil)
    with pytest.raises(BrokenFile) as broken:
        read_version(content, CEL)
    named = {(place.sheet, place.cell[-1]) for place in broken.value.located}
    assert (len(broken.value.located), named) == (4, {("联动关系", "2"), ("检查表", "4"), ("版本", "1")})
    book = load_workbook(BytesIO(annotated(content, broken.value.located)))
    cell_of(book, "认领时限").value = "2个工作日"
    cell_of(book, "附加条件").value = None
    cell_of(book, "检查项编码", row=4, sheet="检查表").value = "3"
    book["版本"]["B1"].value = "2010-1"
    target = BytesIO()
    book.save(target)
    assert read_version(target.getvalue(), CEL) == a_version(a_link(claim_limit=Limit(2, Unit.WORKDAY)))


def test_a_repeated_link_is_told_in_its_row() -> None:
    def repeat(book: Any) -> None:
        sheet = book["联动关系"]
        for cell in list(sheet[2]):
            sheet.cell(row=3, column=cell.column).value = cell.value
        sheet.cell(row=3, column=1).value = "AGAIN"

    with pytest.raises(BrokenFile) as broken:
        read_version(edited(repeat), CEL)
    assert [(place.cell, "FOOD" in place.fault.zh) for place in broken.value.located] == [("A3", True)]


def test_numbers_days_and_english_headings_of_a_spreadsheet_are_understood() -> None:
    def as_typed(book: Any) -> None:
        cell_of(book, "审批事项编码").value = 1006
        cell_of(book, "生效日").value = date(2000, 1, 1)
        cell_of(book, "每次工作日").value = 0.5
        cell_of(book, "触发情形").value = "NEW, CHANGE，延续"
        cell_of(book, "监管方式").value = "REMOTE"
        cell_of(book, "联络员编号").value = " L-1 "
        cell_of(book, "审批事项编码", row=1).value = "item_code"

    expected = a_link(check_days=Decimal("0.5"), method=Method.REMOTE, liaison="L-1")
    assert read_version(edited(as_typed), CEL) == a_version(expected)


def test_a_column_nobody_knows_is_told_and_a_missing_optional_one_is_not() -> None:
    def strange(book: Any) -> None:
        cell_of(book, "审批事项名称", row=1).value = "备注"

    with pytest.raises(BrokenFile) as broken:
        read_version(edited(strange), CEL)
    assert [place.cell for place in broken.value.located] == ["F1"]

    def fewer(book: Any) -> None:
        book["联动关系"].delete_cols(cell_of(book, "审批事项名称").column)

    assert read_version(edited(fewer), CEL) == a_version()


def test_a_formula_like_name_stays_a_name() -> None:
    version = a_version(a_link(approval_item_name="=1+1", section="@here", legal_basis="+86 -1 http://a.example"))
    assert read_version(written(version), CEL) == version


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_version(content, CEL)
    assert refused.value.code == "unreadable-file"


def test_a_workbook_of_a_zip_version_nobody_knows_is_refused() -> None:
    content = written(a_version(a_link()))
    needed = content.index(b"PK\x01\x02") + 6
    with pytest.raises(Refusal, match="unreadable-file"):
        read_version(content[:needed] + b"\x5f" + content[needed + 1 :], CEL)


def test_a_workbook_without_our_sheets_is_refused() -> None:
    def drop(book: Any) -> None:
        del book["检查表"]

    with pytest.raises(Refusal) as refused:
        read_version(edited(drop), CEL)
    assert "检查表" in refused.value.zh


@pytest.mark.parametrize(("page", "rule"), [("catalogue.md", "rule_zh"), ("catalogue.en.md", "rule_en")])
def test_the_documents_list_every_column_with_its_rule(page: str, rule: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / page).read_text(encoding="utf-8")
    for column in (*VERSION_COLUMNS, *LINK_COLUMNS, *CHECKLIST_COLUMNS):
        (found,) = {
            line
            for line in text.splitlines()
            if line.startswith(f"| {column.zh} | `{column.name}` |") and getattr(column, rule) in line
        }
        assert ("必填" in found or "| yes |" in found) == column.required

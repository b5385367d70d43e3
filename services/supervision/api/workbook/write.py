"""Writing (写出): a version as a workbook that reads back as the same version.

Every cell is text: codes keep their zeros, and nothing a name begins with becomes a formula.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from supervision.api.workbook.columns import (
    CHECKLIST_COLUMNS,
    CHECKLIST_SHEET,
    GUIDE_SHEET,
    LINK_COLUMNS,
    LINK_SHEET,
    VERSION_COLUMNS,
    VERSION_SHEET,
    Column,
)
from supervision.domain.catalogue import CatalogueVersion

_NARROW, _WIDE = 16, 60
_SPARE_ROWS = 1000
"""Rows below the last one that offer the choices too."""


def written(version: CatalogueVersion) -> bytes:
    """The xlsx file."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "bg_color": "#D9E1F2", "text_wrap": True, "valign": "top"})
        plain = book.add_format({"num_format": "@"})
        _version_sheet(book.add_worksheet(VERSION_SHEET), version, heading, plain)
        links = book.add_worksheet(LINK_SHEET)
        _table(links, LINK_COLUMNS, ([_said(c, getattr(x, c.name)) for c in LINK_COLUMNS] for x in version.links))
        _table_look(links, LINK_COLUMNS, len(version.links), heading, plain)
        checklists = book.add_worksheet(CHECKLIST_SHEET)
        _table(checklists, CHECKLIST_COLUMNS, _lines(version))
        _table_look(checklists, CHECKLIST_COLUMNS, 0, heading, plain)
        _guide(book.add_worksheet(GUIDE_SHEET), heading)
    return target.getvalue()


def _version_sheet(sheet: Any, version: CatalogueVersion, heading: Any, plain: Any) -> None:
    sheet.set_column(0, 0, _NARROW, heading)
    sheet.set_column(1, 1, _WIDE, plain)
    for row, column in enumerate(VERSION_COLUMNS):
        sheet.write_string(row, 0, column.zh)
        _write(sheet, row, 1, _said(column, getattr(version, column.name)))


def _lines(version: CatalogueVersion) -> Iterable[Sequence[str]]:
    for checklist in version.checklists:
        for line in checklist.lines:
            yield checklist.code, checklist.name, checklist.version, line.code, line.text


def _table(sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    for number, values in enumerate(rows, start=1):
        for place in range(len(columns)):
            _write(sheet, number, place, values[place])


def _table_look(sheet: Any, columns: Sequence[Column], rows: int, heading: Any, plain: Any) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(columns) - 1, _NARROW, plain)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.zh + ("*" if column.required else ""), heading)
        if column.choices:
            offered = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(1, place, rows + _SPARE_ROWS, place, offered)


def _guide(sheet: Any, heading: Any) -> None:
    sheet.set_column(0, 2, _NARROW)
    sheet.set_column(3, 4, _WIDE)
    for place, word in enumerate(("工作表 sheet", "栏目 heading", "字段 field", "规则", "rule")):
        sheet.write_string(0, place, word, heading)
    groups = ((VERSION_SHEET, VERSION_COLUMNS), (LINK_SHEET, LINK_COLUMNS), (CHECKLIST_SHEET, CHECKLIST_COLUMNS))
    told = [(title, c.zh, c.name, c.rule_zh, c.rule_en) for title, columns in groups for c in columns]
    for row, words in enumerate(told, start=1):
        for place, word in enumerate(words):
            sheet.write_string(row, place, word)


def _said(column: Column, value: Any) -> str:
    return "" if value is None or value == "" else column.write(value)


def _write(sheet: Any, row: int, column: int, value: str) -> None:
    if value:
        sheet.write_string(row, column, value)

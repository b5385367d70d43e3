"""Annotated file (标注文件): the uploaded rows as xlsx, each faulty cell marked and each row saying what is wrong with it.

Every cell is text: codes keep their zeros, and nothing somebody typed becomes a formula.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from approval.api.sheets import Sheet
from approval.domain.intake import RowRefused

_WIDTH, _WIDE = 18, 70
_VERDICT = "导入核对 check"
_SOUND = "无误 sound"
_LONGEST_CELL = 32_000
"""Characters; a cell of a workbook holds 32,767."""


def annotated(sheet: Sheet, refused: Sequence[RowRefused], headings: Mapping[str, str]) -> bytes:
    """The workbook. ``headings``: pointer of a field → heading of its column."""
    target = BytesIO()
    by_row = {each.row: each for each in refused}
    with xlsxwriter.Workbook(target, {"in_memory": True, "constant_memory": False}) as book:
        heading = book.add_format({"bold": True, "bg_color": "#D9E1F2", "text_wrap": True})
        wrong = book.add_format({"bg_color": "#F8D7DA", "font_color": "#842029", "num_format": "@"})
        page = book.add_worksheet("核对")
        page.freeze_panes(1, 1)
        page.set_column(0, 0, _WIDE)
        page.set_column(1, max(1, len(sheet.headings)), _WIDTH)
        for place, text in enumerate((_VERDICT, *sheet.headings)):
            page.write_string(0, place, text, heading)
        for at, (number, cells) in enumerate(sheet.rows, start=1):
            told = by_row.get(number)
            page.write_string(at, 0, verdict(told, headings) if told else _SOUND, wrong if told else None)
            faulty = {headings.get(fault.pointer, "") for fault in told.faults} if told else set()
            for place, cell in enumerate(cells):
                marked = place < len(sheet.headings) and sheet.headings[place] in faulty
                page.write_string(at, place + 1, cell_text(cell), wrong if marked else None)
    return target.getvalue()


def verdict(refused: RowRefused, headings: Mapping[str, str]) -> str:
    """What is wrong with a row, in one text in both languages."""
    parts = []
    for fault in refused.faults:
        column = headings.get(fault.pointer, "")
        parts.append(f"{column}：{fault.zh} / {fault.en}" if column else f"{fault.zh} / {fault.en}")
    return "；".join(parts)[:_LONGEST_CELL]


def cell_text(cell: Any) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell).strip()[:_LONGEST_CELL]

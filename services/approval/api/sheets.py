"""Sheets (表格文件): a CSV or xlsx file as headings and rows of cells, whatever program saved it.

CSV: UTF-8 with or without BOM, else GB18030, each decoded strictly. xlsx and xls: the first sheet. Row numbers count
as spreadsheets do, the headings being row 1. Cells keep their type; ``columns.py`` makes texts of them.
"""

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Any

from chassis.workbook import ZIP, opened, unreadable

_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """表: headings as written, and (row number, cells) for every row that is not blank."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def read_sheet(content: bytes, most_rows: int) -> Sheet:
    """Read a file.

    Raises:
        Refusal: ``unreadable-file`` (422) when it is none of the known formats or holds too many rows.
    """
    lines = _workbook(content) if content[:4] in {ZIP, _OLE} else _csv(content)
    numbered = [(number, tuple(cells)) for number, cells in enumerate(lines, start=1) if _filled(cells)]
    if not numbered:
        raise unreadable("文件是空的，第一行应为列名", "the file is empty; its first row holds the column names")
    if len(numbered) - 1 > most_rows:
        raise unreadable(
            f"文件有 {len(numbered) - 1} 行，最多 {most_rows} 行，请分成几个文件",
            f"the file has {len(numbered) - 1} rows, at most {most_rows}; divide it",
        )
    headings, *rows = numbered
    return Sheet(tuple(str(cell).strip() for cell in headings[1]), tuple(rows))


def _csv(content: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(_decoded(content), newline=""), strict=True))
    except csv.Error as error:
        raise unreadable(f"CSV 格式有误: {error}", f"this is not proper CSV: {error}") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable(
        "无法识别文件编码，请另存为 UTF-8 或 GB18030 的 CSV，或 xlsx",
        "the encoding is unknown; save the file as CSV in UTF-8 or GB18030, or as xlsx",
    )


def _workbook(content: bytes) -> list[list[Any]]:
    with opened(content) as workbook:
        return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)


def _filled(cells: list[Any]) -> bool:
    return any(str(cell).strip() for cell in cells if cell is not None)

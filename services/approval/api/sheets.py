"""Sheets (表格文件): a CSV or xlsx file as headings and rows of cells, whatever program saved it.

CSV: UTF-8 with or without BOM, else GB18030, each decoded strictly. xlsx and xls: the first sheet. Row numbers count
as spreadsheets do, the headings being row 1. Cells keep their type; ``columns.py`` makes texts of them.
"""

import csv
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from kernel.refusal import Refusal

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LONGEST_UNPACKED = 256 * 1024 * 1024


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
    lines = _workbook(content) if content[:4] in {_ZIP, _OLE} else _csv(content)
    numbered = [(number, tuple(cells)) for number, cells in enumerate(lines, start=1) if _filled(cells)]
    if not numbered:
        raise _unreadable("文件是空的，第一行应为列名", "the file is empty; its first row holds the column names")
    if len(numbered) - 1 > most_rows:
        raise _unreadable(
            f"文件有 {len(numbered) - 1} 行，最多 {most_rows} 行，请分成几个文件",
            f"the file has {len(numbered) - 1} rows, at most {most_rows}; divide it",
        )
    headings, *rows = numbered
    return Sheet(tuple(str(cell).strip() for cell in headings[1]), tuple(rows))


def _csv(content: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(_decoded(content), newline=""), strict=True))
    except csv.Error as error:
        raise _unreadable(f"CSV 格式有误: {error}", f"this is not proper CSV: {error}") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(
        "无法识别文件编码，请另存为 UTF-8 或 GB18030 的 CSV，或 xlsx",
        "the encoding is unknown; save the file as CSV in UTF-8 or GB18030, or as xlsx",
    )


def _workbook(content: bytes) -> list[list[Any]]:
    try:
        if content.startswith(_ZIP):
            _must_unpack_small(content)
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, BadZipFile, NotImplementedError, OSError, ValueError, IndexError) as error:
        raise _unreadable(f"无法打开工作簿: {error}", f"the workbook cannot be opened: {error}") from error


def _must_unpack_small(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > _LONGEST_UNPACKED:
        raise _unreadable("工作簿解压后过大，请分成几个文件", "the workbook is too large when unpacked; divide it")


def _filled(cells: list[Any]) -> bool:
    return any(str(cell).strip() for cell in cells if cell is not None)


def _unreadable(zh: str, en: str) -> Refusal:
    return Refusal(code="unreadable-file", zh=f"无法读取文件：{zh}", en=f"The file cannot be read: {en}")

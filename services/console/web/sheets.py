"""Sheets (导出的表): tables as xlsx or as CSV for spreadsheets, in which no text ever becomes a formula."""

import asyncio
import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO, StringIO
from typing import Any, Self

import xlsxwriter
from fastapi import Response

from console.web.downloads import handed_over

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that spreadsheets take for a formula; the wide ones some of them take for the narrow."""
_WIDEST, _NARROWEST = 48, 10
_ASCII = 0x7F


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """表. ``name``: at most 31 characters, of a workbook's tab."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class SheetFormat(StrEnum):
    """导出格式."""

    XLSX = "xlsx"
    CSV = "csv"

    @classmethod
    def of(cls, path: str) -> Self:
        """The one an address ends with. Raises ValueError for another ending."""
        return cls(path.rpartition(".")[2])

    @property
    def media_type(self) -> str:
        """Its content type."""
        return _MEDIA[self]


_MEDIA = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.CSV: "text/csv; charset=utf-8",
}


async def as_file(name: str, sheets: Sequence[Sheet], form: SheetFormat) -> Response:
    """The file as a download; ``name`` without its ending."""
    content = await asyncio.to_thread(_WRITERS[form], sheets)
    return handed_over(content, f"{name}.{form.value}", form.media_type)


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """UTF-8 with a byte order mark, CRLF; of several sheets each has a line with its name, and an empty one between."""
    target = StringIO(newline="")
    lines = csv.writer(target, lineterminator="\r\n")
    for place, sheet in enumerate(sheets):
        if len(sheets) > 1:
            lines.writerows([*([[]] if place else []), [_plain(sheet.name)]])
        lines.writerow([_plain(column) for column in sheet.columns])
        lines.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook: numbers are numbers, everything else is text."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "bg_color": "#D9E1F2", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, heading, text)
    return target.getvalue()


def _write(target: Any, sheet: Sheet, heading: Any, text: Any) -> None:
    target.freeze_panes(1, 1)
    for place, column in enumerate(sheet.columns):
        said = [column, *(str(row[place]) for row in sheet.rows[:200] if row[place] is not None)]
        target.set_column(place, place, min(max(_NARROWEST, *map(_width, said)) + 2, _WIDEST))
        target.write_string(0, place, column, heading)
    for number, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                target.write_string(number, place, cell, text)
            elif cell is not None:
                target.write_number(number, place, cell)


def _width(said: str) -> int:
    """Letters a text is wide; Chinese ones are twice as wide."""
    return sum(1 if ord(letter) <= _ASCII else 2 for letter in said)


def _plain(cell: Cell) -> Cell:
    """A text that would be a formula is shown as it is: with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


_WRITERS: dict[SheetFormat, Callable[[Sequence[Sheet]], bytes]] = {
    SheetFormat.XLSX: as_xlsx,
    SheetFormat.CSV: as_csv,
}

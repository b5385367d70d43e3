"""Files of a batch (报送文件): CSV, NDJSON or xlsx, the national codes as headings; the same bytes every time.

A part of a list never holds the comma that joins it. Every cell of a workbook is text, so that codes keep their zeros.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO, StringIO

import msgspec
import xlsxwriter

from kernel.field_table import Cell, FieldTable

Rows = Sequence[Mapping[str, Cell]]
JOINED = ","
"""What stands between the parts of a list in one cell (多值分隔)."""
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


class FileFormat(StrEnum):
    """文件格式."""

    CSV = "csv"
    NDJSON = "ndjson"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """Its content type."""
        return _MEDIA[self]


_MEDIA = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.NDJSON: "application/x-ndjson",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(table: FieldTable, rows: Rows, form: FileFormat, *, chinese: bool = False) -> bytes:
    """The file. ``chinese``: a second row names the fields in Chinese (CSV and xlsx)."""
    return _WRITERS[form](table, rows, chinese)


def _flat(cell: Cell) -> str:
    return cell if isinstance(cell, str) else JOINED.join(part.replace(JOINED, "，") for part in cell)


def _lines(table: FieldTable, rows: Rows, chinese: bool) -> list[list[str]]:  # noqa: FBT001 - told by its caller
    second = [[each.zh for each in table.fields]] if chinese else []
    return [list(table.codes), *second, *([_flat(row.get(code, "")) for code in table.codes] for row in rows)]


def _csv(table: FieldTable, rows: Rows, chinese: bool) -> bytes:  # noqa: FBT001 - as above
    target = StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows(_lines(table, rows, chinese))
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _ndjson(table: FieldTable, rows: Rows, _chinese: bool) -> bytes:  # noqa: FBT001 - as above
    lines = [{code: row.get(code, "") for code in table.codes} for row in rows]
    return msgspec.json.Encoder().encode_lines(lines)


def _xlsx(table: FieldTable, rows: Rows, chinese: bool) -> bytes:  # noqa: FBT001 - as above
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet(table.name)
        text = book.add_format({"num_format": "@"})
        for number, line in enumerate(_lines(table, rows, chinese)):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, cell, text)
    return target.getvalue()


_WRITERS: Mapping[FileFormat, Callable[[FieldTable, Rows, bool], bytes]] = {
    FileFormat.CSV: _csv,
    FileFormat.NDJSON: _ndjson,
    FileFormat.XLSX: _xlsx,
}

"""Annotating (批注): the sender's own file back, every faulty cell coloured, with a note of the rule and what to do."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from supervision.api.workbook.columns import FAULT_SHEET
from supervision.api.workbook.faults import Located

_RED = PatternFill(start_color="FFC7CE", end_color="FFC7CE", fill_type="solid")
_MOST = 5000
_AUTHOR = "审管联动"


def annotated(content: bytes, located: Sequence[Located]) -> bytes:
    """The file with its faults: notes in the cells, and a list of them on a sheet of its own, which is never read."""
    book = load_workbook(BytesIO(content))
    for place in located[:_MOST]:
        cell = book[place.sheet].cell(row=place.row, column=place.column)
        cell.fill = _RED
        note = Comment(_note(place), _AUTHOR)
        note.width, note.height = 360, 180
        cell.comment = note
    _list(book, located)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _note(place: Located) -> str:
    fault = place.fault
    return f"规则：{place.rule_zh}\n处理：{fault.zh}\n\nRule: {place.rule_en}\nWhat to do: {fault.en}"


def _list(book: Workbook, located: Sequence[Located]) -> None:
    if FAULT_SHEET in book.sheetnames:
        del book[FAULT_SHEET]
    sheet = book.create_sheet(FAULT_SHEET)
    sheet.append(["工作表 sheet", "单元格 cell", "规则", "处理", "rule", "what to do"])
    for place in located:
        words = (place.sheet, place.cell, place.rule_zh, place.fault.zh, place.rule_en, place.fault.en)
        sheet.append([*words])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"
    for letter, width in zip("ABCDEF", (12, 10, 40, 60, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width

"""Sheets (工作表) of a catalogue's file, found under their Chinese or their English titles."""

from typing import Any

from chassis.workbook import opened, unreadable
from supervision.api.workbook.columns import ALSO_CALLED

Rows = list[list[Any]]


def open_sheets(content: bytes) -> dict[str, tuple[str, Rows]]:
    """Sheet → its title in this file and its rows. Refuses ``unreadable-file`` (422)."""
    found = {}
    with opened(content) as workbook:
        titles = {title.strip().lower(): title for title in workbook.sheet_names}
        for sheet, english in ALSO_CALLED.items():
            title = titles.get(sheet) or titles.get(english)
            if title is None:
                raise unreadable(
                    f"没有工作表“{sheet}”，请使用导出的文件作模板",
                    f"there is no sheet “{english}”; start from an export",
                )
            found[sheet] = (title, workbook.get_sheet_by_name(title).to_python(skip_empty_area=False))
    return found

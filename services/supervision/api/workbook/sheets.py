"""Sheets (工作表) of a file: opened by python-calamine, guarded against files that unpack to something huge."""

from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from supervision.api.workbook.columns import ALSO_CALLED
from supervision.api.workbook.faults import unreadable

Rows = list[list[Any]]
_LONGEST_UNPACKED = 256 * 1024 * 1024


def open_sheets(content: bytes) -> dict[str, tuple[str, Rows]]:
    """Sheet → its title in this file and its rows. Refuses ``unreadable-file`` (422)."""
    try:
        _must_unpack_small(content)
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        titles = {title.strip().lower(): title for title in workbook.sheet_names}
        found = {}
        for sheet, english in ALSO_CALLED.items():
            title = titles.get(sheet) or titles.get(english)
            if title is None:
                raise unreadable(
                    f"没有工作表“{sheet}”，请使用导出的文件作模板",
                    f"there is no sheet “{english}”; start from an export",
                )
            found[sheet] = (title, workbook.get_sheet_by_name(title).to_python(skip_empty_area=False))
    except (CalamineError, BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise unreadable(f"不是完好的 xlsx 工作簿（{error}）", f"this is no sound xlsx workbook ({error})") from error
    return found


def _must_unpack_small(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LONGEST_UNPACKED:
            raise unreadable("工作簿解压后过大，请拆分", "the workbook is too large when unpacked; divide it")

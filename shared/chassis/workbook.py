"""Workbooks somebody sends (工作簿): opened by python-calamine, guarded against files that unpack to something huge."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from kernel.refusal import Refusal

ZIP = b"PK\x03\x04"
_LONGEST_UNPACKED = 256 * 1024 * 1024
"""Bytes a workbook may have when unpacked."""
_BROKEN = (CalamineError, BadZipFile, NotImplementedError, OSError, ValueError, IndexError)
"""What the libraries raise for damaged files; NotImplementedError is what zipfile says of a zip of another version."""


@contextmanager
def opened(content: bytes) -> Iterator[CalamineWorkbook]:
    """The workbook, xlsx or xls; its sheets are read inside. Refuses ``unreadable-file`` (422)."""
    try:
        if content.startswith(ZIP) and _unpacked(content) > _LONGEST_UNPACKED:
            raise unreadable("工作簿解压后过大，请分成几个文件", "the workbook is too large when unpacked; divide it")
        yield CalamineWorkbook.from_filelike(BytesIO(content))
    except _BROKEN as error:
        raise unreadable(f"不是完好的工作簿（{error}）", f"this is no sound workbook ({error})") from error


def unreadable(zh: str, en: str) -> Refusal:
    """The file cannot be read at all: ``unreadable-file`` (422)."""
    return Refusal(code="unreadable-file", zh=f"无法读取文件：{zh}", en=f"The file cannot be read: {en}")


def _unpacked(content: bytes) -> int:
    with ZipFile(BytesIO(content)) as archive:
        return sum(entry.file_size for entry in archive.infolist())

"""Table (数据表): reads one CSV file strictly, and says where it is wrong.

UTF-8, UTF-8 with BOM and GB18030 are understood. Nothing is guessed or skipped: every fault names file, line and
column, and all faults of a file are told at once (at most ``SHOWN``), so that they are corrected in one go.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TypeVar

from kernel.text import text_fault

T = TypeVar("T")

SHOWN = 20
LONGEST = 400


@dataclass(frozen=True, kw_only=True)
class FileFault:
    """One thing wrong in a file (一处错误). ``line`` counts from 1 with the heading; 0 means the file as a whole."""

    file: str
    zh: str
    en: str
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        zh = f"{self.file}{f' 第 {self.line} 行' if self.line else ''}{f' {self.column} 列' if self.column else ''}"
        en = f"{f'line {self.line}' if self.line else self.file}{f', column {self.column}' if self.column else ''}"
        return f"{zh}：{self.zh} / {en}: {self.en}"


class UnreadableFilesError(Exception):
    """The files cannot be replayed (文件有误): nothing was sent."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__("\n".join(map(str, faults[:SHOWN])))
        self.faults = faults


@dataclass
class Row:
    """One line of a table. Its readers note a fault and answer a harmless value, so that a row tells all its faults."""

    file: str
    line: int
    values: dict[str, str]
    faults: list[FileFault] = field(repr=False)

    def text(self, column: str, *, required: bool = False) -> str:
        """The tidy text of a column."""
        value = self.values[column].strip()
        fault = text_fault(column, value, longest=LONGEST)
        if fault:
            self.blame(column, fault.zh, fault.en)
        elif required and not value:
            self.blame(column, "不能为空，请补充", "must not be empty; fill it in")
        return value

    def day(self, column: str) -> date:
        """The day of a column, ``YYYY-MM-DD``."""
        return self._read(
            column, date.fromisoformat, date.min, "应为 YYYY-MM-DD 形式的日期", "must be a day, YYYY-MM-DD"
        )

    def count(self, column: str) -> int:
        """The whole number, 0 or more, of a column."""
        return self._read(column, _count, 0, "应为不小于 0 的整数", "must be a whole number, 0 or more")

    def codes(self, column: str) -> list[int]:
        """The numbers of a column that lists them with ``;`` between, each once, in order."""
        zh, en = "应为以分号分隔的编号，例如 3;18", "must be codes with ; between, e.g. 3;18"
        return self._read(column, _codes, [], zh, en)

    def blame(self, column: str, zh: str, en: str) -> None:
        """Note, once, that a column of this row is wrong."""
        fault = FileFault(file=self.file, line=self.line, column=column, zh=zh, en=en)
        if fault not in self._own_faults():
            self.faults.append(fault)

    @property
    def sound(self) -> bool:
        """True while nothing wrong was found in this row."""
        return not self._own_faults()

    def _own_faults(self) -> list[FileFault]:
        recent = self.faults[-len(self.values) :]
        return [fault for fault in recent if (fault.file, fault.line) == (self.file, self.line)]

    def _read(self, column: str, parse: Callable[[str], T], harmless: T, zh: str, en: str) -> T:
        value = self.text(column)
        try:
            return parse(value)
        except ValueError:
            self.blame(column, f"{zh}，现为“{value[:40]}”", f"{en}; found {value[:40]!r}")
            return harmless


def rows(path: Path, columns: tuple[str, ...], faults: list[FileFault]) -> Iterator[Row]:
    """The rows of a CSV file; whatever is wrong is added to ``faults`` and the row is left out."""
    text = _decoded(path, faults)
    if text is None:
        return
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
        missing = [column for column in columns if column not in heading]
        if missing:
            names = ", ".join(missing)
            zh, en = (
                f"缺少列 {names}，请按原格式补齐",
                f"the columns {names} are missing; keep the layout of the original",
            )
            faults.append(FileFault(file=path.name, line=1, zh=zh, en=en))
            return
        yield from _rows(path.name, heading, reader, faults)
    except csv.Error as error:
        zh, en = f"CSV 格式有误（{error}），请检查引号", f"this is not valid CSV ({error}); check the quotation marks"
        faults.append(FileFault(file=path.name, line=reader.line_num, zh=zh, en=en))


def _rows(name: str, heading: list[str], reader: Iterator[list[str]], faults: list[FileFault]) -> Iterator[Row]:
    for number, cells in enumerate(reader, start=2):
        line = getattr(reader, "line_num", number)
        if not cells:
            continue
        if len(cells) != len(heading):
            zh = f"应有 {len(heading)} 列，实有 {len(cells)} 列"
            en = f"{len(heading)} columns expected, {len(cells)} found"
            faults.append(FileFault(file=name, line=line, zh=zh, en=en))
            continue
        yield Row(file=name, line=line, values=dict(zip(heading, cells, strict=True)), faults=faults)


def _decoded(path: Path, faults: list[FileFault]) -> str | None:
    if not path.is_file():
        zh, en = "文件不存在，请检查目录", "the file is missing; check the folder"
        faults.append(FileFault(file=path.name, zh=zh, en=en))
        return None
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    zh, en = "编码无法识别，请另存为 UTF-8 或 GB18030", "the encoding is unknown; save it as UTF-8 or GB18030"
    faults.append(FileFault(file=path.name, zh=zh, en=en))
    return None


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ValueError(value)
    return int(value)


def _codes(value: str) -> list[int]:
    return sorted({_count(part.strip()) for part in value.split(";") if part.strip()})

"""Faults of a workbook (工作簿错误): where in the file they stand, which rule was broken, and what to do."""

from dataclasses import dataclass, field

from kernel.refusal import Fault, Refusal


@dataclass(frozen=True, kw_only=True)
class Located:
    """A fault at its cell; rows and columns count from 1. ``rule_zh`` may be empty: the fault says it all."""

    sheet: str
    row: int
    column: int
    fault: Fault
    rule_zh: str = ""
    rule_en: str = ""

    @property
    def cell(self) -> str:
        """The cell as spreadsheets name it, e.g. ``AB12``."""
        letters, rest = "", self.column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row}"


@dataclass(eq=False, kw_only=True)
class BrokenFile(Refusal):
    """文件有误: nothing was kept; every fault with its cell."""

    code: str = "broken-file"
    zh: str = "文件有误，什么都没有保存；请按单元格批注改正后重新导入"
    en: str = "The file is broken and nothing was kept; correct what the notes on its cells say and import it again"
    located: tuple[Located, ...] = field(default=())

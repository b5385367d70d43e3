"""Places (位置): which cell each pointer of a version stands in, and the faults found so far, one per pointer."""

from collections.abc import Iterable

from kernel.refusal import Fault
from supervision.api.workbook.columns import Column
from supervision.api.workbook.faults import Located


class Places:
    """Pointer → cell, while one file is read."""

    def __init__(self) -> None:
        self._cells: dict[str, tuple[str, int, int, Column | None]] = {}
        self._found: dict[str, Located] = {}

    @property
    def located(self) -> tuple[Located, ...]:
        """The faults, in the order they were found."""
        return tuple(self._found.values())

    def put(self, pointer: str, sheet: str, row: int, column: int, said: Column | None) -> None:
        """This pointer is that cell."""
        self._cells[pointer] = (sheet, row, column, said)

    def same(self, pointer: str, other: str) -> None:
        """This pointer is the cell of another one."""
        self._cells[pointer] = self._cells[other]

    def add(self, faults: Iterable[Fault]) -> None:
        """Faults by their pointers; the first of a cell is kept, later ones follow from it."""
        for fault in faults:
            sheet, row, column, said = self._cell(fault.pointer)
            place = Located(
                sheet=sheet,
                row=row,
                column=column,
                fault=fault,
                rule_zh=said.rule_zh if said else "同一监管不重复登记",
                rule_en=said.rule_en if said else "no supervision is listed twice",
            )
            self._found.setdefault(f"{sheet}!{place.cell}", place)

    def fault_at(self, sheet: str, row: int, column: int, fault: Fault) -> None:
        """A fault of a cell no pointer leads to."""
        rule_zh, rule_en = "列名与模板相同", "headings are those of the template"
        place = Located(sheet=sheet, row=row, column=column, fault=fault, rule_zh=rule_zh, rule_en=rule_en)
        self._found.setdefault(f"{sheet}!{place.cell}", place)

    def _cell(self, pointer: str) -> tuple[str, int, int, Column | None]:
        while pointer not in self._cells:
            pointer = pointer.rpartition("/")[0]
            if not pointer:
                return next(iter(self._cells.values()))
        return self._cells[pointer]

"""Intake of a file (批量导入): which rows were written, which were refused, and whether anything may stand.

Default: one bad row and nothing is written. ``partial`` writes the good rows. ``dry_run`` never writes.
"""

from dataclasses import dataclass

from approval.domain.case import Receipt, Statement
from kernel.refusal import Fault, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRefused:
    """一行被拒: ``row`` counts as a spreadsheet does, the headings being row 1."""

    row: int
    code: str
    faults: tuple[Fault, ...]

    @classmethod
    def because(cls, row: int, refusal: Refusal) -> "RowRefused":
        """The row with what was wrong; a refusal without single faults stands for the whole row."""
        faults = refusal.faults or (Fault(pointer="", zh=refusal.zh, en=refusal.en),)
        return cls(row=row, code=refusal.code, faults=faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCases:
    """导入办件: the readable rows of one file in order, and those that could not even be read."""

    rows: tuple[tuple[int, Statement], ...]
    unreadable: tuple[RowRefused, ...] = ()
    dry_run: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """导入结果. ``written`` and ``duplicates`` tell what was, or in a dry run would be, done."""

    rows: int
    written: int
    duplicates: int
    refused: tuple[RowRefused, ...]
    dry_run: bool

    @classmethod
    def of(cls, command: ImportCases, receipts: list[Receipt], refused: list[RowRefused]) -> "ImportReport":
        """Count what happened; refused rows in the order of the file."""
        duplicates = sum(receipt.duplicate for receipt in receipts)
        together = sorted((*command.unreadable, *refused), key=lambda refusal: refusal.row)
        return cls(
            rows=len(command.rows) + len(command.unreadable),
            written=len(receipts) - duplicates,
            duplicates=duplicates,
            refused=tuple(together),
            dry_run=command.dry_run,
        )


class NotWritten(Refusal):
    """Nothing of the file stands (未写入): a dry run, or bad rows without ``partial``. Carries the report."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(
            code="import-refused",
            zh=f"{len(report.refused)} 行有误，全部未写入；改正后重新导入，或用 partial=true 只导入无误的行",
            en=f"{len(report.refused)} rows are faulty and nothing was written; "
            "correct them and import again, or import only the good rows with partial=true",
        )
        self.report = report

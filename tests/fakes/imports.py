"""FakeImports: approval's ImportWork in memory, over the fake of its cases. It passes the suite of the real one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from approval.domain.case import Receipt
from approval.domain.import_batch import ImportBatch, ImportedLine, NoteCheck, RunImport, TakeFile, UndoImport
from approval.domain.intake import ImportCases
from tests.fakes.approval import FakeDatabase, FakeWork

BATCH = "019b0000-0000-7000-8000-000000000001"
CLERK = "SPJ-01"


@dataclass
class FakeBatches:
    """What is committed of imports."""

    batches: dict[str, ImportBatch] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    lines: dict[str, list[tuple[int, Receipt]]] = field(default_factory=dict)


class FakeImports(FakeWork):
    """One transaction on both."""

    def __init__(self, database: FakeDatabase, kept: FakeBatches) -> None:
        super().__init__(database)
        self._batches = kept

    async def load(self, messages: Sequence[Any]) -> None:
        cases = [message.cases for message in messages if isinstance(message, RunImport)]
        for message in messages:
            if isinstance(message, UndoImport):
                lines = [line for line in self.imported(message.batch) if line.untaken() is None]
                cases.append(ImportCases(rows=tuple((line.row, line.taken_back()) for line in lines)))
        await super().load(cases)

    def batch(self, batch: str) -> ImportBatch | None:
        return self._batches.batches.get(batch)

    def keep_batch(self, batch: ImportBatch) -> None:
        self._batches.batches[batch.batch] = batch

    def keep_file(self, batch: str, sealed: bytes) -> None:
        self._batches.files[batch] = sealed

    def keep_lines(self, batch: str, lines: Iterable[tuple[int, Receipt]]) -> None:
        self._batches.lines.setdefault(batch, []).extend(lines)

    def imported(self, batch: str) -> Sequence[ImportedLine]:
        database = self._database
        told = {(s.source_system, s.case_id, s.revision): s for s in (d.statement for d in database.decisions)}
        return [
            ImportedLine(
                row=row,
                statement=told[each.source_system, each.case_id, each.revision],
                steps={s.kind for s in database.steps if s.case_id == each.case_id},
                last_revision=max(database.cases[each.source_system, each.case_id].entries),
            )
            for row, each in self._batches.lines.get(batch, [])
        ]


def a_file(batch: str = BATCH, **changes: Any) -> TakeFile:
    """The command that keeps a file of three rows."""
    plain: dict[str, Any] = {"by": CLERK, "name": "办件.xlsx", "sha256": "ab", "rows": 3, "sealed": b"sealed"}
    return TakeFile(batch=batch, **plain | changes)


def a_check(batch: str = BATCH, **changes: Any) -> NoteCheck:
    """The command that notes a check in which every row was sound."""
    plain: dict[str, Any] = {"by": CLERK, "columns": {"case_id": "办件号"}, "fixed": {"region": "640202"}}
    figures = {"existing": False, "written": 3, "duplicates": 0, "refused": ()}
    return NoteCheck(batch=batch, **plain | figures | changes)

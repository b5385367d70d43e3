"""Imports by batch (批量导入): take a file, note its check, register it portion by portion, undo what is still untouched."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from approval import ports
from approval.domain.case import Receipt
from approval.domain.commands import RegisterCase
from approval.domain.import_batch import (
    ImportBatch,
    ImportedLine,
    NoteCheck,
    RunImport,
    TakeFile,
    UndoImport,
    UndoReport,
    Untaken,
    no_such_batch,
)
from approval.domain.intake import RowRefused
from approval.handlers.cases import register_case
from kernel.refusal import Refusal


class ImportWork(ports.Work, Protocol):
    """A unit of work on batches and the cases in them."""

    def batch(self, batch: str) -> ImportBatch | None:
        """The batch, or None."""
        ...

    def keep_batch(self, batch: ImportBatch) -> None:
        """Keep a new or changed one."""
        ...

    def keep_file(self, batch: str, sealed: bytes) -> None:
        """Keep the file of a new batch, and let go of those that are over their time."""
        ...

    def keep_lines(self, batch: str, lines: Iterable[tuple[int, Receipt]]) -> None:
        """Keep which row of the file became which revision of which case."""
        ...

    def imported(self, batch: str) -> Sequence[ImportedLine]:
        """What a batch that is to be undone registered, by row."""
        ...


class StoredImportWork(ImportWork, Protocol):
    """The same as the edges hand it to the chassis."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the batches, and what their cases need."""
        ...

    async def flush(self) -> None:
        """Write what changed."""
        ...


def take_file(work: ImportWork, command: TakeFile) -> ImportBatch:
    """上传文件: keep it for the steps that follow; nothing is registered."""
    batch = ImportBatch(
        batch=command.batch,
        by=command.by,
        name=command.name,
        sha256=command.sha256,
        rows=command.rows,
        uploaded_at=work.now,
    )
    work.keep_batch(batch)
    work.keep_file(command.batch, command.sealed)
    return batch


def note_check(work: ImportWork, command: NoteCheck) -> ImportBatch:
    """记下核对结果. Refusals: ``not-found``, ``not-yours``, ``import-begun``."""
    batch = _batch(work, command.batch).checked(command)
    work.keep_batch(batch)
    return batch


def run_import(work: ImportWork, command: RunImport) -> ImportBatch:
    """导入一段: its good rows are registered, its faulty ones kept with their faults.

    Refusals: ``not-found``, ``not-yours``, ``import-unchecked``, ``import-ended``, ``import-refused``, ``import-moved-on``.
    """
    batch = _batch(work, command.batch)
    batch.must_go_on(command)
    done: list[tuple[int, Receipt]] = []
    refused: list[RowRefused] = []
    for row, statement in command.cases.rows:
        try:
            done.append((row, register_case(work, RegisterCase(statement))))
        except Refusal as refusal:
            refused.append(RowRefused.because(row, refusal))
    work.keep_lines(batch.batch, [(row, receipt) for row, receipt in done if not receipt.duplicate])
    batch = batch.further(command, [receipt for _, receipt in done], (*command.cases.unreadable, *refused))
    work.keep_batch(batch)
    return batch


def undo_import(work: ImportWork, command: UndoImport) -> UndoReport:
    """取消导入: correct each case nobody acted on to 只登记, and say what stays.

    Refusals: ``not-found``, ``invalid-content``, ``import-not-there``; what a correction itself may be refused for.
    """
    batch = _batch(work, command.batch)
    batch.must_be_undoable(command)
    stay: dict[Untaken, list[int]] = defaultdict(list)
    back: list[ImportedLine] = []
    for line in work.imported(batch.batch):
        why = line.untaken()
        if why is None:
            back.append(line)
        else:
            stay[why].append(line.row)
    if not command.preview:
        for line in back:
            register_case(work, RegisterCase(line.taken_back()))
        batch = batch.ended(command, work.now, len(back))
        work.keep_batch(batch)
    return UndoReport(batch=batch, taken_back=len(back), stay=dict(stay))


def _batch(work: ImportWork, name: str) -> ImportBatch:
    found = work.batch(name)
    if found is None:
        raise no_such_batch()
    return found

"""Running an export (报送办理): what is known and what was sent become a batch, its lines and its refusals.

The ledger, the lines and the counts are one transaction under one lock: no batch number twice, nothing half written.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chassis.exports.batch import Batch, ExportReceipt
from chassis.exports.dataset import WIDE, Exports
from chassis.exports.ledger import LoadedLedger
from chassis.transaction import Transaction
from kernel.export import Candidate, ExportPlan, Operation, RunExport, SentRow, batch_number, plan
from kernel.field_table import Value
from kernel.refusal import Refusal


class ExportWork:
    """One transaction with a table's rows and ledger; the rows are judged off the event loop, seconds for many."""

    def __init__(self, tx: Transaction, exports: Exports) -> None:
        self._tx = tx
        self.exports = exports
        self.now = tx.now
        self.today = tx.today
        self.ledger = LoadedLedger(tx.connection, exports.seal)
        self.said: ExportPlan | None = None

    async def load(self, messages: Sequence[RunExport]) -> None:
        """Lock the exports, read the rows of the window and what was sent of them, and judge them."""
        await self._tx.patient()
        await self._tx.lock(["exports"])
        await self._tx.connection.execute(WIDE)
        for asked in messages:
            if asked.table in self.exports.datasets and asked.last <= self.today:
                await self.ledger.read(asked, self.exports.of(asked.table), self.today)
                if len(self.ledger.candidates) <= self.exports.most_rows:
                    self.said = await asyncio.to_thread(judged, self.exports, self.ledger, asked, self.today)

    async def flush(self) -> None:
        """Write the batch."""
        await self.ledger.write()


class Known(Protocol):
    """What is known of a window."""

    counter: int
    candidates: Sequence[Candidate]
    sent: dict[str, SentRow]


def judged(exports: Exports, known: Known, command: RunExport, today: date) -> ExportPlan:
    """What the next batch would say. Pure. Refuses ``batches-used-up``."""
    stamps = _stamps(batch_number(today, known.counter + 1), command, today)
    table = exports.of(command.table).table
    return plan(table, command, known.candidates, known.sent, stamps, exports.seal.reference)


def run_export(work: ExportWork, command: RunExport) -> ExportReceipt:
    """报送. Refuses ``table-unknown``, ``invalid-content``, ``export-too-large``; what is not new makes no batch."""
    dataset = work.exports.of(command.table)
    command.require_day(work.today)
    said = work.said
    if said is None:
        raise _too_large(len(work.ledger.candidates), work.exports.most_rows)
    if not said.lines and work.ledger.refused_before == _refusals(said):
        return ExportReceipt(batch=work.ledger.before, unchanged=said.unchanged, duplicate=True)
    batch = _batch(batch_number(work.today, work.ledger.counter + 1), command, work.now, said)
    work.ledger.add(batch, dataset, said)
    return ExportReceipt(batch=batch, unchanged=said.unchanged, duplicate=False)


def _stamps(number: str, command: RunExport, today: date) -> Mapping[str, Value]:
    return {
        "cd_batch": number,
        "cd_time": today,
        "submitted_date": today,
        "submitted_personnel": command.by,
    }


def _batch(number: str, command: RunExport, now: datetime, said: ExportPlan) -> Batch:
    return Batch(
        batch=number,
        table=command.table,
        first=command.first,
        last=command.last,
        by=command.by,
        at=now,
        inserted=said.count(Operation.INSERT),
        updated=said.count(Operation.UPDATE),
        deleted=said.count(Operation.DELETE),
        refused=said.refused_rows,
        unchanged=said.unchanged,
    )


def _refusals(said: ExportPlan) -> list[tuple[str, str, str]]:
    return [(each.key, each.fault.field, each.fault.rule.value) for each in said.refused]


def _too_large(rows: int, most: int) -> Refusal:
    return Refusal(
        code="export-too-large",
        zh=f"该期间有 {rows} 行，一批最多 {most} 行，请缩短期间分批报送",
        en=f"the period has {rows} rows, a batch at most {most}; export shorter periods",
    )

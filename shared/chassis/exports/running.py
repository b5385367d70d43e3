"""Running an export (报送办理): what is known and what was sent become a batch, its lines and its refusals.

The ledger, the lines and the counts are one transaction under one lock: no batch number twice, nothing half written.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from chassis.exports.batch import Batch, ExportReceipt
from chassis.exports.dataset import Exports
from chassis.exports.ledger import LoadedLedger
from chassis.transaction import Transaction
from kernel.export import ExportPlan, Operation, RunExport, batch_number, plan
from kernel.field_table import Value
from kernel.refusal import Refusal


class ExportWork:
    """One transaction with a table's rows and ledger."""

    def __init__(self, tx: Transaction, exports: Exports) -> None:
        self._tx = tx
        self.exports = exports
        self.now = tx.now
        self.today = tx.today
        self.ledger = LoadedLedger(tx.connection, exports.seal)

    async def load(self, messages: Sequence[RunExport]) -> None:
        """Lock the exports and read the rows of the window and what was sent of them."""
        await self._tx.lock(["exports"])
        for asked in messages:
            if asked.table in self.exports.datasets and asked.last <= self.today:
                await self.ledger.read(asked, self.exports.of(asked.table), self.today)

    async def flush(self) -> None:
        """Write the batch."""
        await self.ledger.write()


def run_export(work: ExportWork, command: RunExport) -> ExportReceipt:
    """报送. Refuses ``table-unknown``, ``invalid-content``, ``export-too-large``; what is not new makes no batch."""
    dataset = work.exports.of(command.table)
    command.require_day(work.today)
    _must_fit(len(work.ledger.candidates), work.exports.most_rows)
    number = batch_number(work.today, work.ledger.counter + 1)
    stamps = _stamps(number, command, work.today)
    said = plan(dataset.table, command, work.ledger.candidates, work.ledger.sent, stamps, work.exports.seal.reference)
    if not said.lines and work.ledger.refused_before == _refusals(said):
        return ExportReceipt(batch=work.ledger.before, unchanged=said.unchanged, duplicate=True)
    batch = _batch(number, command, work.now, said)
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


def _must_fit(rows: int, most: int) -> None:
    if rows > most:
        raise Refusal(
            code="export-too-large",
            zh=f"该期间有 {rows} 行，一批最多 {most} 行，请缩短期间分批报送",
            en=f"the period has {rows} rows, a batch at most {most}; export shorter periods",
        )

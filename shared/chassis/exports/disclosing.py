"""Disclosing (取完整文件): the file of a batch with the personal data in it, for a named person, never without a trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from chassis.exports.dataset import Exports
from chassis.exports.files import FileFormat, Rows
from chassis.exports.ledger import opened
from chassis.problems import not_found
from chassis.transaction import Transaction
from kernel.export import Disclose
from kernel.field_table import Cell, FieldTable
from kernel.refusal import Refusal

_TABLE = "SELECT table_name FROM export_batch WHERE batch = $1"
_LINES = "SELECT batch, number, cells, sealed FROM export_line WHERE batch = $1 ORDER BY number"
_NOTE = """
INSERT INTO export_disclosure (batch, disclosed_by, reason, format, disclosed_at) VALUES ($1, $2, $3, $4, $5)
"""


@dataclass(frozen=True, kw_only=True)
class DiscloseFile:
    """取完整文件 in a format."""

    asked: Disclose
    form: FileFormat


class DiscloseWork:
    """One transaction with the lines of a batch."""

    def __init__(self, tx: Transaction, exports: Exports) -> None:
        self._tx = tx
        self.exports = exports
        self.table: str | None = None
        self.rows: list[Mapping[str, Cell]] = []
        self._noted: DiscloseFile | None = None

    async def load(self, messages: Sequence[DiscloseFile]) -> None:
        """Read the batch and open what is sealed."""
        for each in messages:
            self.table = await self._tx.connection.fetchval(_TABLE, each.asked.batch)
            for row in await self._tx.connection.fetch(_LINES, each.asked.batch):
                secrets = opened(self.exports.seal, row)
                self.rows.append({**msgspec.json.decode(row["cells"]), **secrets})

    def note(self, command: DiscloseFile) -> None:
        """Keep the trace."""
        self._noted = command

    async def flush(self) -> None:
        """Write the trace; the file leaves only after it."""
        if self._noted:
            asked = self._noted.asked
            trace = (asked.batch, asked.by, asked.reason, self._noted.form.value, self._tx.now)
            await self._tx.connection.execute(_NOTE, *trace)


def disclose_file(work: DiscloseWork, command: DiscloseFile) -> tuple[FieldTable, Rows]:
    """The rows of the file. Refuses ``not-found`` (404)."""
    if work.table is None:
        raise no_such_batch()
    work.note(command)
    return work.exports.of(work.table).table, work.rows


def no_such_batch() -> Refusal:
    """没有这个批次: 404 ``not-found``."""
    return not_found("这个报送批次", "batch of exports")

"""The ledger of exports (报送台账) in PostgreSQL, set-wise: what the authority has of each row, and the lines that say so.

Personal data lies sealed beside the masked cells; who reads the tables sees no number.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from chassis import setwise
from chassis.database import Connection
from chassis.exports.batch import Batch, batch_of
from chassis.exports.dataset import Dataset, Seal
from kernel.export import Candidate, ExportLine, ExportPlan, Operation, RunExport, SentRow
from kernel.field_table import Cell
from kernel.reckoning import end_of, start_of
from kernel.sealed import Place

_COUNTER = "SELECT coalesce(max(right(batch, 5)::int), 0) FROM export_batch WHERE batch BETWEEN $1 AND $2"
_BEFORE = """
SELECT * FROM export_batch WHERE table_name = $1 AND first_day = $2 AND last_day = $3 ORDER BY batch DESC LIMIT 1
"""
_REFUSALS = "SELECT row_key, field, rule FROM export_refusal WHERE batch = $1 ORDER BY number"
_ENTRY = """
SELECT e.row_key, e.digest, e.operation, e.dated_on, e.batch, e.number, l.department, l.cells, l.sealed
  FROM export_entry e JOIN export_line l USING (batch, number) WHERE e.table_name = $1
"""
_IN_WINDOW = _ENTRY + " AND e.dated_on BETWEEN $2 AND $3"
_OF_KEYS = _ENTRY + " AND e.row_key = ANY ($2::text[])"
_BATCH = {
    **dict.fromkeys(("batch", "table_name"), "text"),
    **dict.fromkeys(("first_day", "last_day"), "date"),
    "exported_by": "text",
    "exported_at": "timestamptz",
    **dict.fromkeys(("inserted", "updated", "deleted", "refused", "unchanged"), "int"),
}
_LINE = {
    "batch": "text",
    "number": "int",
    **dict.fromkeys(("row_key", "operation"), "text"),
    "digest": "bytea",
    "dated_on": "date",
    "department": "text",
    "cells": "jsonb",
    "sealed": "bytea",
}
_KEPT = {
    **dict.fromkeys(("table_name", "row_key"), "text"),
    "digest": "bytea",
    "operation": "text",
    "dated_on": "date",
    "batch": "text",
    "number": "int",
    "exported_by": "text",
    "exported_at": "timestamptz",
}
_FAULT = {"batch": "text", "number": "int", **dict.fromkeys(("row_key", "field", "rule", "zh", "en"), "text")}
_ADD_BATCH = setwise.insert("export_batch", _BATCH)
_ADD_LINES = setwise.insert("export_line", _LINE)
_KEEP_ENTRIES = setwise.upsert("export_entry", _KEPT, ("table_name", "row_key"))
_ADD_REFUSALS = setwise.insert("export_refusal", _FAULT)


class LoadedLedger:
    """What is known of one window of one table; what is added is written at the end."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal
        self.counter = 0
        """Batches of today."""
        self.candidates: Sequence[Candidate] = ()
        self.sent: dict[str, SentRow] = {}
        self.before: Batch | None = None
        """The last batch of the same table and window."""
        self.refused_before: list[tuple[str, str, str]] = []
        self._added: list[tuple[Batch, Dataset, ExportPlan]] = []

    async def read(self, asked: RunExport, dataset: Dataset, today: date) -> None:
        """Read the window."""
        day = f"{today:%Y%m%d}"
        self.counter = await self._connection.fetchval(_COUNTER, f"{day}00000", f"{day}99999")
        await self._read_sent(_IN_WINDOW, asked.table, asked.first, asked.last)
        if dataset.touched:
            span = start_of(asked.first), end_of(asked.last)
            found = await self._connection.fetch(dataset.touched, *span)
            await self._read_sent(_OF_KEYS, asked.table, sorted({row["row_key"] for row in found}))
        keys = sorted(self.sent)
        self.candidates = await dataset.rows(self._connection, asked.first, asked.last, keys)
        moved = sorted({each.key for each in self.candidates} - set(keys))
        await self._read_sent(_OF_KEYS, asked.table, moved)
        row = await self._connection.fetchrow(_BEFORE, asked.table, asked.first, asked.last)
        if row:
            self.before = batch_of(row)
            refused = await self._connection.fetch(_REFUSALS, self.before.batch)
            self.refused_before = [(each["row_key"], each["field"], each["rule"]) for each in refused]

    async def _read_sent(self, query: str, *which: Any) -> None:
        for row in await self._connection.fetch(query, *which):
            self.sent[row["row_key"]] = SentRow(
                key=row["row_key"],
                digest=row["digest"],
                operation=Operation(row["operation"]),
                dated_on=row["dated_on"],
                department=row["department"],
                cells=msgspec.json.decode(row["cells"]),
                secrets=opened(self._seal, row),
            )

    def add(self, batch: Batch, dataset: Dataset, said: ExportPlan) -> None:
        """Keep a batch."""
        self._added.append((batch, dataset, said))

    async def write(self) -> None:
        """Write batches, lines, ledger and refusals, each in one statement."""
        for batch, dataset, said in self._added:
            numbered = list(enumerate(said.lines, start=1))
            table = dataset.table.name
            await self._write(_ADD_BATCH, [_batch_row(batch)])
            await self._write(_ADD_LINES, [_line_row(batch, n, line, self._seal) for n, line in numbered])
            await self._write(_KEEP_ENTRIES, [_entry_row(batch, table, n, line) for n, line in numbered])
            faults = enumerate(said.refused, start=1)
            rows = [(batch.batch, n, f.key, f.fault.field, f.fault.rule, f.fault.zh, f.fault.en) for n, f in faults]
            await self._write(_ADD_REFUSALS, rows)

    async def _write(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            await self._connection.execute(statement, *setwise.transposed(rows))


def opened(seal: Seal, row: Any) -> Mapping[str, Cell]:
    """What the masks of a line hide; ``row``: batch, number and sealed of the line."""
    if not row["sealed"]:
        return {}
    place = _place(row["batch"], row["number"])
    return msgspec.json.decode(seal.open(row["sealed"], place), type=dict[str, Cell])


def _place(batch: str, number: int) -> Place:
    return Place("export_line", "sealed", (batch, str(number)))


def _batch_row(batch: Batch) -> tuple[Any, ...]:
    return tuple(getattr(batch, name) for name in Batch.__dataclass_fields__)


def _line_row(batch: Batch, number: int, line: ExportLine, seal: Seal) -> tuple[Any, ...]:
    secrets = msgspec.json.encode(line.secrets).decode()
    sealed = seal.seal(secrets, _place(batch.batch, number)) if line.secrets else None
    cells = msgspec.json.encode(line.cells).decode()
    return (
        *(batch.batch, number, line.key, line.operation.value, line.digest, line.dated_on, line.department),
        *(cells, sealed),
    )


def _entry_row(batch: Batch, table: str, number: int, line: ExportLine) -> tuple[Any, ...]:
    return (
        *(table, line.key, line.digest, line.operation.value, line.dated_on, batch.batch, number, batch.by, batch.at),
    )

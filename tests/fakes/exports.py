"""The fake ledger of exports: what a batch added is what the next one finds.

It is trusted because tests/contract/test_export_ledger.py holds it to the same suite as PostgreSQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from chassis.exports.batch import Batch, ExportReceipt
from chassis.exports.dataset import Dataset, Exports
from chassis.exports.running import judged, run_export
from kernel.export import Candidate, ExportPlan, RunExport, SentRow
from kernel.export_limit import ExportRules
from kernel.field_table import Value
from kernel.subject import SubjectKind
from tests.fakes.field_rows import TABLES, a_row

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
TODAY = date(2026, 3, 10)
STAMPED = {each.code for table in TABLES.values() for each in table.fields if each.stamped}


class Rows:
    """What a service knows today; tests change it between batches."""

    def __init__(self) -> None:
        self.rows: list[Candidate] = []

    async def __call__(self, _connection: object, first: date, last: date, keys: Sequence[str]) -> list[Candidate]:
        return [row for row in self.rows if first <= row.dated_on <= last or row.key in keys]


def exports_with(rows: Rows, seal: Any, most: int = 100) -> Exports:
    """Licences alone, from these rows."""
    datasets = {"licence": Dataset(table=TABLES["licence"], rows=rows)}
    return Exports(datasets=datasets, rules=ExportRules(()), seal=seal, region="640202", most_rows=most)


def a_candidate(
    key: str = "s:A1", kind: SubjectKind = SubjectKind.ORGANISATION, on: date = date(2026, 3, 5), **changes: Value
) -> Candidate:
    """A licence the authority takes."""
    values = {code: value for code, value in a_row(TABLES["licence"], kind).items() if code not in STAMPED} | changes
    return Candidate(key=key, dated_on=on, department="D1", kind=kind, values=values)


@dataclass
class FakeLedger:
    """What was sent, and the batches."""

    candidates: Sequence[Candidate] = ()
    counter: int = 0
    sent: dict[str, SentRow] = field(default_factory=dict)
    before: Batch | None = None
    refused_before: list[tuple[str, str, str]] = field(default_factory=list)
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    """(batch, row, operation)."""
    batches: list[tuple[Batch, list[tuple[str, str, str]]]] = field(default_factory=list)
    kept: dict[str, SentRow] = field(default_factory=dict)

    def add(self, batch: Batch, _dataset: Dataset, said: ExportPlan) -> None:
        refused = [(each.key, each.fault.field, each.fault.rule.value) for each in said.refused]
        self.batches.append((batch, refused))
        self.lines += [(batch.batch, line.key, line.operation.value) for line in said.lines]
        names = ("key", "digest", "operation", "dated_on", "department", "cells", "secrets")
        self.kept |= {line.key: SentRow(**{name: getattr(line, name) for name in names}) for line in said.lines}


@dataclass
class FakeWork:
    """One export on the fake ledger."""

    ledger: FakeLedger
    exports: Exports
    said: ExportPlan | None
    now: datetime = NOW
    today: date = TODAY


class FakeStore:
    """Exports without a database."""

    def __init__(self, rows: Rows, seal: Any, most: int = 100) -> None:
        self.exports = exports_with(rows, seal, most)
        self._ledger = FakeLedger()

    async def run(self, command: RunExport) -> ExportReceipt:
        ledger = self._ledger
        ledger.counter = len(ledger.batches)
        window = {key: row for key, row in ledger.kept.items() if command.first <= row.dated_on <= command.last}
        rows = self.exports.datasets["licence"].rows
        nothing: Any = None
        ledger.candidates = await rows(nothing, command.first, command.last, sorted(window))
        moved = {each.key: ledger.kept[each.key] for each in ledger.candidates if each.key in ledger.kept}
        ledger.sent = window | moved
        same = [each for each in ledger.batches if (each[0].first, each[0].last) == (command.first, command.last)]
        ledger.before, ledger.refused_before = same[-1] if same else (None, [])
        fits = len(ledger.candidates) <= self.exports.most_rows
        said = judged(self.exports, ledger, command, TODAY) if fits and command.last <= TODAY else None
        work: Any = FakeWork(ledger, self.exports, said)
        return run_export(work, command)

    async def lines(self) -> list[tuple[str, str, str]]:
        """(batch, row, operation), as they were said."""
        return list(self._ledger.lines)

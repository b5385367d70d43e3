"""Running an export: nothing new makes no batch, a new refusal does, too many rows are refused before anything is read on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from chassis.exports.batch import Batch
from chassis.exports.dataset import Dataset, Exports
from chassis.exports.running import ExportWork, judged, run_export
from kernel.export import Candidate, ExportPlan, RunExport, SentRow
from kernel.export_limit import ExportRules
from kernel.field_table import Value
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.fakes.field_rows import TABLES, a_row

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
MARCH = RunExport(table="licence", first=date(2026, 3, 1), last=date(2026, 3, 10), by="clerk-1")
STAMPED = {each.code for each in TABLES["licence"].fields if each.stamped}


class Plainly:
    """Seals nothing."""

    def reference(self, _what: str, text: str) -> str:
        return text

    def seal(self, text: str) -> bytes:
        return text.encode()

    def open(self, sealed: bytes) -> str:
        return sealed.decode()


async def _no_rows(*_asked: object) -> list[Candidate]:
    return []


@dataclass
class Ledger:
    """A ledger in memory: what a batch added is what the next one finds."""

    candidates: Sequence[Candidate]
    counter: int = 0
    sent: dict[str, SentRow] = field(default_factory=dict)
    before: Batch | None = None
    refused_before: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, batch: Batch, _dataset: Dataset, said: ExportPlan) -> None:
        self.counter, self.before = self.counter + 1, batch
        self.refused_before = [(each.key, each.fault.field, each.fault.rule.value) for each in said.refused]
        names = ("key", "digest", "operation", "dated_on", "department", "cells", "secrets")
        self.sent |= {line.key: SentRow(**{name: getattr(line, name) for name in names}) for line in said.lines}


@dataclass
class Work:
    """Judges as the real one does, whenever it is asked."""

    ledger: Ledger
    exports: Exports
    now: datetime = NOW
    today: date = date(2026, 3, 10)

    @property
    def said(self) -> ExportPlan | None:
        fits = len(self.ledger.candidates) <= self.exports.most_rows
        return judged(self.exports, self.ledger, MARCH, self.today) if fits else None


def working(*rows: Candidate, most: int = 100) -> Any:
    datasets = {"licence": Dataset(table=TABLES["licence"], rows=_no_rows)}
    exports = Exports(datasets=datasets, rules=ExportRules(()), seal=Plainly(), region="640202", most_rows=most)
    return cast("ExportWork", Work(Ledger(list(rows)), exports))


def a_candidate(key: str, **changes: Value) -> Candidate:
    values = {code: value for code, value in a_row(TABLES["licence"]).items() if code not in STAMPED} | changes
    return Candidate(key=key, dated_on=date(2026, 3, 5), department="D1", kind=SubjectKind.ORGANISATION, values=values)


def test_the_first_batch_of_a_day_has_number_one_and_the_next_two() -> None:
    work = working(a_candidate("s:A1"))
    first = run_export(work, MARCH).batch
    assert first is not None
    assert (first.batch, first.inserted, first.by, first.at) == ("2026031000001", 1, "clerk-1", NOW)
    work.ledger.candidates = [*work.ledger.candidates, a_candidate("s:A2")]
    second = run_export(work, MARCH)
    assert second.batch is not None
    assert (second.batch.batch, second.batch.inserted, second.unchanged) == ("2026031000002", 1, 1)


def test_nothing_new_makes_no_batch() -> None:
    work = working(a_candidate("s:A1"))
    first = run_export(work, MARCH)
    again = run_export(work, MARCH)
    assert (again.duplicate, again.batch, again.unchanged, work.ledger.counter) == (True, first.batch, 1, 1)
    assert run_export(working(), MARCH).batch is None


def test_the_same_refusals_make_no_batch_and_others_do() -> None:
    work = working(a_candidate("s:A1", XK_NR=""))
    assert not run_export(work, MARCH).duplicate
    assert run_export(work, MARCH).duplicate
    work.ledger.candidates = [a_candidate("s:A1", XK_WSH="")]
    changed = run_export(work, MARCH)
    assert (changed.duplicate, work.ledger.refused_before) == (False, [("s:A1", "XK_WSH", "mandatory")])


def test_too_many_rows_are_refused_and_nothing_is_kept() -> None:
    work = working(a_candidate("s:A1"), a_candidate("s:A2"), most=1)
    with pytest.raises(Refusal, match="export-too-large"):
        run_export(work, MARCH)
    assert work.ledger.counter == 0

"""Importing rows: all or nothing, the good ones, or none at all."""

import pytest

from approval.domain.intake import ImportCases, NotWritten, RowRefused
from approval.handlers import import_cases
from kernel.refusal import Fault
from tests.fakes.approval import FakeDatabase, a_statement, done

GOOD, ALSO_GOOD, BAD = a_statement("A"), a_statement("B"), a_statement("C", item_code="9999")
UNREADABLE = RowRefused(row=3, code="invalid-content", faults=(Fault(pointer="/kind", zh="坏", en="bad"),))


def test_good_rows_are_all_written() -> None:
    database = FakeDatabase()
    report = done(database, import_cases, ImportCases(rows=((2, GOOD), (3, ALSO_GOOD), (4, GOOD))))
    assert (report.rows, report.written, report.duplicates, report.refused) == (3, 2, 1, ())
    assert len(database.decisions) == 2


def test_one_bad_row_and_nothing_is_written() -> None:
    database = FakeDatabase()
    with pytest.raises(NotWritten) as caught:
        done(database, import_cases, ImportCases(rows=((2, GOOD), (4, BAD)), unreadable=(UNREADABLE,)))
    assert [refused.row for refused in caught.value.report.refused] == [3, 4]
    assert database.decisions == []


def test_partial_writes_the_good_rows_and_names_the_others() -> None:
    database = FakeDatabase()
    command = ImportCases(rows=((2, GOOD), (4, BAD)), unreadable=(UNREADABLE,), partial=True)
    report = done(database, import_cases, command)
    assert (report.written, [refused.row for refused in report.refused]) == (1, [3, 4])
    assert [decision.statement.case_id for decision in database.decisions] == ["A"]


def test_a_dry_run_tells_what_would_be_done_and_writes_nothing() -> None:
    database = FakeDatabase()
    with pytest.raises(NotWritten) as caught:
        done(database, import_cases, ImportCases(rows=((2, GOOD), (3, ALSO_GOOD)), dry_run=True, partial=True))
    assert (caught.value.report.written, caught.value.report.refused) == (2, ())
    assert database.decisions == []


def test_a_refusal_without_single_faults_stands_for_the_whole_row() -> None:
    with pytest.raises(NotWritten) as caught:
        done(FakeDatabase(), import_cases, ImportCases(rows=((2, a_statement("A", revision=2)),)))
    (refused,) = caught.value.report.refused
    assert (refused.code, refused.faults[0].pointer) == ("revision-gap", "")

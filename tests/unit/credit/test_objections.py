"""Objection: marked at once, looked at in time, upheld or rejected, reviewed once by somebody else."""

import pytest

from contracts.credit import GradeChanged, RecordWithdrawn
from contracts.redress import (
    ObjectionDecided,
    ObjectionForwarded,
    ObjectionLodged,
    ObjectionOverdue,
    ReviewRequested,
)
from credit.domain.commands import Reassess
from credit.domain.objection import ObjectionState
from credit.domain.process import DeadlineKind
from credit.handlers import (
    decide_objection,
    enter_record,
    forward_objection,
    lodge_objection,
    reassess,
    review_objection,
)
from kernel.credit import Grade, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, told
from tests.fakes.credit_commands import CLERK, HEAD, an_entry, forward, judge, lodge, review
from tests.unit.credit.test_repairs import record_id, running, sweep


@pytest.fixture
def database() -> FakeDatabase:
    database = FakeDatabase()
    told(database, enter_record, an_entry())
    return database


def objection_id(database: FakeDatabase) -> str:
    return next(iter(database.redress.objections.rows))


def grade(database: FakeDatabase) -> Grade | None:
    told_now = database.roots[SubjectKey("099", "S1")].standing
    return told_now.grade if told_now else None


def test_the_record_is_marked_at_once_and_takes_no_points(database: FakeDatabase) -> None:
    lodged, changed = told(database, lodge_objection, lodge(record_id(database)))
    assert isinstance(lodged, ObjectionLodged)
    assert str(lodged.due_on) == "2012-03-06"
    assert isinstance(changed, GradeChanged)
    assert (changed.grade, [r.points for r in changed.reasons]) == (Grade.A, [0])
    assert set(running(database)) == {DeadlineKind.OBJECTION_OWN}


def test_upheld_the_record_never_was(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    decided, withdrawn = told(database, decide_objection, judge(objection_id(database), upheld=True))
    assert isinstance(decided, ObjectionDecided)
    assert (decided.upheld, decided.review) == (True, False)
    assert isinstance(withdrawn, RecordWithdrawn)
    assert database.records[record_id(database)].state is RecordState.WITHDRAWN
    assert (grade(database), running(database)) == (Grade.A, {})


def test_rejected_the_record_counts_again(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    decided, changed = told(database.on("2012-03-02"), decide_objection, judge(objection_id(database), upheld=False))
    assert isinstance(decided, ObjectionDecided)
    assert isinstance(changed, GradeChanged)
    assert (grade(database), running(database)) == (Grade.B, {})
    (mark,) = database.records[record_id(database)].marks
    assert (str(mark.since), str(mark.until)) == ("2012-03-01", "2012-03-02")


def test_forwarded_the_clock_of_the_provider_begins_and_the_own_one_is_met(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    (forwarded,) = told(database.on("2012-03-02"), forward_objection, forward(objection_id(database)))
    assert isinstance(forwarded, ObjectionForwarded)
    assert (forwarded.provider, str(forwarded.due_on)) == ("ENFORCE", "2012-03-13")
    assert set(running(database)) == {DeadlineKind.OBJECTION_PROVIDER}
    assert [e for e in sweep(database.on("2012-03-13")) if isinstance(e, ObjectionOverdue)] == []
    assert len([e for e in sweep(database.on("2012-03-14")) if isinstance(e, ObjectionOverdue)]) == 1
    with pytest.raises(Refusal, match="objection-state"):
        told(database, forward_objection, forward(objection_id(database)))


def test_no_downgrade_while_it_is_pending(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    for day in ("2012-03-02", "2012-03-09", "2012-04-01"):
        told(database.on(day), reassess, Reassess(subject=SubjectKey("099", "S1")))
        assert grade(database) is Grade.A


def test_a_review_marks_again_and_is_decided_by_somebody_else_for_good(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    told(database, decide_objection, judge(objection_id(database), upheld=False))
    asked, changed = told(database.on("2012-03-05"), review_objection, review(objection_id(database)))
    assert isinstance(asked, ReviewRequested)
    assert str(asked.due_on) == "2012-03-08"
    assert isinstance(changed, GradeChanged)
    assert grade(database) is Grade.A
    with pytest.raises(Refusal, match="second-person-needed"):
        told(database, decide_objection, judge(objection_id(database), by=CLERK, upheld=False))
    decided, _ = told(database, decide_objection, judge(objection_id(database), by=HEAD, upheld=False))
    assert isinstance(decided, ObjectionDecided)
    assert decided.review
    assert (grade(database), running(database)) == (Grade.B, {})
    with pytest.raises(Refusal, match="objection-final"):
        told(database, review_objection, review(objection_id(database)))


def test_a_review_may_uphold(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    told(database, decide_objection, judge(objection_id(database), upheld=False))
    told(database, review_objection, review(objection_id(database)))
    told(database, decide_objection, judge(objection_id(database), by=HEAD, upheld=True))
    assert database.redress.objections.rows[objection_id(database)].state is ObjectionState.UPHELD
    assert database.records[record_id(database)].state is RecordState.WITHDRAWN
    with pytest.raises(Refusal, match="objection-state"):
        told(database, review_objection, review(objection_id(database)))


def test_one_objection_at_a_time_and_none_that_brings_nothing_new(database: FakeDatabase) -> None:
    told(database, lodge_objection, lodge(record_id(database)))
    with pytest.raises(Refusal, match="objection-open"):
        told(database, lodge_objection, lodge(record_id(database), evidence=("证据2",)))
    told(database, decide_objection, judge(objection_id(database), upheld=False))
    for evidence in ((), ("证据1",)):
        with pytest.raises(Refusal, match="objection-repeated"):
            told(database, lodge_objection, lodge(record_id(database), evidence=evidence))
    told(database, lodge_objection, lodge(record_id(database), evidence=("证据1", "证据2")))
    assert grade(database) is Grade.A


def test_a_record_that_ended_is_not_objected_to(database: FakeDatabase) -> None:
    with pytest.raises(Refusal, match="record-not-active"):
        told(database.on("2013-03-02"), lodge_objection, lodge(record_id(database)))
    told(database, reassess, Reassess(subject=SubjectKey("099", "S1")))
    with pytest.raises(Refusal, match="record-not-active"):
        told(database, lodge_objection, lodge(record_id(database)))


def test_a_record_that_expired_while_it_was_looked_at_is_withdrawn_when_it_was_wrong(database: FakeDatabase) -> None:
    told(database.on("2013-02-28"), lodge_objection, lodge(record_id(database)))
    told(database.on("2013-03-05"), reassess, Reassess(subject=SubjectKey("099", "S1")))
    assert database.records[record_id(database)].state is RecordState.EXPIRED
    told(database, decide_objection, judge(objection_id(database), upheld=True))
    assert database.records[record_id(database)].state is RecordState.WITHDRAWN


def test_why_must_be_said(database: FakeDatabase) -> None:
    with pytest.raises(Refusal, match="invalid-content"):
        told(database, lodge_objection, lodge(record_id(database), reason=" "))
    assert database.redress.objections.rows == {}
    assert database.records[record_id(database)].marks == ()

"""What inspections and penalties mean for their subject, and what ends by itself, on fakes."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.credit import GradeChanged, RecordAdded, RecordExpired, SubjectRegistered, SubjectRenamed
from contracts.event import Event
from contracts.supervision import InspectionConcluded
from credit.domain.commands import Reassess
from credit.handlers import on_inspection_concluded, on_referral_concluded, reassess
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_inspections import a_penalty, an_inspection

S1 = SubjectKey("099", "S1")


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def grades(events: list[Event]) -> list[tuple[int, Grade | None, Grade]]:
    return [(e.version, e.previous, e.grade) for e in events if isinstance(e, GradeChanged)]


def test_a_failure_with_a_critical_finding_makes_a_general_record_and_the_first_grade(database: FakeDatabase) -> None:
    registered, added, changed = told(
        database, on_inspection_concluded, an_inspection("7", "FAIL", "CRITICAL", "MINOR")
    )
    assert isinstance(registered, SubjectRegistered)
    assert isinstance(added, RecordAdded)
    assert isinstance(changed, GradeChanged)
    assert (added.kind, added.record_class) == (RecordKind.INSPECTION, RecordClass.GENERAL)
    assert (str(added.min_until), str(added.max_until), added.public) == ("2012-06-01", "2013-03-01", True)
    assert (changed.version, changed.previous, changed.grade, changed.score) == (1, None, Grade.B, 80)
    assert [(r.record_id, r.points) for r in changed.reasons] == [(added.record_id, -20)]


@pytest.mark.parametrize("result", ["PASS", "PASS_WITH_CONDITIONS"])
def test_a_passed_inspection_makes_the_subject_known_without_a_grade(database: FakeDatabase, result: str) -> None:
    said = told(database, on_inspection_concluded, an_inspection("1", result, "CRITICAL"))
    assert [type(event) for event in said] == [SubjectRegistered]
    subject = database.roots[S1]
    assert (subject.root.version, subject.standing, subject.records, subject.due_on) == (0, None, {}, None)


def test_inspections_of_one_batch_see_each_other_and_number_their_assessments(database: FakeDatabase) -> None:
    batch = [an_inspection(str(n), "FAIL", "CRITICAL") for n in range(3)]
    assert grades(told(database, on_inspection_concluded, *batch)) == [
        (1, None, Grade.B),
        (2, Grade.B, Grade.C),
        (3, Grade.C, Grade.D),
    ]


def test_the_same_inspection_told_again_changes_nothing(database: FakeDatabase) -> None:
    first = an_inspection("1", "FAIL")
    told(database, on_inspection_concluded, first)
    assert told(database, on_inspection_concluded, first, first) == []
    assert database.roots[S1].root.version == 1


@pytest.mark.parametrize(
    "other", [an_inspection("1", "PASS"), an_inspection("1", of="S2"), an_inspection("1", on="2012-03-02")]
)
def test_an_inspection_told_differently_is_refused_and_changes_nothing(
    database: FakeDatabase, other: InspectionConcluded
) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "FAIL"))
    with pytest.raises(Refusal, match="record-differs"):
        told(database, on_inspection_concluded, other)
    assert list(database.roots) == [S1]
    assert len(database.records) == 1


def test_the_same_number_of_another_source_is_another_inspection(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1"), an_inspection("1", source="other"))
    assert len(database.records) == 2


def test_a_promise_found_broken_is_a_record_of_its_own_kind(database: FakeDatabase) -> None:
    said = told(database, on_inspection_concluded, an_inspection("1", "FAIL", purpose="COMMITMENT"))
    assert [e.kind for e in said if isinstance(e, RecordAdded)] == [RecordKind.COMMITMENT_BREACH]


def test_a_penalty_for_an_inspection_is_the_same_fact_and_counts_instead(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL"))
    penalty = a_penalty("罚1号", "05", on="2012-03-20")
    added, changed, _ = told(database.on("2012-03-20"), on_referral_concluded, penalty)
    assert isinstance(added, RecordAdded)
    assert (added.kind, added.record_class, added.document_no) == (RecordKind.PENALTY, RecordClass.SERIOUS, "罚1号")
    assert (str(added.min_until), str(added.max_until), added.repairable) == ("2013-03-20", "2015-03-20", False)
    assert isinstance(changed, GradeChanged)
    assert changed.score == 55


def test_no_penalty_makes_no_record_and_the_same_penalty_makes_one(database: FakeDatabase) -> None:
    assert told(database, on_referral_concluded, a_penalty()) == []
    told(database, on_referral_concluded, a_penalty("罚1号", "01"), a_penalty("罚1号", "01"))
    assert len(database.records) == 1
    with pytest.raises(Refusal, match="record-differs"):
        told(database, on_referral_concluded, a_penalty("罚1号", "01", on="2012-03-02"))


def test_a_record_is_used_until_its_last_day_and_then_ends_by_itself(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL"))
    assert str(database.roots[S1].due_on) == "2013-03-02"
    assert told(database.on("2013-03-01"), reassess, Reassess(subject=S1)) == []
    expired, changed = told(database.on("2013-03-02"), reassess, Reassess(subject=S1))
    assert isinstance(expired, RecordExpired)
    assert str(expired.expired_on) == "2013-03-02"
    assert isinstance(changed, GradeChanged)
    assert (changed.previous, changed.grade, changed.reasons) == (Grade.B, Grade.A, ())
    (record,) = database.records.values()
    assert (record.state, str(record.ended_on)) == (RecordState.EXPIRED, "2013-03-02")
    assert told(database.on("2014-01-01"), reassess, Reassess(subject=S1)) == []
    assert database.roots[S1].due_on is None


def test_a_record_told_after_its_period_never_counts(database: FakeDatabase) -> None:
    said = told(database.on("2020-01-01"), on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL"))
    assert [type(event) for event in said] == [SubjectRegistered, RecordAdded, RecordExpired, GradeChanged]
    assert grades(said) == [(1, None, Grade.A)]


def test_a_late_look_leaves_what_punctual_looks_leave() -> None:
    inspections = [an_inspection("1", "FAIL", "CRITICAL"), an_inspection("2", "FAIL", on="2012-05-01")]
    late, punctual = FakeDatabase(), FakeDatabase()
    for database in (late, punctual):
        told(database.on("2012-05-01"), on_inspection_concluded, *inspections)
    for day in ("2012-08-02", "2013-03-02", "2014-03-02"):
        told(punctual.on(day), reassess, Reassess(subject=S1))
    told(late.on("2014-03-02"), reassess, Reassess(subject=S1))
    assert late.records == punctual.records
    ends = [(d.roots[S1].standing, d.roots[S1].due_on) for d in (late, punctual)]
    assert [(s.score, s.grade, s.reasons, due) for s, due in ends if s] == [(100, Grade.A, (), None)] * 2


def test_the_grade_is_told_under_the_source_and_region_the_subject_was_first_seen_in(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "PASS", source="first"))
    added, changed = told(database, on_inspection_concluded, an_inspection("2", source="second"))
    assert (added.source_system, changed.source_system) == ("second", "first")


def test_a_newer_name_is_taken_and_told_an_older_one_is_not(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "PASS", name="旧名"))
    (renamed,) = told(database, on_inspection_concluded, an_inspection("2", "PASS", name="新名", on="2012-04-01"))
    assert isinstance(renamed, SubjectRenamed)
    assert (renamed.previous_name, renamed.subject.name) == ("旧名", "新名")
    assert told(database, on_inspection_concluded, an_inspection("3", "PASS", name="更旧", on="2012-03-15")) == []
    assert database.notes == [(S1, "REGISTERED"), (S1, "RENAMED")]


def test_a_day_before_all_rules_is_refused_and_leaves_no_subject(database: FakeDatabase) -> None:
    work = FakeWork(database)
    event = an_inspection("1", on="1999-12-31")
    work.load_now([event])
    with pytest.raises(Refusal, match="no-rule-in-force"):
        on_inspection_concluded(work, event)
    work.flush_now()
    assert database == FakeDatabase()


results = st.tuples(st.sampled_from(["PASS", "FAIL"]), st.booleans(), st.dates(date(2009, 1, 1), date(2012, 12, 31)))


@given(st.lists(results, min_size=1, max_size=5), st.lists(st.sampled_from(["甲", "乙", ""]), min_size=5))
def test_whatever_the_order_of_arrival_the_subject_ends_the_same(
    found: list[tuple[str, bool, object]], names: list[str]
) -> None:
    events = [
        an_inspection(str(n), result, *(["CRITICAL"] if critical else []), on=str(day), name=names[n])
        for n, (result, critical, day) in enumerate(found)
    ]
    ends = set()
    for order in list(permutations(events))[:24]:
        database = FakeDatabase().on("2012-12-31")
        for event in order:
            told(database, on_inspection_concluded, event)
        subject = database.roots[S1]
        ends.add((subject.standing, subject.root.name, frozenset(subject.records.values()), subject.due_on))
    assert len(ends) == 1

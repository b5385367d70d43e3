"""What a concluded inspection means for its subject, on fakes."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.credit import GradeChanged, RecordAdded
from contracts.supervision import InspectionConcluded
from credit.handlers import on_inspection_concluded
from kernel.credit import Grade, RecordClass
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_inspections import an_inspection

S1 = SubjectKey("099", "S1")


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def test_a_failure_with_a_critical_finding_makes_a_general_record_and_the_first_grade(database: FakeDatabase) -> None:
    added, changed = told(database, on_inspection_concluded, an_inspection("7", "FAIL", "CRITICAL", "MINOR"))
    assert isinstance(added, RecordAdded)
    assert isinstance(changed, GradeChanged)
    assert added.record_class is RecordClass.GENERAL
    assert (changed.version, changed.previous, changed.grade, changed.score) == (1, None, Grade.B, 80)
    assert [(r.record_id, r.points) for r in changed.reasons] == [(added.record_id, -20)]


@pytest.mark.parametrize("result", ["PASS", "PASS_WITH_CONDITIONS"])
def test_a_passed_inspection_makes_the_subject_known_and_says_nothing(database: FakeDatabase, result: str) -> None:
    assert told(database, on_inspection_concluded, an_inspection("1", result, "CRITICAL")) == []
    subject = database.subjects[S1]
    assert (subject.version, subject.standing, subject.records) == (0, None, [])


def test_inspections_of_one_batch_see_each_other_and_number_their_assessments(database: FakeDatabase) -> None:
    batch = [an_inspection(str(n), "FAIL", "CRITICAL") for n in range(3)]
    said = [event for event in told(database, on_inspection_concluded, *batch) if isinstance(event, GradeChanged)]
    assert [(e.version, e.previous, e.grade) for e in said] == [
        (1, None, Grade.B),
        (2, Grade.B, Grade.C),
        (3, Grade.C, Grade.D),
    ]


def test_the_same_inspection_told_again_changes_nothing(database: FakeDatabase) -> None:
    first = an_inspection("1", "FAIL")
    told(database, on_inspection_concluded, first)
    assert told(database, on_inspection_concluded, first, first) == []
    assert database.subjects[S1].version == 1


@pytest.mark.parametrize(
    "other", [an_inspection("1", "PASS"), an_inspection("1", of="S2"), an_inspection("1", on="2012-03-02")]
)
def test_an_inspection_told_differently_is_refused_and_changes_nothing(
    database: FakeDatabase, other: InspectionConcluded
) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "FAIL"))
    with pytest.raises(Refusal, match="record-differs"):
        told(database, on_inspection_concluded, other)
    assert list(database.subjects) == [S1]
    assert len(database.records) == 1


def test_the_same_number_of_another_source_is_another_inspection(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1"), an_inspection("1", source="other"))
    assert len(database.records) == 2


def test_a_record_that_changes_neither_score_nor_grade_is_announced_without_a_new_version(
    database: FakeDatabase,
) -> None:
    told(database, on_inspection_concluded, an_inspection("1", on="2012-03-01"))
    said = told(database, on_inspection_concluded, an_inspection("2", on="2012-06-01"))
    assert [type(event) for event in said] == [RecordAdded]
    subject = database.subjects[S1]
    assert subject.standing is not None
    assert subject.version == 1
    assert [r.record_id for r in subject.standing.reasons] == [subject.records[1].record_id]


def test_an_older_grade_comes_back_when_the_records_it_rested_on_ceased_to_count(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL", on="2012-03-01"))
    said = told(database, on_inspection_concluded, an_inspection("2", "FAIL", on="2013-03-01"))
    assert [(e.previous, e.grade, e.score) for e in said if isinstance(e, GradeChanged)] == [(Grade.B, Grade.A, 95)]


def test_the_grade_is_told_under_the_source_and_region_the_subject_was_first_seen_in(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "PASS", source="first"))
    added, changed = told(database, on_inspection_concluded, an_inspection("2", source="second"))
    assert (added.source_system, changed.source_system) == ("second", "first")


def test_a_day_before_all_rules_is_refused_and_leaves_no_subject(database: FakeDatabase) -> None:
    work = FakeWork(database)
    event = an_inspection("1", on="1999-12-31")
    work.load_now([event])
    with pytest.raises(Refusal, match="no-rule-in-force"):
        on_inspection_concluded(work, event)
    work.flush_now()
    assert database == FakeDatabase()


results = st.tuples(
    st.sampled_from(["PASS", "FAIL"]), st.booleans(), st.dates().filter(lambda d: 2000 <= d.year <= 2030)
)


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
        database = FakeDatabase()
        for event in order:
            told(database, on_inspection_concluded, event)
        subject = database.subjects[S1]
        ends.add((subject.standing, subject.name, subject.named_on, frozenset(subject.records)))
    assert len(ends) == 1

"""Provisional subjects resolved, numbers of one subject merged, and a wrong merger taken back."""

from itertools import permutations

import pytest

from contracts.credit import GradeChanged, SubjectMerged, SubjectRegistered, SubjectSplit
from credit.domain.commands import MergeSubject, SplitSubject
from credit.domain.holder import provisional_key
from credit.handlers import merge_subject, on_case_decided, on_inspection_concluded, split_subject
from kernel.credit import Grade
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, told
from tests.fakes.credit_inspections import a_decision, an_inspection

S1, S2, S3 = (SubjectKey("099", f"S{n}") for n in (1, 2, 3))
PROVISIONAL = provisional_key("unit", "L1")
ORPHAN = an_inspection("1", "FAIL", "CRITICAL", of=PROVISIONAL.id_no, name="")


def merge(subject: SubjectKey, into: SubjectKey) -> MergeSubject:
    return MergeSubject(subject=subject, into=into, by="xy-1", reason="换发统一社会信用代码")


def split(subject: SubjectKey) -> SplitSubject:
    return SplitSubject(subject=subject, by="xy-1", reason="并错了")


@pytest.fixture
def database() -> FakeDatabase:
    database = FakeDatabase()
    told(database, on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL"))
    told(database, on_inspection_concluded, an_inspection("2", "FAIL", of="S2"))
    told(database, on_inspection_concluded, an_inspection("3", "PASS", of="S3"))
    return database


def test_a_provisional_subject_becomes_the_holder_s_when_a_decision_names_him() -> None:
    database = FakeDatabase()
    told(database, on_inspection_concluded, ORPHAN)
    said = told(database, on_case_decided, a_decision())
    assert [type(event) for event in said] == [SubjectRegistered, SubjectMerged, GradeChanged]
    assert [e.subject.id_no for e in said if isinstance(e, GradeChanged)] == ["S1"]
    subject = database.roots[S1]
    assert (set(subject.aliases), len(subject.records)) == ({PROVISIONAL}, 1)
    assert subject.standing is not None
    assert subject.standing.grade is Grade.B


def test_a_holder_merged_into_the_provisional_subject_by_hand_is_not_merged_with_itself(
    database: FakeDatabase,
) -> None:
    told(database, on_inspection_concluded, an_inspection("9", "FAIL", of=PROVISIONAL.id_no, name=""))
    told(database, merge_subject, merge(S1, PROVISIONAL))
    assert not [event for event in told(database, on_case_decided, a_decision()) if isinstance(event, SubjectMerged)]
    assert set(database.roots[PROVISIONAL].aliases) == {S1}
    told(database, split_subject, split(S1))
    assert not database.roots[PROVISIONAL].aliases


def test_decision_and_orphan_inspection_end_the_same_whichever_comes_first() -> None:
    ends = []
    for order in permutations((True, False)):
        database = FakeDatabase()
        for inspected in order:
            if inspected:
                told(database, on_inspection_concluded, ORPHAN)
            else:
                told(database, on_case_decided, a_decision())
        subject = database.roots[S1]
        ends.append((set(database.roots), set(subject.aliases), set(subject.records), subject.standing))
    assert ends[0] == ends[1]


def test_the_first_decision_on_an_object_says_whose_the_orphans_are() -> None:
    database = FakeDatabase()
    told(database, on_case_decided, a_decision(of="S2", version=2))
    told(database, on_case_decided, a_decision(of="S1", version=1))
    told(database, on_inspection_concluded, ORPHAN)
    assert set(database.roots) == {S1}


def test_a_decision_without_orphans_makes_nobody_known() -> None:
    database = FakeDatabase()
    assert told(database, on_case_decided, a_decision()) == []
    assert database.roots == {}


def test_merged_subjects_carry_one_grade_and_both_numbers_are_told_of_it(database: FakeDatabase) -> None:
    said = told(database, merge_subject, merge(S2, S1))
    assert [type(event) for event in said] == [SubjectMerged, GradeChanged, GradeChanged]
    told_of = {e.subject.id_no: (e.version, e.previous, e.grade, e.score) for e in said if isinstance(e, GradeChanged)}
    assert told_of == {"S1": (2, Grade.B, Grade.B, 75), "S2": (2, Grade.A, Grade.B, 75)}
    further = told(database, on_inspection_concluded, an_inspection("9", "FAIL", of="S2"))
    assert {e.subject.id_no for e in further if isinstance(e, GradeChanged)} == {"S1", "S2"}


def test_a_split_gives_each_number_back_what_was_told_of_it(database: FakeDatabase) -> None:
    before = {key: (s.standing.score if s.standing else None) for key, s in database.roots.items()}
    told(database, merge_subject, merge(S2, S1))
    told(database, on_inspection_concluded, an_inspection("9", "FAIL", of="S2"))
    said = told(database, split_subject, split(S2))
    assert isinstance(said[0], SubjectSplit)
    assert said[0].version == 2
    after = {key: (s.standing.score if s.standing else None) for key, s in database.roots.items()}
    assert after == before | {S2: 90}
    assert {r.number for r in database.roots[S2].records.values()} == {"2", "9"}


def test_a_number_without_records_goes_back_to_the_best_grade_it_was_told_to_lose(database: FakeDatabase) -> None:
    told(database, merge_subject, merge(S3, S1))
    said = told(database, split_subject, split(S3))
    assert [(e.subject.id_no, e.grade) for e in said if isinstance(e, GradeChanged)] == [("S3", Grade.A)]


def test_a_chain_of_mergers_splits_where_it_is_cut(database: FakeDatabase) -> None:
    told(database, merge_subject, merge(S3, S2))
    told(database, merge_subject, merge(S2, S1))
    assert set(database.roots[S1].aliases) == {S2, S3}
    told(database, split_subject, split(S2))
    assert set(database.roots) == {S1, S2}
    assert set(database.roots[S2].aliases) == {S3}


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ([merge(S1, SubjectKey("099", "NOBODY"))], "not-found"),
        ([merge(S1, S1)], "already-merged"),
        ([merge(S2, S1), merge(S1, S2)], "already-merged"),
        ([merge(S2, S1), merge(S2, S3)], "merged-elsewhere"),
        ([MergeSubject(subject=S2, into=S1, by="", reason="")], "invalid-content"),
    ],
)
def test_what_cannot_be_merged_is_refused(database: FakeDatabase, commands: list[MergeSubject], code: str) -> None:
    for command in commands[:-1]:
        told(database, merge_subject, command)
    with pytest.raises(Refusal, match=code):
        told(database, merge_subject, commands[-1])


@pytest.mark.parametrize(("key", "code"), [(S1, "not-merged"), (SubjectKey("099", "NOBODY"), "not-found")])
def test_what_cannot_be_split_is_refused(database: FakeDatabase, key: SubjectKey, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        told(database, split_subject, split(key))

"""An assessment explained for any day: before, now and later."""

from datetime import date

import pytest

from contracts.credit import GradeChanged
from credit.domain.commands import MergeSubject
from credit.domain.explanation import Explanation
from credit.domain.rules_commands import DraftRules, Explain, PublishRules, SubmitRules
from credit.handlers import (
    draft_rules,
    explain,
    merge_subject,
    on_inspection_concluded,
    on_referral_concluded,
    publish_rules,
    submit_rules,
)
from kernel.credit import Grade, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_inspections import a_penalty, an_inspection
from tests.unit.credit.rules import a_content

S1, S2 = SubjectKey("099", "S1"), SubjectKey("099", "S2")


@pytest.fixture
def database() -> FakeDatabase:
    """A general record of 2012-03-01 and a severe penalty of 2011-01-10."""
    database = FakeDatabase()
    told(database, on_inspection_concluded, an_inspection("1", "FAIL", "CRITICAL"))
    told(database, on_referral_concluded, a_penalty("罚1", "05", on="2011-01-10", inspection="9"))
    return database


def on(database: FakeDatabase, day: str, key: SubjectKey = S1) -> Explanation:
    work = FakeWork(database)
    asked = Explain(subject=key, as_of=date.fromisoformat(day))
    work.load_now([asked])
    return explain(work, asked)


def test_base_and_points_make_the_score_and_every_point_names_its_record(database: FakeDatabase) -> None:
    found = on(database, "2012-03-01")
    assert (found.base, found.score, found.grade) == (100, 53, Grade.D)
    assert found.base + sum(reason.points for reason in found.reasons) == found.score
    assert [(r.points, r.full_points, r.percent) for r in found.reasons] == [(-27, -45, 60), (-20, -20, 100)]
    assert all(reason.source for reason in found.reasons)
    assert {r.record_id for r in found.reasons} == set(database.records)
    assert found.grades[0] == (Grade.A, 90)


def test_what_is_told_today_is_what_the_explanation_of_today_says(database: FakeDatabase) -> None:
    last = [event for event in database.said if isinstance(event, GradeChanged)][-1]
    found = on(database, "2012-03-01")
    assert (found.score, found.grade, found.rules) == (last.score, last.grade, last.scorecard)


def test_a_past_day_shows_what_was_used_then(database: FakeDatabase) -> None:
    found = on(database, "2011-06-01")
    assert [(r.points, r.percent) for r in found.reasons] == [(-45, 100)]
    (later,) = found.unused
    assert later.begins_on == date(2012, 3, 1)


def test_a_day_to_come_shows_what_will_be_and_says_when_it_changes_next(database: FakeDatabase) -> None:
    found = on(database, "2012-03-01")
    assert found.next_change_on == date(2013, 1, 11)
    assert on(database, "2013-01-10").score == 53
    assert on(database, "2013-01-11").score == 67
    assert on(database, "2014-02-01").score == 100
    assert {each.state for each in on(database, "2014-02-01").unused} == {RecordState.ACTIVE}


def test_a_withdrawn_record_never_was(database: FakeDatabase) -> None:
    records = database.roots[S1].records
    (wrong,) = (r for r in records.values() if r.number == "1")
    records[wrong.record_id] = wrong.ended(RecordState.WITHDRAWN, date(2012, 5, 1))
    found = on(database, "2012-03-15")
    assert found.score == 73
    assert [each.record_id for each in found.unused] == [wrong.record_id]


def test_each_day_has_the_edition_of_that_day(database: FakeDatabase) -> None:
    told(database, draft_rules, DraftRules(version="2012-2", content=a_content(GENERAL=-30), by="xy-1"))
    told(database, submit_rules, SubmitRules(version="2012-2", by="xy-1"))
    told(database, publish_rules, PublishRules(version="2012-2", by="xy-2"))
    before, after = on(database, "2012-03-31"), on(database, "2012-04-01")
    assert (before.rules, before.score, before.next_change_on) == ("2026-1", 53, date(2012, 4, 1))
    assert (after.rules, after.score) == ("2012-2", 43)


def test_a_merged_number_is_explained_as_the_one_it_is(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("5", of="S2"))
    told(database, merge_subject, MergeSubject(subject=S2, into=S1, by="xy-1", reason="同一主体"))
    assert on(database, "2012-03-01", S2) == on(database, "2012-03-01")


def test_without_a_record_there_is_no_grade(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("7", "PASS", of="S2"))
    found = on(database, "2012-03-01", S2)
    assert (found.grade, found.score, found.reasons) == (None, 100, ())


def test_a_stranger_and_a_day_without_rules_are_refused(database: FakeDatabase) -> None:
    with pytest.raises(Refusal, match="not-found"):
        on(database, "2012-03-01", SubjectKey("099", "NOBODY"))
    with pytest.raises(Refusal, match="no-rule-in-force"):
        on(database, "1999-12-31")

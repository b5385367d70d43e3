"""Feedback and its answer: what fits, what is refused, and what happens when nobody answers in time."""

from datetime import date, timedelta
from typing import Any

import pytest

from approval import handlers
from approval.domain.commands import RegisterCase
from approval.domain.process import parse
from contracts.approval import CaseDecided
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from kernel.calendar import CalendarYear
from kernel.deadline import Deadline
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind
from kernel.refusal import Refusal
from kernel.sweep import RecomputeDeadline, TakeStep
from tests.fakes.approval import NOW, RULES, FakeDatabase, a_person, a_raised, a_statement, an_answer, done

ONE = "f-1"


@pytest.fixture
def database() -> FakeDatabase:
    database = FakeDatabase()
    done(database, handlers.on_feedback_raised, a_raised(ONE))
    return database


def refused(database: FakeDatabase, **answer: Any) -> Refusal:
    with pytest.raises(Refusal) as told:
        done(database, handlers.answer_feedback, an_answer(ONE, **answer))
    return told.value


def clock(database: FakeDatabase) -> Deadline:
    (found,) = database.deadlines.values()
    return found


def test_an_accepted_answer_tells_the_decision_and_then_the_answer(database: FakeDatabase) -> None:
    done(database, handlers.answer_feedback, an_answer(ONE))
    decided, answered = database.said
    assert isinstance(decided, CaseDecided)
    assert isinstance(answered, FeedbackAnswered)
    assert (decided.case_id, decided.kind) == ("C2", DecisionKind.REVOKE)
    assert (answered.accepted, answered.decision_case_id, answered.decision_kind) == (True, "C2", "REVOKE")
    assert (clock(database).state, clock(database).ended_at) == ("MET", NOW)


def test_a_refusal_needs_a_reason_and_has_no_decision(database: FakeDatabase) -> None:
    no_reason = refused(database, accepted=False, statement=None)
    assert (no_reason.code, [f.pointer for f in no_reason.faults]) == ("invalid-content", ["/reason"])
    assert [f.pointer for f in refused(database, accepted=False, reason="证据不足").faults] == ["/case"]
    answer = an_answer(ONE, accepted=False, reason="证据不足", statement=None)
    feedback, _ = done(database, handlers.answer_feedback, answer)
    assert (feedback.accepted, feedback.answer_reason, feedback.decision_kind) == (False, "证据不足", None)


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        ({"statement": None}, "/case"),
        ({"by": ""}, "/by"),
        ({"reason": "长" * 2001}, "/reason"),
        ({"statement": a_statement("C2", kind=DecisionKind.NEW)}, "/case/kind"),
        ({"statement": a_statement("C2", kind=DecisionKind.REVOKE, object_no="O2")}, "/case/object/object_no"),
        ({"statement": a_statement("C2", kind=DecisionKind.REVOKE, item_code="9999")}, "/case/item_code"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_at_its_place(
    database: FakeDatabase, answer: dict[str, Any], pointer: str
) -> None:
    assert [fault.pointer for fault in refused(database, **answer).faults] == [pointer]
    assert database.said == []


def test_an_answer_is_given_once(database: FakeDatabase) -> None:
    done(database, handlers.answer_feedback, an_answer(ONE))
    _, again = done(database, handlers.answer_feedback, an_answer(ONE))
    assert again
    assert refused(database, by="lia-2").code == "feedback-answered"
    assert len(database.said) == 2


def test_a_restriction_is_accepted_without_a_decision() -> None:
    database = FakeDatabase()
    done(database, handlers.on_feedback_raised, a_raised(ONE, FeedbackKind.RESTRICT))
    feedback, _ = done(database, handlers.answer_feedback, an_answer(ONE, statement=None))
    assert (feedback.accepted, feedback.decision_case_id) == (True, "")


@pytest.mark.parametrize("kind", [kind for kind in FeedbackKind if kind is not FeedbackKind.RESTRICT])
def test_every_other_feedback_is_carried_out_by_a_decision(kind: FeedbackKind) -> None:
    database = FakeDatabase()
    done(database, handlers.on_feedback_raised, a_raised(ONE, kind))
    assert [fault.pointer for fault in refused(database, statement=None).faults] == ["/case"]


def test_a_decision_that_is_registered_already_may_be_the_answer(database: FakeDatabase) -> None:
    answer = an_answer(ONE)
    assert answer.statement is not None
    done(database, handlers.register_case, RegisterCase(answer.statement))
    feedback, again = done(database, handlers.answer_feedback, answer)
    assert (feedback.decision_case_id, again, len(database.decisions)) == ("C2", False, 1)


def test_nobody_answered_in_time_is_told_when_the_yellow_card_was_due(database: FakeDatabase) -> None:
    late = NOW + timedelta(days=30)
    for _ in range(6):
        done(database, handlers.take_step, TakeStep(clock(database).deadline_id), late)
    assert [step for step, _ in clock(database).steps] == ["HALF", "BEFORE", "YELLOW"]
    (overdue,) = database.said
    assert isinstance(overdue, FeedbackOverdue)
    assert (overdue.due_on, overdue.overdue_since) == (date(2026, 3, 9), clock(database).due_at)


def test_no_step_is_taken_before_its_instant(database: FakeDatabase) -> None:
    before = clock(database)
    done(database, handlers.take_step, TakeStep(before.deadline_id))
    done(database, handlers.take_step, TakeStep("unknown"))
    assert (clock(database), database.said) == (before, [])


def test_a_changed_calendar_moves_the_end(database: FakeDatabase) -> None:
    free = frozenset({date(2026, 3, 9)})
    database.years = [
        CalendarYear(year=2026, version=2, working=frozenset(), free=free, provisional=False, source="示例通知")
    ]
    done(database, handlers.recompute, RecomputeDeadline(clock(database).deadline_id))
    assert clock(database).due_on == date(2026, 3, 10)


def test_a_person_s_name_is_in_no_answer() -> None:
    database = FakeDatabase()
    done(database, handlers.on_feedback_raised, a_raised(ONE))
    person = a_statement("C2", kind=DecisionKind.REVOKE, subject=a_person())
    done(database, handlers.answer_feedback, an_answer(ONE, statement=person))
    assert "张三丰" not in repr(database.said)


def test_the_rules_name_their_source_and_the_edition_in_force_counts() -> None:
    assert all(rule.source and not rule.confirmed for rule in RULES.answers)
    ladder = '[ladder]\nhalf = true\nbefore = ""\nred = ""\nnext_workday = true\nsource = "s"\nconfirmed = true\n'
    edition = '[[answer]]\nlimit = "{}"\neffective_from = {}\nsource = "{}"\nconfirmed = true\n'
    rules = parse(edition.format("5wd", "2020-01-01", "s") + edition.format("3wd", "2026-01-01", "s") + ladder)
    assert [str(rules.answer_limit(date(year, 1, 1))) for year in (2019, 2025, 2026)] == ["3wd", "5wd", "3wd"]
    assert (rules.ladder.before, rules.ladder.red) == (None, None)
    for wrong in (ladder, edition.format("soon", "2020-01-01", "s") + ladder, edition.format("5wd", "2020-01-01", "")):
        with pytest.raises(Refusal, match="invalid-process-rules"):
            parse(wrong)

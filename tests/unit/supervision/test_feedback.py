"""Asking the approver: who may, when, and what is said; the answer is kept as it came."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.feedback import FeedbackRaised
from kernel.feedback import FeedbackKind
from kernel.inspection import TaskState
from kernel.limit import Limit
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.deadlines import DeadlineKind
from supervision.handlers import clocks
from tests.fakes.supervised import NOON, a_feedback, an_inspection, answered, decided, overdue, person_told
from tests.fakes.supervision import FakeDatabase, FakeWork, furnished


def told(database: FakeDatabase, handle: Any, message: Any) -> Any:
    work = FakeWork(database)
    answer = handle(work, message)
    work.commit()
    return answer


@pytest.fixture
def database() -> FakeDatabase:
    """One claimed task of a decision."""
    database = furnished()
    told(database, handlers.on_case_decided, decided())
    told(database, handlers.claim_task, ClaimTask(task_id=the_task(database), inspector="orange-1"))
    return database


def the_task(database: FakeDatabase) -> str:
    (task_id,) = database.tasks
    return task_id


def code_of(database: FakeDatabase, **changes: Any) -> str:
    with pytest.raises(Refusal) as refused:
        told(database, handlers.raise_feedback, a_feedback(the_task(database), **changes))
    return refused.value.code


def test_the_approver_is_told_what_is_asked_and_what_it_rests_on(database: FakeDatabase) -> None:
    told(database, handlers.conclude_inspection, an_inspection(failed=["3"]))
    told(database, handlers.raise_feedback, a_feedback(the_task(database)))
    said = database.said[-1]
    assert isinstance(said, FeedbackRaised)
    assert (said.case_id, said.kind, said.inspection_no, said.raised_by) == ("C1", "REVOKE", "I1", "orange-1")
    assert (said.object.object_no, said.subject.id_no, said.department) == ("O1", "S1", "DEMO-FOOD")


def test_the_clock_of_the_feedback_is_met_by_asking(database: FakeDatabase) -> None:
    task_id = the_task(database)
    work = FakeWork(database)
    clocks.begin(work, database.tasks[task_id], DeadlineKind.FEEDBACK, Limit.parse("1wd"), work.now)
    work.commit()
    told(database, handlers.raise_feedback, a_feedback(task_id))
    ended = [clock for clock in FakeWork(database).deadlines.of(task_id) if clock.kind == DeadlineKind.FEEDBACK]
    assert [(clock.state, clock.ended_at) for clock in ended] == [("MET", NOON)]


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (TaskState.PENDING_CLAIM, False),
        (TaskState.RETURNED, False),
        (TaskState.DISPUTED, False),
        (TaskState.CANCELLED, False),
        (TaskState.CLAIMED, True),
        (TaskState.PLANNED, True),
        (TaskState.INSPECTING, True),
        (TaskState.RECTIFYING, True),
        (TaskState.REFERRED, True),
        (TaskState.CLOSED, True),
    ],
)
def test_the_approver_is_asked_once_somebody_looked_into_it(
    database: FakeDatabase,
    state: TaskState,
    allowed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    task_id = the_task(database)
    database.tasks[task_id] = replace(database.tasks[task_id], state=state)
    if allowed:
        assert told(database, handlers.raise_feedback, a_feedback(task_id))[1] is False
    else:
        assert code_of(database) in {"verb-not-now", "task-not-open"}


def test_who_asks_belongs_to_the_department(database: FakeDatabase) -> None:
    assert code_of(database, by="fire-1") == "person-elsewhere"
    assert code_of(database, by="stranger") == "person-elsewhere"
    told(database, handlers.on_directory_changed, person_told("liaison-1"))
    assert told(database, handlers.raise_feedback, a_feedback(the_task(database), by="liaison-1"))[1] is False


def test_who_has_left_asks_no_more(database: FakeDatabase) -> None:
    told(database, handlers.on_directory_changed, person_told("liaison-1", left_on=decided().decided_on))
    assert code_of(database, by="liaison-1") == "person-elsewhere"


def test_one_matter_is_open_once(database: FakeDatabase) -> None:
    first, _ = told(database, handlers.raise_feedback, a_feedback(the_task(database)))
    assert told(database, handlers.raise_feedback, a_feedback(the_task(database))) == (first, True)
    assert code_of(database, reason="另一理由") == "feedback-open"
    other = a_feedback(the_task(database), kind=FeedbackKind.RESTRICT)
    assert told(database, handlers.raise_feedback, other)[1] is False


def test_after_the_answer_the_matter_may_be_asked_again(database: FakeDatabase) -> None:
    first, _ = told(database, handlers.raise_feedback, a_feedback(the_task(database)))
    told(database, handlers.on_feedback_overdue, overdue(first))
    told(database, handlers.on_feedback_answered, answered(first))
    kept = database.feedback[first.feedback_id]
    assert (kept.accepted, kept.answer_reason, kept.overdue_since is not None) == (False, "证据不足", True)
    second, again = told(database, handlers.raise_feedback, a_feedback(the_task(database), reason="新证据"))
    assert (again, second.feedback_id != first.feedback_id) == (False, True)


def test_an_ad_hoc_inspection_leads_back_to_the_case_of_its_object() -> None:
    database = furnished()
    told(database, handlers.on_case_decided, decided(item_code="no link"))
    told(database, handlers.conclude_inspection, an_inspection(failed=["3"]))
    feedback, _ = told(database, handlers.raise_feedback, a_feedback(the_task(database)))
    assert (feedback.case_id, feedback.holder.id_no) == ("C1", "S1")


def test_nobody_licensed_what_was_only_inspected() -> None:
    database = furnished()
    told(database, handlers.conclude_inspection, an_inspection())
    assert code_of(database) == "feedback-no-case"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"reason": " "}, "/reason"), ({"by": "a b"}, "/by"), ({"legal_basis": "\x00"}, "/legal_basis")],
)
def test_unfit_words_are_refused_at_their_place(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        a_feedback("t", **changes)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]

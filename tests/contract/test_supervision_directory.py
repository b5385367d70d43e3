"""Directory and feedback (目录与反馈) in both works of supervision: what holds for PostgreSQL holds for the fake."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.directory import Department, Person
from supervision.domain.task import Task
from supervision.ports import StoredWork
from tests.contract.test_supervision_store import (
    NO_TASK,
    Store,
    all_of,
    empty_store,
    kinds,
    one,
    seen,
    sql_store,
    store,
)
from tests.fakes.supervised import NOON, a_feedback, answered, decided, department_told, overdue, person_told

__all__ = ["empty_store", "sql_store", "store"]


async def test_the_newest_version_of_an_entry_of_the_directory_stays(store: Store) -> None:
    told = [
        department_told(version=2, merged_into="DEMO-CITY", head="p-head"),
        department_told(version=1),
        person_told(version=1, left_on=date(2011, 9, 1), successor="orange-2", deputy="orange-3"),
    ]
    await all_of(store, handlers.on_directory_changed, told)
    await one(store, handlers.on_directory_changed, department_told(version=1))
    async with store.begin() as work:
        await work.load(told)
        department, person = work.directory.department("DEMO-FOOD"), work.directory.person("orange-1")
    assert department == Department(
        code="DEMO-FOOD",
        version=2,
        name="示例部门 DEMO-FOOD",
        head="p-head",
        liaison="p-liaison",
        merged_into="DEMO-CITY",
    )
    assert person == Person(
        code="orange-1",
        version=1,
        department="DEMO-FOOD",
        left_on=date(2011, 9, 1),
        successor="orange-2",
        deputy="orange-3",
    )


async def test_a_feedback_is_kept_and_so_is_what_came_back(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    (task,) = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    await one(store, handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    asked = a_feedback(task.task_id)
    feedback, again = await one(store, handlers.raise_feedback, asked)
    assert (feedback.case_id, feedback.holder, feedback.raised_at, again) == ("C1", task.holder, NOON, False)
    assert await one(store, handlers.raise_feedback, asked) == (feedback, True)
    await one(store, handlers.on_feedback_overdue, overdue(feedback))
    await one(store, handlers.on_feedback_answered, answered(feedback, decision_case_id="C2", decision_revision=1))
    (kept,) = await seen(store, asked, lambda work: work.feedback.of(task.task_id))
    assert kept == replace(
        feedback,
        overdue_since=NOON,
        accepted=False,
        answer_reason="证据不足",
        answered_by="lia-1",
        answered_at=NOON,
        decision_case_id="C2",
        decision_revision=1,
    )
    second, again = await one(store, handlers.raise_feedback, asked)
    assert (second.feedback_id != feedback.feedback_id, again) == (True, False)
    assert (await kinds(store))[-2:] == ["FeedbackRaised", "FeedbackRaised"]


async def test_an_answer_to_a_feedback_nobody_raised_is_refused(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    (task,) = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    await one(store, handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    feedback, _ = await one(store, handlers.raise_feedback, a_feedback(task.task_id))
    with pytest.raises(Refusal, match="not-found"):
        await one(store, handlers.on_feedback_answered, answered(replace(feedback, feedback_id=NO_TASK)))


async def test_the_tasks_of_who_left_and_of_what_was_merged_are_found_and_follow(store: Store) -> None:
    await all_of(store, handlers.on_case_decided, [decided(), decided("C2", "O2"), decided("C3", "O3")])
    await one(store, handlers.on_directory_changed, department_told(liaison="lia-1"))
    for object_no in ("O1", "O2"):
        message = decided(object_no=object_no)
        (task,) = await seen(store, message, partial(open_tasks_on, object_no=object_no))
        await one(store, handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    left = person_told(version=1, left_on=date(2011, 9, 2), successor="orange-2")
    await one(store, handlers.on_directory_changed, left)
    assert await seen(store, left, lambda work: work.tasks.open_with("orange-1")) == []
    gone = person_told("orange-2", left_on=date(2011, 9, 2))
    assert [t.case_id for t in await seen(store, gone, lambda work: work.tasks.open_with("orange-2"))] == ["C1", "C2"]
    merged = department_told(version=2, merged_into="DEMO-CITY")
    await one(store, handlers.on_directory_changed, merged)
    assert await seen(store, merged, lambda work: work.tasks.open_in("DEMO-FOOD")) == []
    on_city = department_told("DEMO-CITY", merged_into="DEMO-STATE")
    moved = await seen(store, on_city, lambda work: work.tasks.open_in("DEMO-CITY"))
    assert [(t.case_id, t.claimed_by) for t in moved] == [("C1", "orange-2"), ("C2", "orange-2"), ("C3", "")]
    assert (await kinds(store)).count("TaskHandedOver") == 5


def open_tasks_on(work: StoredWork, object_no: str) -> Sequence[Task]:
    return work.tasks.open_on("chicago", object_no)

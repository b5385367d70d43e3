"""Who has a task without asking for it (自动认领), and what a claim is not the end of."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.supervision import TaskClaimed
from kernel.calendar import CalendarYear
from kernel.deadline import DeadlineState
from kernel.inspection import TaskState
from kernel.limit import Limit
from kernel.refusal import Refusal
from kernel.sweep import TakeStep
from supervision import handlers
from supervision.domain.catalogue import Method, PushMode
from supervision.domain.claim import ClaimTask
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.task import Task
from supervision.domain.verbs import CloseTask, HandOver, InspectTask, PlanTask, ReturnTask, RouteTask
from supervision.domain.words import CloseReason, Purpose
from tests.fakes.supervised import TODAY, a_link, a_report, a_version, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

KNOWN = CalendarYear(year=2011, version=1, working=frozenset(), free=frozenset(), provisional=False, source="test")


def office_with(*, commitment: bool = False, **link: Any) -> Office:
    office = Office(furnished(a_version(a_link(**link))))
    office.database.years = {2011: KNOWN}
    office.does(handlers.on_case_decided, decided(commitment=commitment))
    return office


def tasks(office: Office) -> dict[Purpose, Task]:
    return {task.purpose: task for task in office.database.tasks.values()}


def the_task(office: Office) -> Task:
    return tasks(office)[Purpose.ROUTINE]


def clocks(office: Office, task: Task) -> dict[str, DeadlineState]:
    return {each.kind: each.state for each in office.database.deadlines.values() if each.owner == task.task_id}


def sweep(office: Office) -> None:
    while due := sorted(
        (d.next_at, d.deadline_id) for d in office.database.deadlines.values() if d.next_at and d.next_at <= office.now
    ):
        office.does(handlers.take_step, TakeStep(due[0][1]))


def refusal(office: Office, handle: Any, command: Any) -> str:
    with pytest.raises(Refusal) as refused:
        office.does(handle, command)
    return refused.value.code


def test_a_late_sweep_does_not_claim_for_the_department_a_task_was_routed_to_since() -> None:
    office = office_with(claim_limit=Limit.parse("2wd"), liaison="zhao")
    of = {"task_id": the_task(office).task_id, "by": "boss-1", "reason": "说明"}
    office.now += timedelta(days=6)  # the limit to claim has passed, and nobody has swept since
    office.does(handlers.return_task, ReturnTask(**of))
    office.does(handlers.route_task, RouteTask(**of, department="DEMO-FIRE"))
    sweep(office)
    assert (the_task(office).state, the_task(office).department) == (TaskState.PENDING_CLAIM, "DEMO-FIRE")
    office.now += timedelta(days=6)
    sweep(office)
    assert (the_task(office).state, the_task(office).claimed_automatically) == (TaskState.CLAIMED, True)


@pytest.mark.parametrize(("limit", "days"), [(None, 6), (Limit.parse("5wd"), 10)])
def test_what_claims_itself_for_nobody_is_claimed_for_the_desk_in_time(limit: Limit | None, days: int) -> None:
    office = office_with(push_mode=PushMode.AUTO_CLAIM, claim_limit=limit)
    assert clocks(office, the_task(office)) == {DeadlineKind.CLAIM: DeadlineState.RUNNING}
    office.now += timedelta(days=days)
    sweep(office)
    assert (the_task(office).state, the_task(office).claimed_by != "") == (TaskState.CLAIMED, True)
    assert office.last(TaskClaimed).automatically


@pytest.mark.parametrize("push_mode", list(PushMode))
def test_the_pool_ends_what_is_routine_and_keeps_no_promise(push_mode: PushMode) -> None:
    office = office_with(method=Method.RANDOM_POOL, push_mode=push_mode, liaison="zhao", commitment=True)
    if push_mode is PushMode.MANUAL_CLAIM:
        for task in tasks(office).values():
            office.does(handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    routine, promise = tasks(office)[Purpose.ROUTINE], tasks(office)[Purpose.COMMITMENT]
    assert (routine.state, routine.close_reason) == (TaskState.CLOSED, CloseReason.POOLED)
    assert (promise.state, clocks(office, promise)) == (
        TaskState.CLAIMED,
        {DeadlineKind.COMMITMENT_CHECK: DeadlineState.RUNNING},
    )


def test_an_inspection_is_that_of_one_task() -> None:
    office = office_with(commitment=True)
    for task in tasks(office).values():
        office.does(handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    office.does(handlers.inspect_task, InspectTask(task_id=the_task(office).task_id, report=a_report()))
    promise = tasks(office)[Purpose.COMMITMENT]
    code = refusal(office, handlers.inspect_task, InspectTask(task_id=promise.task_id, report=a_report()))
    assert (code, tasks(office)[Purpose.COMMITMENT]) == ("inspection-of-other-task", promise)


def test_nobody_plans_for_yesterday() -> None:
    office = office_with()
    task_id = the_task(office).task_id
    office.does(handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    crew = ("orange-1", "orange-2")
    late = PlanTask(task_id=task_id, by="boss-1", planned_on=TODAY - timedelta(days=1), officers=crew)
    assert refusal(office, handlers.plan_task, late) == "invalid-content"


@pytest.mark.parametrize("reason", [CloseReason.DOCUMENT_CHECKED, CloseReason.INSPECTED])
def test_a_failed_check_on_paper_is_not_closed_as_passed(reason: CloseReason) -> None:
    office = office_with(method=Method.DOCUMENT)
    task_id = the_task(office).task_id
    office.does(handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    office.does(handlers.inspect_task, InspectTask(task_id=task_id, report=a_report(failed=["3"])))
    close = CloseTask(task_id=task_id, by="boss-1", reason=reason)
    if reason is CloseReason.DOCUMENT_CHECKED:
        assert refusal(office, handlers.close_task, close) == "close-reason-not-true"
    else:
        assert office.does(handlers.close_task, close).close_reason is reason


def test_an_officer_of_another_department_takes_nothing_over() -> None:
    office = office_with()
    task_id = the_task(office).task_id
    office.does(handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    say: dict[str, Any] = {"giver": "orange-1", "departments": False, "reason": "说明", "by": "boss-1"}
    receipt = office.does(handlers.hand_over, HandOver(**say, taker="fire-1", tasks=(task_id,)))
    assert (receipt.moved, receipt.stayed) == ((), {task_id: "inspector-elsewhere"})
    receipt = office.does(handlers.hand_over, HandOver(**say, taker="orange-2", tasks=(task_id,)))
    assert (receipt.moved, the_task(office).claimed_by) == ((task_id,), "orange-2")

"""The progress of a case: the same picture whatever order the facts came in."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from approval import handlers
from approval.domain.progress import CaseStep, StepKind, tasks_of, unmatched_at
from contracts.process import TaskClosed, TaskHandedOver, TaskReturned, TaskRouted
from contracts.supervision import InspectionConcluded, TaskCancelled, TaskClaimed, TaskJoined
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult
from tests.fakes.approval import NOW, FakeDatabase, a_task_created, a_task_event, an_unmatched, done

TASK = str(UUID(int=1))


def a_story() -> list[CaseStep]:
    """Pushed, claimed, inspected; then the licence ended."""
    database = FakeDatabase()
    later = [NOW + timedelta(hours=hours) for hours in range(4)]
    done(database, handlers.on_task_created, a_task_created(TASK, created_at=later[0]))
    claimed = TaskClaimed(**a_task_event(TASK, claimed_by="p-1", claimed_at=later[1]))
    done(database, handlers.on_task_claimed, claimed)
    joined = TaskJoined(**a_task_event(TASK, "C2", joined_at=later[2]))
    done(database, handlers.on_task_joined, joined)
    cancelled = TaskCancelled(**a_task_event(TASK, "C9", reason=DecisionKind.REVOKE, cancelled_at=later[3]))
    done(database, handlers.on_task_cancelled, cancelled)
    return database.steps


def test_a_case_shows_who_has_its_task_since_when_and_how_it_ended() -> None:
    (task,) = tasks_of(a_story())
    assert (task["task_id"], task["department"], task["step"]) == (TASK, "DEMO-FOOD", "CANCELLED")
    assert task["pushed"]["at"] == NOW
    assert task["claimed"] == {"at": NOW + timedelta(hours=1), "by": "p-1", "automatically": False}
    assert [joined["case_id"] for joined in task["joined"]] == ["C2"]
    assert (task["cancelled"]["reason"], task["cancelled"]["case_id"]) == ("REVOKE", "C9")
    assert (task["closed"], task["returned"], task["inspected"]) == (None, [], [])


def test_the_order_of_arrival_does_not_matter() -> None:
    pictures = {repr(tasks_of(steps)) for steps in permutations(a_story())}
    assert len(pictures) == 1


def test_an_inspection_tells_its_result_and_how_many_findings() -> None:
    database = FakeDatabase()
    event = InspectionConcluded(
        **a_task_event(TASK),
        inspection_no="I1",
        result=InspectionResult.FAIL,
        inspected_on=date(2026, 2, 28),
        inspectors=("p-1", "p-2"),
    )
    done(database, handlers.on_inspection_concluded, event)
    (task,) = tasks_of(database.steps)
    told = {"at": NOW, "inspection_no": "I1", "inspected_on": "2026-02-28", "result": "FAIL", "findings": 0}
    assert (task["inspected"], task["step"], task["closed"]) == ([told], "INSPECTED", None)


def test_an_inspection_that_closed_its_task_says_so_whatever_its_result() -> None:
    database = FakeDatabase()
    facts: dict[str, Any] = {"inspection_no": "I1", "result": InspectionResult.FAIL, "inspected_on": date(2026, 2, 28)}
    event = InspectionConcluded(**a_task_event(TASK), **facts, inspectors=("p-1", "p-2"), close_reason="INSPECTED")
    done(database, handlers.on_inspection_concluded, event)
    (task,) = tasks_of(database.steps)
    assert task["closed"] == {"at": NOW, "by": "p-1", "close_reason": "INSPECTED", "reason": ""}
    assert task["inspected"][0]["result"] == "FAIL"


def test_a_task_without_a_case_is_nobodys_progress() -> None:
    database = FakeDatabase()
    done(database, handlers.on_task_created, a_task_created(TASK, case_id="", ad_hoc=True))
    assert database.steps == []


def test_a_task_that_went_back_shows_why_and_to_whom_it_went_then() -> None:
    database = FakeDatabase()
    hours = [NOW + timedelta(hours=hours) for hours in range(4)]
    done(database, handlers.on_task_created, a_task_created(TASK, created_at=hours[0]))
    returned = TaskReturned(**a_task_event(TASK, by="p-1", at=hours[1], reason="不属本局职责"))
    done(database, handlers.on_task_returned, returned)
    moved: dict[str, Any] = {"by": "office", "at": hours[2], "reason": "改派", "previous_department": "DEMO-FOOD"}
    done(database, handlers.on_task_routed, TaskRouted(**a_task_event(TASK, department="DEMO-FIRE", **moved)))
    within = TaskHandedOver(**a_task_event(TASK, **moved, person="p-1", successor="p-2"))
    done(database, handlers.on_task_routed, within)
    closed = a_task_event(TASK, department="DEMO-FIRE", by="p-3", at=hours[3], close_reason="NOT_FOUND", reason="")
    done(database, handlers.on_task_closed, TaskClosed(**closed))
    (task,) = tasks_of(database.steps)
    assert [(told["by"], told["reason"]) for told in task["returned"]] == [("p-1", "不属本局职责")]
    assert [(told["from"], told["to"]) for told in task["routed"]] == [("DEMO-FOOD", "DEMO-FIRE")]
    assert (task["department"], task["step"], task["closed"]["close_reason"]) == ("DEMO-FIRE", "CLOSED", "NOT_FOUND")


def test_a_case_nobody_supervises_says_so() -> None:
    database = FakeDatabase()
    assert unmatched_at(database.steps) is None
    done(database, handlers.on_unmatched, an_unmatched("C1"))
    assert (unmatched_at(database.steps), tasks_of(database.steps)) == (NOW, [])
    assert database.steps[0].kind is StepKind.UNMATCHED

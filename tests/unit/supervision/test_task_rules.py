"""What the process asks for besides the state (过程规则): reasons that are true, clocks that wait, changes that outgrow."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.event import Object
from contracts.supervision import InspectionConcluded
from kernel.deadline import DeadlineState
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, TaskState
from kernel.limit import Limit
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.catalogue import Method, Trigger
from supervision.domain.claim import ClaimTask
from supervision.domain.deadlines import DeadlineKind, StopDeadline
from supervision.domain.decision import Outcome
from supervision.domain.inspection import ConcludeTask
from supervision.domain.task import Task
from supervision.domain.verbs import (
    CloseTask,
    InspectTask,
    RectifyTask,
    ReferTask,
    ResumeObject,
    SuspendObject,
)
from supervision.domain.words import CloseReason
from tests.fakes.supervised import RULES, SOURCE, a_feedback, a_link, a_report, a_version, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

OBJECT = {"source_system": SOURCE, "object_no": "O1", "by": "boss-1"}


def office_with(**link: Any) -> Office:
    """One task, claimed."""
    office = Office(furnished(a_version(a_link(**link))))
    office.does(handlers.on_case_decided, decided())
    office.does(handlers.claim_task, ClaimTask(task_id=the_task(office).task_id, inspector="orange-1"))
    return office


def the_task(office: Office) -> Task:
    (task,) = office.database.tasks.values()
    return task


def clock(office: Office, kind: DeadlineKind) -> Any:
    return [each for each in office.database.deadlines.values() if each.kind == kind][-1]


def fails(office: Office) -> None:
    report = a_report(failed=["3"], result=InspectionResult.FAIL)
    office.does(handlers.inspect_task, InspectTask(task_id=the_task(office).task_id, report=report))


def close(office: Office, reason: CloseReason) -> str:
    """The refusal, or nothing."""
    try:
        office.does(handlers.close_task, CloseTask(task_id=the_task(office).task_id, by="orange-1", reason=reason))
    except Refusal as refusal:
        return refusal.code
    return ""


class TestReasons:
    """办结原因."""

    def test_a_task_is_not_closed_as_inspected_without_an_inspection(self) -> None:
        office = office_with()
        assert (close(office, CloseReason.INSPECTED), the_task(office).state) == (
            "inspection-needed",
            TaskState.CLAIMED,
        )
        fails(office)
        assert (close(office, CloseReason.INSPECTED), the_task(office).state) == ("", TaskState.CLOSED)

    @pytest.mark.parametrize(
        ("method", "refused"),
        [(Method.ON_SITE, "on-site-needed"), (Method.DOCUMENT, ""), (Method.REMOTE, "")],
    )
    def test_a_document_check_closes_only_what_is_not_to_be_checked_on_site(self, method: Method, refused: str) -> None:
        assert close(office_with(method=method), CloseReason.DOCUMENT_CHECKED) == refused


class TestFeedbackClock:
    """反馈时限."""

    def test_a_failed_inspection_starts_it_when_the_link_says_so(self) -> None:
        office = office_with(feedback_limit=Limit.parse("1wd"))
        fails(office)
        assert clock(office, DeadlineKind.FEEDBACK).state is DeadlineState.RUNNING

    def test_when_the_link_does_not_the_process_rules_do(self) -> None:
        office = office_with()
        fails(office)
        begun = clock(office, DeadlineKind.FEEDBACK)
        assert (begun.state, begun.limit) == (DeadlineState.RUNNING, RULES.feedback)

    @pytest.mark.parametrize("result", [InspectionResult.PASS, InspectionResult.PASS_WITH_CONDITIONS])
    def test_what_did_not_fail_starts_none(self, result: InspectionResult) -> None:
        office = office_with(feedback_limit=Limit.parse("1wd"))
        report = a_report(result=result)
        office.does(handlers.inspect_task, InspectTask(task_id=the_task(office).task_id, report=report))
        assert office.database.deadlines == {}

    @pytest.mark.parametrize("limit", [Limit.parse("1wd"), None])
    def test_a_task_concluded_at_once_is_told_at_once_and_leaves_none(self, limit: Limit | None) -> None:
        office = office_with(feedback_limit=limit)
        report = a_report(failed=["3"])
        office.does(handlers.conclude_task, ConcludeTask(task_id=the_task(office).task_id, report=report))
        assert office.last(InspectionConcluded).result is InspectionResult.FAIL
        assert (the_task(office).state, office.database.deadlines) == (TaskState.CLOSED, {})
        office.does(handlers.raise_feedback, a_feedback(the_task(office).task_id))
        assert (the_task(office).state, office.database.deadlines) == (TaskState.CLOSED, {})

    @pytest.mark.parametrize("how", ["rectify", "refer"])
    def test_what_is_put_right_or_referred_is_not_fed_back_yet(self, how: str) -> None:
        office = office_with(feedback_limit=Limit.parse("1wd"))
        fails(office)
        of: dict[str, Any] = {"task_id": the_task(office).task_id, "by": "orange-1"}
        if how == "rectify":
            office.does(handlers.order_rectification, RectifyTask(**of, demand="整改"))
        else:
            office.does(handlers.refer_task, ReferTask(**of, reason="涉嫌违法", referred_to="示例执法局"))
        assert clock(office, DeadlineKind.FEEDBACK).state is DeadlineState.VOID


class TestStandstill:
    """暂扣、停业."""

    def test_resuming_the_object_leaves_alone_what_was_stopped_by_hand(self) -> None:
        office = office_with(first_check_limit=Limit.parse("5wd"))
        stopped = clock(office, DeadlineKind.FIRST_CHECK).deadline_id
        office.does(handlers.stop_deadline, StopDeadline(deadline_id=stopped, reason="不可抗力", by="boss-1"))
        office.does(handlers.suspend_object, SuspendObject(**OBJECT, standstill="CLOSED", reason="停业"))
        office.does(handlers.resume_object, ResumeObject(**OBJECT, reason="恢复"))
        assert clock(office, DeadlineKind.FIRST_CHECK).state is DeadlineState.STOPPED

    def test_a_clock_begun_meanwhile_waits_and_runs_with_the_object(self) -> None:
        office = Office(furnished(a_version(a_link(first_check_limit=Limit.parse("5wd")))))
        office.does(handlers.on_case_decided, decided())
        office.does(handlers.suspend_object, SuspendObject(**OBJECT, standstill="CLOSED", reason="停业"))
        office.does(handlers.claim_task, ClaimTask(task_id=the_task(office).task_id, inspector="orange-1"))
        assert clock(office, DeadlineKind.FIRST_CHECK).state is DeadlineState.STOPPED
        office.now += timedelta(days=30)
        office.does(handlers.resume_object, ResumeObject(**OBJECT, reason="恢复"))
        running = clock(office, DeadlineKind.FIRST_CHECK)
        assert (running.state, running.due_at > office.now) == (DeadlineState.RUNNING, True)


class TestChange:
    """变更后重新匹配."""

    @pytest.fixture
    def office(self) -> Office:
        here = a_link(triggers=frozenset({Trigger.NEW}), condition='object.address == "某路 1 号"')
        always = a_link("ALWAYS", triggers=frozenset({Trigger.NEW}), department="DEMO-FIRE")
        there = a_link("THERE", checklist="OTHER-5", condition='object.address == "新路 9 号"')
        office = Office(furnished(a_version(here, always, there)))
        office.does(handlers.on_case_decided, decided())
        return office

    def test_a_link_that_no_longer_fits_loses_its_task_and_the_one_that_fits_now_makes_one(
        self, office: Office
    ) -> None:
        moved = Object(object_no="O1", name="某店", address="新路 9 号")
        applied = office.does(
            handlers.on_case_decided, decided("C2", object_version=2, kind=DecisionKind.CHANGE, object=moved)
        )
        assert applied.outcome is Outcome.TASK
        assert {task.link_code: task.state for task in office.database.tasks.values()} == {
            "FOOD": TaskState.CANCELLED,
            "ALWAYS": TaskState.PENDING_CLAIM,
            "THERE": TaskState.PENDING_CLAIM,
        }

    def test_a_change_that_changes_no_match_leaves_every_task(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C2", object_version=2, kind=DecisionKind.CHANGE))
        assert {task.state for task in office.database.tasks.values()} == {TaskState.PENDING_CLAIM}

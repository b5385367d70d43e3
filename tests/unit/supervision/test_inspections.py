"""How an inspection is checked, which task it concludes, and when it is the same as one before."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.supervision import Finding as SaidFinding
from contracts.supervision import InspectionConcluded, TaskCreated
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.refusal import Refusal
from supervision.domain.claim import ClaimTask
from supervision.domain.inspection import ConcludeTask, Line
from supervision.domain.words import Purpose
from supervision.handlers import claim_task, conclude_inspection, conclude_task, on_case_decided
from tests.fakes.supervised import TODAY, a_link, a_report, a_version, an_inspection, decided, found
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office


def refused(office: Office, handle: Any, command: Any) -> Refusal:
    before = (dict(office.database.tasks), dict(office.database.inspections), list(office.database.said))
    with pytest.raises(Refusal) as said:
        office.does(handle, command)
    assert (office.database.tasks, office.database.inspections, office.database.said) == before
    return said.value


def pointers(refusal: Refusal) -> list[str]:
    return [fault.pointer for fault in refusal.faults]


def test_an_inspection_concludes_the_open_task_of_its_object(office: Office) -> None:
    office.does(on_case_decided, decided())
    receipt = office.does(conclude_inspection, an_inspection(object_version=1))
    (task,) = office.database.tasks.values()
    assert (receipt.task_id, receipt.ad_hoc, receipt.orphan) == (task.task_id, False, False)
    assert (task.state.value, task.inspection_no) == ("CLOSED", "I1")


def test_what_was_found_is_told_to_the_others(office: Office) -> None:
    office.does(on_case_decided, decided())
    findings = (found("3", Severity.CRITICAL, "冷藏温度 12 度"),)
    office.does(conclude_inspection, an_inspection(failed=["3", "32"], findings=findings))
    told = office.last(InspectionConcluded)
    assert (told.result, told.inspected_on, told.inspectors) == (InspectionResult.FAIL, TODAY, ("orange-1", "orange-2"))
    assert told.findings == (SaidFinding(line_code="3", severity=Severity.CRITICAL, note="冷藏温度 12 度"),)
    assert (told.case_id, told.subject.id_no, told.orphan) == ("C1", "S1", False)
    assert (told.purpose, told.items) == ("ROUTINE", ("1006",))


def test_a_check_of_a_promise_is_told_as_one_and_an_ad_hoc_inspection_serves_no_item(office: Office) -> None:
    office.does(on_case_decided, decided(commitment=True))
    (check,) = [task for task in office.database.tasks.values() if task.purpose is Purpose.COMMITMENT]
    office.does(conclude_task, ConcludeTask(task_id=check.task_id, report=a_report()))
    assert (office.last(InspectionConcluded).purpose, office.last(InspectionConcluded).items) == (
        "COMMITMENT",
        ("1006",),
    )
    office.does(conclude_inspection, an_inspection("I2", object_no="O9"))
    assert (office.last(InspectionConcluded).purpose, office.last(InspectionConcluded).items) == ("ROUTINE", ())


def test_of_several_open_tasks_of_the_department_the_oldest_is_concluded() -> None:
    office = Office(furnished(a_version(a_link(), a_link("SECOND", check_kind="SPECIAL", checklist="OTHER-5"))))
    office.does(on_case_decided, decided())
    office.does(conclude_inspection, an_inspection())
    assert [(t.link_code, t.state.value) for t in office.database.tasks.values()] == [
        ("FOOD", "CLOSED"),
        ("SECOND", "PENDING_CLAIM"),
    ]


def test_an_open_task_of_another_department_is_left_to_it(office: Office) -> None:
    office.does(on_case_decided, decided())
    receipt = office.does(conclude_inspection, an_inspection(inspectors=("fire-1", "fire-2")))
    assert receipt.ad_hoc
    assert [(t.department, t.state.value) for t in office.database.tasks.values()] == [
        ("DEMO-FOOD", "PENDING_CLAIM"),
        ("DEMO-FIRE", "CLOSED"),
    ]


def test_without_an_open_task_an_ad_hoc_one_is_made_and_concluded(office: Office) -> None:
    office.does(on_case_decided, decided())
    office.does(conclude_inspection, an_inspection())
    receipt = office.does(conclude_inspection, an_inspection("I2"))
    assert (receipt.ad_hoc, receipt.orphan) == (True, False)
    told = office.last(TaskCreated)
    assert (told.ad_hoc, told.department, told.subject.id_no) == (True, "DEMO-FOOD", "S1")


def test_the_lines_of_an_ad_hoc_task_are_held_against_no_checklist(office: Office) -> None:
    receipt = office.does(conclude_inspection, an_inspection(lines=(Line("X-99", LineResult.PASS),)))
    assert receipt.ad_hoc


def test_an_object_no_decision_has_named_is_kept_under_a_provisional_holder(office: Office) -> None:
    for number in ("I1", "I2"):
        assert office.does(conclude_inspection, an_inspection(number, object_name="路边摊")).orphan
    told = office.last(InspectionConcluded)
    assert (told.orphan, told.subject.id_type, told.subject.id_no) == (True, "099", "PROVISIONAL-chicago-O1")
    assert (told.region, told.object.name) == ("640202", "路边摊")


def test_an_orphan_is_where_the_sender_says(office: Office) -> None:
    office.does(conclude_inspection, an_inspection(region="640205"))
    assert office.last(InspectionConcluded).region == "640205"


def test_after_its_decision_the_object_is_no_orphan(office: Office) -> None:
    office.does(conclude_inspection, an_inspection())
    office.does(on_case_decided, decided())
    assert not office.does(conclude_inspection, an_inspection("I2")).orphan


@pytest.mark.parametrize("known", [0, 1])
def test_an_inspection_ahead_of_the_register_is_asked_to_come_again(office: Office, known: int) -> None:
    if known:
        office.does(on_case_decided, decided())
    refusal = refused(office, conclude_inspection, an_inspection(object_version=known + 1))
    assert (refusal.code, refusal.status, refusal.retryable) == ("object-behind", 409, True)
    office.does(on_case_decided, decided("C2", object_version=known + 1, kind=DecisionKind.RENEW))
    assert not office.does(conclude_inspection, an_inspection(object_version=known + 1)).orphan


def test_the_same_inspection_again_is_a_duplicate_also_when_it_presupposes_more(office: Office) -> None:
    office.does(on_case_decided, decided())
    first = office.does(conclude_inspection, an_inspection(object_version=1))
    again = office.does(conclude_inspection, an_inspection(object_version=7))
    assert (again.task_id, again.duplicate, len(office.database.inspections)) == (first.task_id, True, 1)
    assert office.said == ["TaskCreated", "InspectionConcluded"]


@pytest.mark.parametrize(
    "changes",
    [
        {"object_no": "O2"},
        {"result": InspectionResult.PASS_WITH_CONDITIONS},
        {"inspected_on": TODAY - timedelta(days=1)},
        {"inspectors": ("fire-1", "fire-2")},
        {"failed": ["3"]},
        {"failed": ["3"], "findings": (found("3", Severity.MINOR),)},
    ],
)
def test_other_content_under_a_used_number_differs(office: Office, changes: dict[str, Any]) -> None:
    office.does(conclude_inspection, an_inspection())
    refusal = refused(office, conclude_inspection, an_inspection("I1", **changes))
    assert (refusal.code, refusal.status) == ("inspection-differs", 409)


def test_the_same_number_of_another_source_is_another_inspection(office: Office) -> None:
    office.does(conclude_inspection, an_inspection())
    assert not office.does(conclude_inspection, an_inspection(source_system="yinchuan")).duplicate


def test_unknown_inspectors_are_named_where_they_stand(office: Office) -> None:
    refusal = refused(office, conclude_inspection, an_inspection(inspectors=("orange-1", "nobody", "ghost")))
    assert (refusal.code, pointers(refusal)) == ("inspector-unknown", ["/inspectors/1", "/inspectors/2"])


def test_inspectors_of_two_departments_make_no_inspection(office: Office) -> None:
    refusal = refused(office, conclude_inspection, an_inspection(inspectors=("orange-1", "fire-1")))
    assert (refusal.code, pointers(refusal)) == ("inspector-elsewhere", ["/inspectors/1"])


def test_a_line_outside_the_checklist_of_the_task_is_refused(office: Office) -> None:
    office.does(on_case_decided, decided())
    lines = (Line("1", LineResult.PASS), Line("45", LineResult.PASS))
    refusal = refused(office, conclude_inspection, an_inspection(lines=lines))
    assert (refusal.code, pointers(refusal)) == ("line-unknown", ["/lines/1/code"])


def test_an_inspection_of_tomorrow_is_refused_and_one_of_today_is_not(office: Office) -> None:
    refusal = refused(office, conclude_inspection, an_inspection(inspected_on=TODAY + timedelta(days=1)))
    assert (refusal.code, pointers(refusal)) == ("invalid-content", ["/inspected_on"])
    office.does(conclude_inspection, an_inspection(inspected_on=TODAY))


def test_all_faults_of_a_report_are_named_at_once() -> None:
    with pytest.raises(Refusal) as said:
        a_report(
            "",
            inspectors=("orange-1", "orange-1"),
            lines=(Line("1", LineResult.PASS), Line("1", LineResult.FAIL), Line("", LineResult.PASS)),
            findings=(found("2", Severity.MINOR), found("1", Severity.MINOR), found("1", Severity.MINOR, "\x00")),
        )
    assert pointers(said.value) == [
        "/inspection_no",
        "/inspectors",
        "/lines/1/code",
        "/lines/2/code",
        "/findings/0/line_code",
        "/findings/2/line_code",
        "/findings/2/note",
    ]


@pytest.mark.parametrize("crew", [(), ("orange-1",), ("orange-1", "orange-1"), ("a", "b", "a")])
def test_it_takes_two_different_inspectors_each_named_once(crew: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as said:
        a_report(inspectors=crew)
    assert pointers(said.value) == ["/inspectors"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"source_system": ""}, "/source_system"),
        ({"object_no": " "}, "/object_no"),
        ({"object_no": "x" * 65}, "/object_no"),
        ({"object_name": "\x00"}, "/object_name"),
        ({"region": "64020"}, "/region"),
        ({"region": "６４０２０２"}, "/region"),
    ],
)
def test_an_inspection_says_clearly_what_it_is_about(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as said:
        an_inspection(**changes)
    assert pointers(said.value) == [pointer]


class TestConcludingATask:
    """按任务办结."""

    @pytest.fixture
    def task_id(self, office: Office) -> str:
        office.does(on_case_decided, decided())
        return next(iter(office.database.tasks))

    def test_concludes_exactly_that_task(self, office: Office, task_id: str) -> None:
        receipt = office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
        assert (receipt.task_id, receipt.source_system, receipt.ad_hoc) == (task_id, "chicago", False)
        again = office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
        assert again.duplicate

    def test_a_closed_task_is_not_concluded_again(self, office: Office, task_id: str) -> None:
        office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
        refusal = refused(office, conclude_task, ConcludeTask(task_id=task_id, report=a_report("I2")))
        assert (refusal.code, refusal.status) == ("task-not-open", 409)

    def test_another_department_may_not(self, office: Office, task_id: str) -> None:
        command = ConcludeTask(task_id=task_id, report=a_report(inspectors=("fire-1", "fire-2")))
        refusal = refused(office, conclude_task, command)
        assert (refusal.code, pointers(refusal)) == ("inspector-elsewhere", ["/inspectors/0", "/inspectors/1"])

    def test_its_lines_belong_to_its_checklist(self, office: Office, task_id: str) -> None:
        command = ConcludeTask(task_id=task_id, report=a_report(lines=(Line("45", LineResult.PASS),)))
        assert refused(office, conclude_task, command).code == "line-unknown"

    def test_one_nobody_made_is_not_found(self, office: Office) -> None:
        assert refused(office, conclude_task, ConcludeTask(task_id="none", report=a_report())).status == 404

    def test_a_claimed_task_is_concluded_too(self, office: Office, task_id: str) -> None:
        office.does(claim_task, ClaimTask(task_id=task_id, inspector="orange-2"))
        office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
        assert office.said == ["TaskCreated", "TaskClaimed", "InspectionConcluded"]


class TestClaiming:
    """认领."""

    @pytest.fixture
    def task_id(self, office: Office) -> str:
        office.does(on_case_decided, decided())
        return next(iter(office.database.tasks))

    def test_the_same_inspector_may_repeat_it_without_effect(self, office: Office, task_id: str) -> None:
        first = office.does(claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
        office.now += timedelta(hours=1)
        assert office.does(claim_task, ClaimTask(task_id=task_id, inspector="orange-1")) == first
        assert (first.state.value, office.said) == ("CLAIMED", ["TaskCreated", "TaskClaimed"])

    @pytest.mark.parametrize(
        ("inspector", "code", "status"),
        [
            ("orange-2", "task-claimed", 409),
            ("fire-1", "inspector-elsewhere", 422),
            ("nobody", "inspector-unknown", 422),
        ],
    )
    def test_nobody_else_may(self, office: Office, task_id: str, inspector: str, code: str, status: int) -> None:
        office.does(claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
        refusal = refused(office, claim_task, ClaimTask(task_id=task_id, inspector=inspector))
        assert (refusal.code, refusal.status) == (code, status)

    def test_a_closed_task_cannot_be_claimed(self, office: Office, task_id: str) -> None:
        office.does(on_case_decided, decided("C1-END", object_version=2, kind=DecisionKind.REVOKE))
        refusal = refused(office, claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
        assert (refusal.code, refusal.status) == ("task-not-open", 409)

    def test_one_nobody_made_is_not_found(self, office: Office) -> None:
        assert refused(office, claim_task, ClaimTask(task_id="none", inspector="orange-1")).code == "not-found"

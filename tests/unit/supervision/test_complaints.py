"""A complaint makes one task for cause, for whoever supervises it; closed, it is answered; every look leaves a trace."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.complaint import ComplaintAnswered, ComplaintReceived
from contracts.event import Subject
from contracts.supervision import TaskCreated
from kernel.deadline import DeadlineState
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, TaskState
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.complaint import RevealComplainant, TellComplainant, TellingMeans
from supervision.domain.complaint_rules import parse
from supervision.domain.inspection import ConcludeTask
from supervision.domain.verbs import CloseTask, InspectTask, RectifyTask, ReturnTask, RouteTask, VerifyTask
from supervision.domain.words import CloseReason, Purpose
from tests.fakes.complaints import RECEIVED_AT, USCC, a_complaint
from tests.fakes.supervised import NOON, a_report, an_inspection, decided, department_told
from tests.unit.supervision.conftest import Office

ENTERPRISE = Subject(id_type="001", id_no=USCC, kind="ORGANISATION", name="示例甲号餐饮服务有限公司")


@pytest.fixture
def told(office: Office) -> Office:
    office.does(handlers.on_directory_changed, department_told())
    office.does(handlers.on_directory_changed, department_told("DEMO-FIRE", liaison="p-fire"))
    return office


def receive(office: Office, number: int = 1, **changes: Any) -> Any:
    return office.does(handlers.receive_complaint, a_complaint(number, **changes)).complaint


def refusal_of(office: Office, **changes: Any) -> str:
    with pytest.raises(Refusal) as refused:
        receive(office, **changes)
    return refused.value.code


def task_of(office: Office, complaint: Any) -> Any:
    return office.database.tasks[complaint.task_id]


def complaint_of(office: Office, complaint: Any) -> Any:
    return office.database.complaints.rows[complaint.complaint_id]


def clocks(office: Office, complaint: Any) -> dict[str, DeadlineState]:
    return {each.kind: each.state for each in office.database.deadlines.values() if each.owner == complaint.task_id}


def test_it_makes_an_open_task_for_cause_with_its_clocks(told: Office) -> None:
    task = task_of(told, receive(told))
    assert (task.purpose, task.state, task.department) == (Purpose.FOR_CAUSE, TaskState.PENDING_CLAIM, "DEMO-FOOD")
    assert (task.link_code, task.case_id, task.draw_no, task.ad_hoc, task.liaison) == ("", "", "", False, "p-liaison")
    assert {each.kind: each.started_at for each in told.database.deadlines.values()} == {
        "CLAIM": NOON,
        "COMPLAINT": RECEIVED_AT,
    }
    received, created = told.last(ComplaintReceived), told.last(TaskCreated)
    assert (received.complaint_no, received.task_id, received.object.object_no) == ("GD1", task.task_id, USCC)
    assert (created.purpose, created.ad_hoc, len(created.deadlines)) == ("FOR_CAUSE", False, 2)


def test_no_event_says_who_complained_or_what(told: Office) -> None:
    receive(told, content="后厨有老鼠", masked_name="诸*")
    spoken = repr(told.database.said)
    assert not [word for word in ("后厨", "诸*", "138****0000", "sealed") if word in spoken]


def test_the_same_again_is_the_same_and_another_under_its_number_is_refused(told: Office) -> None:
    receive(told)
    again = told.does(handlers.receive_complaint, replace(a_complaint(), complaint_id="another"))
    assert (again.duplicate, len(told.database.tasks)) == (True, 1)
    assert refusal_of(told, digest=b"other") == "complaint-differs"
    assert receive(told, channel="LETTER").complaint_no == "GD1"


def test_it_is_about_the_only_object_of_the_subject(told: Office) -> None:
    told.does(handlers.on_case_decided, decided(subject=ENTERPRISE))
    assert task_of(told, receive(told, subject_name="")).object_no == "O1"
    told.does(handlers.on_case_decided, decided("C2", "O2", subject=ENTERPRISE))
    assert refusal_of(told, number=2) == "object-needed"
    chosen = {"source_system": "chicago", "object_no": "O2"}
    assert task_of(told, receive(told, 3, **chosen)).object_no == "O2"
    assert refusal_of(told, number=4, source_system="chicago", object_no="O9") == "object-elsewhere"


def test_nobodys_licence_needs_a_name_and_makes_an_object_of_the_subject(told: Office) -> None:
    assert refusal_of(told, subject_name=" ") == "subject-name-needed"
    task = task_of(told, receive(told, address="示例路 2 号"))
    entry = told.database.objects["complaint", USCC]
    assert (entry.provisional, entry.holder.id_no, entry.name) == (True, USCC, "示例甲号餐饮服务有限公司")
    assert task.object_address == "示例路 2 号"


def test_without_a_department_the_item_says_whose_it_is(told: Office) -> None:
    task = task_of(told, receive(told, department="", item_code="1006"))
    assert (task.department, task.checklist, task.items) == ("DEMO-FOOD", "FOOD-44", ("1006",))
    assert refusal_of(told, number=2, department="", item_code="9999") == "department-needed"
    assert refusal_of(told, number=3, department="") == "department-needed"


def test_an_unknown_channel_and_a_time_to_come_are_refused(told: Office) -> None:
    assert refusal_of(told, channel="PIGEON") == "channel-unknown"
    for strange in (NOON + timedelta(minutes=1), NOON - timedelta(days=4000), datetime.min.replace(tzinfo=UTC)):
        assert refusal_of(told, received_at=strange) == "invalid-content"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id_no": "91999999MA00000155"}, "/id_no"),
        ({"content": " "}, "/content"),
        ({"content": "打我电话 13812345678"}, "/content"),
        ({"masked_contact": ""}, "/contact"),
        ({"source_system": "chicago"}, "/object_no"),
    ],
)
def test_what_is_wrong_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        a_complaint(**change)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_passed_inspection_answers_it_in_time(told: Office) -> None:
    complaint = receive(told)
    told.does(handlers.claim_task, ClaimTask(task_id=complaint.task_id, inspector="orange-1"))
    told.does(handlers.inspect_task, InspectTask(task_id=complaint.task_id, report=a_report(lines=())))
    answered = told.last(ComplaintAnswered)
    assert (answered.close_reason, answered.inspection_no, answered.reply_wanted) == ("INSPECTED", "I1", True)
    assert complaint_of(told, complaint).answered_at == NOON
    assert clocks(told, complaint) == {"CLAIM": DeadlineState.MET, "COMPLAINT": DeadlineState.MET}


def test_it_is_answered_once_it_was_put_right_not_before(told: Office) -> None:
    complaint = receive(told)
    told.does(handlers.claim_task, ClaimTask(task_id=complaint.task_id, inspector="orange-1"))
    failed = a_report(lines=(), result=InspectionResult.FAIL)
    told.does(handlers.inspect_task, InspectTask(task_id=complaint.task_id, report=failed))
    order = RectifyTask(task_id=complaint.task_id, by="orange-1", demand="灭鼠")
    told.does(handlers.order_rectification, order)
    assert "ComplaintAnswered" not in told.said
    assert clocks(told, complaint)["COMPLAINT"] is DeadlineState.RUNNING
    done = VerifyTask(
        task_id=complaint.task_id,
        by="orange-1",
        officers=("orange-1", "orange-2"),
        passed=True,
        note="已改正",
    )
    told.does(handlers.verify_rectification, done)
    assert told.last(ComplaintAnswered).close_reason == "RECTIFIED"


def test_closed_by_hand_the_answer_is_what_was_said(told: Office) -> None:
    complaint = receive(told)
    told.does(handlers.claim_task, ClaimTask(task_id=complaint.task_id, inspector="orange-1"))
    close = CloseTask(task_id=complaint.task_id, by="orange-1", reason=CloseReason.NOT_FOUND, note="原址已无此店")
    told.does(handlers.close_task, close)
    assert told.last(ComplaintAnswered).answer == "原址已无此店"
    assert complaint_of(told, complaint).close_reason is CloseReason.NOT_FOUND


def test_it_goes_where_its_task_goes_and_two_of_them_may_go_there(told: Office) -> None:
    for number in (1, 2):
        complaint = receive(told, number)
        command = {"task_id": complaint.task_id, "by": "orange-1", "reason": "不属本部门"}
        told.does(handlers.return_task, ReturnTask(**command))
        told.does(handlers.route_task, RouteTask(**command, department="DEMO-FIRE"))
        assert complaint_of(told, complaint).department == "DEMO-FIRE"


def test_a_check_of_another_matter_answers_nobody(told: Office) -> None:
    told.does(handlers.on_case_decided, decided(subject=ENTERPRISE, item_code="9999"))
    complaint = receive(told)
    told.does(handlers.conclude_inspection, an_inspection("I1"))
    assert task_of(told, complaint).state.open
    told.does(handlers.conclude_inspection, an_inspection("I2", for_cause=True))
    assert task_of(told, complaint).inspection_no == "I2"


def test_its_inspection_is_one_for_cause_and_its_visit_exempt(told: Office) -> None:
    complaint = receive(told)
    told.does(handlers.conclude_task, ConcludeTask(task_id=complaint.task_id, report=a_report(lines=())))
    (inspection,) = told.database.inspections.values()
    assert inspection.report.for_cause is True


def test_the_end_of_the_licence_does_not_end_it(told: Office) -> None:
    told.does(handlers.on_case_decided, decided(subject=ENTERPRISE))
    complaint = receive(told)
    told.does(handlers.on_case_decided, decided("C2", "O1", 2, kind=DecisionKind.REVOKE, subject=ENTERPRISE))
    assert task_of(told, complaint).state is TaskState.PENDING_CLAIM


def test_telling_whoever_complained_is_on_record_once_and_after_the_answer(told: Office) -> None:
    complaint = receive(told)
    tell = TellComplainant(complaint_id=complaint.complaint_id, by="orange-1", told_at=NOON, means=TellingMeans.PHONE)
    with pytest.raises(Refusal, match="complaint-open"):
        told.does(handlers.tell_complainant, tell)
    told.does(handlers.claim_task, ClaimTask(task_id=complaint.task_id, inspector="orange-1"))
    close = CloseTask(task_id=complaint.task_id, by="orange-1", reason=CloseReason.NOT_FOUND, note="原址已无此店")
    told.does(handlers.close_task, close)
    for wrong in (timedelta(minutes=5), timedelta(days=-1)):
        with pytest.raises(Refusal, match="invalid-content"):
            told.does(handlers.tell_complainant, replace(tell, told_at=NOON + wrong))
    after = told.does(handlers.tell_complainant, tell)
    assert (after.told_at, after.told_means, after.told_by) == (NOON, TellingMeans.PHONE, "orange-1")
    assert told.does(handlers.tell_complainant, tell) == after
    with pytest.raises(Refusal, match="complainant-told"):
        told.does(handlers.tell_complainant, replace(tell, means=TellingMeans.LETTER))
    with pytest.raises(Refusal, match="not-found"):
        told.does(handlers.tell_complainant, replace(tell, complaint_id="nobody's"))


def test_every_look_leaves_a_trace(told: Office) -> None:
    complaint = receive(told)
    look = RevealComplainant(complaint_id=complaint.complaint_id, by="orange-1", reason="回复投诉人")
    assert told.does(handlers.reveal_complainant, look).sealed_name == b"sealed name"
    (kept,) = told.database.complaints.looks
    assert (kept.by, kept.reason, kept.at) == ("orange-1", "回复投诉人", NOON)
    with pytest.raises(Refusal, match="invalid-content"):
        RevealComplainant(complaint_id=complaint.complaint_id, by="orange-1", reason="看")
    with pytest.raises(Refusal, match="not-found"):
        told.does(handlers.reveal_complainant, replace(look, complaint_id="nobody's"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[[channel]]\ncode = "A"\nzh = "甲"\nen = "a"\nlimit = "15wd"\nsource = ""\nconfirmed = false\n',
        '[[channel]]\ncode = "A"\nzh = "甲"\nen = "a"\nlimit = "soon"\nsource = "s"\nconfirmed = false\n',
        2 * '[[channel]]\ncode = "A"\nzh = "甲"\nen = "a"\nlimit = "15wd"\nsource = "s"\nconfirmed = false\n',
    ],
)
def test_rules_without_a_source_or_a_limit_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="invalid-complaint-rules"):
        parse(text)

"""Which officers may inspect: in service, certified on the day, without an interest in what they inspect."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.inspection import LineResult
from kernel.refusal import Refusal
from supervision.domain.certificate import Certificate
from supervision.domain.claim import ClaimTask
from supervision.domain.conflict import EndConflict
from supervision.domain.inspection import ConcludeTask, Line
from supervision.domain.inspector import ChangeService, Inspector
from supervision.domain.verbs import InspectTask, PlanTask, TransferTask, VerifyTask
from supervision.handlers import (
    change_service,
    claim_task,
    conclude_inspection,
    conclude_task,
    declare_conflict,
    end_conflict,
    inspect_task,
    on_case_decided,
    plan_task,
    register_inspector,
    transfer_task,
    verify_rectification,
)
from tests.fakes.officers import declaring, of_subject
from tests.fakes.supervised import TODAY, a_report, an_inspection, decided, inspectors, later
from tests.unit.supervision.conftest import Office

ORANGE = inspectors()[0]


def certified(valid_from: date | None, valid_to: date | None) -> Inspector:
    return replace(ORANGE, certificate=Certificate(no="宁执法 0001", valid_from=valid_from, valid_to=valid_to))


def refused(office: Office, handle: Any, command: Any) -> Refusal:
    with pytest.raises(Refusal) as said:
        office.does(handle, command)
    return said.value


def told(refusal: Refusal) -> tuple[str, list[str]]:
    return refusal.code, [fault.pointer for fault in refusal.faults]


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [
        (TODAY, TODAY),
        (date(2010, 1, 1), date(2012, 1, 1)),
        (None, TODAY),
        (TODAY, None),
        (None, None),
    ],
)
def test_a_certificate_covers_its_first_and_its_last_day(
    office: Office, valid_from: date | None, valid_to: date | None
) -> None:
    office.does(register_inspector, certified(valid_from, valid_to))
    assert office.does(conclude_inspection, an_inspection()).duplicate is False


@pytest.mark.parametrize(
    ("valid_from", "valid_to"), [(date(2011, 9, 3), None), (None, date(2011, 9, 1)), (date(2012, 1, 1), None)]
)
def test_outside_its_term_a_certificate_is_refused_and_the_officer_pointed_at(
    office: Office, valid_from: date | None, valid_to: date | None
) -> None:
    office.does(register_inspector, certified(valid_from, valid_to))
    refusal = refused(office, conclude_inspection, an_inspection(inspectors=("orange-2", "orange-1")))
    assert told(refusal) == ("certificate-not-valid", ["/inspectors/1"])
    assert "orange-1" in refusal.faults[0].zh
    assert office.database.inspections == {}


def test_the_day_of_the_inspection_counts_not_the_day_it_is_sent(office: Office) -> None:
    office.does(register_inspector, certified(None, date(2011, 8, 31)))
    assert office.does(conclude_inspection, an_inspection(inspected_on=date(2011, 8, 31))).duplicate is False
    assert refused(office, conclude_inspection, an_inspection("I2")).code == "certificate-not-valid"


def test_what_was_recorded_before_a_certificate_ran_out_may_be_sent_again(office: Office) -> None:
    office.does(conclude_inspection, an_inspection())
    office.does(register_inspector, certified(None, date(2011, 9, 1)))
    assert office.does(conclude_inspection, an_inspection()).duplicate


@pytest.mark.parametrize(
    ("certificate", "pointer"),
    [
        (Certificate(no="", valid_to=TODAY), "/certificate_no"),
        (Certificate(no="A\x00"), "/certificate_no"),
        (Certificate(no="A", valid_from=TODAY, valid_to=date(2011, 9, 1)), "/certificate_to"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused(certificate: Certificate, pointer: str) -> None:
    with pytest.raises(Refusal) as said:
        replace(ORANGE, certificate=certificate)
    assert told(said.value) == ("invalid-content", [pointer])


def test_who_has_left_neither_inspects_nor_claims_from_that_day_on(office: Office) -> None:
    office.does(on_case_decided, decided())
    (task,) = office.database.tasks.values()
    office.does(change_service, ChangeService(code="orange-1", left_on=TODAY))
    assert told(refused(office, conclude_inspection, an_inspection())) == ("inspector-left", ["/inspectors/0"])
    claim = ClaimTask(task_id=task.task_id, inspector="orange-1")
    assert told(refused(office, claim_task, claim)) == ("inspector-left", ["/inspector"])
    before = an_inspection(inspected_on=date(2011, 9, 1))
    assert office.does(conclude_inspection, before).task_id == task.task_id


def test_a_renewed_registration_brings_nobody_back_and_rejoining_does(office: Office) -> None:
    office.does(change_service, ChangeService(code="orange-1", left_on=TODAY))
    receipt = office.does(register_inspector, replace(ORANGE, name="改名"))
    assert (receipt.created, receipt.duplicate) == (False, False)
    assert office.database.inspectors["orange-1"] == replace(ORANGE, name="改名", left_on=TODAY)
    assert office.does(register_inspector, replace(ORANGE, name="改名")).duplicate
    office.does(change_service, ChangeService(code="orange-1", left_on=None))
    assert office.does(conclude_inspection, an_inspection()).duplicate is False


def test_nobody_unknown_leaves(office: Office) -> None:
    refusal = refused(office, change_service, ChangeService(code="ghost", left_on=TODAY))
    assert told(refusal) == ("inspector-unknown", ["/code"])


@pytest.mark.parametrize("declared", [declaring(), of_subject()])
def test_who_declared_an_interest_in_the_object_or_its_holder_stands_aside(office: Office, declared: Any) -> None:
    office.does(on_case_decided, decided())
    office.does(declare_conflict, declared)
    (task,) = office.database.tasks.values()
    swapped = a_report(inspectors=("orange-2", "orange-1"))
    refusal = refused(office, conclude_task, ConcludeTask(task_id=task.task_id, report=swapped))
    assert told(refusal) == ("conflict-of-interest", ["/inspectors/1"])
    assert told(refused(office, conclude_inspection, an_inspection())) == ("conflict-of-interest", ["/inspectors/0"])
    assert task.state.open


def test_an_interest_in_an_object_no_decision_has_named_counts_too(office: Office) -> None:
    office.does(declare_conflict, declaring(object_no="STALL"))
    assert refused(office, conclude_inspection, an_inspection(object_no="STALL")).code == "conflict-of-interest"


@pytest.mark.parametrize(
    "declared",
    [
        declaring("fire-1"),
        declaring(object_no="O2"),
        declaring(source_system="elsewhere"),
        of_subject(id_no="S2"),
        of_subject(id_type="001"),
        declaring(valid_from=date(2011, 9, 3)),
        declaring(valid_to=date(2011, 9, 1)),
    ],
)
def test_an_interest_of_others_in_others_or_at_other_times_keeps_nobody_away(office: Office, declared: Any) -> None:
    office.does(on_case_decided, decided())
    office.does(declare_conflict, declared)
    assert office.does(conclude_inspection, an_inspection()).duplicate is False


def test_the_same_declaration_twice_is_one_until_it_has_ended(office: Office) -> None:
    first = office.does(declare_conflict, declaring())
    again = office.does(declare_conflict, declaring())
    assert (first.duplicate, again.duplicate, again.conflict) == (False, True, first.conflict)
    office.does(end_conflict, EndConflict(conflict_id=first.conflict.conflict_id, on=TODAY, by="chief"))
    assert office.does(declare_conflict, declaring()).duplicate is False


def test_an_ended_interest_holds_through_its_last_day(office: Office) -> None:
    declared = office.does(declare_conflict, declaring()).conflict
    end = EndConflict(conflict_id=declared.conflict_id, on=TODAY, by="chief")
    ended = office.does(end_conflict, end)
    assert (ended.valid_to, ended.ended_by, ended.ended_at) == (TODAY, "chief", office.now)
    assert refused(office, conclude_inspection, an_inspection()).code == "conflict-of-interest"
    assert office.does(end_conflict, end) == ended
    office.now = later(1)
    tomorrow = an_inspection("I2", inspected_on=date(2011, 9, 3))
    assert office.does(conclude_inspection, tomorrow).duplicate is False


@pytest.mark.parametrize(
    ("declared", "last"),
    [
        (declaring(), date(2011, 9, 1)),
        (declaring(valid_from=date(2012, 1, 1)), date(2011, 12, 31)),
        (declaring(valid_to=date(2011, 9, 30)), date(2011, 10, 1)),
    ],
)
def test_an_interest_is_ended_neither_for_days_gone_by_nor_later_than_declared(
    office: Office, declared: Any, last: date
) -> None:
    conflict = office.does(declare_conflict, declared).conflict
    refusal = refused(office, end_conflict, EndConflict(conflict_id=conflict.conflict_id, on=last, by="chief"))
    assert told(refusal) == ("invalid-content", ["/on"])


def test_what_has_ended_is_not_ended_anew(office: Office) -> None:
    conflict = office.does(declare_conflict, declaring()).conflict
    office.does(end_conflict, EndConflict(conflict_id=conflict.conflict_id, on=TODAY, by="chief"))
    again = EndConflict(conflict_id=conflict.conflict_id, on=date(2011, 9, 9), by="chief")
    assert refused(office, end_conflict, again).code == "conflict-ended"
    nobody = EndConflict(conflict_id="none", on=TODAY, by="chief")
    assert refused(office, end_conflict, nobody).status == 404


def test_an_interest_without_a_first_day_begins_today(office: Office) -> None:
    declared = office.does(declare_conflict, declaring(valid_from=None))
    assert declared.conflict.valid_from == TODAY
    assert office.does(declare_conflict, declaring(valid_from=None)).duplicate
    with pytest.raises(Refusal) as said:
        office.does(declare_conflict, declaring(valid_from=None, valid_to=date(2011, 9, 1)))
    assert told(said.value) == ("invalid-content", ["/valid_to"])


def test_who_may_not_inspect_is_not_planned_for_it_nor_sent_to_look_again(office: Office) -> None:
    office.does(on_case_decided, decided())
    (task,) = office.database.tasks.values()
    office.does(claim_task, ClaimTask(task_id=task.task_id, inspector="orange-2"))
    office.does(register_inspector, certified(None, date(2011, 9, 3)))
    day = date(2011, 9, 4)
    crew = ("orange-1", "orange-2")
    plan = PlanTask(task_id=task.task_id, planned_on=day, officers=crew, by="orange-2")
    assert told(refused(office, plan_task, plan)) == ("certificate-not-valid", ["/officers/0"])
    assert office.does(plan_task, replace(plan, planned_on=TODAY)).crew == crew
    office.does(declare_conflict, of_subject())
    assert told(refused(office, plan_task, replace(plan, planned_on=TODAY))) == (
        "conflict-of-interest",
        ["/officers/0"],
    )
    again = VerifyTask(task_id=task.task_id, passed=True, officers=crew, by="orange-2")
    assert told(refused(office, verify_rectification, again)) == ("conflict-of-interest", ["/inspectors/0"])
    moved = TransferTask(task_id=task.task_id, inspector="orange-1", reason="换人", by="orange-2")
    office.does(change_service, ChangeService(code="orange-1", left_on=TODAY))
    assert told(refused(office, transfer_task, moved)) == ("inspector-left", ["/inspector"])


def test_an_inspection_through_its_task_answers_every_line_and_a_one_shot_may_leave_some_out(office: Office) -> None:
    office.does(on_case_decided, decided())
    (task,) = office.database.tasks.values()
    office.does(claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    whole = a_report()
    short = replace(whole, lines=tuple(line for line in whole.lines if line.code not in {"7", "12"}))
    refusal = refused(office, inspect_task, InspectTask(task_id=task.task_id, report=short))
    assert (refusal.code, ["检查项 7 " in f.zh or "检查项 12 " in f.zh for f in refusal.faults]) == (
        "line-missing",
        [True, True],
    )
    unchecked = replace(whole, lines=(*short.lines, *(Line(n, LineResult.NOT_CHECKED) for n in ("7", "12"))))
    assert office.does(inspect_task, InspectTask(task_id=task.task_id, report=unchecked)).duplicate is False
    kept = office.database.inspections["chicago", "I1"].report
    assert kept.codes(LineResult.NOT_CHECKED) == ("7", "12")
    assert office.does(conclude_inspection, an_inspection("I2", lines=short.lines)).duplicate is False


def test_an_interest_of_somebody_unknown_is_refused(office: Office) -> None:
    assert told(refused(office, declare_conflict, declaring("ghost"))) == ("inspector-unknown", ["/inspector"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reason": " "}, "/reason"),
        ({"reason": "长" * 501}, "/reason"),
        ({"inspector": ""}, "/inspector"),
        ({"by": ""}, "/by"),
        ({"source_system": "", "object_no": ""}, ""),
        ({"id_type": "001", "id_no": "X"}, ""),
        ({"object_no": ""}, "/object_no"),
        ({"source_system": ""}, "/source_system"),
        ({"source_system": "", "object_no": "", "id_no": "X"}, "/id_type"),
        ({"source_system": "", "object_no": "", "id_type": "001"}, "/id_no"),
        ({"valid_to": date(2011, 8, 31)}, "/valid_to"),
    ],
)
def test_a_declaration_that_says_too_little_or_too_much_is_refused(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as said:
        declaring(**changes)
    assert told(said.value) == ("invalid-content", [pointer])

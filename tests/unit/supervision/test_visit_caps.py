"""Caps of site visits: what is refused above them, who is exempt, what uses them up and what gives it back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.event import Subject
from kernel.credit import Grade
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from kernel.visit import VisitState
from supervision import handlers
from supervision.domain.inspector import Inspector
from supervision.domain.visits.rules_file import parse
from tests.fakes.supervised import TODAY, a_link, a_version, an_inspection, assessed, decided
from tests.fakes.supervision import furnished
from tests.fakes.visit_commands import a_request, cancel
from tests.fakes.visits import EARLY
from tests.unit.supervision.conftest import Office

HEALTH = ("WJW", "SWJW", "WJJ")


@pytest.fixture
def office() -> Office:
    """Rules in force; O1 is an enterprise with a task for each of two departments."""
    database = furnished(a_version(a_link(), a_link("FIRE", department="DEMO-FIRE", checklist="OTHER-5")))
    database.visiting.rules = parse(EARLY)
    for code in HEALTH:
        for number in (1, 2):
            database.inspectors[f"{code}-{number}"] = Inspector(code=f"{code}-{number}", name="某", department=code)
    found = Office(database)
    found.does(handlers.on_case_decided, decided())
    return found


def ask(office: Office, *days: int, **changes: Any) -> Any:
    """Requests for these days; the last receipt."""
    return [office.does(handlers.request_visit, a_request(day, **changes)) for day in days][-1]


def refused(office: Office, day: int, **changes: Any) -> Refusal:
    before = (dict(office.database.visiting.rows), len(office.database.said), len(office.database.notices))
    with pytest.raises(Refusal) as refusal:
        ask(office, day, **changes)
    assert (office.database.visiting.rows, len(office.database.said), len(office.database.notices)) == before
    return refusal.value


def used(office: Office, department: str = "DEMO-FOOD", day: int = 90) -> dict[str, int]:
    """What a further visit would find used: the receipt of one that uses nothing."""
    receipt = ask(office, day, department=department, exemption="ENTERPRISE_REQUEST", exemption_document="X-1")
    return {use.cap.code: use.used for use in receipt.uses}


def test_a_third_visit_of_a_department_in_a_year_is_refused_with_its_counter_and_every_exemption(
    office: Office,
) -> None:
    ask(office, 0, 30)
    refusal = refused(office, 60)
    assert (refusal.code, refusal.status) == ("visit-cap-reached", 409)
    assert [(fault.pointer, fault.en) for fault in refusal.faults] == [
        ("/exemption", "DEFAULT: 2 of 2 used by this department")
    ]
    for code in office.database.visiting.rules.editions[0].exemptions:
        assert code in refusal.zh
        assert code in refusal.en


def test_another_department_has_a_cap_of_its_own(office: Office) -> None:
    ask(office, 0, 30)
    assert ask(office, 60, department="DEMO-FIRE").visit.state is VisitState.REQUESTED


def test_departments_under_one_cap_together_reach_it_together(office: Office) -> None:
    ask(office, 0, 20, department="WJW")
    ask(office, 40, 60, department="SWJW")
    refusal = refused(office, 70, department="WJJ")
    assert [fault.en for fault in refusal.faults] == ["HEALTH-TOGETHER: 4 of 4 used by all departments it covers"]


def test_both_counters_are_named_when_both_are_reached(office: Office) -> None:
    ask(office, 0, 20, department="WJW")
    ask(office, 40, 60, department="SWJW")
    assert len(refused(office, 70, department="WJW").faults) == 2


def test_a_joint_visit_counts_once_overall_and_once_for_each_department(office: Office) -> None:
    first = ask(office, 10, department="WJW").visit
    receipt = ask(office, 10, department="SWJW", joint_with=first.visit_no)
    assert receipt.visit.joint_no == first.joint_no
    assert {use.cap.code: use.used for use in receipt.uses} == {"HEALTH": 1, "HEALTH-TOGETHER": 1}


def test_joining_is_possible_when_the_common_cap_is_reached(office: Office) -> None:
    ask(office, 0, 20, department="WJW")
    last = ask(office, 40, 60, department="SWJW").visit
    joined = ask(office, 60, department="WJJ", joint_with=last.visit_no)
    assert {use.cap.code: use.used for use in joined.uses} == {"HEALTH": 1, "HEALTH-TOGETHER": 4}


@pytest.mark.parametrize("changes", [{"department": "DEMO-FOOD"}, {"planned_on": date(2011, 9, 20)}])
def test_a_visit_of_another_day_or_of_the_same_department_cannot_be_joined(
    office: Office, changes: dict[str, Any]
) -> None:
    first = ask(office, 10).visit
    other = {"department": "DEMO-FIRE", "reason": "另一次", "joint_with": first.visit_no} | changes
    asked = refused(office, 10, **other)
    assert asked.code in {"visit-not-joinable", "visit-open"}


def test_a_visit_nobody_knows_cannot_be_joined(office: Office) -> None:
    assert refused(office, 10, joint_with="nobody").code == "not-found"


def test_a_cancelled_visit_gives_its_count_back(office: Office) -> None:
    second = ask(office, 0, 30).visit
    assert refused(office, 60).code == "visit-cap-reached"
    office.does(*cancel(second))
    assert ask(office, 60).visit.state is VisitState.REQUESTED
    assert refused(office, 61).code == "visit-cap-reached"


def test_the_next_year_begins_at_nothing(office: Office) -> None:
    ask(office, 0, 30)
    last_day, first_day = date(2011, 12, 31), date(2012, 1, 1)
    assert refused(office, 0, planned_on=last_day).code == "visit-cap-reached"
    assert ask(office, 0, planned_on=first_day).uses[0].used == 1
    assert ask(office, 0, planned_on=first_day).uses[0].year == 2012


CONSUMING = ("COMPLAINT", "ASSIGNED", "ASSISTANCE", "AUDIT", "OFF_SITE_CLUE", "MEDIA")
SPARING = ("RECTIFICATION_REVIEW", "ENTERPRISE_REQUEST", "LICENCE_SITE_CHECK")


@pytest.mark.parametrize("code", [*CONSUMING, *SPARING])
def test_an_exemption_with_its_document_goes_over_the_cap(office: Office, code: str) -> None:
    ask(office, 0, 30)
    receipt = ask(office, 60, exemption=code, exemption_document="市监举〔2011〕7号")
    assert (receipt.visit.exemption, receipt.visit.exemption_document) == (code, "市监举〔2011〕7号")
    assert receipt.uses[0].used == (3 if code in CONSUMING else 2)


@pytest.mark.parametrize("code", [*CONSUMING, *SPARING])
def test_an_exemption_without_its_document_is_refused(office: Office, code: str) -> None:
    ask(office, 0, 30)
    refusal = refused(office, 60, exemption=code)
    assert [fault.pointer for fault in refusal.faults] == ["/exemption_document"]


def test_an_emergency_needs_no_document(office: Office) -> None:
    ask(office, 0, 30)
    assert ask(office, 60, exemption="EMERGENCY").uses[0].used == 3


@pytest.mark.parametrize("code", SPARING)
def test_what_does_not_count_leaves_the_cap_to_others(office: Office, code: str) -> None:
    ask(office, 0, 10, 20, exemption=code, exemption_document="X-1")
    assert used(office) == {"DEFAULT": 0}


def test_an_exemption_nobody_knows_is_refused_with_those_there_are(office: Office) -> None:
    refusal = refused(office, 0, exemption="BECAUSE")
    assert [fault.pointer for fault in refusal.faults] == ["/exemption"]
    assert "COMPLAINT" in refusal.faults[0].en


def test_grade_d_exempts_enterprises_of_grade_d_alone(office: Office) -> None:
    ask(office, 0, 30)
    assert refused(office, 60, exemption="CREDIT_D").code == "exemption-not-true"
    office.does(handlers.on_grade_changed, assessed(1, Grade.C))
    assert refused(office, 60, exemption="CREDIT_D").code == "exemption-not-true"
    office.does(handlers.on_grade_changed, assessed(2, Grade.D))
    assert ask(office, 60, exemption="CREDIT_D").uses[0].used == 3


def test_class_d_exempts_objects_of_class_d_alone(office: Office) -> None:
    ask(office, 0, 30)
    assert refused(office, 60, exemption="RISK_D").code == "exemption-not-true"
    rows = office.database.risk.rows
    rows["chicago", "O1"] = replace(rows["chicago", "O1"], risk_class=RiskClass.D)
    assert ask(office, 60, exemption="RISK_D").visit.exemption == "RISK_D"


def test_a_check_of_a_commitment_is_exempt_from_the_moment_its_task_was_made(office: Office) -> None:
    office.does(handlers.on_case_decided, decided("C2", object_version=2, commitment=True))
    checks = [task for task in office.database.tasks.values() if task.purpose == "COMMITMENT"]
    assert {task.visit_exemption for task in checks} == {"LICENCE_SITE_CHECK"}
    (mine,) = [task.task_id for task in checks if task.department == "DEMO-FOOD"]
    visit = ask(office, 5, tasks=(mine,)).visit
    assert (visit.exemption, visit.consumes) == ("LICENCE_SITE_CHECK", False)
    routine = [task.task_id for task in office.database.tasks.values() if task.purpose == "ROUTINE"]
    assert refused(office, 6, tasks=(routine[1],)).faults[0].pointer == "/tasks/0"
    assert ask(office, 6, tasks=(routine[0],)).visit.consumes


def test_the_very_same_request_again_is_the_same_visit_and_another_is_refused(office: Office) -> None:
    first = ask(office, 5)
    again = ask(office, 5)
    assert (again.duplicate, again.visit, len(office.database.visiting.rows)) == (True, first.visit, 1)
    assert refused(office, 5, reason="另有事由").code == "visit-open"


def test_whoever_asks_is_told_of_visits_close_by_and_of_what_could_be_merged(office: Office) -> None:
    early = ask(office, 0, department="DEMO-FIRE").visit
    receipt = ask(office, 14)
    assert [(each.number, each.department) for each in receipt.warnings] == [(early.number, "DEMO-FIRE")]
    assert [(each.department, each.number, each.task_id != "") for each in receipt.merge_with] == [
        ("DEMO-FIRE", early.number, False),
        ("DEMO-FIRE", "", True),
    ]
    far = ask(office, 16)
    assert [each.number for each in far.merge_with] == [""]
    assert ask(office, 0, planned_on=date(2012, 3, 1)).warnings == ()


def test_a_natural_person_and_a_holder_nobody_registered_are_no_enterprises(office: Office) -> None:
    person = Subject(id_type="111", id_no="P0001", kind="PERSON")
    office.does(handlers.on_case_decided, decided("C7", "O7", subject=person))
    office.does(handlers.conclude_inspection, an_inspection("I9", "O9"))
    for number in ("O7", "O9"):
        assert refused(office, 5, object_no=number).code == "not-an-enterprise"
    assert refused(office, 5, object_no="O404").code == "not-found"


def test_nobody_comes_on_a_day_gone_by(office: Office) -> None:
    assert [fault.pointer for fault in refused(office, -1).faults] == ["/planned_on"]


def test_officers_of_another_department_are_refused(office: Office) -> None:
    assert refused(office, 1, officers=("fire-1", "fire-2")).code == "inspector-elsewhere"


def test_before_the_rules_begin_no_request_is_needed(office: Office) -> None:
    office.database.visiting.rules = parse(EARLY.replace("2000-01-01", "2012-01-01"))
    assert refused(office, 1).code == "visit-rules-not-begun"
    assert ask(office, 0, planned_on=date(2012, 1, 1)).visit.planned_on > TODAY


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"by": "张三"}, "/by"),
        ({"reason": " "}, "/reason"),
        ({"legal_basis": ""}, "/legal_basis"),
        ({"matters": ()}, "/matters"),
        ({"officers": ("orange-1",)}, "/officers"),
        ({"department": "", "officers": ("orange-1", "orange-2")}, "/department"),
        ({"object_no": ""}, "/object_no"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refusal:
        a_request(**changes)
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]

"""The life of a site visit: approved by a second person, announced with a code, entered on its day, inspected, told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.visit import VisitChanged
from kernel.notice import Notice
from kernel.refusal import Refusal
from kernel.visit import VisitKind, VisitState
from supervision import handlers
from supervision.domain.alert_rules import parse as parse_alerts
from supervision.domain.certificate import Certificate
from supervision.domain.claim import ClaimTask
from supervision.domain.inspection import ConcludeTask
from supervision.domain.verbs import InspectTask, PlanTask, StartTask
from supervision.domain.visit import PlanVisit, VisitCrew
from supervision.domain.visits import SiteVisit
from supervision.domain.visits.commands import ScanVisit
from supervision.domain.visits.rules_file import parse
from tests.fakes.alerts import EARLY as EARLY_ALERTS
from tests.fakes.supervision import NOON, TODAY, a_link, a_report, a_version, an_inspection, decided, furnished, later
from tests.fakes.visit_commands import CREWS, a_request, announce, approve, cancel, enter, finish
from tests.fakes.visits import EARLY, REFUSING
from tests.unit.supervision.conftest import Office

CERTIFICATE = Certificate(no="宁A-0001", valid_from=date(1990, 1, 1), valid_to=date(2030, 1, 1))


@pytest.fixture
def office() -> Office:
    """Rules in force; O1 is an enterprise with a task of DEMO-FOOD and one of DEMO-FIRE, both claimed."""
    database = furnished(a_version(a_link(), a_link("FIRE", department="DEMO-FIRE", checklist="OTHER-5")))
    database.visiting.rules = parse(EARLY)
    database.inspectors["orange-1"] = replace(database.inspectors["orange-1"], certificate=CERTIFICATE)
    found = Office(database)
    found.does(handlers.on_case_decided, decided())
    for task in list(database.tasks.values()):
        by = CREWS[task.department][0]
        found.does(handlers.claim_task, ClaimTask(task_id=task.task_id, inspector=by))
    return found


def task_of(office: Office, department: str = "DEMO-FOOD") -> str:
    return next(task.task_id for task in office.database.tasks.values() if task.department == department)


def asked(office: Office, day: int = 0, **changes: Any) -> SiteVisit:
    visit: SiteVisit = office.does(handlers.request_visit, a_request(day, **changes)).visit
    return visit


def told(office: Office, day: int = 0, **changes: Any) -> SiteVisit:
    """A visit that was approved and announced."""
    visit = asked(office, day, **changes)
    office.does(*approve(visit))
    announced: SiteVisit = office.does(*announce(visit))
    return announced


def kept(office: Office, visit: SiteVisit) -> SiteVisit:
    return office.database.visiting.rows[visit.visit_no]


def refused(office: Office, doing: tuple[Any, Any]) -> str:
    before = (dict(office.database.visiting.rows), len(office.database.said), dict(office.database.tasks))
    with pytest.raises(Refusal) as refusal:
        office.does(*doing)
    assert (office.database.visiting.rows, len(office.database.said), office.database.tasks) == before
    return refusal.value.code


def notices(office: Office, kind: str) -> list[Notice]:
    return [notice for notice in office.database.notices.values() if notice.kind == kind]


def inspect(office: Office, number: str = "I1", department: str = "DEMO-FOOD", **changes: Any) -> Any:
    report = a_report(number, inspectors=CREWS[department], inspected_on=office_day(office), **changes)
    if department == "DEMO-FIRE":
        report = replace(report, lines=report.lines[:5])
    return office.does(handlers.inspect_task, InspectTask(task_id=task_of(office, department), report=report))


def office_day(office: Office) -> date:
    return office.now.date()


class TestVerbs:
    def test_a_visit_is_approved_by_somebody_else(self, office: Office) -> None:
        visit = asked(office)
        assert refused(office, approve(visit, "orange-1")) == "second-person-needed"
        assert office.does(*approve(visit)).approved_by == "head-1"
        assert office.does(*approve(visit)).version == 2
        assert refused(office, approve(visit, "head-2")) == "visit-not-now"

    def test_nobody_is_told_before_it_is_approved(self, office: Office) -> None:
        assert refused(office, announce(asked(office))) == "visit-not-now"

    def test_the_enterprise_is_told_who_when_why_which_law_how_often_and_what_it_may_do(self, office: Office) -> None:
        visit = told(office, 3)
        (notice,) = notices(office, "VISIT_ANNOUNCED")
        assert notice.person == "ENTERPRISE:S1"
        for word in (
            *("DEMO-FOOD", "2011-09-05", "宁A-0001", "年度计划检查", "食品安全法第一百一十条", "食品安全监督检查"),
            *("已用 1 次、上限 2 次", "申请回避", visit.code, visit.number),
        ):
            assert word in notice.zh
        assert "1 of 2 used" in notice.en

    def test_announcing_again_gives_out_no_other_code(self, office: Office) -> None:
        visit = told(office)
        assert office.does(*announce(visit)).code == visit.code
        assert len(notices(office, "VISIT_ANNOUNCED")) == 1

    def test_only_one_of_its_officers_enters_and_only_on_its_days(self, office: Office) -> None:
        visit = told(office, 1)
        assert refused(office, enter(visit)) == "visit-not-today"
        office.now = later(1)
        assert refused(office, enter(visit, by="fire-1")) == "officer-not-of-visit"
        assert office.does(*enter(visit)).visited_on == TODAY + timedelta(days=1)

    def test_officers_may_come_some_days_late_but_never_in_another_year(self, office: Office) -> None:
        first, second = told(office, 0), told(office, 0, planned_on=date(2011, 12, 30))
        office.now = later(6)
        assert refused(office, enter(first)) == "visit-not-today"
        office.now = later((date(2012, 1, 1) - TODAY).days)
        assert refused(office, enter(second)) == "visit-not-today"
        office.now = later((date(2011, 12, 31) - TODAY).days)
        assert office.does(*enter(second)).state is VisitState.ENTERED

    def test_the_code_scanned_at_the_door_is_that_of_the_visit(self, office: Office) -> None:
        visit = told(office)
        assert refused(office, enter(visit, code="ANOTHER")) == "visit-code-differs"
        assert office.does(*enter(visit, code=visit.code)).scanned_at == NOON

    def test_the_enterprise_scans_and_the_first_time_counts(self, office: Office) -> None:
        visit = told(office)
        assert office.does(handlers.scan_visit, ScanVisit(code=visit.code)).scanned_at == NOON
        office.now = later(1)
        assert office.does(handlers.scan_visit, ScanVisit(code=visit.code)).scanned_at == NOON
        assert refused(office, (handlers.scan_visit, ScanVisit(code="GUESSED"))) == "visit-code-unknown"

    def test_an_emergency_is_announced_at_the_door_once_it_is_approved(self, office: Office) -> None:
        visit = asked(office, exemption="EMERGENCY")
        assert refused(office, enter(visit)) == "visit-not-now"
        office.does(*approve(visit))
        entered = office.does(*enter(visit))
        assert (entered.state, bool(entered.code)) == (VisitState.ENTERED, True)
        assert entered.code in notices(office, "VISIT_ANNOUNCED")[0].zh

    def test_no_other_visit_is_entered_unannounced(self, office: Office) -> None:
        visit = asked(office)
        office.does(*approve(visit))
        assert refused(office, enter(visit)) == "visit-not-now"

    def test_a_finished_visit_never_changes_again(self, office: Office) -> None:
        visit = told(office)
        assert refused(office, finish(visit)) == "visit-not-now"
        office.does(*enter(visit))
        assert refused(office, cancel(visit)) == "visit-not-now"
        assert office.does(*finish(visit)).state is VisitState.DONE
        assert office.does(*finish(visit)).version == kept(office, visit).version
        for doing in (approve(visit), announce(visit), enter(visit), cancel(visit)):
            assert refused(office, doing) == "visit-not-now"

    def test_an_enterprise_that_was_told_is_told_that_nobody_comes(self, office: Office) -> None:
        office.does(*cancel(asked(office, 5)))
        assert notices(office, "VISIT_CANCELLED") == []
        visit = told(office, 6)
        office.does(*cancel(visit))
        (notice,) = notices(office, "VISIT_CANCELLED")
        assert visit.number in notice.zh
        assert "计划调整" in notice.zh

    def test_every_step_leaves_its_trace_and_is_told_without_the_code(self, office: Office) -> None:
        visit = told(office)
        office.does(*enter(visit, code=visit.code))
        office.does(*finish(visit))
        steps = [(change.act, change.by) for change in office.database.visiting.changes]
        assert steps == [
            ("REQUEST", "orange-1"),
            ("APPROVE", "head-1"),
            ("ANNOUNCE", "orange-1"),
            ("ENTER", "orange-1"),
            ("SCAN", "orange-1"),
            ("FINISH", "orange-1"),
        ]
        events = [event for event in office.database.said if isinstance(event, VisitChanged)]
        assert [(event.act, event.version) for event in events] == [
            (act, number) for number, (act, _) in enumerate(steps, start=1)
        ]
        assert not any(visit.code in str(event) for event in events)

    def test_a_visit_nobody_knows_is_not_found(self, office: Office) -> None:
        stranger = replace(asked(office), visit_no="nobody")
        for doing in (approve(stranger), announce(stranger), enter(stranger), finish(stranger), cancel(stranger)):
            assert refused(office, doing) == "not-found"


class TestInspections:
    def test_an_inspection_made_through_a_visit_finishes_it(self, office: Office) -> None:
        visit = told(office, tasks=(task_of(office),))
        office.does(*enter(visit))
        inspect(office)
        done = kept(office, visit)
        assert (done.state, done.inspections, done.unannounced) == (VisitState.DONE, ("I1",), False)
        assert notices(office, "VISIT_UNANNOUNCED") == []

    def test_a_scanned_code_was_shown(self, office: Office) -> None:
        office.database.alert_rules = parse_alerts(EARLY_ALERTS)
        visit = told(office)
        office.does(*enter(visit, code=visit.code))
        inspect(office, code_shown=False)
        assert office.database.inspections["chicago", "I1"].report.code_shown is True
        assert not any(rule == "CODE_NOT_SHOWN" for rule, _, _ in office.database.tallies)

    def test_without_a_scan_nothing_is_said_of_the_code(self, office: Office) -> None:
        office.does(*enter(told(office)))
        inspect(office)
        assert office.database.inspections["chicago", "I1"].report.code_shown is None

    def test_the_same_inspection_again_is_the_same(self, office: Office) -> None:
        visit = told(office)
        office.does(*enter(visit, code=visit.code))
        inspect(office)
        version = kept(office, visit).version
        assert inspect(office).duplicate is True
        assert kept(office, visit).version == version

    def test_an_inspection_nobody_announced_is_recorded_counted_flagged_and_told(self, office: Office) -> None:
        inspect(office)
        (visit,) = office.database.visiting.rows.values()
        assert (visit.state, visit.unannounced, visit.over_cap) == (VisitState.DONE, True, False)
        assert (visit.inspections, visit.day, visit.kind) == (("I1",), TODAY, VisitKind.ROUTINE)
        (notice,) = notices(office, "VISIT_UNANNOUNCED")
        assert (notice.person, visit.number in notice.zh) == ("HEAD:DEMO-FOOD", True)
        (change,) = office.database.visiting.changes
        assert (change.act, change.unannounced) == ("RECORD", True)
        receipt = office.does(handlers.request_visit, a_request(9))
        assert receipt.uses[0].used == 2

    def test_a_visit_that_was_only_approved_is_done_unannounced(self, office: Office) -> None:
        visit = asked(office)
        office.does(*approve(visit))
        inspect(office)
        done = kept(office, visit)
        assert (done.state, done.unannounced) == (VisitState.DONE, True)
        assert len(notices(office, "VISIT_UNANNOUNCED")) == 1

    def test_what_is_recorded_above_the_cap_says_so(self, office: Office) -> None:
        asked(office, 30)
        asked(office, 60)
        inspect(office)
        (recorded,) = [visit for visit in office.database.visiting.rows.values() if visit.unannounced]
        assert recorded.over_cap
        assert "超出频次上限" in notices(office, "VISIT_UNANNOUNCED")[0].zh

    def test_several_inspections_of_one_day_by_one_department_are_one_visit(self, office: Office) -> None:
        inspect(office)
        office.does(handlers.conclude_inspection, an_inspection("I2"))
        (visit,) = office.database.visiting.rows.values()
        assert visit.inspections == ("I1", "I2")
        office.now = later(1)
        office.does(handlers.conclude_inspection, an_inspection("I3", inspected_on=office_day(office)))
        assert len(office.database.visiting.rows) == 2

    def test_departments_on_one_day_at_one_place_are_one_joint_visit(self, office: Office) -> None:
        inspect(office)
        inspect(office, "I2", "DEMO-FIRE")
        visits = list(office.database.visiting.rows.values())
        assert len(visits) == 2
        assert len({visit.joint_no for visit in visits}) == 1

    def test_a_check_of_a_commitment_nobody_announced_uses_no_cap(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C2", object_version=2, commitment=True))
        (check,) = [
            task.task_id
            for task in office.database.tasks.values()
            if (task.purpose, task.department) == ("COMMITMENT", "DEMO-FOOD")
        ]
        office.does(handlers.conclude_task, ConcludeTask(task_id=check, report=a_report()))
        (visit,) = office.database.visiting.rows.values()
        assert (visit.exemption, visit.consumes, visit.unannounced) == ("LICENCE_SITE_CHECK", False, True)

    def test_an_object_nobody_registered_and_days_before_the_rules_make_no_visit(self, office: Office) -> None:
        office.does(handlers.conclude_inspection, an_inspection("I8", "O8"))
        office.does(handlers.conclude_inspection, an_inspection("I7", inspected_on=date(1999, 12, 31)))
        assert office.database.visiting.rows == {}


class TestStart:
    def start(self, office: Office) -> tuple[Any, StartTask]:
        task_id = task_of(office)
        planned = PlanTask(task_id=task_id, by="orange-1", planned_on=TODAY, officers=CREWS["DEMO-FOOD"])
        office.does(handlers.plan_task, planned)
        return handlers.start_task, StartTask(task_id=task_id, by="orange-1")

    def test_without_an_announced_visit_it_begins_where_the_rules_record(self, office: Office) -> None:
        assert office.does(*self.start(office)).state == "INSPECTING"

    def test_where_the_rules_refuse_it_begins_once_the_enterprise_was_told(self, office: Office) -> None:
        office.database.visiting.rules = parse(REFUSING)
        start = self.start(office)
        assert refused(office, start) == "visit-not-announced"
        visit = asked(office)
        office.does(*approve(visit))
        assert refused(office, start) == "visit-not-announced"
        office.does(*announce(visit))
        assert office.does(*start).state == "INSPECTING"

    def test_at_a_natural_person_it_begins_under_either_rule(self, office: Office) -> None:
        office.database.visiting.rules = parse(REFUSING)
        start = self.start(office)
        objects, tasks = office.database.objects, office.database.tasks
        entry, task = objects["chicago", "O1"], tasks[start[1].task_id]
        person = replace(entry.holder, kind="PERSON")
        objects["chicago", "O1"] = replace(entry, holder=person)
        tasks[task.task_id] = replace(task, holder=person)
        assert office.does(*start).state == "INSPECTING"


class TestJointPlan:
    def plan(self, office: Office, day: int) -> None:
        crews = tuple(VisitCrew(department=department, officers=crew) for department, crew in CREWS.items())
        command = PlanVisit(
            source_system="chicago",
            object_no="O1",
            planned_on=TODAY + timedelta(days=day),
            crews=crews,
            by="orange-1",
        )
        office.does(handlers.plan_visit, command)

    def test_visits_of_the_departments_become_one_and_need_approval_for_the_new_day(self, office: Office) -> None:
        food, fire = asked(office, 5), asked(office, 8, department="DEMO-FIRE")
        office.does(*approve(food))
        office.does(*approve(fire))
        self.plan(office, 8)
        both = [kept(office, food), kept(office, fire)]
        assert len({visit.joint_no for visit in both}) == 1
        assert {visit.planned_on for visit in both} == {TODAY + timedelta(days=8)}
        assert [visit.state for visit in both] == [VisitState.REQUESTED, VisitState.APPROVED]

    def test_what_was_announced_for_another_day_stays(self, office: Office) -> None:
        food, fire = told(office, 5), asked(office, 8, department="DEMO-FIRE")
        self.plan(office, 8)
        assert kept(office, food) == food
        assert kept(office, fire).joint_no == fire.joint_no

    def test_without_visits_the_plan_makes_none(self, office: Office) -> None:
        self.plan(office, 8)
        assert office.database.visiting.rows == {}
        assert office.states() == ["PLANNED", "PLANNED"]

    def test_the_inspections_of_a_joint_visit_finish_each_departments_own(self, office: Office) -> None:
        food, fire = asked(office), asked(office, department="DEMO-FIRE")
        self.plan(office, 0)
        for visit in (food, fire):
            office.does(*approve(visit))
            office.does(*announce(visit))
        inspect(office)
        assert [kept(office, visit).state for visit in (food, fire)] == [VisitState.DONE, VisitState.ANNOUNCED]
        inspect(office, "I2", "DEMO-FIRE")
        assert kept(office, fire).inspections == ("I2",)

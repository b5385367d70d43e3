"""Inspections and their site visits: what was announced is done with them, what was not is recorded; joint plans."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.visit import VisitKind, VisitState
from supervision import handlers
from supervision.domain.alert_rules import parse as parse_alerts
from supervision.domain.inspection import ConcludeTask
from supervision.domain.joint_visit import PlanVisit, VisitCrew
from supervision.domain.verbs import PlanTask, StartTask
from supervision.domain.visits.rules_file import parse
from tests.fakes.alerts import EARLY as EARLY_ALERTS
from tests.fakes.supervised import NOON, TODAY, a_report, an_inspection, decided, later
from tests.fakes.visit_commands import CREWS, a_request, announce, approve, enter
from tests.fakes.visits import REFUSING
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.visiting import asked, inspect, kept, notices, office, office_day, refused, task_of, told

__all__ = ["office"]


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

    @pytest.mark.parametrize("day", [9, -7])
    def test_an_inspection_on_a_day_the_enterprise_was_not_told_of_was_not_announced(
        self, office: Office, day: int
    ) -> None:
        office.now = later(min(day, 0))
        visit = told(office, max(day, -7), tasks=(task_of(office),))
        office.now = NOON
        inspect(office)
        assert kept(office, visit).unannounced
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
        inspect(office, "I2")
        (visit,) = office.database.visiting.rows.values()
        assert (visit.inspections, visit.consumes) == (("I1", "I2"), True)

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

    def test_a_visit_announced_for_another_day_does_not_let_it_begin_today(self, office: Office) -> None:
        office.database.visiting.rules = parse(REFUSING)
        start = self.start(office)
        told(office, 9, tasks=(task_of(office),))
        assert refused(office, start) == "visit-not-announced"

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

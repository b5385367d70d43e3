"""A joint visit (综合查一次) is planned whole or not at all, each department's part by the department's own rules."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.process import TaskPlanned
from kernel.inspection import TaskState
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.catalogue import Method
from supervision.domain.claim import ClaimTask
from supervision.domain.joint_visit import PlanVisit, VisitCrew
from supervision.domain.task import Task
from tests.fakes.supervised import SOURCE, a_link, a_version, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

FOOD, FIRE = "DEMO-FOOD", "DEMO-FIRE"
CREWS = {FOOD: ("orange-1", "orange-2"), FIRE: ("fire-1", "fire-2")}
DAY = date(2011, 9, 5)


@pytest.fixture
def office() -> Office:
    """One object with three tasks of two departments, and one to be checked on paper; all but the paper claimed."""
    links = (
        a_link(),
        a_link("SECOND", checklist="OTHER-5"),
        a_link("FIRE", department=FIRE),
        a_link("PAPER", department=FIRE, checklist="OTHER-5", method=Method.DOCUMENT),
    )
    office = Office(furnished(a_version(*links)))
    office.does(handlers.on_case_decided, decided())
    for task in visited(office):
        office.does(handlers.claim_task, ClaimTask(task_id=task.task_id, inspector=CREWS[task.department][0]))
    office.database.said.clear()
    return office


def visited(office: Office) -> list[Task]:
    return [task for task in office.database.tasks.values() if task.method is Method.ON_SITE]


def of(office: Office, link: str) -> Task:
    return next(task for task in office.database.tasks.values() if task.link_code == link)


def joint(*crews: VisitCrew, **changes: Any) -> PlanVisit:
    plain: dict[str, Any] = {"source_system": SOURCE, "object_no": "O1", "planned_on": DAY, "by": "boss-1"}
    both = tuple(VisitCrew(department=name, officers=crew) for name, crew in CREWS.items())
    return PlanVisit(**plain | {"crews": crews or both} | changes)


def refusal(office: Office, command: PlanVisit) -> tuple[str, list[str]]:
    """The refusal, which must have changed nothing."""
    before = (dict(office.database.tasks), len(office.database.changes), list(office.said))
    with pytest.raises(Refusal) as refused:
        office.does(handlers.plan_visit, command)
    assert (office.database.tasks, len(office.database.changes), office.said) == before
    return refused.value.code, [fault.pointer for fault in refused.value.faults]


def test_every_task_of_the_departments_that_waits_for_a_visit_is_planned(office: Office) -> None:
    planned = office.does(handlers.plan_visit, joint())
    assert {task.link_code for task in planned} == {"FOOD", "SECOND", "FIRE"}
    assert {(task.state, task.planned_on) for task in visited(office)} == {(TaskState.PLANNED, DAY)}
    assert {task.department: task.crew for task in visited(office)} == CREWS
    assert of(office, "PAPER").state is TaskState.PENDING_CLAIM
    told = [event for event in office.database.said if isinstance(event, TaskPlanned)]
    assert {(event.department, event.officers, event.planned_on, event.by) for event in told} == {
        (name, crew, DAY, "boss-1") for name, crew in CREWS.items()
    }
    assert len(told) == len(office.said) == 3


def test_it_can_be_planned_anew(office: Office) -> None:
    office.does(handlers.plan_visit, joint())
    office.does(handlers.plan_visit, joint(planned_on=date(2011, 9, 8)))
    assert {task.planned_on for task in visited(office)} == {date(2011, 9, 8)}


def test_the_tasks_that_are_named_are_planned_and_no_other(office: Office) -> None:
    named = VisitCrew(department=FOOD, officers=CREWS[FOOD], tasks=(of(office, "SECOND").task_id,) * 2)
    assert [task.link_code for task in office.does(handlers.plan_visit, joint(named))] == ["SECOND"]
    assert of(office, "FOOD").state is TaskState.CLAIMED


def test_one_task_in_the_way_stops_all_and_is_named(office: Office) -> None:
    waiting = replace(of(office, "FIRE"), state=TaskState.PENDING_CLAIM, claimed_by="")
    office.database.tasks[waiting.task_id] = waiting
    with pytest.raises(Refusal) as refused:
        office.does(handlers.plan_visit, joint())
    assert (refused.value.code, refused.value.status) == ("verb-not-now", 409)
    (fault,) = refused.value.faults
    assert fault.pointer == "/crews/1"
    assert waiting.task_id in fault.zh
    assert refusal(office, joint()) == ("verb-not-now", ["/crews/1"])


def test_what_is_under_way_already_is_not_planned_again_unless_it_is_named(office: Office) -> None:
    begun = replace(of(office, "SECOND"), state=TaskState.RECTIFYING)
    office.database.tasks[begun.task_id] = begun
    assert {task.link_code for task in office.does(handlers.plan_visit, joint())} == {"FOOD", "FIRE"}
    named = VisitCrew(department=FOOD, officers=CREWS[FOOD], tasks=(begun.task_id,))
    assert refusal(office, joint(named)) == ("verb-not-now", ["/crews/0"])


def test_a_department_with_nothing_to_see_to_there_is_told(office: Office) -> None:
    nobody = VisitCrew(department="DEMO-WATER", officers=("w-1", "w-2"))
    food = VisitCrew(department=FOOD, officers=CREWS[FOOD])
    assert refusal(office, joint(food, nobody)) == ("no-task-to-visit", ["/crews/1/department"])
    assert refusal(office, joint(object_no="O9")) == ("no-task-to-visit", ["/crews/0/department"])
    theirs = VisitCrew(
        department=FOOD, officers=CREWS[FOOD], tasks=(of(office, "FOOD").task_id, of(office, "FIRE").task_id)
    )
    assert refusal(office, joint(theirs)) == ("no-task-to-visit", ["/crews/0/tasks/1"])


@pytest.mark.parametrize(
    ("officers", "code", "pointers"),
    [
        (("fire-1", "orange-2"), "inspector-elsewhere", ["/crews/1/officers/1"]),
        (("fire-1", "nobody"), "inspector-unknown", ["/crews/1/officers/1"]),
    ],
)
def test_each_crew_keeps_the_rules_of_its_department(
    office: Office, officers: tuple[str, ...], code: str, pointers: list[str]
) -> None:
    food = VisitCrew(department=FOOD, officers=CREWS[FOOD])
    assert refusal(office, joint(food, VisitCrew(department=FIRE, officers=officers))) == (code, pointers)


def test_a_crew_that_may_not_inspect_that_day_stops_all(office: Office) -> None:
    gone = replace(office.database.inspectors["fire-2"], left_on=DAY)
    office.database.inspectors["fire-2"] = gone
    assert refusal(office, joint()) == ("inspector-left", ["/crews/1/officers/1"])
    assert refusal(office, joint(planned_on=date(2011, 9, 1))) == ("invalid-content", ["/planned_on"])


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"crews": ()}, ["/crews"]),
        ({"by": "", "object_no": "x" * 65}, ["/by", "/object_no", "/crews"]),
        (
            {
                "crews": (
                    VisitCrew(department=FOOD, officers=("a",)),
                    VisitCrew(department="", officers=("a", "a", "b")),
                )
            },
            ["/crews/0/officers", "/crews/1/department", "/crews/1/officers"],
        ),
        ({"crews": (VisitCrew(department=FOOD, officers=CREWS[FOOD]),) * 2}, ["/crews/1/department"]),
    ],
)
def test_what_cannot_be_meant_is_told_whole(changes: dict[str, Any], pointers: list[str]) -> None:
    plain: dict[str, Any] = {"source_system": SOURCE, "object_no": "O1", "planned_on": DAY, "by": "boss-1", "crews": ()}
    with pytest.raises(Refusal) as refused:
        PlanVisit(**plain | changes)
    assert [fault.pointer for fault in refused.value.faults] == pointers

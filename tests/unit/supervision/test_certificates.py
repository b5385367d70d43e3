"""A link may ask for officers with a registered certificate (须登记执法证件), wherever a crew is named."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.inspection import TaskState
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.certificate import Certificate
from supervision.domain.claim import ClaimTask
from supervision.domain.inspection import ConcludeTask
from supervision.domain.joint_visit import PlanVisit, VisitCrew
from supervision.domain.verbs import InspectTask, PlanTask, RectifyTask, VerifyTask
from tests.fakes.supervised import SOURCE, TODAY, a_link, a_report, a_version, an_inspection, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

CREW = ("orange-1", "orange-2")


def office_with(*, required: bool) -> Office:
    office = Office(furnished(a_version(a_link(certificate_required=required))))
    office.does(handlers.on_case_decided, decided())
    office.does(handlers.claim_task, ClaimTask(task_id=the_task(office), inspector="orange-1"))
    certify(office, "orange-1")
    return office


def the_task(office: Office) -> str:
    return next(iter(office.database.tasks))


def certify(office: Office, code: str, valid_to: date | None = None) -> None:
    known = office.database.inspectors[code]
    certificate = Certificate(no=f"宁执法 {code}", valid_to=valid_to)
    office.database.inspectors[code] = replace(known, certificate=certificate)


def asked(office: Office) -> dict[str, tuple[Any, Any]]:
    """Everything that names a crew."""
    task_id = the_task(office)
    crew = VisitCrew(department="DEMO-FOOD", officers=CREW)
    visit = PlanVisit(source_system=SOURCE, object_no="O1", planned_on=TODAY, crews=(crew,), by="boss-1")
    return {
        "/officers": (handlers.plan_task, PlanTask(task_id=task_id, by="boss-1", planned_on=TODAY, officers=CREW)),
        "/crews/0/officers": (handlers.plan_visit, visit),
        "/inspectors (inspect)": (handlers.inspect_task, InspectTask(task_id=task_id, report=a_report())),
        "/inspectors (conclude)": (handlers.conclude_task, ConcludeTask(task_id=task_id, report=a_report())),
        "/inspectors (by object)": (handlers.conclude_inspection, an_inspection()),
    }


WAYS = list(asked(office_with(required=False)))


@pytest.mark.parametrize("way", WAYS)
def test_who_has_none_in_the_register_is_pointed_at_and_may_come_once_it_is_there(way: str) -> None:
    office = office_with(required=True)
    handle, command = asked(office)[way]
    with pytest.raises(Refusal) as refused:
        office.does(handle, command)
    assert (refused.value.code, refused.value.status) == ("certificate-needed", 422)
    assert [fault.pointer for fault in refused.value.faults] == [f"{way.split(' ', maxsplit=1)[0]}/1"]
    assert "orange-2" in refused.value.faults[0].zh
    certify(office, "orange-2")
    office.does(handle, command)
    assert office.states()[0] in {"PLANNED", "CLOSED"}


@pytest.mark.parametrize("way", WAYS)
def test_a_link_that_does_not_ask_takes_who_has_none(way: str) -> None:
    office = office_with(required=False)
    office.does(*asked(office)[way])
    assert office.states()[0] in {"PLANNED", "CLOSED"}


def test_one_that_is_there_has_to_be_valid_as_ever() -> None:
    office = office_with(required=True)
    certify(office, "orange-2", date(2011, 9, 1))
    with pytest.raises(Refusal) as refused:
        office.does(*asked(office)[WAYS[0]])
    assert refused.value.code == "certificate-not-valid"


def test_who_looks_again_needs_one_too() -> None:
    office = office_with(required=True)
    certify(office, "orange-2")
    of: dict[str, Any] = {"task_id": the_task(office), "by": "boss-1"}
    office.does(handlers.inspect_task, InspectTask(task_id=the_task(office), report=a_report(failed=["3"])))
    office.does(handlers.order_rectification, RectifyTask(**of, demand="整改"))
    office.database.inspectors["orange-1"] = replace(office.database.inspectors["orange-1"], certificate=None)
    with pytest.raises(Refusal) as refused:
        office.does(handlers.verify_rectification, VerifyTask(**of, passed=True, officers=CREW))
    assert (refused.value.code, refused.value.faults[0].pointer) == ("certificate-needed", "/inspectors/0")
    assert office.states() == [TaskState.RECTIFYING]


def test_an_ad_hoc_task_has_no_link_that_could_ask() -> None:
    office = office_with(required=True)
    assert office.does(handlers.conclude_inspection, an_inspection(object_no="O9")).ad_hoc

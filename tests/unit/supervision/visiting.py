"""What the unit tests of site visits share: an office with the rules in force, visits asked for and announced."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.notice import Notice
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.certificate import Certificate
from supervision.domain.claim import ClaimTask
from supervision.domain.verbs import InspectTask
from supervision.domain.visits import SiteVisit
from supervision.domain.visits.rules_file import parse
from tests.fakes.supervised import a_link, a_report, a_version, decided
from tests.fakes.supervision import furnished
from tests.fakes.visit_commands import CREWS, a_request, announce, approve
from tests.fakes.visits import EARLY
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

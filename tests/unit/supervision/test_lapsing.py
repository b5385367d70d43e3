"""What ends with its licence, and what stays all the same: an offence that was referred (已移送) is followed up."""

from datetime import date
from typing import Any

import pytest

from contracts.event import Object
from kernel.decision import DecisionKind
from supervision import handlers
from supervision.domain.catalogue import Trigger
from supervision.domain.claim import ClaimTask
from supervision.domain.decision import Outcome
from supervision.domain.referral import Penalty
from supervision.domain.verbs import InspectTask, PenaliseTask, ReferTask
from tests.fakes.supervision import a_link, a_report, a_version, corrected, decided, furnished
from tests.unit.supervision.conftest import Office

ENDINGS = sorted(kind for kind in DecisionKind if kind.ends_licence)


def the_task(office: Office) -> str:
    (task_id,) = office.database.tasks
    return task_id


@pytest.fixture
def referred() -> Office:
    """An office with one task, referred to enforcement."""
    link = a_link(triggers=frozenset({Trigger.NEW}), condition='object.address == "某路 1 号"')
    office = Office(furnished(a_version(link)))
    office.does(handlers.on_case_decided, decided())
    of: dict[str, Any] = {"task_id": the_task(office), "by": "orange-1"}
    office.does(handlers.claim_task, ClaimTask(task_id=the_task(office), inspector="orange-1"))
    office.does(handlers.inspect_task, InspectTask(task_id=the_task(office), report=a_report(failed=["3"])))
    office.does(handlers.refer_task, ReferTask(**of, reason="涉嫌违法", referred_to="DEMO-ENFORCE"))
    office.database.said.clear()
    return office


@pytest.mark.parametrize("kind", ENDINGS)
def test_what_was_referred_outlives_its_licence_and_takes_its_penalty(referred: Office, kind: DecisionKind) -> None:
    before = dict(referred.database.tasks)
    applied = referred.does(handlers.on_case_decided, decided("C1-END", object_version=2, kind=kind))
    assert (applied.outcome, referred.said, referred.database.tasks) == (Outcome.ENDED, [], before)
    penalty = Penalty(no_penalty=True, decision_date=date(2011, 9, 2))
    referred.does(handlers.penalise_task, PenaliseTask(task_id=the_task(referred), by="orange-1", penalty=penalty))
    assert referred.states() == ["CLOSED"]


@pytest.mark.parametrize("changes", [{"item_code": "9999"}, {"existing": True}, {"kind": DecisionKind.ANNUL}])
def test_no_correction_ends_what_was_referred(referred: Office, changes: dict[str, Any]) -> None:
    referred.does(handlers.on_case_corrected, corrected(**changes))
    assert (referred.states(), referred.said.count("TaskCancelled")) == (["REFERRED"], 0)


def test_no_change_ends_what_was_referred(referred: Office) -> None:
    moved = Object(object_no="O1", name="某店", address="新路 9 号")
    change = decided("C2", object_version=2, kind=DecisionKind.CHANGE, object=moved)
    assert referred.does(handlers.on_case_decided, change).outcome is Outcome.UNMATCHED
    assert referred.states() == ["REFERRED"]

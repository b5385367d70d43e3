"""What ends with its licence, what goes on for other items, and what stays all the same: an offence that was referred."""

from datetime import date
from typing import Any

import pytest

from contracts.event import Object
from contracts.supervision import TaskNarrowed
from kernel.decision import DecisionKind
from supervision import handlers
from supervision.domain.catalogue import Trigger
from supervision.domain.claim import ClaimTask
from supervision.domain.decision import Outcome
from supervision.domain.referral import Penalty
from supervision.domain.verbs import InspectTask, PenaliseTask, ReferTask
from tests.fakes.supervised import a_link, a_report, a_version, corrected, decided
from tests.fakes.supervision import furnished
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


class TestNarrowed:
    """减去事项: one task for two items, made for the first, joined for the second."""

    @pytest.fixture
    def office(self) -> Office:
        here = a_link(condition='object.address == "某路 1 号"')
        other = a_link("SAME-PLACE", item_code="1008")
        office = Office(furnished(a_version(here, a_link("JOINT", item_code="1007"), other)))
        office.does(handlers.on_case_decided, decided())
        office.does(handlers.on_case_decided, decided("C2", object_version=2, item_code="1007"))
        office.database.said.clear()
        return office

    @staticmethod
    def items(office: Office) -> tuple[str, ...]:
        return office.database.tasks[the_task(office)].items

    @staticmethod
    def trace(office: Office) -> list[tuple[str, str, str, str]]:
        return [(change.verb, change.by, change.reason, change.after) for change in office.database.changes]

    @pytest.mark.parametrize("kind", ENDINGS)
    def test_the_end_of_one_licence_leaves_its_trace_and_is_told(self, office: Office, kind: DecisionKind) -> None:
        applied = office.does(handlers.on_case_decided, decided("C9", object_version=3, kind=kind))
        assert (applied.outcome, office.said, self.items(office)) == (Outcome.ENDED, ["TaskNarrowed"], ("1007",))
        told = office.last(TaskNarrowed)
        assert (told.case_id, told.reason, told.item_code, told.items) == ("C9", kind, "1006", ("1007",))
        assert self.trace(office) == [("narrow", "system", f"{kind} 1006", "PENDING_CLAIM")]

    def test_so_does_a_change_a_link_no_longer_fits(self, office: Office) -> None:
        moved = Object(object_no="O1", name="某店", address="新路 9 号")
        office.does(handlers.on_case_decided, decided("C3", object_version=3, kind=DecisionKind.CHANGE, object=moved))
        assert (office.last(TaskNarrowed).item_code, self.items(office)) == ("1006", ("1007",))

    def test_a_correction_takes_the_item_the_task_was_made_for_once(self, office: Office) -> None:
        office.does(handlers.on_case_corrected, corrected(object_version=3, item_code="9999"))
        assert (office.last(TaskNarrowed).item_code, self.items(office)) == ("1006", ("1007",))
        again = corrected(object_version=4, revision=3, corrects_revision=2, existing=True)
        office.does(handlers.on_case_corrected, again)
        assert (office.states(), self.items(office), office.said.count("TaskNarrowed")) == (
            ["PENDING_CLAIM"],
            ("1007",),
            1,
        )

    def test_a_correction_takes_nothing_once_the_item_has_ended(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C9", object_version=3, kind=DecisionKind.EXPIRE))
        office.does(handlers.on_case_corrected, corrected(object_version=4, existing=True))
        assert (office.states(), self.items(office), office.said) == (["PENDING_CLAIM"], ("1007",), ["TaskNarrowed"])

    def test_the_item_it_was_made_for_need_not_be_the_first(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C9", object_version=3, kind=DecisionKind.EXPIRE))
        office.does(handlers.on_case_decided, decided("C4", object_version=4, kind=DecisionKind.RENEW))
        assert self.items(office) == ("1007", "1006")
        office.does(handlers.on_case_corrected, corrected(object_version=5, existing=True))
        assert self.items(office) == ("1007",)

    def test_a_correction_that_joins_the_task_it_narrows_does_not_bring_the_item_back(self, office: Office) -> None:
        office.does(handlers.on_case_corrected, corrected(object_version=3, item_code="1008"))
        assert (office.states(), self.items(office)) == (["PENDING_CLAIM"], ("1007", "1008"))
        assert office.said == ["TaskNarrowed", "TaskJoined"]

"""What a decision of the approver leads to, and what a correction of it changes."""

from datetime import date
from typing import Any

import pytest

from contracts.approval import CaseDecided
from contracts.event import Object, Subject
from contracts.supervision import ApprovalUnmatched, TaskCancelled, TaskCreated, TaskJoined
from kernel.decision import DecisionKind
from kernel.inspection import TaskState
from supervision.domain.catalogue import Trigger
from supervision.domain.decision import Outcome
from supervision.handlers import conclude_inspection, on_case_corrected, on_case_decided
from tests.fakes.supervised import a_link, a_version, an_inspection, corrected, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

FIRE = a_link("FIRE", department="DEMO-FIRE", check_kind="FIRE")
OTHER = a_link("OTHER", item_code="1007", checklist="OTHER-5")


@pytest.mark.parametrize("kind", [DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW])
def test_a_granting_decision_makes_the_task_of_its_link(office: Office, kind: DecisionKind) -> None:
    applied = office.does(on_case_decided, decided(kind=kind))
    created = office.last(TaskCreated)
    assert (applied.outcome, applied.tasks_made, applied.catalogue_version) == (Outcome.TASK, 1, "2010-1")
    assert (created.link_code, created.department, created.case_id, created.ad_hoc) == (
        "FOOD",
        "DEMO-FOOD",
        "C1",
        False,
    )
    assert created.subject == decided().subject
    assert office.states() == ["PENDING_CLAIM"]


def test_each_link_in_force_makes_one_task() -> None:
    office = Office(furnished(a_version(a_link(), FIRE)))
    assert office.does(on_case_decided, decided()).tasks_made == 2
    assert {task.department for task in office.database.tasks.values()} == {"DEMO-FOOD", "DEMO-FIRE"}


def test_a_decision_on_an_object_with_an_open_task_of_the_link_joins_it(office: Office) -> None:
    office.does(on_case_decided, decided())
    applied = office.does(on_case_decided, decided("C2", object_version=2, kind=DecisionKind.RENEW))
    assert applied.outcome is Outcome.JOINED
    assert office.last(TaskJoined).case_id == "C2"
    assert office.states() == ["PENDING_CLAIM"]


def test_a_decision_that_joins_one_task_and_makes_another_counts_as_a_task() -> None:
    office = Office(
        furnished(a_version(a_link(), a_link("FIRE", department="DEMO-FIRE", triggers=frozenset({Trigger.RENEW}))))
    )
    office.does(on_case_decided, decided())
    applied = office.does(on_case_decided, decided("C2", object_version=2, kind=DecisionKind.RENEW))
    assert (applied.outcome, applied.tasks_made) == (Outcome.TASK, 1)
    assert office.said == ["TaskCreated", "TaskJoined", "TaskCreated"]


def test_another_object_of_the_same_holder_gets_its_own_task(office: Office) -> None:
    office.does(on_case_decided, decided())
    assert office.does(on_case_decided, decided("C2", "O2")).outcome is Outcome.TASK


def test_after_the_task_is_concluded_the_next_decision_makes_a_new_one(office: Office) -> None:
    office.does(on_case_decided, decided())
    office.does(conclude_inspection, an_inspection())
    assert office.does(on_case_decided, decided("C2", object_version=2)).outcome is Outcome.TASK
    assert office.states() == ["CLOSED", "PENDING_CLAIM"]


@pytest.mark.parametrize(
    "changes",
    [{"item_code": "9999"}, {"decided_on": date(1999, 12, 31)}],
    ids=["an item nobody linked", "before the first version"],
)
def test_a_decision_without_a_link_is_reported_unmatched(office: Office, changes: dict[str, Any]) -> None:
    applied = office.does(on_case_decided, decided(**changes))
    assert (applied.outcome, applied.tasks_made) == (Outcome.UNMATCHED, 0)
    assert office.last(ApprovalUnmatched).case_id == "C1"
    assert office.database.objects["chicago", "O1"].object_version == 1


@pytest.mark.parametrize("kind", sorted(k for k in DecisionKind if k.ends_licence))
def test_an_ending_decision_cancels_every_open_task_of_its_object_alone(kind: DecisionKind) -> None:
    office = Office(furnished(a_version(a_link(), FIRE)))
    office.does(on_case_decided, decided())
    office.does(on_case_decided, decided("C2", "O2"))
    applied = office.does(on_case_decided, decided("C1-END", object_version=2, kind=kind))
    assert applied.outcome is Outcome.CANCELLED
    assert office.last(TaskCancelled).reason is kind
    assert office.states() == ["CANCELLED", "CANCELLED", "PENDING_CLAIM", "PENDING_CLAIM"]


def test_an_ending_decision_without_an_open_task_ends(office: Office) -> None:
    office.does(on_case_decided, decided())
    office.does(conclude_inspection, an_inspection())
    applied = office.does(on_case_decided, decided("C1-END", object_version=2, kind=DecisionKind.REVOKE))
    assert (applied.outcome, office.states()) == (Outcome.ENDED, ["CLOSED"])


def test_an_existing_licence_is_registered_and_makes_no_task(office: Office) -> None:
    applied = office.does(on_case_decided, decided(existing=True))
    assert (applied.outcome, office.states(), office.said) == (Outcome.REGISTERED, [], [])
    assert not office.database.objects["chicago", "O1"].provisional


def test_a_decision_applied_before_changes_nothing(office: Office) -> None:
    first = office.does(on_case_decided, decided())
    assert office.does(on_case_decided, decided()) == first
    assert office.said == ["TaskCreated"]


def test_a_decision_names_the_holder_of_an_object_known_only_from_inspections(office: Office) -> None:
    office.does(conclude_inspection, an_inspection(object_name="路边摊"))
    assert office.database.objects["chicago", "O1"].holder.id_no == "PROVISIONAL-chicago-O1"
    office.does(on_case_decided, decided())
    entry = office.database.objects["chicago", "O1"]
    assert (entry.provisional, entry.holder.id_no, entry.name, entry.object_version) == (False, "S1", "某店", 1)


def test_a_decision_is_matched_with_the_version_in_force_on_its_date_not_the_newest() -> None:
    new = a_version(a_link("FOOD-NEW"), version="2011-2", effective_from=date(2011, 9, 2))
    office = Office(furnished(a_version(), new))
    office.does(on_case_decided, decided(decided_on=date(2011, 9, 1)))
    office.does(on_case_decided, decided("C2", "O2", decided_on=date(2011, 9, 2)))
    assert [task.link_code for task in office.database.tasks.values()] == ["FOOD", "FOOD-NEW"]


class TestCorrections:
    """更正."""

    @pytest.fixture
    def office(self) -> Office:
        office = Office(furnished(a_version(a_link(), OTHER)))
        office.does(on_case_decided, decided())
        return office

    def test_one_that_changes_no_match_only_renews_the_register(self, office: Office) -> None:
        renamed = Object(object_no="O1", name="新店名", address="某路 2 号")
        applied = office.does(on_case_corrected, corrected(object=renamed))
        assert (applied.outcome, office.said) == (Outcome.REGISTERED, ["TaskCreated"])
        assert office.database.objects["chicago", "O1"].name == "新店名"
        assert office.database.objects["chicago", "O1"].object_version == 2

    def test_one_to_another_item_cancels_the_task_and_makes_the_right_one(self, office: Office) -> None:
        applied = office.does(on_case_corrected, corrected(item_code="1007"))
        assert (applied.outcome, applied.tasks_made) == (Outcome.TASK, 1)
        assert [(t.link_code, t.state.value) for t in office.database.tasks.values()] == [
            ("FOOD", "CANCELLED"),
            ("OTHER", "PENDING_CLAIM"),
        ]

    def test_one_to_an_item_without_a_link_cancels_and_is_unmatched(self, office: Office) -> None:
        applied = office.does(on_case_corrected, corrected(item_code="9999"))
        assert (applied.outcome, office.states()) == (Outcome.UNMATCHED, ["CANCELLED"])

    def test_one_that_says_the_licence_was_there_before_cancels_the_task(self, office: Office) -> None:
        applied = office.does(on_case_corrected, corrected(existing=True))
        assert (applied.outcome, office.states()) == (Outcome.CANCELLED, ["CANCELLED"])

    def test_one_that_says_it_was_an_ending_cancels_the_task(self, office: Office) -> None:
        applied = office.does(on_case_corrected, corrected(kind=DecisionKind.ANNUL))
        assert (applied.outcome, office.states()) == (Outcome.CANCELLED, ["CANCELLED"])

    def test_a_task_already_inspected_is_not_made_again(self, office: Office) -> None:
        office.does(conclude_inspection, an_inspection())
        assert office.does(on_case_corrected, corrected()).outcome is Outcome.REGISTERED
        assert office.states() == ["CLOSED"]

    def test_a_task_another_case_ended_is_not_made_again(self, office: Office) -> None:
        office.does(on_case_decided, decided("C1-END", object_version=2, kind=DecisionKind.CANCEL))
        assert office.does(on_case_corrected, corrected(object_version=3)).outcome is Outcome.REGISTERED
        assert office.states() == ["CANCELLED"]

    def test_back_to_the_first_item_makes_its_task_anew(self, office: Office) -> None:
        office.does(on_case_corrected, corrected(item_code="1007"))
        back = corrected(object_version=3, revision=3, corrects_revision=2)
        assert office.does(on_case_corrected, back).outcome is Outcome.TASK
        assert [(t.link_code, t.state.value) for t in office.database.tasks.values()] == [
            ("FOOD", "CANCELLED"),
            ("OTHER", "CANCELLED"),
            ("FOOD", "PENDING_CLAIM"),
        ]

    def test_tasks_of_other_cases_on_the_object_stay(self, office: Office) -> None:
        office.does(on_case_decided, decided("C2", object_version=2, item_code="1007"))
        office.does(on_case_corrected, corrected(object_version=3, item_code="9999"))
        assert [(t.case_id, t.state) for t in office.database.tasks.values()] == [
            ("C1", TaskState.CANCELLED),
            ("C2", TaskState.PENDING_CLAIM),
        ]

    def test_a_joint_task_goes_on_for_the_case_that_joined(self) -> None:
        office = Office(furnished(a_version(a_link(), a_link("JOINT", item_code="1007"))))
        office.does(on_case_decided, decided())
        office.does(on_case_decided, decided("C2", object_version=2, item_code="1007"))
        assert [t.items for t in office.database.tasks.values()] == [("1006", "1007")]
        office.does(on_case_corrected, corrected(object_version=3, item_code="9999"))
        assert [(t.state, t.items) for t in office.database.tasks.values()] == [(TaskState.PENDING_CLAIM, ("1007",))]

    def test_one_of_a_case_a_later_case_has_overtaken_leaves_the_register_to_that(self, office: Office) -> None:
        newer = Subject(id_type="099", id_no="S2", kind="ORGANISATION", name="新业主")
        office.does(on_case_decided, decided("C2", object_version=2, subject=newer))
        office.does(on_case_corrected, corrected(object_version=3))
        entry = office.database.objects["chicago", "O1"]
        assert (entry.holder.id_no, entry.object_version) == ("S2", 3)

    def test_a_correction_applied_before_changes_nothing(self, office: Office) -> None:
        office.does(on_case_corrected, corrected(item_code="1007"))
        before = list(office.said)
        office.does(on_case_corrected, corrected(item_code="1007"))
        assert office.said == before

    def test_an_ending_entered_by_mistake_makes_its_task_when_corrected(self) -> None:
        office = Office(furnished())
        mistaken: CaseDecided = decided(kind=DecisionKind.EXPIRE)
        office.does(on_case_decided, mistaken)
        assert office.does(on_case_corrected, corrected()).outcome is Outcome.TASK

"""Answering feedback: what is offered, and the decision a form makes."""

from typing import Any

import pytest
from starlette.datastructures import FormData

from approval.domain import feedback as approval
from console.web.feedback import STATES, accepting, answer_of, offered
from console.web.forms import Typed
from console.web.words import WORDS
from kernel.feedback import FITTING, FeedbackKind

ASKED: dict[str, Any] = {
    "feedback_id": "F-1",
    "state": "OPEN",
    "kind": "REVOKE",
    "source_system": "sps",
    "region": "640202",
    "case_id": "C-1",
    "id_type": "001",
    "id_no": "91640202MA00000001",
    "subject_kind": "ORGANISATION",
    "subject_name": "示例店",
    "object_no": "S-1",
    "object_name": "示例店",
    "object_address": "朝阳街 1 号",
}
TYPED = {"kind": "REVOKE", "case_id": "C-2", "item_code": "food", "decided_on": "2026-11-28", "reason": "属实"}


def answered(verb: str = "accept", asked: dict[str, Any] = ASKED, **typed: str) -> dict[str, Any]:
    return answer_of(asked, verb, Typed(FormData(TYPED | typed)))


def test_the_decisions_that_are_offered_are_those_approval_takes() -> None:
    for kind, fitting in FITTING.items():
        (choice,) = [field for field in accepting(kind).fields if field.name == "kind"]
        assert set(choice.options) == set(fitting)
        assert choice.options[0] == kind.value or kind is FeedbackKind.SUPPLEMENT
    assert set(STATES) == set(approval.FeedbackState)
    assert {f"FEEDBACK:{kind}" for kind in (*FeedbackKind, *STATES)} <= WORDS.keys()


@pytest.mark.parametrize("kind", FeedbackKind)
def test_a_feedback_is_accepted_or_refused_while_it_waits(kind: FeedbackKind) -> None:
    assert [each.verb for each in offered(ASKED | {"kind": kind.value})] == ["accept", "refuse"]
    assert offered(ASKED | {"kind": kind.value, "state": "ANSWERED"}) == []


def test_of_a_person_no_page_takes_a_decision() -> None:
    person = ASKED | {"subject_kind": "PERSON"}
    assert [each.verb for each in offered(person)] == ["refuse"]
    assert [each.verb for each in offered(person | {"kind": "RESTRICT"})] == ["accept", "refuse"]


def test_accepting_makes_the_decision_on_the_object_of_the_feedback() -> None:
    assert answered() == {
        "accepted": True,
        "reason": "属实",
        "case": {
            "source_system": "sps",
            "case_id": "C-2",
            "kind": "REVOKE",
            "item_code": "food",
            "region": "640202",
            "decided_on": "2026-11-28",
            "subject": {
                "id_type": "001",
                "id_no": "91640202MA00000001",
                "kind": "ORGANISATION",
                "name": "示例店",
            },
            "object": {"object_no": "S-1", "name": "示例店", "address": "朝阳街 1 号"},
        },
    }


@pytest.mark.parametrize(
    ("kind", "said", "deceit"), [("ANNUL", "yes", True), ("ANNUL", "no", False), ("REVOKE", "yes", None)]
)
def test_deceit_is_told_of_a_licence_that_is_annulled_alone(kind: str, said: str, deceit: bool | None) -> None:  # noqa: FBT001 - a case
    assert answered(kind=kind, by_deceit=said)["case"].get("by_deceit") is deceit


def test_a_supplement_may_say_how_long_it_is_valid() -> None:
    case = answered(asked=ASKED | {"kind": "SUPPLEMENT"}, kind="NEW", valid_to="2030-01-01", valid_from="")["case"]
    assert (case["valid_to"], "valid_from" in case, "by_deceit" in case) == ("2030-01-01", False, False)


def test_refusing_and_restricting_take_no_decision() -> None:
    assert answered("refuse") == {"accepted": False, "reason": "属实"}
    assert answered(asked=ASKED | {"kind": "RESTRICT"}) == {"accepted": True, "reason": "属实"}

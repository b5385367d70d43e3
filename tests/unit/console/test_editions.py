"""What is offered with a version is what supervision takes, and links are found by every word."""

from typing import Any

from console.web.editions import VERBS, found_in, offered
from console.web.words import WORDS
from kernel.role import Role
from supervision.domain.catalogue.lint import LintRule
from supervision.domain.catalogue.words import PushMode, Relation, VersionState

LINKS: list[dict[str, Any]] = [
    {"code": "L1", "item_code": "F", "approval_item_name": "食品经营许可", "department": "SCJG", "legal_basis": None},
    {"code": "L2", "item_code": "H", "approval_item_name": "危险化学品经营许可", "department": "YJJ"},
]


def test_every_word_must_stand_somewhere() -> None:
    assert [link["code"] for link in found_in(LINKS, "")] == ["L1", "L2"]
    assert [link["code"] for link in found_in(LINKS, "经营许可 yjj")] == ["L2"]
    assert found_in(LINKS, "食品 YJJ") == []


def test_the_office_alone_publishes_and_retires() -> None:
    assert offered("SUBMITTED", [Role.LINKAGE_OFFICE]) == ["send-back", "publish"]
    assert offered("SUBMITTED", [Role.APPROVER]) == ["send-back"]
    assert offered("PUBLISHED", [Role.APPROVER]) == []
    assert offered("DRAFT", [Role.SUPERVISOR]) == []
    assert offered("RETIRED", [Role.LINKAGE_OFFICE]) == []


def test_states_rules_and_words_are_those_of_supervision() -> None:
    assert {state for state, _ in VERBS.values()} <= set(VersionState)
    assert {f"version:{state}" for state in VersionState} <= WORDS.keys()
    assert {f"lint:{rule}" for rule in LintRule} <= WORDS.keys()
    assert {*Relation, *PushMode} <= WORDS.keys()

"""What the page of a case makes of the trace: steps, grounds of a match, changes of a grade, and where events went."""

from typing import Any

import pytest

from console.domain.match import cause_of, grounds
from console.web.case_steps import STEPS, grade_change, grouped, step_of
from console.web.passages import SERVICES, passage
from contracts.topology import EVENTS

LINK: dict[str, Any] = {
    "code": "L1",
    "item_code": "000131024000",
    "triggers": ["NEW", "RENEW"],
    "condition": "",
    "effective_from": "2026-01-01",
    "effective_to": None,
}
VERSION: dict[str, Any] = {"effective_from": "2026-06-01", "effective_to": None, "retired_on": "2026-12-01"}
DECISION: dict[str, Any] = {"kind": "NEW", "item_code": "000131024000", "decided_on": "2026-11-23"}


def test_steps_stand_in_the_order_of_the_linkage_and_events_in_that_of_telling() -> None:
    facts = ["approval.case.decided", "supervision.task.created", "supervision.task.claimed"]
    facts += ["credit.record.added", "supervision.inspection.concluded", "supervision.task.closed"]
    steps = grouped([{"fact": fact, "n": n} for n, fact in enumerate(facts)])
    assert [step.code for step in steps] == ["DECISION", "MATCH", "TASK", "INSPECTION", "CREDIT"]
    assert [line["n"] for line in steps[2].lines] == [2, 5]


@pytest.mark.parametrize(
    ("fact", "step"),
    [
        ("approval.feedback.answered", "FEEDBACK"),
        ("supervision.feedback.raised", "FEEDBACK"),
        ("supervision.visit.changed", "VISIT"),
        ("supervision.card.issued", "TASK"),
        ("supervision.approval.unmatched", "MATCH"),
        ("supervision.result.publicised", "PUBLICITY"),
    ],
)
def test_an_event_belongs_to_the_stage_it_is_of(fact: str, step: str) -> None:
    assert step_of(fact) == step


def test_every_event_there_is_has_a_step() -> None:
    assert {step_of(event.fact) for event in EVENTS.values()} <= STEPS.keys()


def test_a_match_is_told_ground_by_ground() -> None:
    found = grounds(DECISION, VERSION, LINK | {"condition": "decision.commitment"})
    assert [(each.code, each.meets) for each in found] == [
        ("PERIOD", True),
        ("ITEM", True),
        ("TRIGGER", True),
        ("CONDITION", True),
    ]
    assert found[0].asked == ("2026-06-01", "2026-12-01")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decided_on": "2026-12-01"}, "PERIOD"),
        ({"decided_on": "2026-05-31"}, "PERIOD"),
        ({"item_code": "other"}, "ITEM"),
        ({"kind": "CHANGE"}, "TRIGGER"),
    ],
)
def test_what_does_not_meet_is_told_apart(changes: dict[str, Any], code: str) -> None:
    assert [each.code for each in grounds(DECISION | changes, VERSION, LINK) if not each.meets] == [code]


def test_a_promise_is_an_occasion_of_its_own() -> None:
    link = LINK | {"triggers": ["COMMITMENT"]}
    assert grounds(DECISION | {"commitment": True}, VERSION, link)[2].meets
    assert not grounds(DECISION, VERSION, link)[2].meets


def test_the_decision_that_caused_a_task_is_found_among_corrections() -> None:
    first = {"event_id": "1", "service": "approval", "payload": DECISION | {"revision": 1}}
    second = {"event_id": "2", "service": "approval", "payload": DECISION | {"revision": 2}}
    later = {"event_id": "4", "service": "approval", "payload": DECISION | {"revision": 3}}
    made = {"event_id": "3", "service": "supervision", "payload": {}, "cause": "1"}
    assert cause_of(made, [first, second, made, later])["revision"] == 1
    assert cause_of(made | {"cause": ""}, [first, second, made, later])["revision"] == 2
    assert cause_of(made, [made, later]) == {}


def grade(version: int, score: int, *reasons: tuple[str, int]) -> dict[str, Any]:
    told = [{"record_id": record, "points": points, "text": ""} for record, points in reasons]
    subject = {"id_type": "001", "id_no": "91"}
    return {"version": version, "score": score, "grade": "A", "reasons": told, "subject": subject}


def test_a_grade_is_compared_with_the_one_before_it() -> None:
    first, second, third = grade(1, 100), grade(2, 85, ("r1", -15)), grade(4, 95, ("r2", -5))
    changed = grade_change(third, [third, grade(5, 1), second, first])
    assert changed.points == 10
    assert [each["record_id"] for each in changed.came] == ["r2"]
    assert [each["record_id"] for each in changed.went] == ["r1"]


def test_the_first_grade_has_none_before_it() -> None:
    first = grade(1, 85, ("r1", -15))
    changed = grade_change(first, [first])
    assert (changed.before, changed.points, changed.went) == (None, None, [])


LINE = {"event_id": "e", "fact": "approval.case.decided", "service": "approval", "sha256": "aa"}


def answers(**said: Any) -> dict[str, Any]:
    return {each: said.get(each, {"told": {}, "taken": {}}) for each in SERVICES}


def test_an_event_has_arrived_when_everybody_who_listens_took_it() -> None:
    place = {"told": {"e": {"sequence": 7, "sha256": "aa"}}, "taken": {}}
    took = {
        each: {"told": {}, "taken": {("e", f"{each}-from-approval"): "2026-11-28T01:00:00+00:00"}}
        for each in ("supervision", "credit", "console")
    }
    whole = passage(LINE, answers(approval=place, **took))
    assert (whole.arrived, whole.same) == (True, True)
    assert [each.service for each in whole.taken] == ["supervision", "credit", "console"]
    waits = passage(LINE, answers(approval=place, supervision=took["supervision"], console=took["console"]))
    assert not waits.arrived
    assert [each.service for each in waits.taken if each.at is None] == ["credit"]


def test_what_was_changed_and_who_is_away_are_told() -> None:
    place = {"told": {"e": {"sequence": 7, "sha256": "bb"}}, "taken": {}}
    assert passage(LINE, answers(approval=place)).same is False
    away = passage(LINE, answers() | {"credit": None, "approval": None})
    assert (away.told, away.same) == ({}, None)
    assert [each.service for each in away.taken if each.away] == ["credit"]

"""The checker finds nothing in a sound history and names exactly what was planted in it."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts import approval
from ops.chaos.checker import checked
from ops.chaos.ledger import Ledger
from ops.chaos.observation import Seen
from tests.unit.ops.chaos.history import NOON, a_story, acknowledged, said, whole

WORDS = ("lost", "duplicated", "ghost", "disorder", "tampered")


@pytest.fixture
def ledger() -> Ledger:
    return acknowledged(a_story(events=200))


@pytest.fixture
def seen(ledger: Ledger) -> Seen:
    return whole(ledger)


def wrong(ledger: Ledger, seen: Seen) -> dict[str, list[str]]:
    verdict = checked(ledger, seen)
    return {word: getattr(verdict, word) for word in WORDS if getattr(verdict, word)}


@pytest.mark.parametrize("seed", range(5))
def test_a_sound_history_is_clean(seed: int) -> None:
    ledger = acknowledged(a_story(seed))
    assert wrong(ledger, whole(ledger)) == {}


LOSSES: dict[str, Callable[[Seen], object]] = {
    "approval decision": lambda seen: seen.decided.pop(),
    "supervision decision": lambda seen: seen.applied.pop(),
    "supervision inspection": lambda seen: seen.inspections.pop(),
    "credit record": lambda seen: seen.records.pop(),
    "approval grade": lambda seen: seen.services["approval"].grades.popitem(),
    "supervision grade": lambda seen: seen.services["supervision"].grades.popitem(),
    "stream APPROVAL": lambda seen: seen.streams["APPROVAL"].bodies.popitem(),
    "inbox credit SUPERVISION": lambda seen: seen.services["credit"].taken["credit-from-supervision"].popitem(),
}


@pytest.mark.parametrize("hop", LOSSES)
def test_a_loss_is_named_with_its_hop(ledger: Ledger, seen: Seen, hop: str) -> None:
    LOSSES[hop](seen)
    found = wrong(ledger, seen)
    assert list(found) == ["lost"]
    assert [key.partition(": ")[0] for key in found["lost"]] == [hop]


def test_a_lost_task_is_missed_in_the_table_and_its_event_is_then_a_ghost(ledger: Ledger, seen: Seen) -> None:
    task, case = next((task, case) for task, case in seen.tasks if case)
    seen.tasks.remove((task, case))
    expected = {"lost": [f"supervision task: {case}"], "ghost": [f"supervision task event: {task}"]}
    assert wrong(ledger, seen) == expected


def test_a_second_record_of_one_inspection_is_a_duplicate(ledger: Ledger, seen: Seen) -> None:
    seen.records.append(seen.records[0])
    assert wrong(ledger, seen) == {"duplicated": [f"credit record: {seen.records[0]}"]}


def test_an_effect_of_something_refused_is_a_ghost(ledger: Ledger, seen: Seen) -> None:
    refused = next(name for name in ledger.refused if name not in ledger.decisions)
    seen.decided.append((refused, "O1", 99))
    assert wrong(ledger, seen) == {"ghost": [f"approval decision: {refused} v99"]}


def test_an_effect_that_differs_from_the_model_is_both_lost_and_a_ghost(ledger: Ledger, seen: Seen) -> None:
    case, object_no, version, _, at = seen.applied[0]
    seen.applied[0] = (case, object_no, version, "UNMATCHED", at)
    assert set(wrong(ledger, seen)) == {"lost", "ghost"}


def test_a_changed_byte_of_the_log_is_tampering(ledger: Ledger, seen: Seen) -> None:
    event = seen.services["supervision"].said[3]
    seen.streams["SUPERVISION"].bodies[event.id] = event.payload + b" "
    assert wrong(ledger, seen) == {"tampered": [f"supervision event_log: {event.id}"]}


def test_decisions_applied_in_another_order_are_named_by_object(ledger: Ledger, seen: Seen) -> None:
    (index,) = [n for n, row in enumerate(seen.applied) if row[2] == 2][:1]
    case, object_no, version, outcome, _ = seen.applied[index]
    seen.applied[index] = (case, object_no, version, outcome, NOON - timedelta(hours=1))
    assert wrong(ledger, seen) == {"disorder": [f"supervision applied {object_no}"]}


def test_events_said_in_another_order_than_decided_are_named_by_object(ledger: Ledger, seen: Seen) -> None:
    events = seen.services["approval"].said
    second = next(event for event in events if event.body.object_version == 2)
    events.remove(second)
    events.insert(0, second)
    found = wrong(ledger, seen)
    assert list(found) == ["disorder"]
    assert [key.split(":")[0] for key in found["disorder"]] == [f"approval event {second.body.object['object_no']}"]  # type: ignore[index]


def test_an_event_in_a_dead_letter_is_not_lost_but_a_letter(ledger: Ledger, seen: Seen) -> None:
    event = next(one for one in seen.services["approval"].said)
    taken = seen.services["credit"].taken["credit-from-approval"]
    del taken[event.id]
    seen.services["credit"].letters["letter-1"] = event.id
    assert wrong(ledger, seen) == {}
    assert checked(ledger, seen).letters == ["letter-1"]


def test_an_event_nobody_logged_but_somebody_took_is_a_ghost(ledger: Ledger, seen: Seen) -> None:
    stranger = said(approval.CaseDecided, case_id="X", object_version=1, object={"object_no": "O1"})
    seen.services["supervision"].taken["supervision-from-approval"] += Counter([stranger.id])
    assert wrong(ledger, seen) == {"ghost": [f"inbox supervision APPROVAL: {stranger.id}"]}

"""The comparison finds exactly the loss and the duplicate that were planted."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from contracts.approval import CaseDecided
from contracts.credit import GradeChanged
from contracts.event import Event, cloud_type
from contracts.supervision import InspectionConcluded, TaskCreated
from ops.reconcile import KEYS, ServiceFacts, StreamContent, reconcile

Facts = dict[str, ServiceFacts]
Streams = dict[str, StreamContent]


def logged(*events: type[Event]) -> dict[str, str]:
    return {str(uuid7()): cloud_type(event) for event in events}


def ids(events: dict[str, str], kind: type[Event]) -> Counter[str]:
    return Counter(event_id for event_id, name in events.items() if name == cloud_type(kind))


@pytest.fixture
def facts() -> Facts:
    decided = logged(CaseDecided, CaseDecided)
    supervised = logged(TaskCreated, InspectionConcluded)
    graded = logged(GradeChanged)
    decisions = Counter(["chicago:1:1", "chicago:2:1"])
    return {
        "approval": ServiceFacts(
            figures={"decisions": 2, "subjects": 7},
            causes={"decisions": decisions.copy()},
            effects={"grades-approval": Counter(["099:1:1:B"])},
            events=decided,
            inbox={"SUPERVISION": Counter(list(supervised)), "CREDIT": ids(graded, GradeChanged)},
        ),
        "supervision": ServiceFacts(
            figures={"tasks": 2, "inspections": 1},
            causes={"records": Counter(["chicago:9"])},
            effects={"decisions": decisions.copy()},
            events=supervised,
            inbox={"APPROVAL": ids(decided, CaseDecided), "CREDIT": ids(graded, GradeChanged)},
        ),
        "credit": ServiceFacts(
            figures={"credit_records": 1, "subjects": 1},
            causes={"grades-approval": Counter(["099:1:1:B"])},
            effects={"records": Counter(["chicago:9"])},
            events=graded,
            inbox={"SUPERVISION": ids(supervised, InspectionConcluded), "APPROVAL": ids(decided, CaseDecided)},
        ),
    }


@pytest.fixture
def streams(facts: Facts) -> Streams:
    return {service.upper(): StreamContent(frozenset(each.events)) for service, each in facts.items()}


def test_services_that_agree_have_lost_and_duplicated_nothing(facts: Facts, streams: Streams) -> None:
    outcome = reconcile(facts, streams, seconds=1.25)

    assert outcome.clean
    assert tuple(outcome.figures) == KEYS
    assert outcome.figures["decisions"] == 2
    assert outcome.figures["subjects"] == 1
    assert (outcome.figures["lost"], outcome.figures["duplicated"]) == (0, 0)


def lose_an_effect(facts: Facts, _: Streams) -> None:
    facts["supervision"].effects["decisions"]["chicago:2:1"] -= 1


def lose_a_stream_message(facts: Facts, streams: Streams) -> None:
    streams["SUPERVISION"] = StreamContent(frozenset(ids(dict(facts["supervision"].events), TaskCreated)))


def lose_an_inbox_row(facts: Facts, _: Streams) -> None:
    facts["credit"].inbox["SUPERVISION"].clear()


@pytest.mark.parametrize("plant", [lose_an_effect, lose_a_stream_message, lose_an_inbox_row])
def test_one_planted_loss_is_found(facts: Facts, streams: Streams, plant: Callable[[Facts, Streams], None]) -> None:
    plant(facts, streams)

    outcome = reconcile(facts, streams, seconds=0)

    assert (len(outcome.lost), len(outcome.duplicated), outcome.clean) == (1, 0, False)


def double_an_effect(facts: Facts) -> None:
    facts["credit"].effects["records"]["chicago:9"] += 1


def make_an_effect_without_a_cause(facts: Facts) -> None:
    facts["credit"].effects["records"]["chicago:10"] += 1


def receive_twice(facts: Facts) -> None:
    facts["approval"].inbox["CREDIT"].update(list(facts["approval"].inbox["CREDIT"]))


@pytest.mark.parametrize("plant", [double_an_effect, make_an_effect_without_a_cause, receive_twice])
def test_one_planted_duplicate_is_found(facts: Facts, streams: Streams, plant: Callable[[Facts], None]) -> None:
    plant(facts)

    outcome = reconcile(facts, streams, seconds=0)

    assert (len(outcome.lost), len(outcome.duplicated), outcome.clean) == (0, 1, False)


def test_an_event_parked_as_dead_letter_is_counted_there_and_not_as_lost(facts: Facts, streams: Streams) -> None:
    event_id = facts["credit"].inbox["SUPERVISION"].popitem()[0]
    facts["credit"].dead_letters, facts["credit"].parked = 1, frozenset({event_id})

    outcome = reconcile(facts, streams, seconds=0)

    assert (outcome.figures["lost"], outcome.figures["dead_letters"]) == (0, 1)


def test_an_event_older_than_the_stream_reaches_is_not_missed(facts: Facts, streams: Streams) -> None:
    now = datetime.now(UTC)
    streams["CREDIT"] = StreamContent(frozenset(), now + timedelta(hours=1))
    assert reconcile(facts, streams, seconds=0).clean

    streams["CREDIT"] = StreamContent(frozenset(), now - timedelta(hours=1))
    assert not reconcile(facts, streams, seconds=0).clean


def test_without_nats_the_streams_are_not_compared(facts: Facts) -> None:
    assert reconcile(facts, {}, seconds=0).clean


def test_an_event_still_to_be_published_is_not_clean(facts: Facts, streams: Streams) -> None:
    facts["credit"].outbox_pending = 1

    outcome = reconcile(facts, streams, seconds=0)

    assert (outcome.figures["outbox_pending"], outcome.clean) == (1, False)

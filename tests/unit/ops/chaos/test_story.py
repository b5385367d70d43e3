"""A story is repeatable, keeps the order of every object, and says what each step must lead to."""

from collections import Counter, defaultdict

import pytest

from ops.chaos.story import Decide, Inspect, Unsound
from tests.unit.ops.chaos.history import a_story, steps_of


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    assert a_story(3) == a_story(3)
    assert a_story(3) != a_story(4)


@pytest.mark.parametrize("events", [1, 50, 333])
def test_it_has_as_many_decisions_as_asked_for(events: int) -> None:
    decided = [step for step in steps_of(a_story(events=events)) if isinstance(step, Decide) and not step.again]
    assert len(decided) == events == len({step.name for step in decided})


def test_an_object_is_in_one_lane_and_at_most_once_in_a_portion() -> None:
    story = a_story(events=500)
    lanes: dict[str, set[int]] = defaultdict(set)
    for number, lane in enumerate(story.lanes):
        for portion in lane:
            assert max(Counter(step.object_no for step in portion.steps).values()) == 1
            for step in portion.steps:
                lanes[step.object_no].add(number)
    assert all(len(lane) == 1 for lane in lanes.values())


def test_versions_of_an_object_count_from_one_in_the_order_they_are_sent() -> None:
    versions: dict[str, list[int]] = defaultdict(list)
    for step in steps_of(a_story(events=500)):
        if isinstance(step, Decide) and not step.again:
            versions[step.object_no].append(step.version)
    assert all(sent == list(range(1, len(sent) + 1)) for sent in versions.values())


def test_a_task_is_open_from_the_first_decision_until_an_inspection_or_the_end() -> None:
    opened: dict[str, bool] = defaultdict(bool)
    for step in steps_of(a_story(events=500)):
        if isinstance(step, Inspect):
            assert step.ad_hoc is not opened[step.object_no]
            opened[step.object_no] = False
        elif isinstance(step, Decide) and not step.again:
            assert (step.outcome in {"JOINED", "CANCELLED"}) is opened[step.object_no]
            opened[step.object_no] = step.outcome in {"TASK", "JOINED"}


def test_it_also_sends_what_must_be_refused_what_was_sent_before_and_failed_inspections() -> None:
    steps = steps_of(a_story(events=500))
    assert any(isinstance(step, Unsound) for step in steps)
    assert any(isinstance(step, Decide) and step.again for step in steps)
    assert {step.failed for step in steps if isinstance(step, Inspect)} == {True, False}

"""Expected and found are compared as sets of partial matches; a difference says key, expected and found."""

from typing import Any

import pytest

from ops.scenario.matching import AnyOf, differences, same

TASKS: list[dict[str, Any]] = [
    {"case": "A1", "department": "X", "state": "CLAIMED", "cards": ["YELLOW"], "due": "2026-03-04", "by": None},
    {"case": "A1", "department": "Y", "state": "CLOSED", "cards": [], "due": None, "by": "food-1"},
]
SELECTING = ["case", "department"]


@pytest.mark.parametrize(
    "expected",
    [
        [{"case": "A1", "state": "CLAIMED"}],
        [{"case": "A1", "state": "CLOSED"}, {"case": "A1", "state": "CLAIMED"}],
        [{"case": "A1"}, {"case": "A1", "state": "CLAIMED"}],
        [{"case": "A1", "count": 2}],
        [{"case": "A2", "count": 0}],
        [{"department": "X", "cards": ["YELLOW"], "due": "2026-03-04", "by": None}],
        [{"department": "Y", "cards": [], "due": None}],
    ],
)
def test_what_is_so_has_no_difference(expected: list[dict[str, Any]]) -> None:
    assert differences(expected, TASKS, SELECTING) == []


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ([], "expected none, found 2"),
        ([{"case": "A2"}], "there is no {case: A2}"),
        ([{"case": "A1", "department": "X", "state": "CLOSED"}], "state: expected CLOSED, found CLAIMED"),
        ([{"department": "X", "cards": ["RED", "YELLOW"]}], "cards: expected [RED, YELLOW], found [YELLOW]"),
        ([{"department": "X", "cards": []}], "cards: expected [], found [YELLOW]"),
        ([{"department": "Y", "due": "2026-03-04"}], "due: expected 2026-03-04, found 无 nothing"),
        ([{"case": "A1", "count": 1}], "expected 1, found 2"),
        ([{"case": "A1", "state": "CLAIMED"}, {"case": "A1", "state": "CLAIMED"}], "state: expected CLAIMED"),
        ([{"case": "A1"}, {"case": "A1"}, {"case": "A1"}], "nothing is left that could be it"),
    ],
)
def test_what_is_not_so_is_told(expected: list[dict[str, Any]], told: str) -> None:
    found = differences(expected, TASKS, SELECTING)
    assert len(found) == 1
    assert told in str(found[0])


def test_nothing_expected_of_nothing_is_so() -> None:
    assert differences([], [], SELECTING) == []


@pytest.mark.parametrize(
    ("expected", "found", "equal"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1, "1", True),
        ("1", 1, True),
        (0, False, False),
        (True, True, True),
        (True, "true", False),
        (None, "", True),
        (None, 0, False),
        (0, None, False),
        ("None", None, False),
        (["A", "B"], ["B", "A"], True),
        (["A"], ["A", "B"], False),
        (["A"], "A", False),
        ("2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00Z", True),
        ("2026-03-02T09:00:00+08:00", "2026-03-02T09:00:00Z", False),
        ("liaison", AnyOf(("p1", "liaison")), True),
        ("p2", AnyOf(("p1", "liaison")), False),
    ],
)
def test_values_are_compared_as_what_they_mean(expected: object, found: object, *, equal: bool) -> None:
    assert same(expected, found) is equal

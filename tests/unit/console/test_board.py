"""Shares, shades and stages of the board."""

import pytest

from console.web.board import by_department, percent, shades, stages


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, None), (3, None, None), (0, 7, 0), (1, 1000, 1), (999, 1000, 99), (7, 7, 100), (1, 3, 33)],
)
def test_a_share_never_says_all_or_nothing_of_a_part(part: int, whole: int | None, shown: int | None) -> None:
    assert percent(part, whole) == shown


def test_of_the_stages_cases_are_shared_by_cases_and_tasks_by_tasks() -> None:
    funnel = {"decided": 10, "pushed": 8, "tasks": 16, "claimed_in_time": 12, "concluded": 4}
    assert [(each["number"], each["share"]) for each in stages(funnel)] == [(10, None), (8, 80), (12, 75), (4, 25)]


def test_the_largest_number_is_the_darkest_and_none_is_white() -> None:
    shade = shades([{"states": {"CLOSED": 40, "CLAIMED": 1}}, {"states": {"CLOSED": 20}}])
    assert [shade(number) for number in (0, 1, 10, 11, 20, 40)] == [0, 1, 1, 2, 2, 4]
    assert shades([])(0) == 0


def test_a_department_has_its_states_together() -> None:
    due = {"over": 1, "today": 0, "soon": 2, "calm": 3}
    counts = [
        {"department": "A", "state": "CLOSED", "tasks": 5, "open": 0, "red": 0, "yellow": 0},
        {"department": "A", "state": "CLAIMED", "tasks": 6, "open": 6, "red": 1, "yellow": 0},
        {"department": "B", "state": "CLAIMED", "tasks": 1, "open": 1, "red": 2, "yellow": 0},
    ]
    first, second = by_department(counts, [{"department": "A", **due}])
    assert (first["department"], second["states"], second["open"]) == ("B", {"CLOSED": 5, "CLAIMED": 6}, 6)
    assert {name: second[name] for name in due} == due
    assert {name: first[name] for name in due} == dict.fromkeys(due, 0)

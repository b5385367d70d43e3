"""The steps of a score add up, and stand on the scale where they belong."""

from typing import Any

from console.web.credit_steps import WIDTH, bounds_of, place, steps_of

ASSESSMENT: dict[str, Any] = {
    "base": 100,
    "floor": 0,
    "ceiling": 110,
    "score": 60,
    "grades": [["A", 90], ["B", 75], ["C", 60], ["D", 0]],
    "reasons": [{"points": 5}, {"points": -45}, {"points": 0}],
}


def test_the_last_total_is_the_score() -> None:
    steps = steps_of(ASSESSMENT)
    assert [step.points for step in steps] == [100, 5, -45, 0]
    assert [step.total for step in steps] == [100, 105, 60, 60]
    assert steps[-1].total == ASSESSMENT["score"]
    assert [step.way for step in steps] == ["base", "up", "down", "none"]


def test_every_bar_reaches_from_the_total_before_to_the_one_after() -> None:
    base, up, down, none = steps_of(ASSESSMENT)
    assert (base.left, base.width) == (0, place(100, ASSESSMENT))
    assert (up.left, up.left + up.width) == (place(100, ASSESSMENT), place(105, ASSESSMENT))
    assert (down.left, down.left + down.width) == (place(60, ASSESSMENT), place(105, ASSESSMENT))
    assert none.width == 1


def test_the_scale_goes_from_the_floor_to_the_ceiling() -> None:
    assert (place(0, ASSESSMENT), place(110, ASSESSMENT)) == (0, WIDTH)
    assert bounds_of(ASSESSMENT)[-1] == ("D", 0, 0)
    assert place(7, {"floor": 7, "ceiling": 7}) == 0

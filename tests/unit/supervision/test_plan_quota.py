"""How many objects of each class a draw takes, and which are in without one."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.risk import RiskClass
from supervision.domain.plans import ClassCount, Floors, Frequency, PlanEntry, certain, quotas
from supervision.domain.plans.quota import overdue_since
from tests.fakes.plans import USUAL, an_entry


def counts(a: int = 0, b: int = 0, c: int = 0, d: int = 0, *, certain: int = 0) -> dict[RiskClass, ClassCount]:
    """``certain``: of every class that has as many."""
    numbers = zip(RiskClass, (a, b, c, d), strict=True)
    return {letter: ClassCount(objects=n, certain=min(certain, n)) for letter, n in numbers}


def targets(entry: PlanEntry, known: dict[RiskClass, ClassCount]) -> list[int]:
    return [quota.target for quota in quotas(entry, known).values()]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ((0, 0, 0, 0), [0, 0, 0, 0]),
        ((100, 100, 100, 100), [1, 5, 15, 50]),
        ((101, 101, 101, 101), [2, 6, 16, 51]),
        ((1, 1, 1, 1), [1, 1, 1, 1]),
        ((1_000_000, 7, 20, 3), [10_000, 1, 3, 2]),
    ],
)
def test_each_class_gives_its_share_rounded_up(objects: tuple[int, int, int, int], expected: list[int]) -> None:
    assert targets(an_entry(), counts(*objects)) == expected


def test_a_share_is_exact_where_binary_numbers_are_not() -> None:
    """0.07 x 100 is 7.000000000000001 in binary; rounded up that would be one object too many."""
    entry = an_entry(ratios=dict.fromkeys(RiskClass, Decimal("0.07")))
    assert targets(entry, counts(100, 100, 100, 100)) == [7, 7, 7, 7]


def test_a_floor_of_a_class_counts_up_to_what_the_class_has() -> None:
    entry = an_entry(floors=Floors(min_objects={RiskClass.A: 10, RiskClass.D: 3}))
    assert targets(entry, counts(a=100, d=2)) == [10, 0, 0, 2]


def test_a_floor_of_the_whole_entry_fills_the_worst_class_first() -> None:
    """5 % of 1,000 are 50: the ratios give 10 + 0 + 0 + 5, the 35 that miss are taken of D (5 left), then of C."""
    entry = an_entry(floors=Floors(min_ratio=Decimal("0.05")))
    assert targets(entry, counts(a=980, b=0, c=10, d=10)) == [30, 0, 10, 10]
    assert targets(an_entry(floors=Floors(min_total=6)), counts(a=100, d=2)) == [4, 0, 0, 2]
    assert targets(an_entry(floors=Floors(min_total=999)), counts(a=100, d=2)) == [100, 0, 0, 2]


def test_objects_in_for_certain_take_the_places_first_and_are_never_left_out() -> None:
    found = quotas(an_entry(), {RiskClass.C: ClassCount(objects=100, certain=4), RiskClass.D: ClassCount(objects=10)})
    assert (found[RiskClass.C].target, found[RiskClass.C].at_random) == (15, 11)
    assert (found[RiskClass.D].target, found[RiskClass.D].at_random) == (5, 5)
    many = quotas(an_entry(), {RiskClass.A: ClassCount(objects=100, certain=40)})[RiskClass.A]
    assert (many.target, many.at_random) == (40, 0)


@given(
    objects=st.lists(st.integers(0, 50_000), min_size=4, max_size=4),
    certain=st.integers(0, 400),
    total=st.integers(0, 3_000),
    ratio=st.decimals(0, 1, places=4),
)
def test_every_floor_holds_and_nothing_is_drawn_that_is_not_there(
    objects: list[int], certain: int, total: int, ratio: Decimal
) -> None:
    entry = an_entry(floors=Floors(min_total=total, min_ratio=ratio))
    known = counts(a=objects[0], b=objects[1], c=objects[2], d=objects[3], certain=certain)
    found = quotas(entry, known)
    for letter, quota in found.items():
        assert known[letter].certain <= quota.target <= known[letter].objects
        assert quota.target >= ceil(Fraction(USUAL[letter]) * known[letter].objects)
    whole = sum(objects)
    assert sum(quota.target for quota in found.values()) >= min(whole, max(total, ceil(Fraction(ratio) * whole)))


@pytest.mark.parametrize(
    ("last", "since", "on", "expected"),
    [
        (date(2024, 4, 2), None, date(2026, 4, 1), False),
        (date(2024, 4, 1), None, date(2026, 4, 1), True),
        (None, date(2024, 4, 1), date(2026, 4, 1), True),
        (None, date(2026, 1, 1), date(2026, 4, 1), False),
        (date(2026, 1, 1), date(2010, 1, 1), date(2026, 4, 1), False),
        (date(2024, 2, 29), None, date(2026, 2, 28), True),
        (None, None, date(2026, 4, 1), True),
    ],
)
def test_an_object_not_checked_for_as_long_as_the_entry_allows_is_in_for_certain(
    last: date | None, since: date | None, on: date, expected: object
) -> None:
    entry = an_entry(frequency=Frequency(at_least_every_months=24))
    assert certain(entry, last_checked=last, known_since=since, on=on) is expected
    assert not certain(an_entry(), last_checked=last, known_since=since, on=on)


@given(
    since=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    months=st.integers(1, 120),
)
def test_the_last_day_that_is_overdue_agrees_with_counting_months(since: date, on: date, months: int) -> None:
    entry = an_entry(frequency=Frequency(at_least_every_months=months))
    assert certain(entry, last_checked=since, known_since=None, on=on) is (since <= overdue_since(on, months))

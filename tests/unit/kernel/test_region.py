"""区划: what covers what."""

import pytest

from kernel.region import covers, prefix_of


@pytest.mark.parametrize(
    ("wider", "narrower", "does"),
    [
        ("640202", "640202", True),
        ("640200", "640202", True),
        ("640000", "640202", True),
        ("*", "640202", True),
        ("640202", "640200", False),
        ("640202", "640205", False),
        ("640200", "640302", False),
        ("640000", "650000", False),
        ("110000", "110101", True),
        ("640202", "", False),
    ],
)
def test_a_region_covers_itself_and_what_lies_below_it(wider: str, narrower: str, *, does: bool) -> None:
    assert covers(wider, narrower) is does


def test_the_first_two_digits_never_fall_away() -> None:
    assert prefix_of("640000") == "64"
    assert prefix_of("000000") == "00"

"""A number is sound exactly when the standard's library says so, however it is checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kernel.subject import IdType, number_fault

CODE = "91440101MA5C44W11J"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def agrees(number: str) -> bool:
    return (number_fault("/id_no", IdType.USCC, number) is None) is uscc.is_valid(number)


@given(st.text(ALPHABET, min_size=18, max_size=18) | st.text(min_size=17, max_size=19))
def test_any_text_is_judged_as_the_library_judges_it(number: str) -> None:
    assert agrees(number)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=9, max_size=9))
def test_every_code_with_its_check_character_passes(first: str, rest: str) -> None:
    number = first + rest + uscc.calc_check_digit(first + rest)
    assert number_fault("/id_no", IdType.USCC, number) is None


@pytest.mark.parametrize("place", range(18))
def test_any_other_character_in_any_place_is_found_out(place: int) -> None:
    for other in {*ALPHABET, "I", "a", "\N{FULLWIDTH DIGIT ONE}"} - {CODE[place]}:
        assert agrees(CODE[:place] + other + CODE[place + 1 :])

"""What people write is kept and told as it is: so numbers and phones of persons are refused where they are written."""

import pytest

from kernel.text import prose_fault

NUMBER, PHONE = "11010519491231002X", "13912345678"


@pytest.mark.parametrize("value", ["", "限期改正", "负责人电话 0952-2012345", "编号 110105194912310021"])
def test_a_text_without_persons_passes(value: str) -> None:
    assert prose_fault("/reason", value, longest=500) is None


@pytest.mark.parametrize("value", [f"{NUMBER} 申请复议", f"联系 {PHONE}", "139-1234-5678"])
def test_a_sentence_with_a_number_or_a_phone_is_refused_without_repeating_it(value: str) -> None:
    fault = prose_fault("/reason", value, longest=500)
    assert fault is not None
    assert fault.pointer == "/reason"
    assert not any(secret in fault.zh + fault.en for secret in (NUMBER, PHONE))


def test_a_code_of_eleven_digits_is_no_phone_and_one_with_an_identity_number_is_no_code() -> None:
    assert prose_fault("/case_id", PHONE, longest=64) is None
    assert prose_fault("/case_id", f"X-{NUMBER}", longest=64) is not None


def test_what_cannot_be_kept_at_all_is_said_first() -> None:
    fault = prose_fault("/reason", f"{NUMBER}\x00", longest=500)
    assert fault is not None
    assert "control" in fault.en

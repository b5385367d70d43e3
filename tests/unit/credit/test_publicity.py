"""What may stand in a public text, how long questions are kept, and the rules that say so."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.publicity import Retention, publicity
from credit.domain.trail import traceable
from credit.settings import CreditSettings
from kernel.masking import presentable
from kernel.refusal import Refusal
from kernel.subject import SubjectKey

PERSON = "11010519491231002X"
FIVE = Retention(keep_years=5, source="测试", confirmed=False)
DOCUMENT = yaml.safe_load(CreditSettings().publicity_file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("罚〔2026〕1号", "罚〔2026〕1号"),
        (f"身份证{PERSON}的当事人", "身份证110105********002X的当事人"),
        (f"{PERSON.lower()}/{PERSON}", "110105********002x/110105********002X"),
        ("统一社会信用代码 91999999MA00000154", "统一社会信用代码 91999999MA00000154"),
        ("流水号 123456789012345678", "流水号 123456789012345678"),
        (f"9{PERSON}", f"9{PERSON}"),
    ],
)
def test_a_resident_number_in_a_text_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert presentable(text) == shown


@given(st.text(max_size=20).map(lambda around: f"{around} {PERSON} {around}"))
def test_no_text_carries_a_resident_number_to_the_public(text: str) -> None:
    assert PERSON not in presentable(text)


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        (("001", "91999999MA00000154"), "91999999MA00000154"),
        (("111", "P" + "0A" * 20), "P" + "0A" * 20),
        (("111", "110105194912310021"), "110105********0021"),
        (("099", PERSON), "110105********002X"),
        (("", PERSON), "110105********002X"),
    ],
)
def test_the_log_keeps_no_number_of_a_person(key: tuple[str, str], kept: str) -> None:
    assert traceable(SubjectKey(*key)) == SubjectKey(key[0], kept)


@given(st.dates(date(1995, 1, 1), date(2090, 12, 31)), st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_no_question_is_dropped_before_five_years_are_over(day: date, today: date) -> None:
    if day < FIVE.first_kept_on(today):
        assert (day.year + 5, day.month, day.day) < (today.year, today.month, today.day)


def test_the_rules_of_publicity_name_their_sources_and_none_is_confirmed_yet() -> None:
    rules = CreditSettings().publicity()
    assert rules.query_log.keep_years >= 5
    for each in (rules.repair, rules.objection, rules.query_log):
        assert each.source
        assert each.confirmed is False


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("repair", "zh", " "),
        ("repair", "source", ""),
        ("objection", "en", ""),
        ("query_log", "keep_years", 0),
        ("query_log", "keep_years", 101),
        ("query_log", "keep_years", "5"),
        ("query_log", "keep_days", 5),
        ("query_log", "source", None),
    ],
)
def test_rules_that_say_nothing_are_refused_at_the_start(part: str, name: str, value: Any) -> None:
    document = deepcopy(DOCUMENT)
    document[part][name] = value
    with pytest.raises(Refusal) as refused:
        publicity(document)
    assert refused.value.code == "invalid-publicity-rules"

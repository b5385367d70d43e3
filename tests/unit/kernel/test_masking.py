"""Masks show enough to know a person again and too little to know who it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.masking import discreet, masked, masked_mail, masked_name, masked_phone, presentable, tells

NUMBER = "11010519491231002X"


def test_each_kind_has_its_mask() -> None:
    assert masked(NUMBER) == "110105********002X"
    assert masked("G12345678") == "G********"
    assert masked_name("张三丰") == "张**"
    assert masked_phone("13912345678") == "139****5678"
    assert masked_phone("0952-2012345") == "**********45"
    assert masked_mail("zhangsan@example.gov.cn") == "z***@example.gov.cn"
    assert (masked(""), masked_name(""), masked_phone(""), masked_mail("zhang")) == ("", "", "", "z****")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"身份证{NUMBER}已登记", "身份证110105********002X已登记"),
        (f"id={NUMBER.lower()}&x=1", "id=110105********002x&x=1"),
        ("110105 19491231 002X", "110105********002X"),
        ("电话13912345678。", "电话139****5678。"),
        ("+8613912345678", "+8613912345678"),
        ("tel:139-1234-5678", "tel:139****5678"),
        (r"line\n13912345678", r"line\n139****5678"),
    ],
)
def test_what_looks_like_a_number_or_a_phone_is_masked(said: str, shown: str) -> None:
    assert discreet(said) == shown
    assert tells(said) is (said != shown)


@pytest.mark.parametrize(
    "harmless",
    [
        "110105194912310021",  # a wrong check digit
        "91440101MA5C44W11J",
        "0.13912345678",
        "139123456789",
        "149-20110716",
        "018f3a13912345678abc",
        "2026-11-27T19:20:57.139123+00:00",
    ],
)
def test_what_is_neither_stays(harmless: str) -> None:
    assert discreet(harmless) == harmless


def test_a_public_text_keeps_a_phone_and_hides_a_number() -> None:
    assert presentable(f"{NUMBER} 0952-2012345 13912345678") == "110105********002X 0952-2012345 13912345678"


@given(st.text(), st.text())
def test_a_number_is_hidden_whatever_stands_around_it(before: str, after: str) -> None:
    said = before.rstrip("0123456789 -") + "。" + NUMBER + "。" + after.lstrip("0123456789 -")
    assert NUMBER not in discreet(said)

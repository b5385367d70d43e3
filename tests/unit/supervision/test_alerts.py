"""The five alert rules as shipped: what raises an alert, what restarts, what is excused."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.alert import AlertRule
from kernel.refusal import Refusal
from supervision.domain.alert_rules import parse
from supervision.domain.alerts import Alert, Case, Tally
from tests.fakes.alerts import SHIPPED, early_rules

RULES = early_rules()
DAY = date(2026, 3, 2)


def a_case(rule: AlertRule, number: int = 1, on: date = DAY) -> Case:
    return Case(rule=rule, fact=f"F{number}", on=on, department="SP", region="640202", source_system="demo")


def alerts(rule: AlertRule, *days: date) -> list[int | None]:
    """The number of the alert each case raises, or None."""
    tallies: dict[Any, Tally] = {}
    raised: list[Alert | None] = []
    for number, on in enumerate(days):
        case = a_case(rule, number, on)
        key = RULES.key_of(case)
        assert key is not None
        tally = tallies.get(key, Tally(rule=key[0], key=key[1], period=key[2]))
        tallies[key], alert = RULES.counted(tally, case)
        raised.append(alert)
    return [alert.number if alert else None for alert in raised]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AlertRule.OVERDUE_CHECK, [None, None, 1, None, None, 2, None]),
        (AlertRule.CODE_NOT_SHOWN, [None, 1, 2, 3]),
        (AlertRule.FREQUENT_CHECK, [None, None, 1, None, None, 2]),
        (AlertRule.REFERRAL_QUALITY, [None, None, None, None, 1, None]),
    ],
)
def test_a_rule_warns_at_its_threshold_and_goes_on_as_it_says(rule: AlertRule, expected: list[int | None]) -> None:
    assert alerts(rule, *(DAY + timedelta(days=n) for n in range(len(expected)))) == expected


def test_cases_of_two_years_do_not_add_up() -> None:
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)]
    assert alerts(AlertRule.OVERDUE_CHECK, *days) == [None, None, None, None, 1]


def test_a_case_known_late_counts_in_the_year_of_its_day() -> None:
    days = [date(2026, 12, 30), date(2027, 1, 1), date(2027, 1, 2), date(2026, 12, 31), date(2026, 12, 31)]
    assert alerts(AlertRule.OVERDUE_CHECK, *days) == [None, None, None, None, 1]


def test_off_system_referrals_have_three_days_of_grace_after_an_alert() -> None:
    days = [DAY] * 3 + [DAY + timedelta(days=n) for n in (0, 3, 4, 5, 6)]
    assert alerts(AlertRule.OFF_SYSTEM_REFERRAL, *days) == [None, None, 1, None, None, None, None, 2]


def test_the_same_case_never_counts_twice() -> None:
    tally = Tally(rule=AlertRule.OVERDUE_CHECK, key="SP", period="2026")
    once, _ = RULES.counted(tally, a_case(AlertRule.OVERDUE_CHECK))
    again, alert = RULES.counted(once, a_case(AlertRule.OVERDUE_CHECK))
    assert (again, alert) == (once, None)


def test_frequent_checks_are_counted_per_county_the_others_per_department() -> None:
    keys = {rule: (RULES.key_of(a_case(rule)) or ("", "", ""))[1] for rule in AlertRule}
    assert keys.pop(AlertRule.FREQUENT_CHECK) == "640202"
    assert set(keys.values()) == {"SP"}


@pytest.mark.parametrize(
    ("others", "frequent"),
    [
        ([], False),
        ([59], True),
        ([60], False),
        ([-59], True),
        ([-60], False),
        ([0], False),
        ([0, 1], False),
        ([90, 30], True),
    ],
)
def test_the_second_visit_within_sixty_days_is_frequent(others: list[int], frequent: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert RULES.frequent(DAY, [DAY - timedelta(days=n) for n in others]) is frequent


@given(st.lists(st.integers(0, 400), max_size=8))
def test_frequency_does_not_depend_on_order_and_looks_no_further_than_it_says(days: list[int]) -> None:
    others = [DAY + timedelta(days=n - 200) for n in days]
    first, last = RULES.days_around(DAY)
    near = [day for day in others if first <= day <= last]
    assert RULES.frequent(DAY, others) == RULES.frequent(DAY, reversed(near))


@given(st.integers(1, 60))
def test_every_alert_of_a_rule_that_restarts_rests_on_as_many_cases(count: int) -> None:
    expected = [n // 3 if n % 3 == 0 else None for n in range(1, count + 1)]
    assert alerts(AlertRule.OVERDUE_CHECK, *[DAY] * count) == expected


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('code = "OVERDUE_CHECK"', 'code = "NO_SUCH_RULE"'),
        ('code = "OVERDUE_CHECK"', 'code = "REFERRAL_QUALITY"'),
        ("threshold = 3", "threshold = 0"),
        ("visits = 2", "visits = 1"),
        ('window = "YEAR"', 'window = "MOON"'),
        ("\nconfirmed = false", ""),
        ("grace_days = 3", "grace_days = -1"),
    ],
)
def test_a_rules_file_that_makes_no_sense_is_refused_at_start(wrong: str, right: str) -> None:
    with pytest.raises(Refusal, match="invalid-alert-rules"):
        parse(SHIPPED.replace(wrong, right, 1))


def test_every_shipped_rule_names_its_source() -> None:
    assert all("海南" in edition.source and not edition.confirmed for edition in RULES.editions)

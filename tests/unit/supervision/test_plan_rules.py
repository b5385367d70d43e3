"""The rules of plans as they ship, and what a rules file may never say."""

from datetime import date
from decimal import Decimal

import pytest

from kernel.reckoning import Step
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.plans import EntryDepartment
from supervision.domain.plans.rules_file import parse
from tests.fakes.plans import FOOD, PLAN_RULES, SHIPPED_PLANS, USUAL, an_entry

SHIPPED = PLAN_RULES.editions[0]
LATER = SHIPPED_PLANS.replace("2026-1", "2027-1").replace("= 2000-01-01", "= 2027-01-01").replace("03-31", "02-28")
FLOOR = 'name = "法律服务"\nmatters = []'


def test_the_shipped_rules_name_their_sources_and_what_nobody_confirmed() -> None:
    assert dict(SHIPPED.ratios) == USUAL
    assert (SHIPPED.filed_by(2026), SHIPPED.confirmed) == (date(2026, 3, 31), False)
    assert SHIPPED.steps(2026) == {Step.BEFORE: date(2026, 3, 16), Step.YELLOW: date(2026, 4, 1)}
    assert {floor.name: floor.confirmed for floor in SHIPPED.floors} == {"法律服务": False, "食品生产经营": True}
    assert all([SHIPPED.source, *(floor.source for floor in SHIPPED.floors)])


def test_a_plan_follows_the_edition_in_force_on_the_first_day_of_its_year() -> None:
    rules = parse(LATER + SHIPPED_PLANS)
    assert [rules.of_year(year).version for year in (1999, 2026, 2027, 2030)] == [
        "2026-1",
        "2026-1",
        "2027-1",
        "2027-1",
    ]
    assert rules.of_year(2028).filed_by(2028) == date(2028, 2, 28)


def test_what_an_entry_leaves_out_is_filled_in_and_what_it_says_stays() -> None:
    departments = (
        EntryDepartment(department="A"),
        EntryDepartment(department="B", officers_per_object=3, max_objects=7),
    )
    entry = SHIPPED.completed(an_entry(ratios={RiskClass.D: Decimal(1)}, departments=departments))
    assert entry.ratios == {**USUAL, RiskClass.D: Decimal(1)}
    assert [(each.officers_per_object, each.max_objects) for each in entry.departments] == [(2, 60), (3, 7)]


@pytest.mark.parametrize(
    ("said", "instead", "told"),
    [
        ('A = "0.01"', "", "a ratio is a decimal"),
        ('A = "0.01"', 'A = "0.06"', "class B is drawn less"),
        ('A = "0.01"', 'A = "much"', "InvalidOperation"),
        ('A = "0.01"', 'A = "-1"', "a ratio is a decimal"),
        ('D = "0.50"', 'D = "0.50"\nE = "1"', "'E' is not a valid RiskClass"),
        ('filing_day = "03-31"', 'filing_day = "02-29"', "ValueError"),
        ('filing_day = "03-31"', 'filing_day = "01-31"', "after January"),
        ("remind_days = 15", "remind_days = 0", "remind_days is 1 to 90"),
        ("remind_days = 15", 'remind_days = "15"', "remind_days of another kind"),
        ("officers_per_object = 2", "officers_per_object = 1", "officers_per_object is 2"),
        ("max_objects = 60", "max_objects = 0", "max_objects is 1"),
        ("max_objects = 60", "", "TypeError"),
        ("\nconfirmed = false", '\nconfirmed = "no"', "confirmed true or false"),
        (FLOOR, 'name = "法律服务"\nmatters = ["123"]', "14 digits"),
        (FLOOR, f'name = "法律服务"\nmatters = ["{FOOD}"]\nat_least_every_months = 0', "at least 1"),
        ('min_ratio = "0.05"', 'min_ratio = "1.05"', "min_ratio is 0 to 1"),
        ("times_per_year = 2", "times_per_year = 0", "at least 1"),
        ("[[edition]]", "[[editions]]", "ValueError"),
    ],
)
def test_a_rules_file_that_is_wrong_is_refused_with_the_reason(said: str, instead: str, told: str) -> None:
    assert said in SHIPPED_PLANS
    with pytest.raises(Refusal) as refused:
        parse(SHIPPED_PLANS.replace(said, instead, 1))
    assert refused.value.code == "invalid-plan-rules"
    assert told in refused.value.en


def test_two_editions_never_begin_on_one_day_or_share_a_version() -> None:
    for other in (SHIPPED_PLANS.replace("2026-1", "2026-2"), SHIPPED_PLANS.replace("= 2000-01-01", "= 2001-01-01")):
        with pytest.raises(Refusal, match="two editions"):
            parse(SHIPPED_PLANS + other)

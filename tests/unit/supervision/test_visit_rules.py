"""The rules of site visits as a file: what ships, and what contradicts itself and never starts."""

from datetime import date
from typing import Any

import pytest

from kernel.refusal import Refusal
from kernel.visit import DepartmentLevel
from supervision.domain.visits import RequireVisit, VisitEdition
from supervision.domain.visits.rules_file import NEVER_CONSUME, parse
from tests.fakes.visits import SHIPPED

TEN = {
    *("COMPLAINT", "ASSIGNED", "ASSISTANCE", "AUDIT", "OFF_SITE_CLUE", "MEDIA", "RECTIFICATION_REVIEW"),
    *("ENTERPRISE_REQUEST", "LICENCE_SITE_CHECK", "EMERGENCY"),
}


def shipped() -> VisitEdition:
    (edition,) = parse(SHIPPED).editions
    return edition


def test_the_shipped_rules_know_the_ten_published_exemptions_and_class_d() -> None:
    assert set(shipped().exemptions) == TEN | {"CREDIT_D", "RISK_D"}


def test_nothing_of_the_shipped_rules_is_confirmed_and_everything_has_a_source() -> None:
    edition = shipped()
    figures: list[Any] = [edition, *edition.caps, *edition.floors, *edition.exemptions.values()]
    assert [figure.confirmed for figure in figures] == [False] * len(figures)
    assert all(figure.source for figure in figures)
    assert edition.require_visit is RequireVisit.RECORD


def test_on_site_verification_and_review_never_use_the_cap() -> None:
    assert not any(shipped().exemptions[code].consumes for code in NEVER_CONSUME)


def test_a_department_is_held_against_the_narrowest_cap_of_its_own_and_those_together_with_others() -> None:
    edition = shipped()
    assert [cap.code for cap in edition.caps_on("SCJG")] == ["DEFAULT"]
    assert [cap.code for cap in edition.caps_on("WJW")] == ["HEALTH", "HEALTH-TOGETHER"]
    assert [cap.code for cap in edition.caps_on("HBJ")] == ["ECOLOGY"]


def test_the_level_of_a_department_is_configured() -> None:
    assert shipped().level_of("SWJW") is DepartmentLevel.CITY
    assert shipped().level_of("WJW") is DepartmentLevel.COUNTY


def test_before_the_first_edition_nothing_is_counted() -> None:
    rules = parse(SHIPPED)
    assert rules.in_force(date(2025, 12, 31)) is None
    assert rules.in_force(date(2026, 1, 1)) is not None
    assert not rules.begun([date(2025, 12, 31)])


def test_the_next_edition_holds_from_its_day() -> None:
    second = SHIPPED.replace('"2026-1"', '"2027-1"').replace("2026-01-01", "2027-01-01")
    rules = parse(SHIPPED + second[second.index("[[edition]]") :])
    days = [rules.in_force(day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [edition.version for edition in days if edition] == ["2026-1", "2027-1"]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("per_year = 4", "per_year = 0", "HEALTH-TOGETHER: per_year is 1 or more"),
        ("at_least = 1", "at_least = 5", "asks for more visits than DEFAULT allows"),
        ('code = "MEDIA"', 'code = "AUDIT"', "two exemptions with the same code"),
        ('code = "LICENCE_SITE_CHECK"', 'code = "OTHER_CHECK"', "no such exemption: LICENCE_SITE_CHECK"),
        ("merge_days = 15", "merge_days = -1", "0 or more"),
        ("merge_days = 15", 'merge_days = "15"', "merge_days is a int"),
        ('code = "DEFAULT"', 'code = "DEFAULT"\ndepartments = ["SCJG"]', "a cap for every department is needed"),
        ('sectors = ["HEALTH"]', 'sectors = ["NONE"]', "NONE"),
        ('grade = "D"', 'grade = "Z"', "Z"),
        ('require_visit = "RECORD"', 'require_visit = "LATER"', "LATER"),
        ("effective_from = 2026-01-01", "", "effective_from"),
    ],
)
def test_what_contradicts_itself_never_starts(was: str, becomes: str, told: str) -> None:
    assert was in SHIPPED
    with pytest.raises(Refusal) as refused:
        parse(SHIPPED.replace(was, becomes, 1))
    assert refused.value.code == "invalid-visit-rules"
    assert told in refused.value.en


def test_a_file_that_lets_a_review_use_the_cap_never_starts() -> None:
    start = SHIPPED.index('code = "RECTIFICATION_REVIEW"')
    wrong = SHIPPED[:start] + SHIPPED[start:].replace("consumes = false", "consumes = true", 1)
    with pytest.raises(Refusal, match="RECTIFICATION_REVIEW never consumes the cap"):
        parse(wrong)


def test_two_editions_of_one_day_never_start() -> None:
    again = SHIPPED.replace('"2026-1"', '"2026-2"')
    with pytest.raises(Refusal, match="two editions with the same effective_from"):
        parse(SHIPPED + again[again.index("[[edition]]") :])

"""Which inspection or penalty makes a record, of which kind and class."""

from decimal import Decimal

import pytest

from credit.domain.classification import classify_inspection, classify_penalty
from credit.domain.rulebook import Rulebook
from kernel.credit import RecordClass, RecordKind
from kernel.inspection import InspectionResult, Severity

FAIL = InspectionResult.FAIL


@pytest.mark.parametrize(
    ("severities", "purpose", "kind", "record_class"),
    [
        ({Severity.CRITICAL}, "ROUTINE", RecordKind.INSPECTION, RecordClass.GENERAL),
        ({Severity.MINOR, Severity.CRITICAL}, "CESSATION", RecordKind.INSPECTION, RecordClass.GENERAL),
        ({Severity.SERIOUS}, "ROUTINE", RecordKind.INSPECTION, RecordClass.MINOR),
        (set(), "ROUTINE", RecordKind.INSPECTION, RecordClass.MINOR),
        (set(), "COMMITMENT", RecordKind.COMMITMENT_BREACH, RecordClass.GENERAL),
    ],
)
def test_a_failure_is_classed_by_its_findings_and_a_broken_promise_as_such(
    rulebook: Rulebook, severities: set[Severity], purpose: str, kind: RecordKind, record_class: RecordClass
) -> None:
    rule = classify_inspection(rulebook.editions[0].inspections, FAIL, severities, purpose)
    assert rule is not None
    assert (rule.kind, rule.record_class) == (kind, record_class)


@pytest.mark.parametrize("result", [InspectionResult.PASS, InspectionResult.PASS_WITH_CONDITIONS])
def test_nothing_but_a_failure_makes_a_record_not_even_a_critical_finding(
    rulebook: Rulebook, result: InspectionResult
) -> None:
    assert classify_inspection(rulebook.editions[0].inspections, result, {Severity.CRITICAL}, "ROUTINE") is None


@pytest.mark.parametrize(
    ("punish_types", "fine", "simple", "record_class", "repairable"),
    [
        (["01"], "0", False, RecordClass.MINOR, True),
        (["08"], "0", False, RecordClass.MINOR, True),
        (["02"], "500", True, RecordClass.MINOR, True),
        (["02"], "4999.99", False, RecordClass.MINOR, True),
        (["02"], "5000", False, RecordClass.GENERAL, True),
        (["02"], "8000", True, RecordClass.MINOR, True),
        (["02", "03"], "100", False, RecordClass.GENERAL, True),
        (["02"], "500000", False, RecordClass.SERIOUS, True),
        (["01", "05"], "0", False, RecordClass.SERIOUS, False),
        (["13"], "0", False, RecordClass.SERIOUS, False),
    ],
)
def test_a_penalty_is_classed_by_its_kind_and_its_fine(
    rulebook: Rulebook, punish_types: list[str], fine: str, *, simple: bool, record_class: RecordClass, repairable: bool
) -> None:
    rule = classify_penalty(rulebook.editions[0].penalties, punish_types, Decimal(fine), simple=simple)
    assert rule is not None
    assert (rule.record_class, rule.repairable) == (record_class, repairable)

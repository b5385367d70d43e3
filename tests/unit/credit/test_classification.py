"""Which inspection makes a record, and of which class."""

from datetime import date

import pytest

from credit.domain.classification import classify
from credit.domain.rulebook import Rulebook
from kernel.credit import RecordClass
from kernel.inspection import InspectionResult, Severity
from kernel.refusal import Refusal

DAY = date(2012, 3, 1)
FAIL = InspectionResult.FAIL


@pytest.mark.parametrize(
    ("severities", "record_class"),
    [
        ({Severity.CRITICAL}, RecordClass.GENERAL),
        ({Severity.MINOR, Severity.CRITICAL}, RecordClass.GENERAL),
        ({Severity.SERIOUS}, RecordClass.MINOR),
        (set(), RecordClass.MINOR),
    ],
)
def test_a_failed_inspection_is_general_with_a_critical_finding_and_minor_without(
    rulebook: Rulebook, severities: set[Severity], record_class: RecordClass
) -> None:
    rule = classify(rulebook.classifications, DAY, FAIL, severities)
    assert rule is not None
    assert rule.record_class is record_class


@pytest.mark.parametrize("result", [InspectionResult.PASS, InspectionResult.PASS_WITH_CONDITIONS])
def test_nothing_but_a_failure_makes_a_record_not_even_a_critical_finding(
    rulebook: Rulebook, result: InspectionResult
) -> None:
    assert classify(rulebook.classifications, DAY, result, {Severity.CRITICAL}) is None


def test_an_inspection_before_the_first_edition_of_the_rules_is_refused(rulebook: Rulebook) -> None:
    with pytest.raises(Refusal, match="no-rule-in-force"):
        classify(rulebook.classifications, date(1999, 12, 31), FAIL, set())

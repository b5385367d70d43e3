"""Classification (失信行为分类): which concluded inspection makes a record, and of which class.

The rules are data (rules.toml) because 国办发〔2025〕22号 names the three classes and leaves the detail to the
sector departments. The first rule that fits decides; an inspection no rule fits makes no record.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from credit.domain.edition import in_force
from kernel.credit import RecordClass
from kernel.inspection import InspectionResult, Severity


@dataclass(frozen=True)
class Rule:
    """One rule (分类规则): this result, with at least one finding of this severity when one is named."""

    code: str
    result: InspectionResult
    with_severity: Severity | None
    record_class: RecordClass
    source: str
    confirmed: bool

    def fits(self, result: InspectionResult, severities: Collection[Severity]) -> bool:
        """True when the inspection is one the rule speaks of."""
        return result is self.result and (self.with_severity is None or self.with_severity in severities)


@dataclass(frozen=True)
class Classification:
    """An edition of the classification rules (分类规则版本), in the order in which they are asked."""

    version: str
    effective_from: date
    rules: tuple[Rule, ...]


def classify(
    editions: Sequence[Classification], inspected_on: date, result: InspectionResult, severities: Collection[Severity]
) -> Rule | None:
    """The rule of the inspection day that makes a record, or None. Refuses ``no-rule-in-force``."""
    rules = in_force(editions, inspected_on).rules
    return next((rule for rule in rules if rule.fits(result, severities)), None)

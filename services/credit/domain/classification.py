"""Classification (信用记录分类): which concluded inspection or penalty makes a record, of which kind and class.

The rules are data because 国办发〔2025〕22号 names the three classes and leaves the detail to the sector departments.
The first rule that fits decides; what no rule fits makes no record.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kernel.credit import RecordClass, RecordKind
from kernel.inspection import InspectionResult, Severity

ROUTINE = "ROUTINE"
"""任务类别 of an inspection nobody named one for."""


@dataclass(frozen=True, kw_only=True)
class InspectionRule:
    """One rule for inspections (检查分类规则): this result, and the severity and purpose when they are named."""

    code: str
    result: InspectionResult
    with_severity: Severity | None = None
    """At least one finding of this severity."""
    purpose: str | None = None
    """任务类别, e.g. COMMITMENT 承诺核查."""
    kind: RecordKind
    record_class: RecordClass
    source: str
    confirmed: bool

    def fits(self, result: InspectionResult, severities: Collection[Severity], purpose: str) -> bool:
        """True when the inspection is one the rule speaks of."""
        return (
            result is self.result
            and (self.with_severity is None or self.with_severity in severities)
            and (self.purpose is None or self.purpose == purpose)
        )


@dataclass(frozen=True, kw_only=True)
class PenaltyRule:
    """One rule for penalties (处罚分类规则): any of these kinds of penalty, or a fine of at least so much, or the procedure."""

    code: str
    punish_types: tuple[str, ...] = ()
    """处罚种类, codes 01 to 14; empty = any."""
    fine_from: Decimal | None = None
    """罚款不少于, yuan."""
    simple_procedure: bool | None = None
    """简易程序."""
    record_class: RecordClass
    public: bool = True
    """False: never shown, whatever its class says (e.g. 仅警告, 总局令第45号第二条)."""
    repairable: bool = True
    source: str
    confirmed: bool

    def fits(self, punish_types: Collection[str], fine: Decimal, *, simple: bool) -> bool:
        """True when the penalty is one the rule speaks of."""
        return (
            (not self.punish_types or any(kind in self.punish_types for kind in punish_types))
            and (self.fine_from is None or fine >= self.fine_from)
            and (self.simple_procedure is None or self.simple_procedure == simple)
        )


def classify_inspection(
    rules: Sequence[InspectionRule], result: InspectionResult, severities: Collection[Severity], purpose: str
) -> InspectionRule | None:
    """The first rule that fits, or None."""
    return next((rule for rule in rules if rule.fits(result, severities, purpose)), None)


def classify_penalty(
    rules: Sequence[PenaltyRule], punish_types: Collection[str], fine: Decimal, *, simple: bool
) -> PenaltyRule | None:
    """The first rule that fits, or None."""
    return next((rule for rule in rules if rule.fits(punish_types, fine, simple=simple)), None)

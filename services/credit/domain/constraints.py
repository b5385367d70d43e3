"""Constraints (信用约束目录): the lists, bars and measures there are, and which measures are in force for whom.

清单外不得惩戒 (国务院办公厅关于进一步完善失信约束制度的指导意见): a measure is never entered by hand, it follows from a record
or a bar by this catalogue, or it is not. 过罚相当: none for MINOR loss of trust, for GENERAL only what is marked for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credit.domain.bar import Bar
from credit.domain.record import CreditRecord, months_after
from kernel.credit import BarKind, RecordClass, RecordKind

NEVER_PUNISHED = frozenset({RecordClass.MINOR, RecordClass.MERIT})
"""Classes that carry no measure at all."""


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """列入依据: one ground the law knows for entering somebody."""

    code: str
    text: str
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class ListRule:
    """名单规则: what may be entered in a list, what its records are like, and how one leaves it."""

    record_class: RecordClass
    public: bool
    months: int | None
    """How long an entry lasts; None = until its exit conditions are met."""
    min_months: int
    """提前移出、修复 not before so many months; 0 = from the first day."""
    needs_notice: bool
    """列入前须告知: the number of the notice must be told."""
    exit_conditions: str
    legal_bases: tuple[LegalBasis, ...]
    source: str
    confirmed: bool

    def until(self, entered_on: date) -> tuple[date | None, date | None]:
        """The last day of the shortest and of the longest period (最短、最长期限末日); None = none."""
        shortest = months_after(entered_on, self.min_months) if self.min_months else None
        return shortest, months_after(entered_on, self.months) if self.months else None

    def basis(self, code: str) -> LegalBasis | None:
        """The legal basis of a code, or None."""
        return next((basis for basis in self.legal_bases if basis.code == code), None)


@dataclass(frozen=True, kw_only=True)
class BarRule:
    """限制申请规则: for how long, by which article, and whether it is about one item of public safety."""

    months: int
    legal_basis: str
    for_item: bool
    source: str
    confirmed: bool

    def ends(self, decided_on: date) -> date:
        """The last day (期限末日), included."""
        return months_after(decided_on, self.months)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """适用范围: the classes of records, the lists and the bars a measure goes with."""

    classes: tuple[RecordClass, ...] = ()
    lists: tuple[RecordKind, ...] = ()
    bars: tuple[BarKind, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measure:
    """惩戒措施: one row of the catalogue of measures (失信惩戒措施清单)."""

    code: str
    zh: str
    en: str
    applies_to: Scope
    for_general: bool = False
    """Marked as fit for GENERAL loss of trust (一般失信)."""
    legal_basis: str
    source: str
    confirmed: bool

    def follows_from(self, record: CreditRecord) -> bool:
        """True when a record of this kind and class carries it."""
        return (
            record.record_class not in NEVER_PUNISHED
            and (self.for_general or record.record_class is not RecordClass.GENERAL)
            and (record.record_class in self.applies_to.classes or record.kind in self.applies_to.lists)
        )


@dataclass(frozen=True, kw_only=True)
class MeasureInForce:
    """现行惩戒措施, and the ids of the records and bars it rests on."""

    measure: Measure
    rests_on: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """信用约束目录."""

    version: str
    lists: Mapping[RecordKind, ListRule]
    bars: Mapping[BarKind, BarRule]
    measures: tuple[Measure, ...]

    def measures_of(self, record: CreditRecord) -> tuple[str, ...]:
        """Codes of the measures a record carries while it is used (惩戒措施)."""
        return tuple(measure.code for measure in self.measures if measure.follows_from(record))

    def in_force(self, records: Iterable[CreditRecord], bars: Iterable[Bar], on: date) -> list[MeasureInForce]:
        """现行惩戒措施 of a subject on a day, in the order of the catalogue: what its used records and its bars carry."""
        used = sorted((record for record in records if record.used_on(on)), key=lambda record: record.record_id)
        standing = sorted((bar for bar in bars if bar.in_force_on(on)), key=lambda bar: bar.bar_id)
        found = ((measure, tuple(_grounds(measure, used, standing))) for measure in self.measures)
        return [MeasureInForce(measure=measure, rests_on=grounds) for measure, grounds in found if grounds]


def _grounds(measure: Measure, records: Iterable[CreditRecord], bars: Iterable[Bar]) -> Iterator[str]:
    yield from (record.record_id for record in records if measure.follows_from(record))
    yield from (bar.bar_id for bar in bars if bar.kind in measure.applies_to.bars)

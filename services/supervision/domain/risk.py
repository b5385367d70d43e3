"""Risk class (风险分级): from credit grade, item risk and a running override to the class that steers supervision.

Pure. The table is data in dated editions (risk.toml); a worse grade or a higher item risk never gives a better class.
Source: 市场主体登记管理条例 art. 38 (分级分类监管); the figures of the table name theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from kernel.credit import Grade
from kernel.risk import RiskBasis, RiskClass
from supervision.domain.catalogue.words import Risk
from supervision.domain.risk_override import RiskOverride

GRADES = (*Grade, None)
"""信用等级, best first; None 尚无等级 stands apart: it is neither better nor worse than any."""


@dataclass(frozen=True, kw_only=True)
class RiskEdition:
    """分级表的一个版本 from a day on; ``confirmed`` False: nobody competent confirmed it."""

    version: str
    effective_from: date
    unknown_item: Risk
    override_months: int
    source: str
    confirmed: bool
    classes: Mapping[tuple[Grade | None, Risk], RiskClass]

    @property
    def name(self) -> str:
        """Version and digest of what it says: a table changed under the same version is another one all the same."""
        said = [self.unknown_item, *(self.classes[grade, risk] for grade in GRADES for risk in Risk)]
        return f"{self.version}#{sha256(','.join(said).encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class RiskTable:
    """分级表 in all its editions, at least one, the earliest first."""

    editions: tuple[RiskEdition, ...]

    def in_force(self, on: date) -> RiskEdition:
        """The edition of a day; before the first begins, the first."""
        begun = [edition for edition in self.editions if edition.effective_from <= on]
        return begun[-1] if begun else self.editions[0]


@dataclass(frozen=True, kw_only=True)
class RiskReason:
    """分级理由; ``value`` is empty when no grade is known, ``about`` the item or the override it rests on."""

    basis: RiskBasis
    value: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class RiskClassification:
    """分级结果: the class, what the table says without an override (``by_table``), and why."""

    risk_class: RiskClass
    by_table: RiskClass
    item_risk: Risk
    grade: Grade | None
    table: str
    reasons: tuple[RiskReason, ...]


def risk_class(
    grade: Grade | None,
    item_risks: Mapping[str, Risk | None],
    override: RiskOverride | None,
    table: RiskTable,
    on: date,
) -> RiskClassification:
    """The class of an object on a day. ``item_risks``: item → its risk, None when the catalogue does not know it.

    Of several items the highest risk counts. An override counts while it runs (``RiskOverride.applied``).
    """
    edition = table.in_force(on)
    item, risk = _highest(item_risks, edition.unknown_item)
    by_table = edition.classes[grade, risk]
    reasons = [
        RiskReason(basis=RiskBasis.GRADE, value=grade or ""),
        RiskReason(basis=RiskBasis.ITEM, value=risk, about=item),
    ]
    chosen = override.applied(by_table, on) if override else by_table
    if override and override.runs(on) and chosen is override.risk_class:
        reasons.append(
            RiskReason(basis=RiskBasis.OVERRIDE, value=override.risk_class, about=override.override_id),
        )
    return RiskClassification(
        risk_class=chosen,
        by_table=by_table,
        item_risk=risk,
        grade=grade,
        table=edition.version,
        reasons=tuple(reasons),
    )


def _highest(item_risks: Mapping[str, Risk | None], unknown: Risk) -> tuple[str, Risk]:
    """The item with the highest risk, by its code among equals; without any item "" and the configured risk."""
    found = [(item, risk or unknown) for item, risk in sorted(item_risks.items())]
    return max(found, key=lambda each: each[1].rank, default=("", unknown))

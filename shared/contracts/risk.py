"""What supervision (监管) tells of risk classes (风险分级): the class of an object changed, and why."""

from typing import ClassVar

import msgspec

from contracts.event import Event, Instant, Object, Subject
from kernel.credit import Grade
from kernel.risk import RiskBasis, RiskCause, RiskClass


class RiskReason(msgspec.Struct, frozen=True, kw_only=True):
    """分级理由: one thing the class rests on."""

    basis: RiskBasis
    value: str
    """The grade (empty: none known), the item's risk, or the class of the override."""
    about: str = ""
    """Which item has that risk (empty: the configured risk of an unknown one), or which override it is."""


class RiskClassified(Event, frozen=True, kw_only=True):
    """风险等级已变化. ``version`` counts the changes of one object: a reader ignores an older one."""

    fact: ClassVar[str] = "supervision.risk.classified"

    subject: Subject
    object: Object
    version: int
    risk_class: RiskClass
    previous: RiskClass | None
    """None: the first class of the object."""
    item_risk: str
    """事项风险等级 that counted: LOW 低, MEDIUM 中, HIGH 高."""
    grade: Grade | None
    override: RiskClass | None = None
    """The class somebody ordered (人工调整), when that decided."""
    reasons: tuple[RiskReason, ...] = ()
    table: str
    """分级表版本."""
    cause: RiskCause
    by: str
    """Code of the person; ``system`` when nobody did it by hand."""
    at: Instant

    @property
    def aggregate(self) -> str:
        """The object."""
        return f"{self.source_system}:{self.object.object_no}"

    @property
    def holder(self) -> Subject:
        """Whose it is."""
        return self.subject


EVENTS: tuple[type[Event], ...] = (RiskClassified,)

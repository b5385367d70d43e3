"""Risk of an object (对象风险): the items it holds, the class that follows, and the trace of every change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from kernel.credit import Grade
from kernel.risk import RiskCause, RiskClass
from supervision.domain.catalogue import CatalogueVersion, Risk
from supervision.domain.decision import AppliedDecision
from supervision.domain.risk import RiskClassification, RiskEdition, RiskReason


class RiskAct(StrEnum):
    """分级履历的动作."""

    CLASSIFIED = "CLASSIFIED"  # 等级变化
    ORDERED = "ORDERED"  # 提出调整
    CONFIRMED = "CONFIRMED"  # 复核调整
    ENDED = "ENDED"  # 提前结束调整
    EXPIRED = "EXPIRED"  # 调整期满


@dataclass(frozen=True)
class ReclassifyObject:
    """重新分级: a day has come or a rule has changed."""

    source_system: str
    object_no: str


@dataclass(frozen=True, kw_only=True)
class ObjectRisk:
    """对象风险, one per registered object. ``items``: 审批事项 whose licences it holds, sorted.

    ``basis`` names the table and the catalogue it was classified by, empty before the first time; ``version`` counts
    the changes of the class; ``review_on`` is the day on which an override begins or is over.
    """

    source_system: str
    object_no: str
    items: tuple[str, ...] = ()
    risk_class: RiskClass | None = None
    item_risk: Risk | None = None
    grade: Grade | None = None
    override_id: str = ""
    """The override that has not ended, whether it runs or not."""
    reasons: tuple[RiskReason, ...] = ()
    table: str = ""
    basis: str = ""
    version: int = 0
    review_on: date | None = None
    since: datetime | None = None
    """When the class became what it is."""

    def holding(self, items: Iterable[str]) -> Self:
        """The same object with these licences."""
        return replace(self, items=tuple(sorted(set(items))))

    def decided(self, item_code: str, *, ends: bool) -> Self:
        """The same object after a decision that grants or ends the licence for an item."""
        rest = set(self.items) - {item_code}
        return self.holding(rest if ends else rest | {item_code})

    def classified(self, said: RiskClassification, basis: str, review_on: date | None, at: datetime) -> Self:
        """The same object with its class; ``since`` and ``version`` move only with the class."""
        moved = said.risk_class is not self.risk_class
        return replace(
            self,
            risk_class=said.risk_class,
            item_risk=said.item_risk,
            grade=said.grade,
            reasons=said.reasons,
            table=said.table,
            basis=basis,
            review_on=review_on,
            version=self.version + moved,
            since=at if moved else self.since,
        )


@dataclass(frozen=True, kw_only=True)
class RiskChange:
    """分级履历: who did what, when and why, and the class before and after; never changed."""

    source_system: str
    object_no: str
    act: RiskAct
    cause: RiskCause
    by: str
    at: datetime
    reason: str
    previous: RiskClass | None
    risk_class: RiskClass | None
    override_id: str = ""
    grade: Grade | None = None
    item_risk: Risk | None = None
    table: str = ""


def items_held(decisions: Iterable[AppliedDecision]) -> list[str]:
    """The items whose licences stand after all decisions on one object (持有事项).

    A case stands where its first revision stood, and says what its last one says.
    """
    said: dict[str, AppliedDecision] = {}
    place: dict[str, int] = {}
    for decision in sorted(decisions, key=lambda decision: decision.revision):
        said[decision.case_id] = decision
        place.setdefault(decision.case_id, decision.object_version)
    held: set[str] = set()
    for case_id in sorted(said, key=lambda case_id: place[case_id]):
        decision = said[case_id]
        (held.discard if decision.kind.ends_licence else held.add)(decision.item_code)
    return sorted(held)


def basis_of(edition: RiskEdition, catalogue: CatalogueVersion | None) -> str:
    """What a class rests on besides the object itself (分级依据版本): the table, and the catalogue in force if any."""
    return f"{edition.name} {catalogue.version if catalogue else '-'}"

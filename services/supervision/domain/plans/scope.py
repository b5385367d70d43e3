"""Scope (对象范围): which approval items an object must hold to belong to a matter or to an entry of a plan.

Derived from the catalogue version in force, so an object comes and goes with its licences and nobody copies a register
(双随机监管对象名录库). Links for licences that ended do not count; a condition of a link is not asked, it is about one
decision and not about an object.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kernel.decision import DecisionKind
from supervision.domain.catalogue import CatalogueVersion, Trigger, in_force
from supervision.domain.plans.entry import PlanEntry
from supervision.domain.plans.matter import Matter

GRANTING = frozenset({Trigger.COMMITMENT, *(Trigger(kind) for kind in DecisionKind if not kind.ends_licence)})
"""触发情形 on which a licence is granted or goes on."""


@dataclass(frozen=True, kw_only=True)
class ObjectScope:
    """对象范围. ``groups``: an object holds at least one item of each; ``regions``: where it lies, empty = anywhere."""

    groups: tuple[frozenset[str], ...]
    regions: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True when no object can belong to it."""
        return not self.groups or not all(self.groups)


def items_of(matter: Matter, catalogue: CatalogueVersion | None, on: date) -> frozenset[str]:
    """The approval items whose holders are objects of a matter on a day (对象所持事项)."""
    return frozenset(
        link.item_code
        for link in (catalogue.links if catalogue else ())
        if link.supervise_item_code == matter.code
        and link.department == matter.department
        and link.triggers & GRANTING
        and in_force(on, *link.period)
    )


def matter_scope(matter: Matter, catalogue: CatalogueVersion | None, on: date) -> ObjectScope:
    """The objects of one matter."""
    return ObjectScope(groups=(items_of(matter, catalogue, on),))


def entry_scope(
    entry: PlanEntry, matters: Mapping[str, Matter], catalogue: CatalogueVersion | None, on: date
) -> ObjectScope:
    """The objects of an entry: of each department that takes part, those of any of its matters here.

    So departments that check together (联合抽查) meet at objects all of them supervise. ``matters``: by code, all that
    the entry names.
    """
    named = [matters[code] for code in entry.matters]
    groups = [_any(named, department, catalogue, on) for department in entry.department_codes]
    if entry.target.items:
        groups.append(frozenset(entry.target.items))
    return ObjectScope(groups=tuple(groups), regions=entry.target.regions)


def _any(matters: Iterable[Matter], department: str, catalogue: CatalogueVersion | None, on: date) -> frozenset[str]:
    of_department = (items_of(matter, catalogue, on) for matter in matters if matter.department == department)
    return frozenset().union(*of_department)

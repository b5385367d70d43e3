"""Gaps (目录缺口): approval items nothing is linked to, and supervision nobody ever set off."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from supervision.domain.catalogue.catalogue import Catalogue
from supervision.domain.catalogue.past import PastDecision
from supervision.domain.catalogue.version import CatalogueVersion


@dataclass(frozen=True, kw_only=True)
class UnlinkedItem:
    """未联动事项: ``decisions`` so far, ``listed`` when it stands in the list handed in."""

    item_code: str
    name: str = ""
    decisions: int = 0
    last_decided_on: date | None = None
    listed: bool = False


@dataclass(frozen=True, kw_only=True)
class SilentLink:
    """从未触发的监管事项: a link no decision of the period set off."""

    link_code: str
    item_code: str
    supervise_item_code: str
    department: str


def unlinked(
    version: CatalogueVersion, decided: Mapping[str, tuple[int, date]], listed: Mapping[str, str]
) -> list[UnlinkedItem]:
    """Items without any link. ``decided``: item → decisions and last day; ``listed``: item → name."""
    linked = {link.item_code for link in version.links}
    found = []
    for item in sorted({*decided, *listed} - linked):
        count, last = decided.get(item, (0, None))
        found.append(
            UnlinkedItem(
                item_code=item,
                name=listed.get(item, ""),
                decisions=count,
                last_decided_on=last,
                listed=item in listed,
            )
        )
    return found


class Triggered:
    """触发次数: how often each link of a version would have been set off by the decisions shown."""

    def __init__(self, version: CatalogueVersion, catalogue: Catalogue) -> None:
        self._version = version
        self._tried = Catalogue((version,), catalogue.conditions)
        self.counts: Counter[str] = Counter()

    def add(self, decisions: Iterable[PastDecision]) -> None:
        """Count more decisions."""
        name, first = self._version.version, self._version.effective_from
        for decision in decisions:
            if not decision.facts.existing:
                on = max(decision.facts.decided_on, first)
                self.counts.update(link.code for link in self._tried.links(name, decision.facts, on=on))

    def silent(self) -> list[SilentLink]:
        """Links that were never set off."""
        return [
            SilentLink(
                link_code=link.code,
                item_code=link.item_code,
                supervise_item_code=link.supervise_item_code,
                department=link.department,
            )
            for link in self._version.links
            if not self.counts[link.code]
        ]

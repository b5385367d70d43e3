"""Catalogue (目录): the published versions as matching sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kernel.decision import DecisionKind
from supervision.domain.catalogue.condition import Condition, Conditions, Facts
from supervision.domain.catalogue.link import Link
from supervision.domain.catalogue.period import in_force
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import Risk


@dataclass(frozen=True)
class Catalogue:
    """目录: every published version, in the order they were published; a retired one ends on the day it was retired.

    Without ``conditions`` no link may carry one.
    """

    versions: tuple[CatalogueVersion, ...] = ()
    conditions: Conditions | None = field(default=None, repr=False, compare=False)
    _links: dict[tuple[str, str], list[Link]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _by_code: dict[tuple[str, str], Link] = field(init=False, repr=False, compare=False, default_factory=dict)
    _lines: dict[tuple[str, str], frozenset[str]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _occasions: dict[tuple[str, str, DecisionKind, bool], tuple[Link, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _risks: dict[tuple[str, str], Risk] = field(init=False, repr=False, compare=False, default_factory=dict)
    _compiled: dict[str, Condition] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for version in self.versions:
            for link in version.links:
                key = (version.version, link.item_code)
                self._links.setdefault(key, []).append(link)
                self._by_code[version.version, link.code] = link
                self._risks[key] = link.risk.higher(self._risks.get(key, link.risk))
            for checklist in version.checklists:
                self._lines[version.version, checklist.code] = checklist.line_codes

    def version(self, name: str) -> CatalogueVersion | None:
        """The published version of that name."""
        return next((version for version in self.versions if version.version == name), None)

    def link(self, version: str, code: str) -> Link | None:
        """One link of one version; None for no link (临时任务), and when the version was retired before it began."""
        return self._by_code.get((version, code))

    def in_force(self, day: date) -> CatalogueVersion | None:
        """The version that counts on a day (现行版本).

        Of several in force the one with the latest ``effective_from``; of equals the one published last.
        """
        candidates = [v for v in self.versions if in_force(day, v.effective_from, v.effective_to)]
        return max(reversed(candidates), key=lambda v: v.effective_from, default=None)

    def item_risk(self, version: str, item_code: str) -> Risk | None:
        """The risk of an item (事项风险等级): the highest any of its links says; None when the version has no link of it."""
        return self._risks.get((version, item_code))

    def links(self, version: str, facts: Facts, *, on: date | None = None) -> list[Link]:
        """The links of one version a decision triggers, in the order of the file.

        ``on``: the day their periods are asked for, the decision's own when left out.
        """
        day = on or facts.decided_on
        return [
            link
            for link in self._on_occasion(version, facts.item_code, facts.kind, commitment=facts.commitment)
            if in_force(day, link.effective_from, link.effective_to)
            and (not link.condition or self._asked(link.condition, facts.variables))
        ]

    def outgrown(self, version: str, facts: Facts) -> frozenset[str]:
        """Links of the item that do not fit what the licence is now, on whatever occasion they were meant for."""
        of_item = {link.code for link in self._links.get((version, facts.item_code), ())}
        occasions = (replace(facts, kind=kind, commitment=True) for kind in DecisionKind if not kind.ends_licence)
        return frozenset(of_item - {link.code for each in occasions for link in self.links(version, each)})

    def _on_occasion(self, version: str, item_code: str, kind: DecisionKind, *, commitment: bool) -> tuple[Link, ...]:
        """The links of an item whose occasions a decision has (触发情形); found once, asked for many times."""
        key = (version, item_code, kind, commitment)
        found = self._occasions.get(key)
        if found is None:
            links = self._links.get((version, item_code), ())
            found = tuple(link for link in links if link.occasions(kind, commitment=commitment))
            self._occasions[key] = found
        return found

    def line_codes(self, version: str, checklist: str) -> frozenset[str]:
        """The lines of a checklist of one version; a task's checklist always exists (versions never change)."""
        return self._lines[version, checklist]

    def _asked(self, text: str, variables: Mapping[str, str | bool]) -> bool:
        condition = self._compiled.get(text)
        if condition is None:
            if self.conditions is None:
                raise LookupError("this catalogue was made without a compiler of conditions")
            condition = self._compiled[text] = self.conditions.compiled(text)
        return condition(variables)

"""What-if (推演): the decisions of a period matched again, with the catalogue as it was and with a draft in its place.

The draft counts as in force all through the period; a link of it that begins later is tried on its first day. Decisions
on one object on one day that lead to the same department, checklist and purpose are one task (一件事); how long tasks
stay open is not simulated. A visit is an ON_SITE task; the visits of one object and day are one joint visit (综合查一次).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby

from kernel.decision import DecisionKind
from supervision.domain.catalogue.catalogue import Catalogue
from supervision.domain.catalogue.condition import Facts
from supervision.domain.catalogue.link import Link, occasions
from supervision.domain.catalogue.past import PastDecision
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import Method, Relation, Trigger

TaskKey = tuple[date, str, str, str]
"""Day, department, checklist, purpose: of one object, one task."""
_COMMITMENT = "COMMITMENT"


@dataclass
class DepartmentLoad:
    """部门负担 before and after."""

    tasks_before: int = 0
    tasks_after: int = 0
    tasks_added: int = 0
    tasks_removed: int = 0
    visits_before: int = 0
    visits_after: int = 0
    officer_days_before: Decimal = Decimal(0)
    officer_days_after: Decimal = Decimal(0)


@dataclass
class Comparison:
    """推演结果. ``visits`` of an enterprise are joint visits; ``links``: code → tasks before and after."""

    decisions: int = 0
    unmatched_before: int = 0
    unmatched_after: int = 0
    departments: defaultdict[str, DepartmentLoad] = field(default_factory=lambda: defaultdict(DepartmentLoad))
    links_before: Counter[str] = field(default_factory=Counter)
    links_after: Counter[str] = field(default_factory=Counter)
    visits_before: Counter[tuple[str, str]] = field(default_factory=Counter)
    visits_after: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> DepartmentLoad:
        """All departments together."""
        names = DepartmentLoad.__dataclass_fields__
        loads = self.departments.values()
        return DepartmentLoad(**{name: sum(getattr(load, name) for load in loads) for name in names})


class _Tally:
    """How many tasks each link made; a link is told by itself, for two versions may have the same code."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._links: dict[int, Link] = {}

    def add(self, tasks: Mapping[TaskKey, Link]) -> None:
        """Tasks of one object."""
        for link in tasks.values():
            self._counts[id(link)] += 1
            self._links[id(link)] = link

    def __iter__(self) -> Iterator[tuple[Link, int]]:
        return ((self._links[key], count) for key, count in self._counts.items())


class WhatIf:
    """推演 of one draft; feed it the decisions ordered by object."""

    def __init__(self, draft: CatalogueVersion, catalogue: Catalogue) -> None:
        others = tuple(version for version in catalogue.versions if version.version != draft.version)
        self._draft = draft
        self._before = Catalogue(others, catalogue.conditions)
        self._after = Catalogue((draft,), catalogue.conditions)
        self._made_before, self._made_after = _Tally(), _Tally()
        self._result = Comparison()
        self._waiting: list[PastDecision] = []

    def add(self, decisions: Iterable[PastDecision]) -> None:
        """More decisions; those of the last object wait for the next portion."""
        groups = [list(group) for _, group in groupby([*self._waiting, *decisions], key=_object)]
        self._waiting = groups.pop() if groups else []
        for group in groups:
            self._compare(group)

    def finished(self) -> Comparison:
        """The result, once everything was added."""
        self._compare(self._waiting)
        self._waiting = []
        result = self._result
        for link, count in self._made_before:
            load = result.departments[link.department]
            load.tasks_before += count
            load.visits_before += count * (link.method is Method.ON_SITE)
            load.officer_days_before += count * link.effort
            result.links_before[link.code] += count
        for link, count in self._made_after:
            load = result.departments[link.department]
            load.tasks_after += count
            load.visits_after += count * (link.method is Method.ON_SITE)
            load.officer_days_after += count * link.effort
            result.links_after[link.code] += count
        return result

    def _compare(self, decisions: Sequence[PastDecision]) -> None:
        """All decisions on one object."""
        before: dict[TaskKey, Link] = {}
        after: dict[TaskKey, Link] = {}
        holders: dict[date, tuple[str, str]] = {}
        for decision in decisions:
            self._result.decisions += 1
            facts = decision.facts
            if facts.existing:
                continue
            holders[facts.decided_on] = (decision.id_type, decision.id_no)
            old, new = self._links_before(facts), self._links_after(facts)
            self._result.unmatched_before += not old and not facts.kind.ends_licence
            self._result.unmatched_after += not new and not facts.kind.ends_licence
            _put(before, old, facts)
            _put(after, new, facts)
        self._count(before, after, holders)

    def _links_before(self, facts: Facts) -> list[Link]:
        version = self._before.in_force(facts.decided_on)
        return self._before.links(version.version, facts) if version else []

    def _links_after(self, facts: Facts) -> list[Link]:
        on = max(facts.decided_on, self._draft.effective_from)
        return self._after.links(self._draft.version, facts, on=on)

    def _count(
        self,
        before: Mapping[TaskKey, Link],
        after: Mapping[TaskKey, Link],
        holders: Mapping[date, tuple[str, str]],
    ) -> None:
        result = self._result
        self._made_before.add(before)
        self._made_after.add(after)
        for key in before.keys() - after.keys():
            result.departments[key[1]].tasks_removed += 1
        for key in after.keys() - before.keys():
            result.departments[key[1]].tasks_added += 1
        result.visits_before.update(holders[day] for day in _visit_days(before))
        result.visits_after.update(holders[day] for day in _visit_days(after))


def _object(decision: PastDecision) -> tuple[str, str]:
    return decision.source_system, decision.object_no


def _put(tasks: dict[TaskKey, Link], links: Sequence[Link], facts: Facts) -> None:
    """As matching.wanted_by: who is in charge stands where two links meet, and checks a promise no link of its own covers."""
    asked: dict[TaskKey, Link] = {}
    for link in sorted(links, key=_coordinates):
        for purpose in _purposes(link.triggers, facts.kind, commitment=facts.commitment):
            asked.setdefault((facts.decided_on, link.department, link.checklist, purpose), link)
    if facts.commitment and not facts.kind.ends_licence and not any(key[3] == _COMMITMENT for key in asked):
        charge = [(key, link) for key, link in asked.items() if link.relation is Relation.PRIMARY]
        asked |= {(*key[:3], _COMMITMENT): link for key, link in charge}
    for key, link in asked.items():
        tasks.setdefault(key, link)


def _coordinates(link: Link) -> bool:
    return link.relation is Relation.COORDINATE


@cache
def _purposes(triggers: frozenset[Trigger], kind: DecisionKind, *, commitment: bool) -> tuple[str, ...]:
    """What each task of a link is for (任务用途); asked for every decision, and there are few answers."""
    usual = "CESSATION" if kind.ends_licence else "ROUTINE"
    met = occasions(triggers, kind, commitment=commitment)
    return tuple(_COMMITMENT if trigger is Trigger.COMMITMENT else usual for trigger in met)


def _visit_days(tasks: Mapping[TaskKey, Link]) -> set[date]:
    return {key[0] for key, link in tasks.items() if link.method is Method.ON_SITE}

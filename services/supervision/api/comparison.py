"""A what-if as its answer (推演结果报文): totals, departments, links, and how many visits enterprises would have."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from supervision.domain.catalogue.what_if import Comparison, DepartmentLoad

_MOST_ENTERPRISES = 20
_CROWDED = 5
"""Visits from which on enterprises are counted together."""


def comparison_document(found: Comparison) -> dict[str, Any]:
    """The answer. Officer-days are texts: decimals without rounding."""
    links = sorted({*found.links_before, *found.links_after})
    return {
        "decisions": found.decisions,
        "unmatched_before": found.unmatched_before,
        "unmatched_after": found.unmatched_after,
        "total": _load(found.total),
        "departments": [{"department": name, **_load(load)} for name, load in sorted(found.departments.items())],
        "links": [
            {"link_code": code, "tasks_before": found.links_before[code], "tasks_after": found.links_after[code]}
            for code in links
        ],
        "enterprises": _enterprises(found),
    }


def _load(load: DepartmentLoad) -> dict[str, Any]:
    plain = asdict(load)
    return plain | {name: str(plain[name]) for name in ("officer_days_before", "officer_days_after")}


def _enterprises(found: Comparison) -> dict[str, Any]:
    """Joint visits per enterprise: how many have how many, and those with the most."""
    everybody = {*found.visits_before, *found.visits_after}
    most = sorted(everybody, key=lambda who: (-found.visits_after[who], -found.visits_before[who], who))
    return {
        "visited_before": len(found.visits_before),
        "visited_after": len(found.visits_after),
        "joint_visits_before": found.visits_before.total(),
        "joint_visits_after": found.visits_after.total(),
        "distribution_before": _distribution(found.visits_before),
        "distribution_after": _distribution(found.visits_after),
        "most_visited": [
            {"id_type": who[0], "id_no": who[1], "before": found.visits_before[who], "after": found.visits_after[who]}
            for who in most[:_MOST_ENTERPRISES]
        ],
    }


def _distribution(visits: Counter[tuple[str, str]]) -> dict[str, int]:
    """Visits → enterprises with so many."""
    counted = Counter(min(count, _CROWDED) for count in visits.values())
    return {f"{count}+" if count == _CROWDED else str(count): counted[count] for count in sorted(counted)}

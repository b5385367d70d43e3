"""Features (特征): what is read from a snapshot of an object, each as one of a few values a person can check.

Left out on purpose: who checked, what kind of check is coming, how the permit ended, anything dated later.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from supervision.domain.ranking.history import PastCheck, Snapshot, Target

NONE = "NONE"
"""Nothing on record (无记录)."""
_YEAR = 365.25


class Feature(StrEnum):
    """排序特征."""

    LAST_CHECK = "LAST_CHECK"  # 上次检查结果
    CRITICAL_SHARE = "CRITICAL_SHARE"  # 历次检查中有严重问题的比例
    MINOR_FINDINGS = "MINOR_FINDINGS"  # 平均每次轻微问题数
    PERMIT_AGE = "PERMIT_AGE"  # 许可年数
    OBJECT_KIND = "OBJECT_KIND"  # 对象类别
    AREA_RATE = "AREA_RATE"  # 片区近期严重问题


RISING = (Feature.LAST_CHECK, Feature.CRITICAL_SHARE, Feature.MINOR_FINDINGS, Feature.AREA_RATE)
"""Features of which a worse value never has fewer points (只升不降)."""
LAST_CHECKS = ("CLEAN", "MINOR", "SERIOUS", "CRITICAL")
"""上次检查结果 from the best to the worst."""
Edges = Mapping[Feature, Sequence[float]]
"""Where the values of a counted feature part (分段点), ascending; a counted feature without any is not used."""


@dataclass(frozen=True, slots=True, order=True)
class Trait:
    """特征取值: a feature and its value; for counted ones the number of its segment, from 0."""

    feature: Feature
    value: str


def traits_of(snapshot: Snapshot, target: Target, edges: Edges) -> tuple[Trait, ...]:
    """The value of every feature, for any object: one nobody ever heard of has values too."""
    checks, since = snapshot.checks(target), snapshot.since(target)
    counted: dict[Feature, float | None] = {
        Feature.CRITICAL_SHARE: sum(check.critical for check in checks) / len(checks) if checks else None,
        Feature.MINOR_FINDINGS: sum(check.minor for check in checks) / len(checks) if checks else None,
        Feature.PERMIT_AGE: (snapshot.at - since).days / _YEAR if since else None,
        Feature.AREA_RATE: snapshot.area_ratio(target),
    }
    named = {Feature.LAST_CHECK: _last_of(checks), Feature.OBJECT_KIND: snapshot.kind(target) or NONE}
    return tuple(
        Trait(feature, named[feature] if feature in named else _segment(edges[feature], counted[feature]))
        for feature in Feature
        if feature in named or feature in edges
    )


def _segment(edges: Sequence[float], value: float | None) -> str:
    return NONE if value is None else str(bisect_right(edges, value))


def _last_of(checks: Sequence[PastCheck]) -> str:
    """The worst finding of the last check."""
    if not checks:
        return NONE
    last = checks[-1]
    if last.critical:
        return LAST_CHECKS[3]
    if last.serious:
        return LAST_CHECKS[2]
    return LAST_CHECKS[1] if last.minor else LAST_CHECKS[0]

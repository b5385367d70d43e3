"""The scorecard of the ranking (排序评分卡): whole points per feature value, so that every score is explained.

The order is: more points first, then the number of the object. Points say odds, not guilt: a fixed number of points
doubles them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log

from supervision.domain.ranking.features import Edges, Feature, Trait, traits_of
from supervision.domain.ranking.history import AreaScale, Snapshot, Target

OTHER = "OTHER"
"""Stands for every kind too rare to have points of its own (其他类别)."""


@dataclass(frozen=True, kw_only=True)
class RankCard:
    """排序评分卡. ``own`` False: the shipped one, as the own history is too short; ``checks`` it was fitted on."""

    version: str
    own: bool
    checks: int
    critical: int
    base: int
    doubling: int
    points: Mapping[Trait, int]
    edges: Edges
    scale: AreaScale

    def worth(self, trait: Trait) -> int:
        """The points of a value; 0 for one the card does not know."""
        if trait.feature is Feature.OBJECT_KIND and trait not in self.points:
            trait = Trait(Feature.OBJECT_KIND, OTHER)
        return self.points.get(trait, 0)

    def chance(self, score: int) -> float:
        """How likely a critical finding is at the next check (有严重问题的可能), 0 to 1."""
        return 1 / (1 + exp(-(self.base + score) * log(2) / self.doubling))


@dataclass(frozen=True, kw_only=True)
class RankReason:
    """排序理由: a value and its points."""

    trait: Trait
    points: int


@dataclass(frozen=True, kw_only=True)
class RankedObject:
    """排序结果 of one object: its place from 1, its score, and why, the weightiest reason first."""

    rank: int
    target: Target
    score: int
    reasons: tuple[RankReason, ...]


def scored(card: RankCard, snapshot: Snapshot, target: Target) -> tuple[int, tuple[RankReason, ...]]:
    """Score and reasons of an object."""
    reasons = [RankReason(trait=trait, points=card.worth(trait)) for trait in traits_of(snapshot, target, card.edges)]
    reasons.sort(key=lambda reason: -abs(reason.points))
    return sum(reason.points for reason in reasons), tuple(reasons)


def rank(card: RankCard, snapshot: Snapshot, targets: Iterable[Target]) -> list[RankedObject]:
    """These objects, the likeliest first (定向抽查 takes the first N)."""
    found = [(*scored(card, snapshot, target), target) for target in set(targets)]
    found.sort(key=lambda each: (-each[0], each[2]))
    return [
        RankedObject(rank=place, target=target, score=score, reasons=reasons)
        for place, (score, reasons, target) in enumerate(found, start=1)
    ]

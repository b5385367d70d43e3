"""The numbers of the ranking as text (排序规则文件): dated editions, parsed from ranking.toml when the process starts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from kernel.editions import read_editions
from kernel.refusal import Refusal
from supervision.domain.content import code_faults
from supervision.domain.ranking.card import RankCard
from supervision.domain.ranking.features import Edges, Feature, Trait
from supervision.domain.ranking.history import AreaScale

COUNTED = (
    Feature.CRITICAL_SHARE,
    Feature.MINOR_FINDINGS,
    Feature.PERMIT_AGE,
)
"""Features that need segments; AREA_RATE may be left out."""
_WHOLE = (
    *("horizon_days", "step_days", "warm_up_days", "most_looks", "lookback_days", "kinds_from"),
    *("needed_checks", "needed_critical", "doubling", "resamples"),
)


@dataclass(frozen=True, kw_only=True)
class RankingEdition:
    """排序规则的一个版本; ``prior`` is the shipped card, used while the own history is too short."""

    version: str
    effective_from: date
    source: str
    confirmed: bool
    horizon_days: int
    step_days: int
    warm_up_days: int
    most_looks: int
    lookback_days: int
    kinds_from: int
    penalty: float
    doubling: int
    needed_checks: int
    needed_critical: int
    resamples: int
    seed: int
    edges: Edges
    scale: AreaScale
    prior: RankCard
    prior_source: str


@dataclass(frozen=True)
class RankingRules:
    """排序规则 in all editions, at least one, the earliest first."""

    editions: tuple[RankingEdition, ...]

    def in_force(self, on: date) -> RankingEdition:
        """The edition of a day; before the first begins, the first."""
        begun = [edition for edition in self.editions if edition.effective_from <= on]
        return begun[-1] if begun else self.editions[0]


def parse(text: str) -> RankingRules:
    """The rules. Refuses ``invalid-ranking-rules``: something missing, out of bounds, or out of order."""
    return RankingRules(read_editions(text, _edition, _faults, _invalid))


def _edition(said: Mapping[str, Any]) -> RankingEdition:
    kinds = {"version": str, "effective_from": date, "source": str, "confirmed": bool, "seed": int}
    kinds |= dict.fromkeys(_WHOLE, int)
    if wrong := [f"{name} is a {kind.__name__}" for name, kind in kinds.items() if type(said[name]) is not kind]:
        raise ValueError(", ".join(wrong))
    edges = {Feature(name): tuple(map(float, cuts)) for name, cuts in said["edges"].items()}
    scale = AreaScale(half_life=int(said["area"]["half_life_days"]), weight=float(said["area"]["weight"]))
    return RankingEdition(
        **{name: said[name] for name in kinds},
        penalty=float(said["penalty"]),
        edges=edges,
        scale=scale,
        prior=_prior(said, edges, scale),
        prior_source=str(said["prior"]["source"]),
    )


def _prior(said: Mapping[str, Any], edges: Edges, scale: AreaScale) -> RankCard:
    shipped = said["prior"]
    return RankCard(
        version=said["version"],
        own=False,
        checks=int(shipped["checks"]),
        critical=int(shipped["critical"]),
        base=int(shipped["base"]),
        doubling=int(said["doubling"]),
        points={
            Trait(Feature(name), value): int(worth)
            for name, values in shipped["points"].items()
            for value, worth in values.items()
        },
        edges=edges,
        scale=scale,
    )


def _faults(edition: RankingEdition) -> Iterator[str]:
    """What is missing or out of bounds."""
    if code_faults("", edition.version):
        yield "version is a code"
    if not edition.source.strip() or not edition.prior_source.strip():
        yield "a source is needed, also for the prior"
    if low := [name for name in _WHOLE if getattr(edition, name) < 1]:
        yield f"{', '.join(low)} must be 1 or more"
    if edition.penalty <= 0 or edition.scale.half_life < 1 or edition.scale.weight <= 0:
        yield "penalty, half_life_days and weight must be above 0"
    needed = {*COUNTED, *edition.edges}
    if missing := sorted(feature for feature in needed if not edition.edges.get(feature)):
        yield f"no edges for {', '.join(missing)}"
    if crossed := [name for name, cuts in edition.edges.items() if any(a >= b for a, b in pairwise(cuts))]:
        yield f"edges must ascend: {', '.join(crossed)}"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-ranking-rules",
        zh=f"排序规则文件 ranking.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules of the ranking in ranking.toml are not valid; correct them and start again: {reason}",
    )

"""Fitting (拟合): points from a history by penalised logistic regression, Newton's method, plain Python.

The training rows are built as the ranking will be used: at each of several past days, features as of the day before
it, and what the checks of the following ``horizon_days`` found. A check seen from several days counts once in all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log

from supervision.domain.ranking.card import OTHER, RankCard
from supervision.domain.ranking.features import LAST_CHECKS, RISING, Feature, Trait, traits_of
from supervision.domain.ranking.history import History, Target
from supervision.domain.ranking.rules import RankingEdition

_ROUNDS = 25
_ENOUGH = 1e-6
Pattern = tuple[Trait, ...]
Weighed = dict[Pattern, tuple[float, float]]
"""Pattern → how many checks have it, and how many of these had a critical finding."""


def card_for(history: History, at: date, edition: RankingEdition) -> RankCard:
    """The card fitted on what lies before ``at``; the shipped one when that is too little."""
    first = date.fromordinal(max(at.toordinal() - edition.lookback_days, 1))
    made = history.made(first, at)
    critical = sum(check.critical for check in made)
    if len(made) < edition.needed_checks or critical < edition.needed_critical:
        return edition.prior
    rows = _rows(history, max(first, made[0].on), at, edition)
    if not rows or not 0 < sum(hits for _, hits in rows.values()) < sum(all_ for all_, _ in rows.values()):
        return edition.prior
    base, weights = fit_rising(rows, edition)
    unit = edition.doubling / log(2)
    return RankCard(
        version=edition.version,
        own=True,
        checks=len(made),
        critical=critical,
        base=round(base * unit),
        doubling=edition.doubling,
        points={trait: round(weight * unit) for trait, weight in weights.items()},
        edges=edition.edges,
        scale=edition.scale,
    )


def _rows(history: History, first: date, at: date, edition: RankingEdition) -> Weighed:
    """The training rows, those alike taken together."""
    looks = [
        day
        for number in range(1, edition.most_looks + 1)
        if (day := at - timedelta(days=number * edition.step_days)) >= first + timedelta(days=edition.warm_up_days)
    ]
    horizon = timedelta(days=edition.horizon_days)
    seen = Counter(check.check_no for day in looks for check in history.made(day, min(day + horizon, at)))
    rows: dict[Pattern, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for day in looks:
        snapshot, known = history.before(day, edition.scale), dict[Target, Pattern]()
        for check in history.made(day, min(day + horizon, at)):
            if check.target not in known:
                known[check.target] = traits_of(snapshot, check.target, edition.edges)
            row = rows[known[check.target]]
            row[0] += 1 / seen[check.check_no]
            row[1] += check.critical / seen[check.check_no]
    return _rare_together(rows, edition.kinds_from)


def _rare_together(rows: Mapping[Pattern, Sequence[float]], needed: int) -> Weighed:
    """The rows with every kind of fewer than ``needed`` checks as OTHER."""
    made: dict[Trait, float] = defaultdict(float)
    for pattern, row in rows.items():
        for trait in pattern:
            made[trait] += row[0]
    together: Weighed = {}
    for pattern, (checks, hits) in rows.items():
        known = tuple(
            Trait(trait.feature, OTHER) if trait.feature is Feature.OBJECT_KIND and made[trait] < needed else trait
            for trait in pattern
        )
        before = together.get(known, (0.0, 0.0))
        together[known] = (before[0] + checks, before[1] + hits)
    return together


def fit_rising(rows: Weighed, edition: RankingEdition) -> tuple[float, dict[Trait, float]]:
    """As ``fit``, and where a worse value would weigh less than a better one the two are taken together.

    So no reason contradicts itself, and chance in rare values does not reach the card.
    """
    stands: dict[Trait, Trait] = {}
    while True:
        together: Weighed = {}
        for pattern, (made, hits) in rows.items():
            known = tuple(_standing(trait, stands) for trait in pattern)
            before = together.get(known, (0.0, 0.0))
            together[known] = (before[0] + made, before[1] + hits)
        base, weights = fit(together, edition.penalty)
        fallen = [
            (weights[low] - weights[high], high, low)
            for low, high in _neighbours(weights, edition)
            if weights[low] > weights[high]
        ]
        if not fallen:
            everyone = {trait for pattern in rows for trait in pattern}
            return base, {trait: weights[_standing(trait, stands)] for trait in everyone}
        _, high, low = max(fallen)
        stands[high] = low


def _standing(trait: Trait, stands: Mapping[Trait, Trait]) -> Trait:
    while trait in stands:
        trait = stands[trait]
    return trait


def _neighbours(weights: Mapping[Trait, float], edition: RankingEdition) -> Iterator[tuple[Trait, Trait]]:
    """Each value with the next worse one that still stands by itself."""
    for feature in RISING:
        cuts = edition.edges.get(feature)
        values = LAST_CHECKS if cuts is None else [str(number) for number in range(len(cuts) + 1)]
        yield from pairwise(trait for value in values if (trait := Trait(feature, value)) in weights)


def fit(rows: Weighed, penalty: float) -> tuple[float, dict[Trait, float]]:
    """Base and weight of each value in log odds; ``penalty`` draws the weights, not the base, towards 0."""
    places: dict[Trait, int] = {}
    active = [(0, *(places.setdefault(trait, len(places) + 1) for trait in pattern)) for pattern in rows]
    observed = list(rows.values())
    made, hits = sum(row[0] for row in observed), sum(row[1] for row in observed)
    weights = [log(hits / (made - hits)), *(0.0 for _ in places)]
    for _ in range(_ROUNDS):
        step = _newton_step(active, observed, weights, penalty)
        weights = [weight + by for weight, by in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _ENOUGH:
            break
    return weights[0], {trait: weights[place] for trait, place in places.items()}


def _newton_step(
    active: Sequence[tuple[int, ...]], observed: Sequence[tuple[float, float]], weights: Sequence[float], penalty: float
) -> list[float]:
    size = len(weights)
    slope = [0.0, *(-penalty * weight for weight in weights[1:])]
    bend = [[0.0] * size for _ in range(size)]
    for place in range(1, size):
        bend[place][place] = penalty
    for places, (made, hits) in zip(active, observed, strict=True):
        chance = 1 / (1 + exp(-sum(weights[place] for place in places)))
        missing, curve = hits - made * chance, made * chance * (1 - chance)
        for place in places:
            slope[place] += missing
            row = bend[place]
            for other in places:
                row[other] += curve
    return _solved(bend, slope)


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a symmetric positive definite system, by elimination; both arguments are used up."""
    size = len(right)
    for pivot, top in enumerate(matrix):
        for row in range(pivot + 1, size):
            if factor := matrix[row][pivot] / top[pivot]:
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], top, strict=True)]
                right[row] -= factor * right[pivot]
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(matrix[row][column] * solution[column] for column in range(row + 1, size))
        solution[row] = (right[row] - known) / matrix[row][row]
    return solution

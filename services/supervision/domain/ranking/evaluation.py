"""How much earlier critical findings come when checks are made in the order of the ranking (排序检验).

Every check of the window counts. Scores are fixed on the day before the window; equal scores go by number of the check.
The real order is by day, then by number. ``days_earlier``: own day less the day of the check at the same place there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from kernel.refusal import Refusal
from supervision.domain.ranking.card import scored
from supervision.domain.ranking.fitting import card_for
from supervision.domain.ranking.history import History, Target
from supervision.domain.ranking.rules import RankingEdition

_TAIL = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """一次待排序的检查: a check of the window with what came out; only ``target`` reaches its score."""

    check_no: int
    target: Target
    on: date
    critical: bool


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """排序检验结果; ``interval`` holds the middle 95 % of resampled checks for the two figures that matter."""

    n: int
    critical: int
    first_half_share: float
    real_order_share: float
    days_earlier: float
    share_interval: tuple[float, float]
    days_interval: tuple[float, float]


def evaluate(history: History, due: Sequence[DueCheck], first: date, edition: RankingEdition) -> Evaluation:
    """Fit on what lies before ``first``, order the checks, compare. Refuses ``nothing-to-evaluate``."""
    if not any(check.critical for check in due):
        raise Refusal(
            code="nothing-to-evaluate",
            zh="该期间没有发现严重问题的检查，无从检验，请换一个期间",
            en="no check of this window had a critical finding; choose another window",
        )
    card, snapshot = card_for(history, first, _own_only(edition)), history.before(first, edition.scale)
    scores = {target: scored(card, snapshot, target)[0] for target in {check.target for check in due}}
    share, real, days = figures(due, scores)
    shares, gains = _resampled(due, scores, edition)
    return Evaluation(
        n=len(due),
        critical=sum(check.critical for check in due),
        first_half_share=share,
        real_order_share=real,
        days_earlier=days,
        share_interval=_middle(shares),
        days_interval=_middle(gains),
    )


def _own_only(edition: RankingEdition) -> RankingEdition:
    """However short the history: the shipped card may know the very checks it would be judged by."""
    nothing = replace(edition.prior, points={})
    return replace(edition, needed_checks=1, needed_critical=1, prior=nothing)


def figures(due: Sequence[DueCheck], scores: dict[Target, int]) -> tuple[float, float, float]:
    """Share of critical findings in the first half by score, the same by day, and mean days earlier."""
    real = sorted(due, key=lambda check: (check.on, check.check_no))
    ranked = sorted(due, key=lambda check: (-scores[check.target], check.check_no))
    half, critical = len(due) // 2, sum(check.critical for check in due)
    earlier = sum((check.on - real[place].on).days for place, check in enumerate(ranked) if check.critical)
    return (
        sum(check.critical for check in ranked[:half]) / critical,
        sum(check.critical for check in real[:half]) / critical,
        earlier / critical,
    )


def _resampled(
    due: Sequence[DueCheck], scores: dict[Target, int], edition: RankingEdition
) -> tuple[list[float], list[float]]:
    """The figures of many samples drawn with replacement, always the same ones (bootstrap)."""
    chosen, shares, gains = Random(edition.seed), [], []  # noqa: S311 - statistics, not secrets
    for _ in range(edition.resamples):
        sample = chosen.choices(due, k=len(due))
        if any(check.critical for check in sample):
            share, _real, days = figures(sample, scores)
            shares.append(share)
            gains.append(days)
    return shares, gains


def _middle(values: list[float]) -> tuple[float, float]:
    """The middle 95 %."""
    ordered = sorted(values)
    cut = int(_TAIL * len(ordered))
    return ordered[cut], ordered[-1 - cut]

"""Quota (抽查名额): how many objects of each class one draw of an entry takes, and which are in for certain. Pure, exact.

Of the N objects of a class: ceil(ratio x N), at least the floor of the class, at least those in for certain; when all
classes together stay below the floor of the entry, the worst class is filled up first.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from kernel.reckoning import months_after
from kernel.risk import RiskClass
from supervision.domain.plans.entry import PlanEntry


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """各等级对象数: how many objects a class has, and how many of them are in for certain."""

    objects: int = 0
    certain: int = 0


@dataclass(frozen=True, kw_only=True)
class ClassQuota:
    """各等级名额. ``target`` objects are checked; ``certain`` of them without a draw, ``at_random`` of the rest."""

    objects: int
    certain: int
    target: int

    @property
    def at_random(self) -> int:
        """随机抽取数: drawn among ``objects - certain``, each with the same probability."""
        return self.target - self.certain


def quotas(entry: PlanEntry, counts: Mapping[RiskClass, ClassCount]) -> dict[RiskClass, ClassQuota]:
    """The quota of every class for one draw, A to D; a class without a count has no object."""
    known = {letter: counts.get(letter, ClassCount()) for letter in RiskClass}
    targets = {letter: _target(entry, letter, count) for letter, count in known.items()}
    everything = sum(count.objects for count in known.values())
    floors = entry.floors
    missing = max(floors.min_total, share(floors.min_ratio, everything)) - sum(targets.values())
    for letter in reversed(RiskClass):
        more = max(0, min(missing, known[letter].objects - targets[letter]))
        targets[letter] += more
        missing -= more
    return {
        letter: ClassQuota(objects=count.objects, certain=count.certain, target=targets[letter])
        for letter, count in known.items()
    }


def share(ratio: Decimal, objects: int) -> int:
    """ceil(ratio x objects), exact."""
    return ceil(Fraction(ratio) * objects)


def certain(entry: PlanEntry, *, last_checked: date | None, known_since: date | None, on: date) -> bool:
    """True when an object is in without a draw on a day (必查): not checked for as long as the entry allows.

    One that was never checked counts from the day it became known (``known_since``).
    """
    months = entry.frequency.at_least_every_months
    since = last_checked or known_since
    if months is None:
        return False
    return since is None or months_after(since, months) <= on


def overdue_since(on: date, months: int) -> date:
    """The latest day of a check that lies at least ``months`` before ``on``: what was checked later is not overdue.

    From the last day of a month back it is the last of that month, for ``months_after`` shortens days the other way.
    """
    ends = on.day == monthrange(on.year, on.month)[1]
    back = months_after(on, -months)
    return back.replace(day=monthrange(back.year, back.month)[1]) if ends else back


def _target(entry: PlanEntry, letter: RiskClass, count: ClassCount) -> int:
    wanted = max(share(entry.ratios[letter], count.objects), entry.floors.min_objects.get(letter, 0), count.certain)
    return min(wanted, count.objects)

"""What is known of objects, and from which day on (历史): checks made, permits given.

A snapshot holds what was known the day before a day and nothing else: it is the only thing features are read from,
so nothing that was dated later can reach a score. Who checked is not kept at all (检查人员不参与排序).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Target = tuple[str, str]
"""An object (对象): source system and number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCheck:
    """一次已作出的检查: what it found; ``critical`` has a critical finding (严重问题), ``minor`` counts minor ones."""

    check_no: str
    target: Target
    on: date
    critical: bool
    serious: bool
    minor: int
    kind: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """一次登记 (a permit given): known from ``known_from`` on; ``since`` is the first day of the object's first permit."""

    target: Target
    known_from: date
    since: date
    kind: str = ""
    area: str = ""


@dataclass(frozen=True)
class AreaScale:
    """片区比率的算法: past checks count half after ``half_life`` days; ``weight`` checks of the average are added."""

    half_life: int
    weight: float


class Snapshot:
    """某日前一日所知 (what was known the day before ``at``)."""

    def __init__(
        self, at: date, checks: Sequence[PastCheck], registrations: Sequence[Registration], scale: AreaScale
    ) -> None:
        self.at = at
        self._checks: dict[Target, list[PastCheck]] = defaultdict(list)
        self._registrations: dict[Target, list[Registration]] = defaultdict(list)
        for check in checks:
            self._checks[check.target].append(check)
        for registration in registrations:
            self._registrations[registration.target].append(registration)
        self._areas = _area_ratios(at, checks, scale)

    def checks(self, target: Target) -> Sequence[PastCheck]:
        """Its checks, the earliest first."""
        return self._checks.get(target, ())

    def kind(self, target: Target) -> str:
        """类别 as last seen at a check, else as last registered; "" when nobody knows."""
        return self._last(target, "kind")

    def since(self, target: Target) -> date | None:
        """The first day of its first permit; None when it is not in the register."""
        return min((each.since for each in self._registrations.get(target, ())), default=None)

    def area_ratio(self, target: Target) -> float:
        """片区比率: critical findings around it lately, 1 = as everywhere; 1 where nothing is known."""
        return self._areas.get(self._last(target, "area"), 1.0)

    def targets(self) -> set[Target]:
        """Every object something is known of."""
        return {*self._checks, *self._registrations}

    def _last(self, target: Target, name: str) -> str:
        for facts in (self._checks.get(target, ()), self._registrations.get(target, ())):
            for fact in reversed(facts):
                if said := getattr(fact, name):
                    return str(said)
        return ""


class History:
    """历史: all facts in time order, of which snapshots are taken."""

    def __init__(self, checks: Iterable[PastCheck], registrations: Iterable[Registration]) -> None:
        self._checks = sorted(checks, key=lambda check: (check.on, check.target, check.check_no))
        self._registrations = sorted(registrations, key=lambda each: (each.known_from, each.target, each.since))
        self._check_days = [check.on for check in self._checks]
        self._registration_days = [each.known_from for each in self._registrations]

    def before(self, at: date, scale: AreaScale) -> Snapshot:
        """What was known the day before."""
        registrations = self._registrations[: bisect_left(self._registration_days, at)]
        return Snapshot(at, self.made(date.min, at), registrations, scale)

    def made(self, first: date, end: date) -> Sequence[PastCheck]:
        """The checks from a day to the day before another (``[first, end)``)."""
        return self._checks[bisect_left(self._check_days, first) : bisect_left(self._check_days, end)]

    def began(self) -> date | None:
        """The day of the first check; None without any."""
        return self._check_days[0] if self._check_days else None


def _area_ratios(at: date, checks: Iterable[PastCheck], scale: AreaScale) -> Mapping[str, float]:
    """Area → its rate of critical findings over that of all areas, drawn to 1 where there are few checks."""
    made: dict[str, float] = defaultdict(float)
    critical: dict[str, float] = defaultdict(float)
    for check in checks:
        counts = 0.5 ** ((at - check.on).days / scale.half_life)
        made[check.area] += counts
        critical[check.area] += counts if check.critical else 0.0
    total, hits = sum(made.values()), sum(critical.values())
    if hits <= 0:
        return {}
    average = hits / total
    return {
        area: (critical[area] + scale.weight * average) / (made[area] + scale.weight) / average for area in made if area
    }

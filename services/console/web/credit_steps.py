"""Steps of a score (得分构成): from the base to the score, each with where it begins and ends on the scale. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 240
"""Units of the drawing between the lowest and the highest score there can be."""


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """一步: what was given or taken, and the score afterwards. ``reason`` None: the base everybody begins with."""

    points: int
    total: int
    left: int
    width: int
    reason: Mapping[str, Any] | None = None

    @property
    def way(self) -> str:
        """Up, down, or none: the class of its bar."""
        if self.reason is None:
            return "base"
        return "up" if self.points > 0 else "down" if self.points < 0 else "none"


def steps_of(assessment: Mapping[str, Any]) -> list[ScoreStep]:
    """The base and every reason in the order they counted; the last total is the score."""
    return list(_steps(assessment))


def _steps(assessment: Mapping[str, Any]) -> Iterator[ScoreStep]:
    base = assessment["base"]
    start = place(assessment["floor"], assessment)
    yield ScoreStep(base, base, start, place(base, assessment) - start)
    total = base
    for reason in assessment["reasons"]:
        before, total = total, total + reason["points"]
        low, high = place(min(before, total), assessment), place(max(before, total), assessment)
        yield ScoreStep(reason["points"], total, low, max(high - low, 1), reason)


def bounds_of(assessment: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Each grade with its lowest score and where that stands on the scale, the best first."""
    return [(grade, lowest, place(lowest, assessment)) for grade, lowest in assessment["grades"]]


def place(score: int, assessment: Mapping[str, Any]) -> int:
    """Where a score stands on the scale: 0 for the lowest, ``WIDTH`` for the highest."""
    floor, ceiling = assessment["floor"], assessment["ceiling"]
    return (score - floor) * WIDTH // (ceiling - floor) if ceiling > floor else 0

"""Trend (趋势): a straight line through figures taken at equal distances, by least squares, and how sure its slope is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, linear_regression

_FEWEST = 3
_SURE = 2.0
"""Standard errors a slope must be away from nothing."""


@dataclass(frozen=True)
class Trend:
    """By how much figures rise from one to the next, as a share of their mean, with its standard error (斜率与误差)."""

    slope: float
    error: float

    @property
    def falls(self) -> bool:
        """True when the figures fall and chance does not explain it."""
        return self.slope + _SURE * self.error < 0

    @property
    def rises(self) -> bool:
        """True when they rise and chance does not explain it."""
        return self.slope - _SURE * self.error > 0

    def document(self) -> dict[str, float]:
        """The JSON: both in per cent of the mean a step."""
        return {"percent": round(100 * self.slope, 3), "error": round(100 * self.error, 3)}


def trend(figures: Sequence[float]) -> Trend | None:
    """The trend of at least three figures, else None."""
    if len(figures) < _FEWEST or not (mean := fmean(figures)):
        return None
    places = range(len(figures))
    slope, start = linear_regression(places, figures)
    rest = sum((figure - start - slope * place) ** 2 for place, figure in zip(places, figures, strict=True))
    middle = fmean(places)
    spread = sum((place - middle) ** 2 for place in places)
    return Trend(slope / mean, sqrt(rest / (len(figures) - 2) / spread) / abs(mean))

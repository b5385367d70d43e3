"""Rating of a visit (企业评价): what the enterprise thought of it, once, by the code it scanned.

A department sees how its visits were rated in all, never one rating: see ``shown``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.refusal import Fault, Refusal, malformed
from kernel.visit import VisitAct, VisitState
from supervision.domain.content import name_faults
from supervision.domain.visits import refusals
from supervision.domain.visits.visit import SiteVisit

MOST_STARS = 5
_LONGEST = 1000


@dataclass(frozen=True, kw_only=True)
class RateVisit:
    """评价: 1 to 5 stars, and what the enterprise wants to say. Raises ``invalid-content``."""

    code: str
    stars: int
    note: str = ""

    def __post_init__(self) -> None:
        faults = name_faults("/note", self.note, longest=_LONGEST, required=False)
        if not 1 <= self.stars <= MOST_STARS:
            zh, en = f"评价为 1 至 {MOST_STARS} 星", f"a rating has 1 to {MOST_STARS} stars"
            faults.append(Fault(pointer="/stars", zh=zh, en=en))
        if faults:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class VisitRating:
    """一次评价; it never changes."""

    visit_no: str
    stars: int
    note: str
    at: datetime

    def require_same(self, command: RateVisit) -> None:
        """The same is said again; else ``visit-rated`` (409)."""
        if (self.stars, self.note) != (command.stars, command.note):
            raise Refusal(
                code="visit-rated",
                zh="这次检查已经评价过，一次检查评价一次；如需投诉请拨打 12345",
                en="this visit was rated before, and is rated once; to complain call 12345",
                status=409,
            )


def require_rateable(visit: SiteVisit) -> None:
    """Somebody came; else ``visit-not-now`` (409)."""
    came = (VisitState.ENTERED, VisitState.DONE)
    if visit.state not in came:
        raise refusals.not_now(visit.number, visit.state, VisitAct.RATE, came)


def shown(stars: Mapping[int, int], fewest: int) -> dict[str, object]:
    """评价汇总: how many ratings, their average and spread; nothing but that they are few while they could be told apart.

    ``stars``: stars → how many ratings.
    """
    number = sum(stars.values())
    if number < fewest:
        return {"ratings": None, "average": None, "stars": None}
    average = round(sum(each * many for each, many in stars.items()) / number, 2)
    return {
        "ratings": number,
        "average": average,
        "stars": {str(each): stars.get(each, 0) for each in range(1, MOST_STARS + 1)},
    }

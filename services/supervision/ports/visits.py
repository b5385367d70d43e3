"""Ports of site visits (入企检查的端口): the visits of the enterprises a unit of work touches, and the rules of their caps."""

from collections.abc import Sequence
from typing import Protocol

from supervision.domain.visits import SiteVisit, VisitChange, VisitRules
from supervision.domain.visits.counting import VisitBrief
from supervision.domain.visits.rating import VisitRating


class Visits(Protocol):
    """入企检查; the enterprise is locked, so that two requests never pass one cap at once."""

    @property
    def rules(self) -> VisitRules:
        """入企检查规则."""
        ...

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it."""
        ...

    def new_number(self, year: int) -> str:
        """检查编号 for people: short, and nobody's but this visit's."""
        ...

    def new_code(self) -> str:
        """检查码: nobody can guess it."""
        ...

    def get(self, visit_no: str) -> SiteVisit | None:
        """The visit, or None."""
        ...

    def by_code(self, code: str) -> SiteVisit | None:
        """The visit a code was given out for, or None."""
        ...

    def of(self, id_type: str, id_no: str) -> Sequence[SiteVisit]:
        """The visits of an enterprise that may change: not ended, of a day asked about, or named; the oldest first."""
        ...

    def briefs(self, id_type: str, id_no: str) -> Sequence[VisitBrief]:
        """All its visits from the year before the days asked about on, the oldest first, as others need to know them."""
        ...

    def counted(self, id_type: str, id_no: str) -> Sequence[VisitBrief]:
        """Those of them that count (计入)."""
        ...

    def save(self, visit: SiteVisit) -> None:
        """Keep a new or changed one."""
        ...

    def rating(self, visit_no: str) -> VisitRating | None:
        """What the enterprise said of a visit; loaded for what is said by its code alone."""
        ...

    def rate(self, rating: VisitRating) -> None:
        """Keep a new one; it never changes."""
        ...

    def note(self, change: VisitChange) -> None:
        """Keep the trace of a change; it never changes."""
        ...


class VisitsWork(Protocol):
    """What of site visits a unit of work holds."""

    @property
    def visits(self) -> Visits:
        """入企检查."""
        ...

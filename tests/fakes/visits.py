"""The fake of what supervision keeps of site visits, and the rules as shipped, in force early enough for the tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kernel.visit import VisitState
from supervision.domain.visits import SiteVisit, VisitChange, VisitRules
from supervision.domain.visits.counting import VisitBrief
from supervision.domain.visits.rating import VisitRating
from supervision.domain.visits.rules_file import parse
from supervision.settings import SupervisionSettings

SHIPPED = SupervisionSettings().visits_file.read_text(encoding="utf-8")
EARLY = SHIPPED.replace("effective_from = 2026-01-01", "effective_from = 2000-01-01")
REFUSING = EARLY.replace('require_visit = "RECORD"', 'require_visit = "REFUSE"')


def early_rules() -> VisitRules:
    return parse(EARLY)


@dataclass
class VisitFile:
    """What was flushed; without rules nothing is a site visit."""

    rules: VisitRules = field(default_factory=VisitRules)
    rows: dict[str, SiteVisit] = field(default_factory=dict)
    changes: list[VisitChange] = field(default_factory=list)
    ratings: dict[str, VisitRating] = field(default_factory=dict)
    ids: int = 30_000

    def next(self) -> int:
        """The next of 30001, 30002 and so on."""
        self.ids += 1
        return self.ids


class FakeVisits:
    def __init__(self, file: VisitFile) -> None:
        self._file = file
        self.rules = file.rules
        self.rows = dict(file.rows)
        self.ratings = dict(file.ratings)
        self.notes: list[VisitChange] = []

    def new_id(self) -> str:
        return str(UUID(int=self._file.next()))

    def new_number(self, year: int) -> str:
        return f"{year}-{self._file.next()}"

    def new_code(self) -> str:
        return f"CODE{self._file.next():016}"

    def get(self, visit_no: str) -> SiteVisit | None:
        return self.rows.get(visit_no)

    def by_code(self, code: str) -> SiteVisit | None:
        return next((visit for visit in self.rows.values() if visit.code == code and code), None)

    def of(self, id_type: str, id_no: str) -> Sequence[SiteVisit]:
        return [visit for visit in self._all(id_type, id_no) if visit.state is not VisitState.CANCELLED]

    def briefs(self, id_type: str, id_no: str) -> Sequence[VisitBrief]:
        return [visit.brief for visit in self._all(id_type, id_no)]

    def counted(self, id_type: str, id_no: str) -> Sequence[VisitBrief]:
        return [brief for brief in self.briefs(id_type, id_no) if brief.counts]

    def _all(self, id_type: str, id_no: str) -> Sequence[SiteVisit]:
        return [visit for visit in self.rows.values() if visit.subject == (id_type, id_no)]

    def save(self, visit: SiteVisit) -> None:
        self.rows[visit.visit_no] = visit

    def rating(self, visit_no: str) -> VisitRating | None:
        return self.ratings.get(visit_no)

    def rate(self, rating: VisitRating) -> None:
        self.ratings[rating.visit_no] = rating

    def note(self, change: VisitChange) -> None:
        self.notes.append(change)

    def commit(self) -> None:
        self._file.rows, self._file.ratings = self.rows, self.ratings
        self._file.changes += self.notes
        self.notes = []

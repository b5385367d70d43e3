"""Scorecard (评分规则): from records to a score and a grade, with a reason for every point.

``assess`` is pure: the same records, day and card give the same answer, in whatever order the records came.
Every reason names its record, and base + points of the reasons = score, always: a point nobody can explain
harms an enterprise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit.domain.edition import Figure
from credit.domain.record import CreditRecord
from kernel.credit import Grade, RecordClass

CLASS_ZH: Mapping[RecordClass, str] = {
    RecordClass.MINOR: "轻微",
    RecordClass.GENERAL: "一般",
    RecordClass.SERIOUS: "严重",
}


@dataclass(frozen=True)
class Item:
    """What one record of a class does (评分项): points (negative) while it is younger than ``valid_months``."""

    points: Figure
    valid_months: Figure


@dataclass(frozen=True)
class Scorecard:
    """An edition of the scorecard (评分规则版本). ``grades``: best first, each with its lowest score."""

    version: str
    effective_from: date
    base: Figure
    floor: Figure
    items: Mapping[RecordClass, Item]
    grades: tuple[tuple[Grade, Figure], ...]

    def grade_of(self, score: int) -> Grade:
        """The grade of a score (等级). The last grade begins at the floor, so there always is one."""
        return next(grade for grade, lowest in self.grades if score >= lowest.value)


@dataclass(frozen=True)
class Reason:
    """Why points were taken (扣分原因), and the record they rest on. 0 points: the score stood at its floor already."""

    record_id: str
    points: int
    text: str


@dataclass(frozen=True)
class Assessment:
    """What the records of a subject amount to on a day (信用评价)."""

    score: int
    grade: Grade
    reasons: tuple[Reason, ...]
    scorecard: str
    assessed_on: date

    def says_the_same_as(self, other: "Assessment | None") -> bool:
        """True when score and grade are equal: then there is nothing to announce."""
        return other is not None and (self.score, self.grade) == (other.score, other.grade)


def assess(records: Iterable[CreditRecord], on_date: date, scorecard: Scorecard) -> Assessment:
    """Score and grade on a day: only records that count on that day take points, oldest first until the floor."""
    score = scorecard.base.value
    reasons = []
    for record in _counting(records, on_date, scorecard):
        points = max(scorecard.items[record.record_class].points.value, scorecard.floor.value - score)
        score += points
        reasons.append(Reason(record_id=record.record_id, points=points, text=_text(record, points)))
    return Assessment(score, scorecard.grade_of(score), tuple(reasons), scorecard.version, on_date)


def assessment_day(records: Sequence[CreditRecord]) -> date:
    """The day of the latest record (评价基准日): it depends on the records alone, not on their order or on a clock."""
    return max(record.occurred_on for record in records)


def _counting(records: Iterable[CreditRecord], on_date: date, scorecard: Scorecard) -> list[CreditRecord]:
    counting = [r for r in records if r.counts_on(on_date, scorecard.items[r.record_class].valid_months.value)]
    return sorted(counting, key=lambda r: (r.occurred_on, r.source_system, r.inspection_no))


def _text(record: CreditRecord, points: int) -> str:
    return (
        f"{record.occurred_on} 检查 {record.inspection_no} 不合格，{CLASS_ZH[record.record_class]}失信，计 {points} 分"
    )

"""What-if (评分推演): everybody scored by another scorecard on one day, beside the one in force. Pure; it changes nothing.

The scorecard alone is tried. Class and periods of a record are a judgement that was made when the record was, by the rules
of then, and stay.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest

from credit.domain.rulebook import RuleSet
from credit.domain.scorecard import score
from credit.domain.subject import Subject
from kernel.credit import Grade
from kernel.subject import SubjectKey

MOST_TOLD = 20
"""Subjects with the greatest change that are told by name."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One subject now and then (主体变化)."""

    id_type: str
    id_no: str
    name: str
    score_now: int
    score_then: int
    grade_now: Grade
    grade_then: Grade
    records: int

    @property
    def points(self) -> int:
        """The change of its score."""
        return self.score_then - self.score_now


@dataclass(kw_only=True)
class Outcome:
    """推演结果. Subjects without any record have no grade and are counted apart."""

    subjects: int = 0
    without_records: int = 0
    records: int = 0
    changed_scores: int = 0
    better_grades: int = 0
    worse_grades: int = 0
    migration: dict[Grade, dict[Grade, int]] = field(default_factory=dict)
    """等级迁移: grade now → grade then → subjects."""
    mean_change: float = 0.0
    greatest_loss: int = 0
    greatest_gain: int = 0
    greatest: tuple[Change, ...] = ()


class WhatIf:
    """推演 of one edition against the one in force on ``as_of``; feed it whole subjects."""

    def __init__(self, now: RuleSet, then: RuleSet, as_of: date) -> None:
        self._now = now.scorecard
        self._then = then.scorecard
        self._as_of = as_of
        self._outcome = Outcome()
        self._moves: Counter[tuple[Grade, Grade]] = Counter()
        self._sum = 0
        self._greatest: list[Change] = []

    def add(self, subjects: Iterable[Subject]) -> None:
        """More subjects; each is given once."""
        changes = [change for subject in subjects if (change := self._compare(subject))]
        self._greatest = nsmallest(MOST_TOLD, [*self._greatest, *changes], key=_greatest_first)

    def finished(self) -> Outcome:
        """The result, once everybody was added."""
        outcome = self._outcome
        graded = outcome.subjects - outcome.without_records
        outcome.mean_change = round(self._sum / graded, 4) if graded else 0.0
        outcome.migration = {now: {then: self._moves[now, then] for then in Grade} for now in Grade}
        outcome.greatest = tuple(self._greatest)
        return outcome

    def _compare(self, subject: Subject) -> Change | None:
        """The change of a subject, None when its score stays."""
        outcome = self._outcome
        outcome.subjects += 1
        outcome.records += len(subject.records)
        if not subject.records:
            outcome.without_records += 1
            return None
        now = score(subject.records.values(), self._as_of, self._now)
        then = score(subject.records.values(), self._as_of, self._then)
        points = then.score - now.score
        self._moves[now.grade, then.grade] += 1
        self._sum += points
        outcome.better_grades += then.grade < now.grade
        outcome.worse_grades += then.grade > now.grade
        outcome.greatest_loss = min(outcome.greatest_loss, points)
        outcome.greatest_gain = max(outcome.greatest_gain, points)
        if not points and now.grade == then.grade:
            return None
        outcome.changed_scores += points != 0
        key: SubjectKey = subject.root.key
        return Change(
            id_type=key.id_type,
            id_no=key.id_no,
            name=subject.root.name,
            score_now=now.score,
            score_then=then.score,
            grade_now=now.grade,
            grade_then=then.grade,
            records=len(subject.records),
        )


def _greatest_first(change: Change) -> tuple[int, str, str]:
    return -abs(change.points), change.id_type, change.id_no

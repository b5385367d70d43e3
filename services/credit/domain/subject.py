"""Subject (信用主体): whom the records are about, and what they amount to now.

A subject is known from its first concluded inspection, passed or not; it has a grade from its first record on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from credit.domain.edition import in_force
from credit.domain.record import CreditRecord
from credit.domain.scorecard import Assessment, Scorecard, assess, assessment_day
from kernel.credit import Grade
from kernel.subject import SubjectKey


@dataclass(frozen=True)
class GradeChange:
    """Score or grade became another one (信用等级变化); ``previous`` None: this is the first."""

    version: int
    previous: Grade | None
    assessment: Assessment


@dataclass(slots=True, kw_only=True)
class Subject:
    """One subject (主体) with all its records.

    ``source_system`` and ``region`` are those of the first inspection seen; they never change, because figures are
    counted by them on both sides. ``name`` is the one told by the inspection of the latest day, ``named_on``; empty for
    natural persons.
    """

    key: SubjectKey
    kind: str
    name: str
    source_system: str
    region: str
    named_on: date
    version: int = 0
    """Number of the announced assessments (评价序号): 0 = none, then 1, 2, … without gaps."""
    standing: Assessment | None = None
    records: list[CreditRecord] = field(default_factory=list)

    def inspected(self, on: date, name: str) -> None:
        """An inspection was concluded: its name holds when it is told later, or of one day is the greater one."""
        if (name != "", on, name) > (self.name != "", self.named_on, self.name):
            self.name, self.named_on = name, on

    def take(self, record: CreditRecord, scorecards: Sequence[Scorecard]) -> GradeChange | None:
        """Add a record and assess anew; the change, or None when score and grade stay."""
        records = [*self.records, record]
        day = assessment_day(records)
        found = assess(records, day, in_force(scorecards, day))
        before, self.records, self.standing = self.standing, records, found
        if found.says_the_same_as(before):
            return None
        self.version += 1
        return GradeChange(self.version, before.grade if before else None, found)

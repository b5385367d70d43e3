"""Grade held (信用等级留存): the newest credit grade of a subject as credit told it; a gate may read it, never change it."""

from dataclasses import dataclass
from datetime import date

from kernel.credit import Grade
from kernel.subject import SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeHeld:
    """信用等级留存. ``version`` counts the assessments of one subject; ``assessed_on`` is a day in China."""

    source_system: str
    subject: SubjectKey
    version: int
    grade: Grade
    score: int
    scorecard: str
    assessed_on: date

    def replaces(self, held: "GradeHeld | None") -> bool:
        """True when this is newer than what is held: an older or repeated assessment is ignored."""
        return held is None or held.version < self.version

"""Credit grade as supervision knows it (信用等级投影): a copy of what credit last said, never computed here."""

from dataclasses import dataclass
from datetime import date

from kernel.credit import Grade


@dataclass(frozen=True, kw_only=True)
class SubjectGrade:
    """主体信用等级. ``version`` counts the assessments of one subject, from 1."""

    source_system: str
    id_type: str
    id_no: str
    version: int
    grade: Grade
    score: int
    scorecard: str
    assessed_on: date

    def newer_than(self, known: "SubjectGrade | None") -> bool:
        """True when this one replaces what is known; an older or the same assessment never does."""
        return known is None or self.version > known.version

"""Credit held (信用留存) in PostgreSQL: what credit told, for the gate to read."""

from collections.abc import Iterable, Sequence
from typing import Any

from approval.domain.grade import GradeHeld
from chassis.transaction import Transaction
from contracts.credit import GradeChanged
from kernel.credit import Grade
from kernel.subject import SubjectKey

_GRADES = """
SELECT g.* FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN grade g USING (id_type, id_no)
"""
_KEEP_GRADES = """
INSERT INTO grade (id_type, id_no, source_system, version, grade, score, scorecard, assessed_on)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[], $8::date[])
ON CONFLICT (id_type, id_no) DO UPDATE SET source_system = excluded.source_system, version = excluded.version,
       grade = excluded.grade, score = excluded.score, scorecard = excluded.scorecard, assessed_on = excluded.assessed_on
 WHERE grade.version < excluded.version
"""


class StoredCredit:
    """``ports.CreditHeld`` on a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._grades: dict[SubjectKey, GradeHeld] = {}
        self._new_grades: dict[SubjectKey, GradeHeld] = {}

    def locks(self, messages: Sequence[Any]) -> list[str]:
        """The keys that messages may change."""
        return [f"grade:{_subject(m)}" for m in messages if isinstance(m, GradeChanged)]

    async def load(self, messages: Sequence[Any]) -> None:
        """Read what is held."""
        if subjects := {_subject(m) for m in messages if isinstance(m, GradeChanged)}:
            rows = await self._tx.connection.fetch(_GRADES, *_columns([(s.id_type, s.id_no) for s in subjects]))
            self._grades = {grade.subject: grade for grade in map(_grade, rows)}

    async def flush(self) -> None:
        """Write what changed."""
        if self._new_grades:
            await self._tx.connection.execute(_KEEP_GRADES, *_columns(map(_grade_row, self._new_grades.values())))

    def grade(self, subject: SubjectKey) -> GradeHeld | None:
        """The credit grade held, or None."""
        return self._grades.get(subject)

    def keep_grade(self, grade: GradeHeld) -> None:
        """Hold this grade instead of the one before."""
        self._grades[grade.subject] = self._new_grades[grade.subject] = grade


def _subject(event: GradeChanged) -> SubjectKey:
    return SubjectKey(event.subject.id_type, event.subject.id_no)


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*sorted(rows, key=lambda row: tuple(row[:2])), strict=True)]


def _grade(row: Any) -> GradeHeld:
    return GradeHeld(
        source_system=row["source_system"],
        subject=SubjectKey(row["id_type"], row["id_no"]),
        version=row["version"],
        grade=Grade(row["grade"]),
        score=row["score"],
        scorecard=row["scorecard"],
        assessed_on=row["assessed_on"],
    )


def _grade_row(held: GradeHeld) -> tuple[Any, ...]:
    return (
        *(held.subject.id_type, held.subject.id_no, held.source_system, held.version),
        *(held.grade.value, held.score, held.scorecard, held.assessed_on),
    )

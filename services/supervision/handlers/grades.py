"""Credit grades (信用等级): keep what credit last said of a subject; with another grade its objects are classified anew."""

from contracts.credit import GradeChanged
from supervision.domain.credit import SubjectGrade
from supervision.handlers import risk
from supervision.ports import Work


def on_grade_changed(work: Work, event: GradeChanged) -> SubjectGrade:
    """信用等级已变化: the newer assessment wins, whatever order they arrive in. Answers what is known afterwards."""
    known = work.grades.get(event.subject.id_type, event.subject.id_no)
    said = SubjectGrade(
        source_system=event.source_system,
        id_type=event.subject.id_type,
        id_no=event.subject.id_no,
        version=event.version,
        grade=event.grade,
        score=event.score,
        scorecard=event.scorecard,
        assessed_on=event.assessed_on,
    )
    if known and not said.newer_than(known):
        return known
    work.grades.save(said)
    if known is None or known.grade is not said.grade:
        risk.graded(work, said)
    return said

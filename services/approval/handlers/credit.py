"""Credit held (信用留存): keep what credit tells of a subject; nothing is decided here, the gate reads it."""

from approval import ports
from approval.domain.grade import GradeHeld
from contracts.credit import GradeChanged
from kernel.subject import SubjectKey


def on_grade_changed(work: ports.Work, event: GradeChanged) -> None:
    """信用等级已变化: hold the newest grade; an older or repeated assessment is ignored."""
    told = GradeHeld(
        source_system=event.source_system,
        subject=SubjectKey(event.subject.id_type, event.subject.id_no),
        version=event.version,
        grade=event.grade,
        score=event.score,
        scorecard=event.scorecard,
        assessed_on=event.assessed_on,
    )
    if told.replaces(work.held.grade(told.subject)):
        work.held.keep_grade(told)

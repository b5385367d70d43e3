"""Subjects (信用主体): their names and grades as credit tells them."""

from console.ports import Heard, Work
from contracts.credit import CreditEvent, GradeChanged, SubjectRegistered, SubjectRenamed


def told(work: Work, heard: Heard, event: CreditEvent) -> None:
    """What an event of credit says of a subject."""
    subject = event.subject
    key = (subject.id_type, subject.id_no)
    match event:
        case SubjectRegistered() | SubjectRenamed():
            work.keep("subject", heard.id, *key, kind=subject.kind, name=subject.name)
        case GradeChanged():
            work.keep(
                "grade",
                heard.id,
                *key,
                grade=event.grade.value,
                score=event.score,
                version=event.version,
                assessed_on=event.assessed_on,
            )

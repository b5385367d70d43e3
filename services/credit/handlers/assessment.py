"""Assessment (信用评价): what every use case ends with, and what the calendar asks for by itself."""

from credit import outgoing
from credit.domain.commands import Reassess
from credit.domain.subject import Subject
from credit.handlers.leaving import leave_by_itself
from credit.ports import Work


def reassess(work: Work, command: Reassess) -> None:
    """到期重评: a period ended, a decay step began or other rules are in force. Early, it changes nothing."""
    subject = work.subjects.get(command.subject)
    if subject:
        settle(work, subject)


def settle(work: Work, subject: Subject) -> None:
    """End what ended by itself, assess anew, tell what changed, and keep the subject."""
    for record in subject.lapsed(work.today):
        work.publish(outgoing.record_expired(subject.identity(record.subject), record))
    leave_by_itself(work, subject)
    for change in subject.assess(work.today, work.rules):
        work.publish(outgoing.grade_changed(change))
    work.subjects.save(subject)

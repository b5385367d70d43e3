"""Leaving (移出与期满): an entry leaves its list when its record ends, a bar ends after its last day."""

from collections.abc import Mapping

from credit.domain.commands import SYSTEM
from credit.domain.record import CreditRecord, day_after
from credit.domain.subject import Subject
from credit.outgoing import constraint as told
from credit.ports import Work
from kernel.credit import RecordState

_BECAUSE: Mapping[RecordState, str] = {
    RecordState.EXPIRED: "期限届满 / its period is over",
    RecordState.REPAIRED: "信用已修复 / its record was repaired",
    RecordState.WITHDRAWN: "记录已撤销 / its record was withdrawn",
    RecordState.EXITED: "已移出 / it was taken off",
}


def leave_by_itself(work: Work, subject: Subject) -> None:
    """Tell of entries whose records ended, however that came, and of bars whose last day is over."""
    for record in subject.entries_left():
        left(work, subject, record, SYSTEM, _BECAUSE[record.state])
    for bar in subject.bars_lapsed(work.today):
        work.publish(told.bar_ended(subject.identity(bar.subject), bar))


def left(work: Work, subject: Subject, record: CreditRecord, by: str, reason: str) -> None:
    """移出名单: ``record`` is an entry of a list and has ended; from its last day on nobody is on the list by it."""
    entry = subject.entries[record.record_id].left(record.ended_on or day_after(record.max_until), by, reason)
    subject.entries[entry.entry_id] = entry
    work.publish(told.list_left(subject.identity(record.subject), record, entry))

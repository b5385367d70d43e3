"""Lists (名录、名单): enter somebody on a ground the catalogue knows, and take him off again."""

from credit import outgoing
from credit.domain.constraint_commands import EnterList, ExitList
from credit.domain.constraint_content import entry_must_be_sound, exit_must_be_sound
from credit.domain.constraints import ListRule
from credit.domain.list_entry import Entered, ListEntry
from credit.domain.record import CreditRecord, not_active
from credit.handlers.assessment import settle
from credit.handlers.leaving import left
from credit.handlers.registering import differs, subject_of
from credit.outgoing import constraint as told
from credit.ports import Work
from kernel.credit import RecordState
from kernel.refusal import Refusal


def enter_list(work: Work, command: EnterList) -> Entered:
    """列入名单: the entry is a credit record, so score, grade and veto follow; told again it changes nothing.

    Refuses ``invalid-content``, ``basis-not-listed`` (422), ``record-differs`` (409).
    """
    rule = entry_must_be_sound(command, work.constraints, work.today)
    record, entry = _record(command, rule), _entry(command, rule)
    owner = work.subjects.with_record(entry.entry_id)
    if owner:
        return _again(owner.records[entry.entry_id], owner.entries.get(entry.entry_id), record, entry)
    subject = subject_of(work, command, outgoing.party_named(command.subject), command.entered_on)
    subject.records[record.record_id], subject.entries[entry.entry_id] = record, entry
    identity = subject.identity(record.subject)
    work.publish(outgoing.record_added(identity, record))
    work.publish(told.list_entered(identity, record, entry, work.constraints.measures_of(record)))
    settle(work, subject)
    return Entered(subject.records[entry.entry_id], subject.entries[entry.entry_id], again=False)


def exit_list(work: Work, command: ExitList) -> Entered:
    """移出名单: its record is used no more from that day on.

    Refuses ``invalid-content``, ``not-found`` (404), ``record-not-active`` (409).
    """
    subject = work.subjects.with_record(command.entry_id)
    if subject is None or command.entry_id not in subject.entries:
        raise _no_such_entry(command.entry_id)
    record = subject.records[command.entry_id]
    on = exit_must_be_sound(command, record, work.today)
    if record.overdue_on(work.today):
        raise not_active(record.expired())
    ended = record.ended(RecordState.EXITED, on)
    subject.records[ended.record_id] = ended
    left(work, subject, ended, command.by, command.reason)
    settle(work, subject)
    return Entered(ended, subject.entries[ended.record_id], again=False)


def _again(known: CreditRecord, kept: ListEntry | None, record: CreditRecord, entry: ListEntry) -> Entered:
    same = kept and (kept.legal_basis, kept.notice_document) == (entry.legal_basis, entry.notice_document)
    if kept is None or not same or not known.is_the_same_fact_as(record):
        raise differs(record.source_system, record.number)
    return Entered(known, kept, again=True)


def _record(command: EnterList, rule: ListRule) -> CreditRecord:
    shortest, longest = rule.until(command.entered_on)
    return CreditRecord(
        record_id=command.entry_id,
        subject=command.subject.key,
        source_system=command.source_system,
        region=command.region,
        kind=command.list,
        record_class=rule.record_class,
        rule="",
        number=command.number,
        occurred_on=command.entered_on,
        document_no=command.document_no,
        document_on=command.entered_on,
        department=command.department,
        public=rule.public,
        min_until=shortest,
        max_until=longest,
    )


def _entry(command: EnterList, rule: ListRule) -> ListEntry:
    return ListEntry(
        entry_id=command.entry_id,
        legal_basis=command.legal_basis,
        notice_document=command.notice_document,
        exit_conditions=rule.exit_conditions,
        by=command.by,
    )


def _no_such_entry(entry_id: str) -> Refusal:
    return Refusal(
        code="not-found",
        zh=f"没有名单条目 {entry_id}，请核对编号",
        en=f"there is no list entry {entry_id}; check its id",
        status=404,
    )

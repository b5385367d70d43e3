"""Entering (手工录入): a record somebody enters, with the periods of the rules in force on its document's day."""

from dataclasses import replace

from contracts.event import Subject as Party
from credit.domain.entry import EnterRecord, must_be_sound
from credit.domain.record import CreditRecord
from credit.handlers.registering import differs, subject_of, take
from credit.handlers.repair_notices import send_notice
from credit.ports import Work
from kernel.credit import RecordState

ENTERED_RULE = "entered"
"""Rule of a record whose class a person said."""


def enter_record(work: Work, command: EnterRecord) -> tuple[CreditRecord, bool]:
    """录入信用记录: the record, and whether this very record was there before.

    Refuses ``invalid-content``, ``record-differs`` (409), ``no-rule-in-force``.
    """
    must_be_sound(command, work.today)
    told = _record(work, command)
    owner = work.subjects.with_record(told.record_id)
    if owner:
        known = owner.records[told.record_id]
        if not (known.is_the_same_fact_as(told) and _stated(known) == _stated(told)):
            raise differs(told.source_system, told.number)
        return known, True
    party = Party(id_type=told.subject.id_type, id_no=told.subject.id_no, kind=command.subject_kind, name=command.name)
    subject = subject_of(work, command, party, command.judged_on)
    take(work, subject, told, entered_by=command.by)
    send_notice(work, subject, told.record_id)
    return subject.records[told.record_id], False


def _record(work: Work, command: EnterRecord) -> CreditRecord:
    period = work.rules.on(command.judged_on).periods[command.record_class]
    shortest, longest = period.ends(command.judged_on)
    return CreditRecord(
        record_id=command.record_id,
        subject=command.subject,
        source_system=command.source_system,
        region=command.region,
        kind=command.kind,
        record_class=command.record_class,
        rule=ENTERED_RULE,
        number=command.natural_number,
        occurred_on=command.occurred_on,
        document_no=command.document_no,
        document_on=command.document_on,
        department=command.department,
        item_code=command.item_code,
        detail=command.detail,
        public=period.public,
        min_until=shortest,
        max_until=longest,
        repairable=command.repairable,
    )


def _stated(record: CreditRecord) -> CreditRecord:
    """What was stated of it, without what followed or became of it."""
    return replace(
        record,
        rule="",
        public=False,
        min_until=None,
        max_until=None,
        state=RecordState.ACTIVE,
        ended_on=None,
        marks=(),
    )

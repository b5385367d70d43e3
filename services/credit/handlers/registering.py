"""Registering (登记): a subject is known from its first mention, a record is kept once."""

from datetime import date
from typing import Protocol

from contracts.event import Subject as Party
from credit import outgoing
from credit.domain.commands import SYSTEM
from credit.domain.record import CreditRecord
from credit.domain.subject import Identity, Subject
from credit.handlers.assessment import settle
from credit.ports import Work
from kernel.refusal import Refusal


class Mention(Protocol):
    """What names a subject for the first time: its source and region stay the subject's own."""

    @property
    def source_system(self) -> str:
        """来源系统."""
        ...

    @property
    def region(self) -> str:
        """区划代码."""
        ...


def subject_of(work: Work, mention: Mention, party: Party, on: date) -> Subject:
    """The subject somebody was named as, for a day; new when nobody named it before. A newer name is taken."""
    subject = work.subjects.get(outgoing.key_of(party))
    if subject is None:
        return _registered(work, mention, party, on)
    identity = subject.identity(outgoing.key_of(party))
    named_on = identity.named_on
    previous = identity.renamed(party.name, on)
    if previous is not None:
        work.publish(outgoing.renamed(identity, previous))
        facts = {"name": identity.name, "previous": previous, "named_on": str(on)}
        work.subjects.note(identity.key, "RENAMED", SYSTEM, "", facts)
    if previous is not None or identity.named_on != named_on:
        work.subjects.save(subject)
    return subject


def take(work: Work, subject: Subject, told: CreditRecord, entered_by: str = "") -> bool:
    """Keep a record, tell it, and assess the subject anew; False when it was kept before.

    Raises:
        Refusal: ``record-differs`` (409) when the same record was told otherwise.
    """
    owner = work.subjects.with_record(told.record_id)
    known = owner.records[told.record_id] if owner else None
    if known:
        if not known.is_the_same_fact_as(told):
            raise differs(told.source_system, told.number)
        return False
    subject.records[told.record_id] = told
    work.publish(outgoing.record_added(subject.identity(told.subject), told, entered_by))
    settle(work, subject)
    return True


def differs(source_system: str, number: str) -> Refusal:
    """内容与已有记录不同: ``record-differs`` (409)."""
    return Refusal(
        code="record-differs",
        zh=f"{source_system}:{number} 已形成信用记录，本次内容与之不同，未作改动；请核对来源，有误的按撤销记录办理",
        en=f"{source_system}:{number} already made a credit record and this says otherwise; nothing was changed: "
        "compare the sources and have a wrong record withdrawn",
        status=409,
    )


def _registered(work: Work, mention: Mention, party: Party, on: date) -> Subject:
    identity = Identity(
        key=outgoing.key_of(party),
        kind=party.kind,
        name=party.name,
        source_system=mention.source_system,
        region=mention.region,
        named_on=on,
    )
    subject = work.subjects.add(identity)
    work.publish(outgoing.registered(identity))
    work.subjects.note(identity.key, "REGISTERED", SYSTEM, "", {"name": identity.name, "named_on": str(on)})
    return subject

"""Known (查找): the record a command is about, with its subject and the identity the source named."""

from typing import NamedTuple

from credit.domain.record import CreditRecord
from credit.domain.subject import Identity, Subject
from credit.ports import Work
from kernel.refusal import Refusal


class Known(NamedTuple):
    """A record and whose it is."""

    subject: Subject
    identity: Identity
    record: CreditRecord

    def changed(self, record: CreditRecord) -> "Known":
        """The record is another one from now on; its subject is kept by whoever settles."""
        self.subject.records[record.record_id] = record
        return self._replace(record=record)


def known_record(work: Work, record_id: str) -> Known:
    """The record. Refuses ``not-found`` (404)."""
    subject = work.subjects.with_record(record_id)
    if subject is None:
        raise not_found(record_id, "信用记录", "credit record")
    record = subject.records[record_id]
    return Known(subject, subject.identity(record.subject), record)


def not_found(wanted: str, zh: str, en: str) -> Refusal:
    """没有该项: ``not-found`` (404)."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {wanted} 的{zh}，请核对编号",
        en=f"there is no {en} {wanted}; check its id",
        status=404,
    )

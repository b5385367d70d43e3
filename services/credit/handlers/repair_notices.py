"""Repair notices (修复告知书): made with a penalty record, in the same transaction, so that both papers are delivered together."""

from credit.domain.repair_notice import goes_with, notice_of
from credit.domain.subject import Subject
from credit.outgoing import redress as telling
from credit.ports import Work
from kernel.credit import RecordState
from kernel.notice import Notice

NOTICE_KIND = "REPAIR_NOTICE"


def send_notice(work: Work, subject: Subject, record_id: str) -> None:
    """两书同达: tell the notice of a new penalty that is shown; the penal department delivers it with the decision."""
    record = subject.records[record_id]
    if not goes_with(record) or record.state is not RecordState.ACTIVE:
        return
    notice = notice_of(record, work.process.notice)
    work.publish(telling.repair_noticed(subject.identity(record.subject), record, notice))
    work.notices.tell(
        Notice(
            person=f"LIAISON:{record.department}",
            kind=NOTICE_KIND,
            fact=record_id,
            zh=f"处罚决定 {record.document_no} 的修复告知书已生成，请与决定书一并送达。{notice.sentence_zh}",
            en=f"The repair notice of penalty {record.document_no} is ready; deliver it with the decision. "
            f"{notice.sentence_en}",
            about=f"record:{record_id}",
        )
    )

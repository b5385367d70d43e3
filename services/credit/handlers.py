"""Use cases (用例) of credit: what a concluded inspection means for its subject.

Plain functions on loaded state: they refuse before they change anything.
"""

from contracts.calendar import CalendarChanged
from contracts.supervision import InspectionConcluded
from credit import outgoing
from credit.domain.classification import classify
from credit.domain.record import CreditRecord
from credit.domain.subject import Subject
from credit.ports import CalendarWork, Work
from kernel.refusal import Refusal


def on_inspection_concluded(work: Work, event: InspectionConcluded) -> None:
    """检查已办结: the subject is known from now on; a result the rules speak of becomes a record.

    Told twice it does nothing the second time. Refuses ``record-differs`` and ``no-rule-in-force``.
    """
    severities = {finding.severity for finding in event.findings}
    rule = classify(work.rulebook.classifications, event.inspected_on, event.result, severities)
    told = outgoing.record_of(event, rule) if rule else None
    known = work.record(event.source_system, event.inspection_no)
    if known and not (told and known.is_the_same_fact_as(told)):
        raise _differs(event)
    subject = work.subject(outgoing.key_of(event)) or outgoing.newcomer(event)
    subject.inspected(event.inspected_on, event.subject.name)
    if told and not known:
        _take(work, subject, told)
    work.save_subject(subject)


def on_calendar_changed(work: CalendarWork, event: CalendarChanged) -> None:
    """工作日历已变更: the newer version wins, whatever order they arrive in."""
    work.keep_year(event.calendar_year)


def _take(work: Work, subject: Subject, record: CreditRecord) -> None:
    change = subject.take(record, work.rulebook.scorecards)
    work.add_record(record)
    work.publish(outgoing.record_added(subject, record))
    if change:
        work.publish(outgoing.grade_changed(subject, change))


def _differs(event: InspectionConcluded) -> Refusal:
    number = f"{event.source_system}:{event.inspection_no}"
    return Refusal(
        code="record-differs",
        zh=f"检查 {number} 已形成失信记录，本次内容与之不同，未作改动；请核对检查结果后按更正程序处理",
        en=f"inspection {number} already made a credit record and this says otherwise; nothing was changed: "
        "compare the results and have the wrong one corrected",
        status=409,
    )

"""Inspections (检查): what a concluded one means for its subject."""

from contracts.supervision import InspectionConcluded
from credit import outgoing
from credit.domain.classification import InspectionRule, classify_inspection
from credit.domain.record import CreditRecord, record_id_of
from credit.domain.rulebook import RuleSet
from credit.handlers.identities import resolve_provisional
from credit.handlers.registering import differs, subject_of, take
from credit.ports import Work
from kernel.credit import RecordKind


def on_inspection_concluded(work: Work, event: InspectionConcluded) -> None:
    """检查已办结: the subject is known from now on; a result the rules speak of becomes a record.

    Told twice it does nothing the second time. Refuses ``record-differs`` and ``no-rule-in-force``.
    """
    rules = work.rules.on(event.inspected_on)
    severities = {finding.severity for finding in event.findings}
    rule = classify_inspection(rules.inspections, event.result, severities, event.purpose)
    record_id = record_id_of(RecordKind.INSPECTION, event.source_system, event.inspection_no)
    owner = work.subjects.with_record(record_id)
    told = _record(event, rule, rules) if rule else None
    if owner and not (told and owner.records[record_id].is_the_same_fact_as(told)):
        raise differs(event.source_system, event.inspection_no)
    subject = subject_of(work, event, event.subject, event.inspected_on)
    if told:
        take(work, subject, told)
    resolve_provisional(work, event.source_system, event.object.object_no)


def _record(event: InspectionConcluded, rule: InspectionRule, rules: RuleSet) -> CreditRecord:
    period = rules.periods[rule.record_class]
    shortest, longest = period.ends(event.inspected_on)
    return CreditRecord(
        record_id=record_id_of(rule.kind, event.source_system, event.inspection_no),
        subject=outgoing.key_of(event.subject),
        source_system=event.source_system,
        region=event.region,
        kind=rule.kind,
        record_class=rule.record_class,
        rule=rule.code,
        number=event.inspection_no,
        occurred_on=event.inspected_on,
        inspection_no=event.inspection_no,
        department=event.department,
        object_no=event.object.object_no,
        public=period.public,
        min_until=shortest,
        max_until=longest,
    )

"""Penalties (行政处罚): what a penalty entered after a referral means for its subject."""

from decimal import Decimal

from contracts.process import ReferralConcluded
from credit import outgoing
from credit.domain.classification import PenaltyRule, classify_penalty
from credit.domain.record import CreditRecord, record_id_of
from credit.domain.rulebook import RuleSet
from credit.handlers.registering import subject_of, take
from credit.handlers.repair_notices import send_notice
from credit.ports import Work
from kernel.credit import RecordKind


def on_referral_concluded(work: Work, event: ReferralConcluded) -> None:
    """处罚结果已登记: a penalty the rules speak of becomes a record; no penalty, no record.

    Refuses ``record-differs`` and ``no-rule-in-force``.
    """
    if event.no_penalty:
        return
    rules = work.rules.on(event.decision_date)
    fine = Decimal(event.fine_yuan or 0)
    rule = classify_penalty(rules.penalties, event.punish_types, fine, simple=event.simple_procedure)
    if rule is None:
        return
    told = _record(event, rule, rules, fine)
    subject = subject_of(work, event, event.subject, event.decision_date)
    if take(work, subject, told):
        send_notice(work, subject, told.record_id)


def penalty_number(event: ReferralConcluded) -> str:
    """The number of a penalty (处罚编号): two authorities may give the same number to their documents."""
    return f"{event.authority or event.department}/{event.punish_document_code or event.task_id}"


def _record(event: ReferralConcluded, rule: PenaltyRule, rules: RuleSet, fine: Decimal) -> CreditRecord:
    period = rules.periods[rule.record_class]
    shortest, longest = period.ends(event.decision_date)
    number = penalty_number(event)
    return CreditRecord(
        record_id=record_id_of(RecordKind.PENALTY, event.source_system, number),
        subject=outgoing.key_of(event.subject),
        source_system=event.source_system,
        region=event.region,
        kind=RecordKind.PENALTY,
        record_class=rule.record_class,
        rule=rule.code,
        number=number,
        occurred_on=event.decision_date,
        document_no=event.punish_document_code,
        document_on=event.decision_date,
        inspection_no=event.inspection_no,
        department=event.authority or event.department,
        object_no=event.object.object_no,
        detail=f"处罚种类 {'、'.join(event.punish_types)}" + (f"，罚款 {fine} 元" if fine else ""),
        public=period.public and rule.public,
        min_until=shortest,
        max_until=longest,
        repairable=rule.repairable,
    )

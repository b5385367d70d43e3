"""Outgoing on repair, objection and withdrawal (修复、异议、撤销的对外事件), all about one record.

What people write about natural persons stays in the tables of credit.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from contracts import credit as facts
from contracts import redress
from credit.domain.objection import DecideObjection, Objection
from credit.domain.process import DeadlineKind
from credit.domain.record import CreditRecord
from credit.domain.repair import Repair
from credit.domain.repair_notice import RepairNotice
from credit.domain.subject import Identity
from credit.domain.withdrawal import Withdrawal
from credit.outgoing import party
from kernel.subject import SubjectKind


def about(identity: Identity, record: CreditRecord) -> dict[str, Any]:
    """What every event on a record begins with."""
    return {
        "source_system": record.source_system,
        "region": record.region,
        "subject": party(identity),
        "record_id": record.record_id,
    }


def words(identity: Identity, text: str) -> str:
    """What somebody wrote, as it may travel: of a natural person nothing, it might name the person."""
    return "" if identity.kind == SubjectKind.PERSON else text


def repair_noticed(identity: Identity, record: CreditRecord, notice: RepairNotice) -> redress.RepairNoticed:
    """修复告知书已生成."""
    return redress.RepairNoticed(
        **about(identity, record),
        document_no=record.document_no,
        department=record.department,
        earliest_on=notice.earliest_on,
        conditions=notice.zh.conditions,
        papers=notice.zh.papers,
        repairable=notice.repairable,
        max_until=notice.max_until,
    )


def repair_applied(
    identity: Identity, record: CreditRecord, repair: Repair, accept_due_on: date, decide_due_on: date
) -> redress.RepairApplied:
    """已申请信用修复."""
    return redress.RepairApplied(
        **about(identity, record),
        repair_id=repair.repair_id,
        by=repair.applied_by,
        at=repair.applied_at,
        proof=tuple(words(identity, paper) for paper in repair.proof),
        commitment=words(identity, repair.commitment),
        accept_due_on=accept_due_on,
        decide_due_on=decide_due_on,
    )


def repair_accepted(identity: Identity, record: CreditRecord, repair: Repair, at: datetime) -> redress.RepairAccepted:
    """修复申请已受理."""
    return redress.RepairAccepted(**about(identity, record), repair_id=repair.repair_id, by=repair.accepted_by, at=at)


def repair_rejected(identity: Identity, record: CreditRecord, repair: Repair, at: datetime) -> redress.RepairRejected:
    """修复申请不予受理."""
    return redress.RepairRejected(
        **about(identity, record),
        repair_id=repair.repair_id,
        by=repair.decided_by,
        at=at,
        reason=words(identity, repair.reason),
    )


def repair_decided(
    identity: Identity, record: CreditRecord, repair: Repair, at: datetime, *, granted: bool
) -> redress.RepairDecided:
    """修复申请已决定."""
    return redress.RepairDecided(
        **about(identity, record),
        repair_id=repair.repair_id,
        by=repair.decided_by,
        at=at,
        granted=granted,
        reason=words(identity, repair.reason),
    )


def record_repaired(identity: Identity, record: CreditRecord, repair: Repair, on: date) -> facts.RecordRepaired:
    """信用记录已修复."""
    return facts.RecordRepaired(**about(identity, record), repair_id=repair.repair_id, repaired_on=on)


def repair_overdue(
    identity: Identity, record: CreditRecord, repair_id: str, kind: DeadlineKind, due_on: date
) -> redress.RepairOverdue:
    """信用修复逾期."""
    step = "ACCEPT" if kind is DeadlineKind.ACCEPT_REPAIR else "DECIDE"
    return redress.RepairOverdue(**about(identity, record), repair_id=repair_id, kind=step, due_on=due_on)


def objection_lodged(
    identity: Identity, record: CreditRecord, objection: Objection, due_on: date
) -> redress.ObjectionLodged:
    """异议已提出."""
    return redress.ObjectionLodged(
        **about(identity, record),
        objection_id=objection.objection_id,
        inspection_no=record.inspection_no,
        by=objection.lodged_by,
        at=objection.lodged_at,
        reason=words(identity, objection.reason),
        due_on=due_on,
    )


def objection_forwarded(
    identity: Identity, record: CreditRecord, objection: Objection, at: datetime, due_on: date
) -> redress.ObjectionForwarded:
    """异议已转数据提供单位."""
    return redress.ObjectionForwarded(
        **about(identity, record),
        objection_id=objection.objection_id,
        by=objection.forwarded_by,
        at=at,
        provider=objection.provider,
        due_on=due_on,
    )


def objection_decided(
    identity: Identity, record: CreditRecord, objection: Objection, command: DecideObjection, at: datetime
) -> redress.ObjectionDecided:
    """异议已处理, or its review."""
    return redress.ObjectionDecided(
        **about(identity, record),
        objection_id=objection.objection_id,
        inspection_no=record.inspection_no,
        by=command.by,
        at=at,
        upheld=command.upheld,
        reason=words(identity, command.reason),
        review=objection.reviewed_at is not None,
    )


def review_requested(
    identity: Identity, record: CreditRecord, objection: Objection, at: datetime, due_on: date
) -> redress.ReviewRequested:
    """已申请异议复核."""
    return redress.ReviewRequested(
        **about(identity, record),
        objection_id=objection.objection_id,
        by=objection.review_by,
        at=at,
        reason=words(identity, objection.review_reason),
        due_on=due_on,
    )


def objection_overdue(
    identity: Identity, record: CreditRecord, objection_id: str, due_on: date
) -> redress.ObjectionOverdue:
    """异议处理逾期."""
    return redress.ObjectionOverdue(**about(identity, record), objection_id=objection_id, due_on=due_on)


def withdrawal_requested(
    identity: Identity, record: CreditRecord, withdrawal: Withdrawal, due_on: date
) -> facts.WithdrawalRequested:
    """已申请撤销记录."""
    return facts.WithdrawalRequested(
        **about(identity, record),
        reason=words(identity, withdrawal.reason),
        document_no=withdrawal.document_no,
        by=withdrawal.requested_by,
        due_on=due_on,
    )


def withdrawal_cancelled(
    identity: Identity, record: CreditRecord, withdrawal: Withdrawal, at: datetime
) -> redress.WithdrawalCancelled:
    """撤销申请已取消."""
    return redress.WithdrawalCancelled(
        **about(identity, record), reason=words(identity, withdrawal.ended_reason), by=withdrawal.ended_by, at=at
    )


def withdrawal_overdue(identity: Identity, record: CreditRecord, due_on: date) -> facts.WithdrawalOverdue:
    """记录撤销逾期."""
    return facts.WithdrawalOverdue(**about(identity, record), due_on=due_on)


def record_withdrawn(
    identity: Identity, record: CreditRecord, *, reason: str, persons: Sequence[str], document_no: str = ""
) -> facts.RecordWithdrawn:
    """信用记录已撤销; ``persons``: who did it, and who confirmed."""
    by, confirmed_by = (*persons, "")[:2]
    return facts.RecordWithdrawn(
        **about(identity, record),
        reason=words(identity, reason),
        document_no=document_no,
        by=by,
        confirmed_by=confirmed_by,
        withdrawn_on=record.ended_on or date.max,
    )

"""What credit tells of redress (权益保护): repair (信用修复) and objection (异议)."""

from datetime import date
from typing import ClassVar

from contracts.credit import RecordEvent
from contracts.event import Event, Instant


class RepairNoticed(RecordEvent, frozen=True, kw_only=True):
    """修复告知书已生成: goes out together with the penalty decision (两书同达, 国办发〔2025〕22号)."""

    fact: ClassVar[str] = "credit.repair.noticed"

    document_no: str
    """处罚决定文书号."""
    department: str
    """The penal department that delivers both."""
    earliest_on: date
    """The first day on which a repair may be applied for."""
    """Without early repair: the day after publicity ends by itself."""
    conditions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    repairable: bool = True
    """可否提前修复; False: early repair is excluded, publicity ends by itself."""
    max_until: date | None = None
    """最长公示期末日: publicity ends by itself the day after."""


class RepairEvent(RecordEvent, frozen=True, kw_only=True):
    """Base of what is told about one application (修复申请)."""

    repair_id: str
    by: str
    at: Instant


class RepairApplied(RepairEvent, frozen=True, kw_only=True):
    """已申请信用修复."""

    fact: ClassVar[str] = "credit.repair.applied"

    proof: tuple[str, ...]
    """履行义务证明: document numbers or links."""
    commitment: str
    """公开信用承诺: its document number or text."""
    accept_due_on: date
    decide_due_on: date


class RepairAccepted(RepairEvent, frozen=True, kw_only=True):
    """修复申请已受理."""

    fact: ClassVar[str] = "credit.repair.accepted"


class RepairRejected(RepairEvent, frozen=True, kw_only=True):
    """修复申请不予受理."""

    fact: ClassVar[str] = "credit.repair.rejected"

    reason: str


class RepairDecided(RepairEvent, frozen=True, kw_only=True):
    """修复申请已决定; granted: ``credit.record.repaired`` says it of the record."""

    fact: ClassVar[str] = "credit.repair.decided"

    granted: bool
    reason: str = ""


class RepairOverdue(RecordEvent, frozen=True, kw_only=True):
    """信用修复逾期 (黄牌): ACCEPT 受理 or DECIDE 决定 did not happen in time."""

    fact: ClassVar[str] = "credit.repair.overdue"

    repair_id: str
    kind: str
    due_on: date


class ObjectionEvent(RecordEvent, frozen=True, kw_only=True):
    """Base of what is told about one objection (异议)."""

    objection_id: str
    by: str
    at: Instant
    inspection_no: str = ""
    """检查编号 of the inspection the record comes from, told when it is lodged and decided; empty: it comes from none."""


class ObjectionLodged(ObjectionEvent, frozen=True, kw_only=True):
    """异议已提出: the record is marked at once and takes no points until the end of it."""

    fact: ClassVar[str] = "credit.objection.lodged"

    reason: str
    due_on: date


class ObjectionForwarded(ObjectionEvent, frozen=True, kw_only=True):
    """异议已转数据提供单位."""

    fact: ClassVar[str] = "credit.objection.forwarded"

    provider: str
    due_on: date


class ObjectionDecided(ObjectionEvent, frozen=True, kw_only=True):
    """异议已处理; upheld: ``credit.record.withdrawn`` says it of the record. ``review``: this was the 复核, the last step."""

    fact: ClassVar[str] = "credit.objection.decided"

    upheld: bool
    reason: str
    review: bool = False


class ReviewRequested(ObjectionEvent, frozen=True, kw_only=True):
    """已申请异议复核: once, decided by somebody else; the record is marked again."""

    fact: ClassVar[str] = "credit.objection.review_requested"

    reason: str
    due_on: date


class ObjectionOverdue(RecordEvent, frozen=True, kw_only=True):
    """异议处理逾期 (黄牌)."""

    fact: ClassVar[str] = "credit.objection.overdue"

    objection_id: str
    due_on: date


class WithdrawalCancelled(RecordEvent, frozen=True, kw_only=True):
    """撤销申请已取消: the record stays as it is."""

    fact: ClassVar[str] = "credit.record.withdrawal_cancelled"

    reason: str
    by: str
    at: Instant


EVENTS: tuple[type[Event], ...] = (
    RepairNoticed,
    RepairApplied,
    RepairAccepted,
    RepairRejected,
    RepairDecided,
    RepairOverdue,
    ObjectionLodged,
    ObjectionForwarded,
    ObjectionDecided,
    ReviewRequested,
    ObjectionOverdue,
    WithdrawalCancelled,
)

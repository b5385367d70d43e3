"""Withdrawal (撤销记录): the source of a record was annulled or corrected. Two persons, so that no record just vanishes.

The record stays in use until the second one confirms; its clock gives the card when nobody does.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from credit.domain.procedure import RecordCommand, procedure_id_of
from kernel.two_persons import second_person_needed


class WithdrawalState(StrEnum):
    """Where a withdrawal stands (撤销状态)."""

    REQUESTED = "REQUESTED"  # 待确认
    CONFIRMED = "CONFIRMED"  # 已撤销
    CANCELLED = "CANCELLED"  # 已取消


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRecord(RecordCommand):
    """申请撤销记录. ``document_no``: the act that annulled or corrected the source."""

    reason: str
    document_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWithdrawal(RecordCommand):
    """确认撤销, by a second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWithdrawal(RecordCommand):
    """取消撤销申请."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """撤销 of one record."""

    withdrawal_id: str
    record_id: str
    number: int
    state: WithdrawalState = WithdrawalState.REQUESTED
    reason: str
    document_no: str
    requested_by: str
    requested_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_reason: str = ""

    @classmethod
    def requested(cls, command: WithdrawRecord, number: int, at: datetime) -> "Withdrawal":
        """A new one."""
        return cls(
            withdrawal_id=procedure_id_of("withdrawal", command.record_id, number),
            record_id=command.record_id,
            number=number,
            reason=command.reason,
            document_no=command.document_no,
            requested_by=command.by,
            requested_at=at,
        )

    @property
    def procedure_id(self) -> str:
        """Its id."""
        return self.withdrawal_id

    @property
    def owner(self) -> str:
        """Whose its clocks are."""
        return f"withdrawal:{self.record_id}"

    @property
    def open(self) -> bool:
        """True until it is confirmed or cancelled."""
        return self.state is WithdrawalState.REQUESTED

    def confirmed(self, by: str, at: datetime) -> "Withdrawal":
        """确认 by a second person. Refuses ``second-person-needed`` (409)."""
        if by == self.requested_by:
            raise second_person_needed(
                "撤销须由申请人以外的人确认，请由另一人办理",
                "a withdrawal is confirmed by somebody else than who requested it; let another person confirm",
            )
        return replace(self, state=WithdrawalState.CONFIRMED, ended_by=by, ended_at=at)

    def cancelled(self, by: str, reason: str, at: datetime) -> "Withdrawal":
        """取消."""
        return replace(self, state=WithdrawalState.CANCELLED, ended_by=by, ended_at=at, ended_reason=reason)

"""Repair (信用修复): an application to have a record used no more, its conditions, and what becomes of it.

Anybody may apply and has a right to an answer; whether the conditions are met is looked at when the application is
accepted and once more when it is granted. Sources: 信用修复管理办法 (发改委令第36号, from 2026-04-01), 国办发〔2025〕22号.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from credit.domain.procedure import (
    RecordCommand,
    RepairCommand,
    by_whom,
    must_be_said,
    procedure_id_of,
    why,
)
from credit.domain.record import LISTS, day_after
from kernel.credit import RecordKind, RecordState
from kernel.refusal import Fault, Refusal
from kernel.two_persons import second_person_needed


class RepairState(StrEnum):
    """Where an application stands (修复申请状态)."""

    APPLIED = "APPLIED"  # 待受理
    ACCEPTED = "ACCEPTED"  # 已受理
    REJECTED = "REJECTED"  # 不予受理
    GRANTED = "GRANTED"  # 准予修复
    DENIED = "DENIED"  # 不予修复


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRepair(RecordCommand):
    """申请信用修复, with proof and commitment as far as there are any."""

    proof: tuple[str, ...] = ()
    commitment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRepair(RepairCommand):
    """受理."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRepair(RepairCommand):
    """不予受理, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRepair(RepairCommand):
    """决定: granted, or denied with the reason."""

    granted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """修复申请 on one record."""

    repair_id: str
    record_id: str
    number: int
    state: RepairState = RepairState.APPLIED
    proof: tuple[str, ...]
    """履行义务证明: document numbers or links."""
    commitment: str
    """公开信用承诺: its document number or text."""
    applied_by: str
    applied_at: datetime
    accepted_by: str = ""
    accepted_at: datetime | None = None
    decided_by: str = ""
    """Who rejected, granted or denied it."""
    decided_at: datetime | None = None
    reason: str = ""

    @classmethod
    def applied(cls, command: ApplyRepair, number: int, at: datetime) -> "Repair":
        """A new application."""
        return cls(
            repair_id=procedure_id_of("repair", command.record_id, number),
            record_id=command.record_id,
            number=number,
            proof=command.proof,
            commitment=command.commitment,
            applied_by=command.by,
            applied_at=at,
        )

    @property
    def procedure_id(self) -> str:
        """Its id."""
        return self.repair_id

    @property
    def owner(self) -> str:
        """Whose its clocks are."""
        return f"repair:{self.repair_id}"

    @property
    def open(self) -> bool:
        """True until it is rejected, granted or denied."""
        return self.state in {RepairState.APPLIED, RepairState.ACCEPTED}

    def accepted(self, by: str, at: datetime) -> "Repair":
        """受理. Refuses ``repair-state`` (409)."""
        self._must_be(RepairState.APPLIED)
        return replace(self, state=RepairState.ACCEPTED, accepted_by=by, accepted_at=at)

    def rejected(self, command: RejectRepair, at: datetime) -> "Repair":
        """不予受理. Refuses ``repair-state`` (409)."""
        self._must_be(RepairState.APPLIED)
        return self._ended(RepairState.REJECTED, command.by, command.reason, at)

    def decided(self, command: DecideRepair, at: datetime) -> "Repair":
        """决定, never by the applicant. Refuses ``repair-state``, ``second-person-needed`` (409)."""
        self._must_be(RepairState.ACCEPTED)
        if command.by == self.applied_by:
            raise second_person_needed(
                "修复决定须由申请人以外的人作出，请由另一人办理",
                "a repair is decided by somebody else than who applied for it; let another person decide",
            )
        state = RepairState.GRANTED if command.granted else RepairState.DENIED
        return self._ended(state, command.by, command.reason, at)

    def _ended(self, state: RepairState, by: str, reason: str, at: datetime) -> "Repair":
        return replace(self, state=state, decided_by=by, decided_at=at, reason=reason)

    def _must_be(self, state: RepairState) -> None:
        if self.state is not state:
            raise Refusal(
                code="repair-state",
                zh=f"该修复申请现为 {self.state}，此操作只适用于 {state} 的申请，请刷新后核对",
                en=f"the application is {self.state} and this is for one that is {state}; look at it again",
                status=409,
            )


class RecordFacts(Protocol):
    """What of a record its repair looks at (信用记录要素); a ``CreditRecord`` has it all."""

    @property
    def state(self) -> RecordState:
        """Where it stands."""
        ...

    @property
    def kind(self) -> RecordKind:
        """What it is about."""
        ...

    @property
    def public(self) -> bool:
        """Whether it is shown."""
        ...

    @property
    def negative(self) -> bool:
        """True for loss of trust (失信)."""
        ...

    @property
    def repairable(self) -> bool:
        """可否提前修复."""
        ...

    @property
    def begins_on(self) -> date:
        """The day its periods begin."""
        ...

    @property
    def min_until(self) -> date | None:
        """最短公示期末日."""
        ...

    @property
    def max_until(self) -> date | None:
        """最长公示期末日."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """修复条件: one of those that must all be met. ``possible_from`` None: it can no longer, or never, be met."""

    code: str
    met: bool
    possible_from: date | None
    zh: str
    en: str


def conditions(
    record: RecordFacts, *, proof: Sequence[str], commitment: str, withdrawal_pending: bool, today: date
) -> tuple[Condition, ...]:
    """修复条件: each of them, met or not, and from which day it can be met. Pure."""
    over = record.max_until is not None and record.max_until < today
    active = record.state is RecordState.ACTIVE and not over
    allowed = record.repairable and record.negative and record.kind not in LISTS
    begins = record.begins_on
    period = day_after(record.min_until) if record.min_until else begins
    return (
        Condition(
            "record-active",
            active,
            begins if active else None,
            "记录仍在使用（未期满、未修复、未撤销）",
            "the record is in use: not expired, repaired or withdrawn",
        ),
        Condition(
            "minimum-period",
            today >= period,
            period,
            f"最短公示期已满，{period} 起可以修复",
            f"the shortest period is over, from {period} on",
        ),
        Condition(
            "obligation", bool(proof), begins, "已履行义务：附证明材料", "the obligation is done: proof is given"
        ),
        Condition("commitment", bool(commitment), begins, "已公开作出信用承诺", "a public commitment is given"),
        Condition(
            "not-excluded",
            allowed,
            begins if allowed else None,
            "不属于不得提前修复的情形（名录名单按移出办理）",
            "early repair is not excluded (an entry of a list leaves by its own exit)",
        ),
        Condition(
            "no-withdrawal",
            not withdrawal_pending,
            begins if not withdrawal_pending else None,
            "没有待确认的撤销",
            "no withdrawal of the record is pending",
        ),
    )


def must_all_be_met(found: Iterable[Condition]) -> None:
    """Let an application pass whose conditions are met. Refuses ``repair-conditions`` (422), naming every unmet one."""
    unmet = [each for each in found if not each.met]
    if unmet:
        raise Refusal(
            code="repair-conditions",
            zh=f"尚不符合修复条件：{'；'.join(each.zh for each in unmet)}。请据此不予受理，或待条件具备后再办理",
            en=f"the conditions of repair are not met: {'; '.join(each.en for each in unmet)}; "
            "reject the application for it, or wait until they are",
            faults=tuple(Fault(pointer=f"/conditions/{each.code}", zh=each.zh, en=each.en) for each in unmet),
        )


def must_be_answerable(command: RejectRepair | DecideRepair) -> None:
    """Who answers says so, and why when it is no. Refuses ``invalid-content`` (422)."""
    needed = isinstance(command, RejectRepair) or not command.granted
    must_be_said(by_whom(command.by), why(command.reason, needed=needed))

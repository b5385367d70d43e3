"""Override of a risk class (人工调整风险等级): ordered by a person for a time, with a reason, and over by itself.

One that lowers the class, towards less supervision, counts only once a second person confirmed it. One that does not
is a floor: the table may say a stricter class meanwhile, and then that counts.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from kernel.reckoning import end_of, months_after
from kernel.refusal import Fault, Refusal, malformed
from kernel.risk import RiskClass
from kernel.two_persons import second_person_needed
from supervision.domain.command import LONGEST_REASON, Command, reason_faults
from supervision.domain.content import name_faults
from supervision.domain.history import SYSTEM

_DAY = timedelta(days=1)


class OverrideState(StrEnum):
    """人工调整状态 on a day; computed from its days, never stored."""

    PENDING = "PENDING"  # 待复核
    SCHEDULED = "SCHEDULED"  # 待开始
    RUNNING = "RUNNING"  # 生效中
    ENDED = "ENDED"  # 已结束


@dataclass(frozen=True, kw_only=True)
class RiskCommand(Command):
    """What somebody orders of the class of an object (经办人). Raises ``invalid-content``."""

    source_system: str
    object_no: str


@dataclass(frozen=True, kw_only=True)
class OverrideRisk(RiskCommand):
    """提出人工调整: both days belong to the term; without ``valid_from`` it begins today."""

    risk_class: RiskClass
    reason: str
    legal_basis: str = ""
    valid_from: date | None = None
    valid_to: date

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return [
            *reason_faults(self.reason),
            *name_faults("/legal_basis", self.legal_basis, longest=LONGEST_REASON, required=False),
        ]

    def begun(self, today: date, months: int) -> Self:
        """The same with its first day. Refuses ``invalid-content``: begun in the past, ends before, lasts too long."""
        first = self.valid_from or today
        faults = []
        if first < today:
            zh, en = f"开始日不得早于今天 {today}", f"it cannot begin before today, {today}"
            faults.append(Fault(pointer="/from", zh=zh, en=en))
        longest = _last(first, months)
        if not first <= self.valid_to <= longest:
            zh = f"截止日不早于开始日 {first}，至多 {months} 个月，即不晚于 {longest}"
            en = f"it ends on its first day {first} or later, and lasts {months} months at most, until {longest}"
            faults.append(Fault(pointer="/until", zh=zh, en=en))
        if faults:
            raise malformed(faults)
        return replace(self, valid_from=first)


@dataclass(frozen=True, kw_only=True)
class ConfirmOverride(RiskCommand):
    """复核人工调整, by a second person."""


@dataclass(frozen=True, kw_only=True)
class EndOverride(RiskCommand):
    """提前结束人工调整."""

    reason: str

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return reason_faults(self.reason)


@dataclass(frozen=True, kw_only=True)
class RiskOverride:
    """人工调整. Both days belong to its term; an object has one that has not ended at a time."""

    override_id: str
    source_system: str
    object_no: str
    risk_class: RiskClass
    by_table: RiskClass
    """What the table said when it was ordered."""
    reason: str
    legal_basis: str
    valid_from: date
    valid_to: date
    ordered_by: str
    ordered_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    end_reason: str = ""

    @property
    def lowers(self) -> bool:
        """True when it means less supervision than the table, so that a second person has to confirm it (双人复核)."""
        return self.risk_class < self.by_table

    def state(self, on: date) -> OverrideState:
        """Where it stands on a day."""
        if self.ended_at or on > self.valid_to:
            return OverrideState.ENDED
        if self.lowers and not self.confirmed_by:
            return OverrideState.PENDING
        return OverrideState.RUNNING if on >= self.valid_from else OverrideState.SCHEDULED

    def runs(self, on: date) -> bool:
        """True while it counts."""
        return self.state(on) is OverrideState.RUNNING

    def applied(self, by_table: RiskClass, on: date) -> RiskClass:
        """The class on a day, given what the table says."""
        if not self.runs(on):
            return by_table
        return self.risk_class if self.confirmed_by else max(self.risk_class, by_table)

    def next_day(self, on: date) -> date | None:
        """The next day after ``on`` on which it begins or is over by itself; None once it has ended."""
        if self.state(on) is OverrideState.ENDED:
            return None
        return self.valid_from if on < self.valid_from else self.valid_to + _DAY

    def repeated(self, command: OverrideRisk) -> bool:
        """True when the very same is ordered again. Refuses ``override-open`` (409) when it is another."""
        same = ("risk_class", "reason", "legal_basis", "valid_from", "valid_to")
        if self.ordered_by == command.by and all(getattr(self, name) == getattr(command, name) for name in same):
            return True
        raise Refusal(
            code="override-open",
            zh=f"该对象已有一项人工调整（{self.risk_class}，至 {self.valid_to}），请先结束它",
            en=f"the object has an override already ({self.risk_class}, until {self.valid_to}); end it first",
            status=409,
        )

    def confirmed(self, by: str, at: datetime) -> Self:
        """复核. Refuses ``second-person-needed`` and ``override-not-pending`` (409); the same person may repeat it."""
        if self.confirmed_by and self.confirmed_by == by:
            return self
        if self.confirmed_by or not self.lowers:
            raise Refusal(
                code="override-not-pending",
                zh="这项人工调整无需复核或已经复核",
                en="this override needs no confirmation, or has it already",
                status=409,
            )
        if by == self.ordered_by:
            raise second_person_needed(
                f"{by} 提出了这项调整；降低风险等级须由另一人复核",
                f"{by} ordered this override; somebody else has to confirm a class that lowers supervision",
            )
        return replace(self, confirmed_by=by, confirmed_at=at)

    def ended(self, by: str, reason: str, at: datetime) -> Self:
        """提前结束."""
        return replace(self, ended_by=by, ended_at=at, end_reason=reason)

    @property
    def over_at(self) -> datetime:
        """When it is over by itself (期满): 24:00 in China of its last day."""
        return end_of(self.valid_to)

    def expired(self) -> Self:
        """期满."""
        return self.ended(SYSTEM, "期满", self.over_at)


def no_override(object_no: str) -> Refusal:
    """该对象没有进行中的人工调整: 409 ``override-none``."""
    return Refusal(
        code="override-none",
        zh=f"对象 {object_no[:64]} 没有待复核或未结束的人工调整",
        en=f"object {object_no[:64]} has no override that waits or runs",
        status=409,
    )


def _last(first: date, months: int) -> date:
    """The last day it may have; never the last one there is, for it is over on the day after."""
    try:
        return months_after(first, months) - _DAY
    except ValueError:  # beyond the calendar
        return date.max - _DAY

"""Bar (限制申请): for a while somebody may not apply for an item, or not take part in procurement. Days are days in China.

The id is derived from what the bar rests on, so that the same decision makes the same bar however often it is told.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from credit.domain.record import day_after
from kernel.credit import BarKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKey

_NAMESPACE = UUID("4d0b5a2c-7f0e-5b8e-8a3d-6f2164020200")


class BarState(StrEnum):
    """Where a bar stands (限制申请状态)."""

    IN_FORCE = "IN_FORCE"  # 限制中
    LIFTED = "LIFTED"  # 已解除: before its end
    ENDED = "ENDED"  # 已期满


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """限制申请."""

    bar_id: str
    subject: SubjectKey
    """As the decision named it; mergers of identities are resolved when it is loaded."""
    source_system: str
    region: str
    kind: BarKind
    item_code: str
    """事项编码: only this item (同一事项); empty for procurement."""
    legal_basis: str
    """The article of the law (依据)."""
    document_no: str
    starts_on: date
    """决定日期."""
    ends_on: date
    """The last day (期限末日), included."""
    department: str
    by: str
    """经办人编码; ``system`` for one that an annulment imposed."""
    state: BarState = BarState.IN_FORCE
    ended_on: date | None = None
    """The first day without it."""
    ended_by: str = ""
    ended_reason: str = ""

    def in_force_on(self, day: date) -> bool:
        """True from its first to its last day, both included, unless it was lifted before."""
        return self.starts_on <= day <= self.ends_on and (self.ended_on is None or day < self.ended_on)

    def overdue_on(self, day: date) -> bool:
        """True when it stands although its last day is over."""
        return self.state is BarState.IN_FORCE and self.ends_on < day

    def is_the_same_as(self, other: "Bar") -> bool:
        """True when both rest on the same decision of the same day; the law's term is ours to compute."""
        return (self.bar_id, self.subject, self.item_code, self.starts_on) == (
            other.bar_id,
            other.subject,
            other.item_code,
            other.starts_on,
        )

    def ended(self) -> "Bar":
        """期满: by itself, the day after its last one."""
        return replace(self, state=BarState.ENDED, ended_on=day_after(self.ends_on))

    def lifted(self, on: date, by: str, reason: str) -> "Bar":
        """解除限制: no more from ``on``.

        Raises:
            Refusal: ``bar-not-in-force`` (409) when it ended before.
        """
        if self.state is not BarState.IN_FORCE or self.ends_on < on:
            raise not_in_force(self)
        return replace(self, state=BarState.LIFTED, ended_on=on, ended_by=by, ended_reason=reason)


def bar_id_of(*origin: str) -> str:
    """The id of a bar (限制申请编号), a UUIDv5 of what it rests on: the same in every process."""
    return str(uuid5(_NAMESPACE, ":".join(origin)))


def not_in_force(bar: Bar) -> Refusal:
    """限制已不再有效: ``bar-not-in-force`` (409)."""
    ended_on = bar.ended_on or day_after(bar.ends_on)
    return Refusal(
        code="bar-not-in-force",
        zh=f"限制申请 {bar.bar_id} 自 {ended_on} 起已不再有效，无需解除",
        en=f"bar {bar.bar_id} is not in force since {ended_on}; there is nothing to lift",
        status=409,
    )

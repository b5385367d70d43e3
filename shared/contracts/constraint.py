"""What credit tells of constraints (信用约束): lists (名单) and bars (限制申请), each with its law, its start and its end."""

from datetime import date
from typing import ClassVar

from contracts.credit import CreditEvent
from contracts.event import Event
from kernel.credit import BarKind, RecordKind


class ListEvent(CreditEvent, frozen=True, kw_only=True):
    """Base of what is told about one entry of a list (名单条目)."""

    entry_id: str
    list: RecordKind
    """名单: ABNORMAL_LIST 经营异常名录 or SEVERE_LIST 严重失信主体名单."""

    @property
    def aggregate(self) -> str:
        """The entry."""
        return self.entry_id


class ListEntered(ListEvent, frozen=True, kw_only=True):
    """已列入名单."""

    fact: ClassVar[str] = "credit.list.entered"

    record_id: str
    """The record (信用记录) that goes with the entry."""
    legal_basis: str
    """列入依据."""
    document_no: str
    entered_on: date
    until: date | None = None
    """Last day; None = until the conditions of the exit are met."""
    exit_conditions: str = ""
    """移出条件."""
    measures: tuple[str, ...] = ()
    """惩戒措施: codes of the catalogue of measures (失信惩戒措施清单)."""
    department: str = ""
    notice_document: str = ""
    """告知文书号: tells basis, measures, exit conditions and remedies before the entry."""
    by: str = ""


class ListLeft(ListEvent, frozen=True, kw_only=True):
    """已移出名单."""

    fact: ClassVar[str] = "credit.list.left"

    left_on: date
    """The first day outside."""
    reason: str
    by: str
    """Code of the person; ``system`` when the period was over."""


class BarEvent(CreditEvent, frozen=True, kw_only=True):
    """Base of what is told about one bar (限制申请)."""

    bar_id: str
    kind: BarKind
    item_code: str = ""
    """事项编码 the bar is for; empty for procurement."""

    @property
    def aggregate(self) -> str:
        """The bar."""
        return self.bar_id


class BarImposed(BarEvent, frozen=True, kw_only=True):
    """已限制申请: no application for the item from ``starts_on`` to ``ends_on``, both included, days in China."""

    fact: ClassVar[str] = "credit.bar.imposed"

    legal_basis: str
    document_no: str
    starts_on: date
    ends_on: date
    department: str = ""
    by: str = ""
    """Code of the person; ``system`` when an annulment for deceit imposed it."""


class BarLifted(BarEvent, frozen=True, kw_only=True):
    """限制申请已解除: before its end, because what it rested on is gone."""

    fact: ClassVar[str] = "credit.bar.lifted"

    lifted_on: date
    """The first day without it."""
    reason: str
    by: str


class BarEnded(BarEvent, frozen=True, kw_only=True):
    """限制申请已期满: by itself, the day after its last day."""

    fact: ClassVar[str] = "credit.bar.ended"

    ended_on: date


EVENTS: tuple[type[Event], ...] = (ListEntered, ListLeft, BarImposed, BarLifted, BarEnded)

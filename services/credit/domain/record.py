"""Credit record (信用记录): one fact that speaks for or against a subject, and how long it is used.

The id is derived from the natural key, so that the same fact makes the same record whenever and however often it is
told, also when the service is rebuilt from its events. Days are days in China.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from uuid import UUID, uuid5

from kernel.credit import RecordClass, RecordKind, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey

_NAMESPACE = UUID("6b0c6a5e-5d0c-5c1f-9a55-3e1e64020200")
LISTS = frozenset({RecordKind.ABNORMAL_LIST, RecordKind.SEVERE_LIST})
"""Kinds that are entries of a list (名录、名单)."""
FROM_INSPECTION = frozenset({RecordKind.INSPECTION, RecordKind.COMMITMENT_BREACH})
"""Kinds an inspection makes by itself."""
ONE_FACT = FROM_INSPECTION | {RecordKind.PENALTY}
"""Kinds that may tell of one inspection: together they are one fact."""


@dataclass(frozen=True, slots=True)
class Mark:
    """异议标注: while an objection is pending the record is not used. ``until`` None: still pending."""

    objection_id: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """True on the days of the objection; the day it ended no longer."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRecord:
    """One record (信用记录)."""

    record_id: str
    """See ``record_id_of``."""
    subject: SubjectKey
    """As the source named it; mergers of identities are resolved when it is loaded."""
    source_system: str
    region: str
    kind: RecordKind
    record_class: RecordClass
    rule: str
    """Code of the classification rule that made it (分类规则); empty for one that was entered with its class."""
    number: str
    """With kind and source the natural key: number of the inspection, the document or the entry."""
    occurred_on: date
    document_no: str = ""
    document_on: date | None = None
    """文书日期; the periods begin here, else on ``occurred_on``."""
    inspection_no: str = ""
    """检查编号 of the inspection behind it: records of one inspection are one fact."""
    department: str = ""
    object_no: str = ""
    item_code: str = ""
    detail: str = ""
    """What happened, in words that may be shown; never about a natural person."""
    public: bool = False
    min_until: date | None = None
    """最短公示期末日; None = none."""
    max_until: date | None = None
    """最长公示期末日, included; None = as long as the list says."""
    repairable: bool = True
    state: RecordState = RecordState.ACTIVE
    ended_on: date | None = None
    """The first day on which it is not used any more."""
    marks: tuple[Mark, ...] = ()

    @property
    def begins_on(self) -> date:
        """The day of the document (文书日期), or of what happened."""
        return self.document_on or self.occurred_on

    @property
    def negative(self) -> bool:
        """True for loss of trust (失信)."""
        return self.record_class is not RecordClass.MERIT

    def in_period_on(self, day: date) -> bool:
        """True from its first to its last day, both included; withdrawn, it never was."""
        return (
            self.state is not RecordState.WITHDRAWN
            and self.begins_on <= day
            and (self.max_until is None or day <= self.max_until)
            and (self.ended_on is None or day < self.ended_on)
        )

    def marked_on(self, day: date) -> bool:
        """True while an objection is pending (异议处理中)."""
        return any(mark.holds_on(day) for mark in self.marks)

    def used_on(self, day: date) -> bool:
        """True when it may be used on a day: in its period, and no objection pending."""
        return self.in_period_on(day) and not self.marked_on(day)

    def shown_on(self, day: date) -> bool:
        """True when the public may see it on a day (公示); a mark is shown with it."""
        return self.public and self.in_period_on(day)

    def overdue_on(self, day: date) -> bool:
        """True when it is still active although its longest period is over."""
        return self.state is RecordState.ACTIVE and self.max_until is not None and self.max_until < day

    def is_the_same_fact_as(self, other: "CreditRecord") -> bool:
        """True when both tell the same of the same subject; class, rule and periods are our judgement, not the fact."""
        return (self.record_id, self.subject, self.occurred_on, self.object_no, self.document_no) == (
            other.record_id,
            other.subject,
            other.occurred_on,
            other.object_no,
            other.document_no,
        )

    def ended(self, state: RecordState, on: date) -> "CreditRecord":
        """The record, used no more from ``on``.

        Raises:
            Refusal: ``record-not-active`` (409) when it ended before.
        """
        if self.state is not RecordState.ACTIVE:
            raise not_active(self)
        return replace(self, state=state, ended_on=on)

    def expired(self) -> "CreditRecord":
        """期满: the day after its last one."""
        return self.ended(RecordState.EXPIRED, day_after(self.max_until))

    def withdrawn(self, on: date) -> "CreditRecord":
        """撤销: it never was, also when it ended otherwise before.

        Raises:
            Refusal: ``record-not-active`` (409) when it was withdrawn before.
        """
        if self.state is RecordState.WITHDRAWN:
            raise not_active(self)
        return replace(self, state=RecordState.WITHDRAWN, ended_on=on)

    def must_be_active(self, today: date) -> None:
        """Let a record pass that is still in use. Refuses ``record-not-active`` (409)."""
        if self.overdue_on(today):
            raise not_active(self.expired())
        if self.state is not RecordState.ACTIVE:
            raise not_active(self)

    def marked(self, objection_id: str, on: date) -> "CreditRecord":
        """异议标注, from a day on."""
        return replace(self, marks=(*self.marks, Mark(objection_id, on)))

    def unmarked(self, objection_id: str, on: date) -> "CreditRecord":
        """The objection ended on a day."""
        marks = (replace(m, until=on) if m.objection_id == objection_id and m.until is None else m for m in self.marks)
        return replace(self, marks=tuple(marks))


def record_id_of(kind: RecordKind, source_system: str, number: str) -> str:
    """The id of a record (记录编号), a UUIDv5 of its natural key: the same in every process. An inspection makes one."""
    origin = "inspection" if kind in FROM_INSPECTION else kind.lower()
    return str(uuid5(_NAMESPACE, f"{origin}:{source_system}:{number}"))


def months_after(day: date, months: int) -> date:
    """The last day of a period of months that begins with ``day``; the day itself does not count (民法典第二百零二条).

    The same day of the month, ``months`` later, or the last day of a shorter month; never beyond 9999-12-31.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_after(day: date | None) -> date:
    """The next day; the last day there is has none and stands for itself."""
    return date.max if day is None or day == date.max else day + timedelta(days=1)


def not_active(record: CreditRecord) -> Refusal:
    """记录已不再使用: ``record-not-active`` (409)."""
    return Refusal(
        code="record-not-active",
        zh=f"记录 {record.record_id} 自 {record.ended_on} 起已不再使用（{record.state}），无需再办理",
        en=f"record {record.record_id} is not used since {record.ended_on} ({record.state}); there is nothing left to do",
        status=409,
    )

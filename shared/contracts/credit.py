"""What credit (信用) tells the others of subjects, records and grades. Lists and bars: constraint; repair, objection: redress."""

from datetime import date
from typing import ClassVar

import msgspec

from contracts.event import Event, Instant, Subject
from kernel.credit import Grade, RecordClass, RecordKind


class CreditEvent(Event, frozen=True, kw_only=True):
    """Base of everything told about a subject (信用主体)."""

    subject: Subject

    @property
    def aggregate(self) -> str:
        """The subject."""
        return f"{self.subject.id_type}:{self.subject.id_no}"

    @property
    def holder(self) -> Subject:
        """Whom it is about."""
        return self.subject


class SubjectRegistered(CreditEvent, frozen=True, kw_only=True):
    """信用主体已登记: known from its first concluded inspection or record on."""

    fact: ClassVar[str] = "credit.subject.registered"

    named_on: date
    """The day the name was told for."""


class SubjectRenamed(CreditEvent, frozen=True, kw_only=True):
    """主体名称已变更; ``subject`` carries the name that holds from ``named_on`` on."""

    fact: ClassVar[str] = "credit.subject.renamed"

    previous_name: str
    named_on: date


class IdentityEvent(CreditEvent, frozen=True, kw_only=True):
    """Base of the changes of an identity. ``version`` counts those of ``subject``: a reader ignores an older one."""

    version: int
    by: str
    """Code of the person; ``system`` when a decision named the holder of a provisional subject."""
    reason: str
    at: Instant


class SubjectMerged(IdentityEvent, frozen=True, kw_only=True):
    """主体已合并: what is said of ``subject`` counts for ``into``."""

    fact: ClassVar[str] = "credit.subject.merged"

    into: Subject


class SubjectSplit(IdentityEvent, frozen=True, kw_only=True):
    """主体已拆分: a merger is taken back; ``subject`` stands alone again, with what was said of it."""

    fact: ClassVar[str] = "credit.subject.split"

    out_of: Subject


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """得分原因: points taken or given, and the record they rest on."""

    record_id: str
    points: int
    text: str = ""


class RecordEvent(CreditEvent, frozen=True, kw_only=True):
    """Base of everything told about one record (信用记录). ``subject`` is the one the source named."""

    record_id: str

    @property
    def aggregate(self) -> str:
        """The record."""
        return self.record_id


class RecordAdded(RecordEvent, frozen=True, kw_only=True):
    """信用记录已归集."""

    fact: ClassVar[str] = "credit.record.added"

    record_class: RecordClass
    inspection_no: str
    """检查编号 of the inspection it comes from; empty when there was none."""
    occurred_on: date
    kind: RecordKind = RecordKind.INSPECTION
    rule: str = ""
    """Code of the classification rule (分类规则)."""
    number: str = ""
    """记录来源编号: with source and kind what makes the record, e.g. the number of the inspection or of the document."""
    document_no: str = ""
    """文书号."""
    document_on: date | None = None
    """文书日期: the periods of publicity begin here; None = ``occurred_on``."""
    public: bool = False
    """是否公示."""
    min_until: date | None = None
    """最短公示期末日; repair is possible afterwards. None = none."""
    max_until: date | None = None
    """最长公示期末日: the record is used until then, and no longer. None = as long as its list says."""
    repairable: bool = True
    """可否提前修复."""
    department: str = ""
    """认定部门 code."""
    object_no: str = ""
    item_code: str = ""
    detail: str = ""
    """What happened, in words that may be shown; never about a natural person."""
    entered_by: str = ""
    """录入人: code of who entered it by hand; empty when a service told it."""


class RecordExpired(RecordEvent, frozen=True, kw_only=True):
    """信用记录已期满: its longest period is over, publicity and use stop."""

    fact: ClassVar[str] = "credit.record.expired"

    expired_on: date
    """The first day on which it is not used."""


class RecordRepaired(RecordEvent, frozen=True, kw_only=True):
    """信用记录已修复: publicity and use stop (终止公示、停止共享和使用)."""

    fact: ClassVar[str] = "credit.record.repaired"

    repair_id: str
    repaired_on: date


class RecordWithdrawn(RecordEvent, frozen=True, kw_only=True):
    """信用记录已撤销: its source was annulled or corrected, or an objection was upheld."""

    fact: ClassVar[str] = "credit.record.withdrawn"

    reason: str
    document_no: str = ""
    """文书号 of the act that annulled the source."""
    by: str
    confirmed_by: str = ""
    """Second person (复核人)."""
    withdrawn_on: date


class WithdrawalRequested(RecordEvent, frozen=True, kw_only=True):
    """已申请撤销记录: the source is annulled; the clock of the withdrawal runs until a second person confirms."""

    fact: ClassVar[str] = "credit.record.withdrawal_requested"

    reason: str
    document_no: str
    by: str
    due_on: date


class WithdrawalOverdue(RecordEvent, frozen=True, kw_only=True):
    """记录撤销逾期: nobody confirmed the withdrawal in time (黄牌)."""

    fact: ClassVar[str] = "credit.record.withdrawal_overdue"

    due_on: date


class GradeChanged(CreditEvent, frozen=True, kw_only=True):
    """信用等级已变化. ``version`` counts the assessments of one subject: a reader ignores an older one."""

    fact: ClassVar[str] = "credit.grade.changed"

    version: int
    grade: Grade
    previous: Grade | None
    score: int
    scorecard: str
    """评分规则版本."""
    reasons: tuple[Reason, ...] = ()
    assessed_on: date


class RulesPublished(Event, frozen=True, kw_only=True):
    """信用规则已发布: an edition of classification, periods and scorecard, by a second person."""

    fact: ClassVar[str] = "credit.rules.published"

    version: str
    effective_from: date
    drafted_by: str
    published_by: str
    content: str
    """The edition whole, as the canonical JSON that was published."""
    digest: str
    """SHA-256 of ``content``, hexadecimal."""

    @property
    def aggregate(self) -> str:
        """The edition."""
        return f"rules:{self.version}"

    @property
    def holder(self) -> Subject:
        """Nobody is assessed here: the version decides the partition."""
        return Subject(id_type="099", id_no=self.version, kind="ORGANISATION")


EVENTS: tuple[type[Event], ...] = (
    SubjectRegistered,
    SubjectRenamed,
    SubjectMerged,
    SubjectSplit,
    RecordAdded,
    RecordExpired,
    RecordRepaired,
    RecordWithdrawn,
    WithdrawalRequested,
    WithdrawalOverdue,
    GradeChanged,
    RulesPublished,
)

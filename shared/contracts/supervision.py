"""What supervision (监管) tells the others."""

from datetime import date
from typing import ClassVar

import msgspec

from contracts.event import Event, Instant, Object, Subject
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, Severity


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """检查发现的问题: one failed line of the checklist."""

    line_code: str
    severity: Severity
    note: str = ""


class OpenDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """未结时限: a clock of a task that runs, or stands still."""

    kind: str
    """What must be done by then: CLAIM 认领, FIRST_CHECK 首检 …"""
    due_at: Instant
    """Exclusive end: 24:00 of the last day in China, or the instant of a limit in hours; as before the stop while it stands still."""
    stopped: bool = False
    """中止: it stands still."""


class TaskEvent(Event, frozen=True, kw_only=True):
    """Base of everything told about a supervision task (监管任务)."""

    task_id: str
    department: str
    """监管部门 code."""
    case_id: str = ""
    """办件编号 of the decision that made the task; empty for an ad-hoc task. In joined, cancelled and narrowed: the deciding case."""
    subject: Subject
    object: Object
    deadlines: tuple[OpenDeadline, ...] | None = None
    """Every clock of the task that is open after this, where this may have moved one; null: nothing is said of them."""

    @property
    def aggregate(self) -> str:
        """The task."""
        return self.task_id

    @property
    def case(self) -> str:
        """The approval case behind the task, when there is one."""
        return f"{self.source_system}:{self.case_id}" if self.case_id else ""

    @property
    def holder(self) -> Subject:
        """The supervised subject."""
        return self.subject


class TaskCreated(TaskEvent, frozen=True, kw_only=True):
    """监管任务已生成: by a decision through a link, or ad hoc by an inspection without a task."""

    fact: ClassVar[str] = "supervision.task.created"

    ad_hoc: bool
    """临时任务: made by an inspection that found no open task."""
    purpose: str = "ROUTINE"
    """任务类别: ROUTINE, COMMITMENT, CESSATION, RANDOM, FOR_CAUSE (a complaint, without a case or a link)."""
    draw_no: str = ""
    """抽取编号: the object and its officers were drawn (双随机)."""
    method: str = "ON_SITE"
    """监管方式: DOCUMENT, REMOTE, ON_SITE, RANDOM_POOL."""
    relation: str = "PRIMARY"
    """主责 PRIMARY, 协同 COORDINATE."""
    link_code: str = ""
    catalogue_version: str = ""
    created_at: Instant


class TaskClaimed(TaskEvent, frozen=True, kw_only=True):
    """监管任务已认领."""

    fact: ClassVar[str] = "supervision.task.claimed"

    claimed_by: str
    claimed_at: Instant
    automatically: bool = False
    """推送即认领, or the limit to claim had passed."""


class TaskJoined(TaskEvent, frozen=True, kw_only=True):
    """决定并入未办结任务: a further decision on the same object joined its open task."""

    fact: ClassVar[str] = "supervision.task.joined"

    joined_at: Instant


class TaskCancelled(TaskEvent, frozen=True, kw_only=True):
    """监管任务已取消: the licence ended."""

    fact: ClassVar[str] = "supervision.task.cancelled"

    reason: DecisionKind
    cancelled_at: Instant


class TaskNarrowed(TaskEvent, frozen=True, kw_only=True):
    """监管任务已减去事项: the licence for one of its items ended or was corrected; it goes on for the others."""

    fact: ClassVar[str] = "supervision.task.narrowed"

    reason: DecisionKind
    item_code: str
    """审批事项 it no longer serves."""
    items: tuple[str, ...]
    """审批事项 it goes on for."""
    narrowed_at: Instant


class InspectionConcluded(TaskEvent, frozen=True, kw_only=True):
    """检查已办结: the result flows back to the approver and into credit."""

    fact: ClassVar[str] = "supervision.inspection.concluded"

    inspection_no: str
    """检查编号, unique within (source_system)."""
    result: InspectionResult
    findings: tuple[Finding, ...] = ()
    inspected_on: date
    inspectors: tuple[str, ...]
    orphan: bool = False
    """对象未登记: the object was in no decision so far; the subject is provisional."""
    purpose: str = "ROUTINE"
    """任务类别: ROUTINE, COMMITMENT, CESSATION, RANDOM, FOR_CAUSE."""
    items: tuple[str, ...] = ()
    """审批事项 the task serves; none for an ad-hoc task."""
    close_reason: str = ""
    """办结原因 when the inspection closed its task; empty: the task stays open."""


class ApprovalUnmatched(Event, frozen=True, kw_only=True):
    """决定未匹配监管事项: no link was in force for the item on the decision date."""

    fact: ClassVar[str] = "supervision.approval.unmatched"

    case_id: str
    item_code: str
    decided_on: date
    subject: Subject
    object: Object

    @property
    def aggregate(self) -> str:
        """The object of the decision."""
        return f"{self.source_system}:{self.object.object_no}"

    @property
    def case(self) -> str:
        """The unmatched case."""
        return f"{self.source_system}:{self.case_id}"

    @property
    def holder(self) -> Subject:
        """The holder of the licence."""
        return self.subject


EVENTS: tuple[type[Event], ...] = (
    TaskCreated,
    TaskClaimed,
    TaskJoined,
    TaskCancelled,
    TaskNarrowed,
    InspectionConcluded,
    ApprovalUnmatched,
)

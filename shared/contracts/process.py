"""What supervision (监管) tells of the handling of a task (监管过程): every step between the claim and the end."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Instant, Object, Subject
from contracts.supervision import TaskEvent


class TaskMoved(TaskEvent, frozen=True, kw_only=True):
    """Base of the steps: who, when and why."""

    by: str
    """经办人 code; ``system`` when nobody did it by hand."""
    at: Instant
    reason: str = ""


class TaskReturned(TaskMoved, frozen=True, kw_only=True):
    """监管任务已退回: not this department's, or more is needed; somebody routes it again."""

    fact: ClassVar[str] = "supervision.task.returned"


class TaskRouted(TaskMoved, frozen=True, kw_only=True):
    """监管任务已改派: ``department`` is the new one."""

    fact: ClassVar[str] = "supervision.task.routed"

    previous_department: str


class TaskDisputed(TaskMoved, frozen=True, kw_only=True):
    """监管任务有争议: the arbiter decides whose it is."""

    fact: ClassVar[str] = "supervision.task.disputed"


class TaskArbitrated(TaskMoved, frozen=True, kw_only=True):
    """监管任务归属已裁定: ``department`` is whose it is."""

    fact: ClassVar[str] = "supervision.task.arbitrated"

    previous_department: str


class TaskTransferred(TaskMoved, frozen=True, kw_only=True):
    """监管任务已转办 inside the department."""

    fact: ClassVar[str] = "supervision.task.transferred"

    officer: str


class TaskHandedOver(TaskMoved, frozen=True, kw_only=True):
    """监管任务已交接: somebody left, or a department was merged or renamed."""

    fact: ClassVar[str] = "supervision.task.handed_over"

    previous_department: str
    person: str = ""
    successor: str = ""
    claimed_by: str | None = None
    """认领人 afterwards; None in events of before this was told."""


class TaskPlanned(TaskMoved, frozen=True, kw_only=True):
    """监管任务已排期."""

    fact: ClassVar[str] = "supervision.task.planned"

    planned_on: date
    officers: tuple[str, ...]


class TaskStarted(TaskMoved, frozen=True, kw_only=True):
    """检查已开始."""

    fact: ClassVar[str] = "supervision.task.started"


class TaskClosed(TaskMoved, frozen=True, kw_only=True):
    """监管任务已办结 other than by a passed or one-shot inspection, which supervision.inspection.concluded tells."""

    fact: ClassVar[str] = "supervision.task.closed"

    close_reason: str


class RectificationOrdered(TaskMoved, frozen=True, kw_only=True):
    """已责令整改."""

    fact: ClassVar[str] = "supervision.rectification.ordered"

    round: int
    demand: str
    due_on: date


class RectificationReported(TaskMoved, frozen=True, kw_only=True):
    """已报告整改完成."""

    fact: ClassVar[str] = "supervision.rectification.reported"

    round: int


class RectificationVerified(TaskMoved, frozen=True, kw_only=True):
    """整改已复查."""

    fact: ClassVar[str] = "supervision.rectification.verified"

    round: int
    passed: bool
    officers: tuple[str, ...]


class ReferralMade(TaskMoved, frozen=True, kw_only=True):
    """已移送执法."""

    fact: ClassVar[str] = "supervision.referral.made"

    to_department: str
    inspection_no: str
    off_system: bool


class ReferralSupplemented(TaskMoved, frozen=True, kw_only=True):
    """执法要求补充材料."""

    fact: ClassVar[str] = "supervision.referral.supplemented"

    times: int


class ReferralConcluded(TaskMoved, frozen=True, kw_only=True):
    """处罚结果已登记: a penalty, or none."""

    fact: ClassVar[str] = "supervision.referral.concluded"

    inspection_no: str
    no_penalty: bool
    punish_types: tuple[str, ...] = ()
    punish_document_code: str = ""
    """处罚文书号: always there for a penalty; a decision for none may have no number."""
    decision_date: date
    """处罚决定日期."""
    fine_yuan: str = ""
    """罚款金额 in yuan, a decimal number; empty: no fine, or not said."""
    simple_procedure: bool = False
    """简易程序 (处罚程序 01); else 一般程序."""
    authority: str = ""
    """执法部门 code: whom the task was referred to."""
    legal_basis: str = ""
    """处罚依据: the law cited. What was done (违法事实) and the wording of the result are not told: they may name a person."""


class ObjectPaused(Event, frozen=True, kw_only=True):
    """Base of the pauses of an object."""

    by: str
    at: Instant
    reason: str
    subject: Subject
    object: Object
    tasks: tuple[str, ...]
    """Tasks whose clocks stopped or run again."""

    @property
    def aggregate(self) -> str:
        """The object."""
        return f"{self.source_system}:{self.object.object_no}"

    @property
    def holder(self) -> Subject:
        """Whose it is."""
        return self.subject


class ObjectSuspended(ObjectPaused, frozen=True, kw_only=True):
    """监管对象已停业或许可已暂扣: routine tasks wait."""

    fact: ClassVar[str] = "supervision.object.suspended"

    standstill: str


class ObjectResumed(ObjectPaused, frozen=True, kw_only=True):
    """监管对象已恢复: routine tasks go on."""

    fact: ClassVar[str] = "supervision.object.resumed"


EVENTS: tuple[type[Event], ...] = (
    TaskReturned,
    TaskRouted,
    TaskDisputed,
    TaskArbitrated,
    TaskTransferred,
    TaskHandedOver,
    TaskPlanned,
    TaskStarted,
    TaskClosed,
    RectificationOrdered,
    RectificationReported,
    RectificationVerified,
    ReferralMade,
    ReferralSupplemented,
    ReferralConcluded,
    ObjectSuspended,
    ObjectResumed,
)

"""Feedback (结果反馈): after what was found, supervision asks the approver to act on the licence.

Source: 石大政办发〔2021〕54号, 监管结果反馈; what may be asked: 东营 (限制准入、补办手续、撤销、吊销). One matter is asked once
at a time; the answer belongs to the approver and never changes here.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.feedback import FeedbackKind
from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.content import code_faults, name_faults
from supervision.domain.directory import Person
from supervision.domain.inspector import Inspector
from supervision.domain.register import Holder

_LONGEST = 2000


@dataclass(frozen=True, kw_only=True)
class RaiseFeedback:
    """反馈审批. Raises ``invalid-content``."""

    task_id: str
    kind: FeedbackKind
    reason: str
    legal_basis: str
    by: str

    def __post_init__(self) -> None:
        faults = [
            *name_faults("/reason", self.reason, longest=_LONGEST),
            *name_faults("/legal_basis", self.legal_basis, longest=_LONGEST, required=False),
            *code_faults("/by", self.by),
        ]
        if faults:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """结果反馈 with its answer, once there is one (``accepted`` is None before)."""

    feedback_id: str
    task_id: str
    source_system: str
    region: str
    case_id: str
    department: str
    holder: Holder
    object_no: str
    object_name: str
    object_address: str
    kind: FeedbackKind
    reason: str
    legal_basis: str
    inspection_no: str
    raised_by: str
    raised_at: datetime
    overdue_since: datetime | None = None
    accepted: bool | None = None
    answer_reason: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    decision_case_id: str = ""
    decision_revision: int = 0

    @property
    def answered(self) -> bool:
        """已答复."""
        return self.accepted is not None

    def repeated(self, command: RaiseFeedback) -> bool:
        """True when this very feedback is asked again while nobody answered.

        Raises:
            Refusal: ``feedback-open`` (409) when the same matter is open with other words.
        """
        if self.answered or self.kind is not command.kind:
            return False
        if (self.reason, self.legal_basis, self.raised_by) == (command.reason, command.legal_basis, command.by):
            return True
        raise Refusal(
            code="feedback-open",
            zh=f"该任务已有同一事由的反馈待审批答复（{self.feedback_id}），请等待答复",
            en=f"the same matter waits for the approver's answer ({self.feedback_id}); wait for it",
            status=409,
        )

    def overdue(self, since: datetime) -> "Feedback":
        """逾期未答复."""
        return replace(self, overdue_since=since)


def require_colleague(department: str, code: str, inspector: Inspector | None, person: Person | None) -> None:
    """Who asks is a registered inspector or, in the directory, a person in office of the task's department.

    Raises:
        Refusal: ``person-elsewhere`` (422) otherwise.
    """
    in_office = person is not None and person.department == department and person.left_on is None
    if in_office or (inspector is not None and inspector.department == department):
        return
    zh = f"{code} 不是 {department} 的执法人员或在岗人员，请更换或先登记"
    en = f"{code} is neither an inspector nor a person in office of {department}; name another or register them"
    raise Refusal(code="person-elsewhere", zh=zh, en=en, faults=(Fault(pointer="/by", zh=zh, en=en),))


def no_licence(object_no: str) -> Refusal:
    """该对象没有审批办件: 409 ``feedback-no-case``."""
    return Refusal(
        code="feedback-no-case",
        zh=f"对象 {object_no} 没有审批办件，无从反馈审批",
        en=f"no decision has named object {object_no}; there is nothing the approver could act on",
        status=409,
    )


def unknown_feedback(feedback_id: str) -> Refusal:
    """没有该反馈: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {feedback_id[:64]} 的反馈，请核对反馈编号",
        en=f"there is no feedback {feedback_id[:64]}; check its id",
        status=404,
    )

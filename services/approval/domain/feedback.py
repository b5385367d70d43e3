"""Feedback (结果反馈): supervision asks the approver to act on a licence; the approver accepts or refuses, once.

Accepted means acting: a new decision on the same object is registered with the answer. Only a restriction of access
(限制准入) may be accepted without one, it binds later applications. Source: 石大政办发〔2021〕54号, 监管结果反馈; 东营, 聊城.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from approval.domain.case import Receipt, Statement
from approval.domain.content import LONGEST_ID
from kernel.decision import DecisionKind
from kernel.feedback import FITTING, FeedbackKind
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import SubjectKey
from kernel.text import prose_fault

LONGEST_REASON = 2000


class DeadlineKind(StrEnum):
    """What must be done in time here (时限种类)."""

    ANSWER = "ANSWER"  # 答复时限


class FeedbackState(StrEnum):
    """Where a feedback stands (反馈状态)."""

    OPEN = "OPEN"  # 待答复
    ANSWERED = "ANSWERED"  # 已答复


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFeedback:
    """答复反馈: ``statement`` is the new decision of an accepted one."""

    feedback_id: str
    accepted: bool
    reason: str = ""
    by: str
    statement: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """结果反馈 as the approver keeps it. The subject's name is empty for a natural person."""

    feedback_id: str
    source_system: str
    region: str
    case_id: str
    task_id: str
    department: str
    kind: FeedbackKind
    reason: str
    legal_basis: str
    inspection_no: str
    raised_by: str
    raised_at: datetime
    subject: SubjectKey
    subject_kind: str
    subject_name: str
    object_no: str
    object_name: str
    object_address: str
    state: FeedbackState = FeedbackState.OPEN
    accepted: bool | None = None
    answer_reason: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    decision_case_id: str = ""
    decision_revision: int = 0
    decision_kind: DecisionKind | None = None

    def repeated(self, answer: AnswerFeedback) -> bool:
        """True when this very answer was given before.

        Raises:
            Refusal: ``feedback-answered`` (409) when it was answered otherwise.
        """
        if self.state is FeedbackState.OPEN:
            return False
        said = answer.statement
        given = (self.accepted, self.answer_reason, self.answered_by, self.decision_case_id, self.decision_revision)
        decision = (said.case_id, said.revision) if said else ("", 0)
        if given == (answer.accepted, answer.reason, answer.by, *decision):
            return True
        raise Refusal(
            code="feedback-answered",
            zh="该反馈已经答复，答复不能更改；如情况有变，请另行作出决定",
            en="the feedback is answered and an answer does not change; decide anew when things are different",
            status=409,
        )

    def must_fit(self, answer: AnswerFeedback) -> None:
        """Let a sound answer pass.

        Raises:
            Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
        """
        faults = [*_texts(answer), *self._decision(answer)]
        if faults:
            raise malformed(faults)

    def answered(self, answer: AnswerFeedback, receipt: Receipt | None, at: datetime) -> "Feedback":
        """The feedback with its answer."""
        said = answer.statement
        return replace(
            self,
            state=FeedbackState.ANSWERED,
            accepted=answer.accepted,
            answer_reason=answer.reason,
            answered_by=answer.by,
            answered_at=at,
            decision_case_id=receipt.case_id if receipt else "",
            decision_revision=receipt.revision if receipt else 0,
            decision_kind=said.kind if said else None,
        )

    def _decision(self, answer: AnswerFeedback) -> Iterator[Fault]:
        said = answer.statement
        if said is None:
            if answer.accepted and self.kind is not FeedbackKind.RESTRICT:
                zh, en = "采纳反馈须同时作出新的决定", "an accepted feedback needs the new decision"
                yield Fault(pointer="/case", zh=zh, en=en)
            return
        if not answer.accepted:
            zh, en = "不采纳时不得附新的决定，请删除", "a refusal has no new decision; leave it out"
            yield Fault(pointer="/case", zh=zh, en=en)
        if (said.source_system, said.object.object_no) != (self.source_system, self.object_no):
            zh = f"决定应针对反馈的监管对象 {self.source_system}:{self.object_no}"
            en = f"the decision must be on the object of the feedback, {self.source_system}:{self.object_no}"
            yield Fault(pointer="/case/object/object_no", zh=zh, en=en)
        fitting = FITTING.get(self.kind)
        if fitting and said.kind not in fitting:
            named = "、".join(kind for kind in DecisionKind if kind in fitting)
            yield Fault(
                pointer="/case/kind",
                zh=f"反馈事由为 {self.kind}，决定的办理类型应为 {named}",
                en=f"a feedback {self.kind} is carried out by {named}",
            )


def _texts(answer: AnswerFeedback) -> Iterator[Fault]:
    if not answer.by:
        yield Fault(pointer="/by", zh="必填，请填写答复人编码", en="is required: the code of who answers")
    if not answer.accepted and not answer.reason:
        yield Fault(pointer="/reason", zh="不采纳须写明理由", en="a refusal needs a reason")
    for pointer, text, longest in (("/by", answer.by, LONGEST_ID), ("/reason", answer.reason, LONGEST_REASON)):
        if fault := prose_fault(pointer, text, longest=longest):
            yield fault

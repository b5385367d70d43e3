"""Words of a feedback (结果反馈): what supervision asks of the approver after what it found."""

from collections.abc import Mapping
from enum import StrEnum

from kernel.decision import DecisionKind


class FeedbackKind(StrEnum):
    """What supervision suggests the approver should do (反馈事由)."""

    ANNUL = "ANNUL"  # 撤销, 行政许可法 art. 69
    WITHDRAW = "WITHDRAW"  # 撤回, 行政许可法 art. 8
    REVOKE = "REVOKE"  # 吊销, 行政处罚法 art. 9
    RESTRICT = "RESTRICT"  # 限制准入
    SUPPLEMENT = "SUPPLEMENT"  # 补办手续
    CHANGE = "CHANGE"  # 变更, 行政许可法 art. 49


_ENDINGS = (DecisionKind.ANNUL, DecisionKind.WITHDRAW, DecisionKind.REVOKE, DecisionKind.CANCEL)
FITTING: Mapping[FeedbackKind, tuple[DecisionKind, ...]] = {
    FeedbackKind.ANNUL: _ENDINGS,
    FeedbackKind.WITHDRAW: _ENDINGS,
    FeedbackKind.REVOKE: _ENDINGS,
    FeedbackKind.SUPPLEMENT: (DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW),
    FeedbackKind.CHANGE: (DecisionKind.CHANGE,),
}
"""Feedback → the decisions that carry it out; how a licence is ended is the approver's judgement. A restriction takes none."""

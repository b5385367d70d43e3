"""Words of an approval decision (审批决定)."""

from enum import StrEnum


class DecisionKind(StrEnum):
    """What the bureau decided (办理类型). Source: 行政许可法 (2019) art. 8, 49, 50, 69, 70; 行政处罚法 (2021) art. 9."""

    NEW = "NEW"  # 新办
    CHANGE = "CHANGE"  # 变更, art. 49
    RENEW = "RENEW"  # 延续, art. 50
    EXPIRE = "EXPIRE"  # 到期, art. 70(1)
    WITHDRAW = "WITHDRAW"  # 撤回, art. 8
    ANNUL = "ANNUL"  # 撤销, art. 69
    REVOKE = "REVOKE"  # 吊销, a penalty (处罚法 art. 9)
    CANCEL = "CANCEL"  # 注销, art. 70

    @property
    def ends_licence(self) -> bool:
        """True when the holder may no longer do what was licensed (许可失效)."""
        return self in ENDING


ENDING = frozenset(
    {DecisionKind.EXPIRE, DecisionKind.WITHDRAW, DecisionKind.ANNUL, DecisionKind.REVOKE, DecisionKind.CANCEL},
)

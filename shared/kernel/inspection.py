"""Words of an inspection (检查)."""

from enum import StrEnum


class InspectionResult(StrEnum):
    """How an inspection ended (检查结果)."""

    PASS = "PASS"  # 合格
    PASS_WITH_CONDITIONS = "PASS_WITH_CONDITIONS"  # 基本合格(责令改正)
    FAIL = "FAIL"  # 不合格


class Severity(StrEnum):
    """How bad one finding is (问题严重程度)."""

    CRITICAL = "CRITICAL"  # 严重
    SERIOUS = "SERIOUS"  # 较重
    MINOR = "MINOR"  # 轻微


class LineResult(StrEnum):
    """The answer to one line of the checklist (检查项结果)."""

    PASS = "PASS"  # 合格
    FAIL = "FAIL"  # 不合格
    NOT_CHECKED = "NOT_CHECKED"  # 未检查
    NOT_APPLICABLE = "NOT_APPLICABLE"  # 合理缺项


class TaskState(StrEnum):
    """Where a supervision task stands (监管任务状态)."""

    PENDING_CLAIM = "PENDING_CLAIM"  # 待认领
    CLAIMED = "CLAIMED"  # 已认领
    RETURNED = "RETURNED"  # 已退回
    DISPUTED = "DISPUTED"  # 争议
    PLANNED = "PLANNED"  # 已排期
    INSPECTING = "INSPECTING"  # 检查中
    RECTIFYING = "RECTIFYING"  # 整改中
    REFERRED = "REFERRED"  # 已移送
    CLOSED = "CLOSED"  # 已办结
    CANCELLED = "CANCELLED"  # 已撤销

    @property
    def open(self) -> bool:
        """True while somebody still has to act (未办结)."""
        return self not in {TaskState.CLOSED, TaskState.CANCELLED}

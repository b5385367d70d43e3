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
    NOT_APPLICABLE = "NOT_APPLICABLE"  # 不适用


class TaskState(StrEnum):
    """Where a supervision task stands (监管任务状态)."""

    PUBLISHED = "PUBLISHED"  # 待认领
    CLAIMED = "CLAIMED"  # 已认领
    CONCLUDED = "CONCLUDED"  # 已办结
    CANCELLED = "CANCELLED"  # 已取消

    @property
    def open(self) -> bool:
        """True while somebody still has to act (未办结)."""
        return self in {TaskState.PUBLISHED, TaskState.CLAIMED}

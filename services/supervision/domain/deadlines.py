"""Deadlines of a task (任务时限): which clocks there are. How a clock counts is kernel.deadline's business."""

from dataclasses import dataclass
from enum import StrEnum


class DeadlineKind(StrEnum):
    """What must be done in time (时限种类)."""

    CLAIM = "CLAIM"  # 认领
    FIRST_CHECK = "FIRST_CHECK"  # 首次检查
    COMMITMENT_CHECK = "COMMITMENT_CHECK"  # 承诺核查
    ROUTE = "ROUTE"  # 改派
    ARBITRATION = "ARBITRATION"  # 争议裁定
    RECTIFY = "RECTIFY"  # 整改
    FEEDBACK = "FEEDBACK"  # 反馈审批


CHECKS = frozenset({DeadlineKind.FIRST_CHECK, DeadlineKind.COMMITMENT_CHECK})
"""批后核查: missing one of these counts as an overdue follow-up check."""


@dataclass(frozen=True, slots=True)
class ExplainDeadline:
    """逐日计算: why the last day is the last day."""

    deadline_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDeadline:
    """中止时限. Refusals are those of kernel.deadline."""

    deadline_id: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeDeadline:
    """恢复时限."""

    deadline_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline:
    """延长时限, approved by somebody; ``limit`` as 2wd, 10d, 2m."""

    deadline_id: str
    limit: str
    approved_by: str
    reason: str
    by: str

"""Deadlines of a task (任务时限): which clocks there are. How a clock counts is kernel.deadline's business."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kernel.refusal import Fault, malformed
from supervision.domain.content import code_faults, name_faults

_LONGEST = 1000


class DeadlineKind(StrEnum):
    """What must be done in time (时限种类)."""

    CLAIM = "CLAIM"  # 认领
    FIRST_CHECK = "FIRST_CHECK"  # 首次检查
    COMMITMENT_CHECK = "COMMITMENT_CHECK"  # 承诺核查
    ROUTE = "ROUTE"  # 改派
    ARBITRATION = "ARBITRATION"  # 争议裁定
    RECTIFY = "RECTIFY"  # 整改
    FEEDBACK = "FEEDBACK"  # 反馈审批
    PUBLICISE = "PUBLICISE"  # 公示
    PUT_RIGHT = "PUT_RIGHT"  # 公示更正或撤下
    COMPLAINT = "COMPLAINT"  # 投诉举报办理


STANDSTILL = "STANDSTILL"
"""停业: the cause of a stop that ends when the object resumes."""
CHECKS = frozenset({DeadlineKind.FIRST_CHECK, DeadlineKind.COMMITMENT_CHECK})
"""批后核查: missing one of these counts as an overdue follow-up check."""


@dataclass(frozen=True, slots=True)
class ExplainDeadline:
    """逐日计算: why the last day is the last day."""

    deadline_id: str


@dataclass(frozen=True, kw_only=True)
class DeadlineCommand:
    """What somebody does to a deadline by hand (经办人). Raises ``invalid-content``."""

    deadline_id: str
    by: str

    def __post_init__(self) -> None:
        if faults := [*code_faults("/by", self.by), *self.faults()]:
            raise malformed(faults)

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the content beside ``by``."""
        yield from ()


@dataclass(frozen=True, kw_only=True)
class StopDeadline(DeadlineCommand):
    """中止时限. Refusals are those of kernel.deadline."""

    reason: str

    def faults(self) -> Iterator[Fault]:
        """The reason is not empty."""
        yield from name_faults("/reason", self.reason, longest=_LONGEST)


@dataclass(frozen=True, kw_only=True)
class ResumeDeadline(DeadlineCommand):
    """恢复时限."""


@dataclass(frozen=True, kw_only=True)
class ExtendDeadline(DeadlineCommand):
    """延长时限, approved by somebody; ``limit`` as 2wd, 10d, 2m."""

    limit: str
    approved_by: str
    reason: str

    def faults(self) -> Iterator[Fault]:
        """The reason is not empty, and who approved it is said."""
        yield from name_faults("/reason", self.reason, longest=_LONGEST)
        yield from name_faults("/approved_by", self.approved_by)

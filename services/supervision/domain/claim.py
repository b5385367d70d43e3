"""Claim (认领): an inspector takes a task on. Source: 聊城 rule, claim within 2 working days; the clock comes later."""

from dataclasses import dataclass

from kernel.refusal import malformed
from supervision.domain.content import code_faults


@dataclass(frozen=True, kw_only=True)
class ClaimTask:
    """认领任务. Raises ``invalid-content``."""

    task_id: str
    inspector: str

    def __post_init__(self) -> None:
        if faults := code_faults("/inspector", self.inspector):
            raise malformed(faults)

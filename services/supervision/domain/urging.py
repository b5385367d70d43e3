"""Urging (催办、督办): the linkage office presses for open tasks, many at once, with a reason, looking first if it wants to.

催办 goes to whom the matter lies with and the head of the department, 督办 also to the superior, as with a yellow and a
red card (domain/watch.py). It moves no clock and changes no state.
"""

from dataclasses import dataclass
from enum import StrEnum

from kernel.inspection import TaskState
from kernel.refusal import Fault
from supervision.domain.command import Command, reason_faults
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.transitions import Verb

MOST = 200
"""Tasks of one command."""


class Measure(StrEnum):
    """督促方式."""

    URGE = "URGE"  # 催办
    ESCALATE = "ESCALATE"  # 督办

    @property
    def verb(self) -> Verb:
        """What the trace of the task says."""
        return Verb.URGE if self is Measure.URGE else Verb.ESCALATE


@dataclass(frozen=True, kw_only=True)
class UrgeTasks(Command):
    """催办、督办. ``preview``: only say what would happen. Raises ``invalid-content``."""

    tasks: tuple[str, ...]
    measure: Measure
    reason: str
    preview: bool = False

    def faults(self) -> list[Fault]:
        """There is a reason, and there are tasks, not too many."""
        faults = reason_faults(self.reason)
        if not 0 < len(self.tasks) <= MOST:
            zh, en = f"请选 1 至 {MOST} 个任务", f"choose 1 to {MOST} tasks"
            faults.append(Fault(pointer="/tasks", zh=zh, en=en))
        return faults


@dataclass(frozen=True, kw_only=True)
class Urged:
    """督促回执. ``left``: task → why not, a code; ``told``: person or inbox → of how many tasks."""

    urged: tuple[str, ...]
    left: dict[str, str]
    told: dict[str, int]


def awaited(state: TaskState) -> DeadlineKind:
    """What an open task waits for (所待事项), which says whom the matter lies with."""
    return _AWAITED.get(state, DeadlineKind.FIRST_CHECK)


_AWAITED = {
    TaskState.PENDING_CLAIM: DeadlineKind.CLAIM,
    TaskState.RETURNED: DeadlineKind.ROUTE,
    TaskState.DISPUTED: DeadlineKind.ARBITRATION,
    TaskState.RECTIFYING: DeadlineKind.RECTIFY,
}

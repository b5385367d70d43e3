"""Progress of a case (办件进展): what the approver sees of the supervision its decision led to.

Facts arrive from supervision and are kept one by one, never changed: whatever order they come in, the picture drawn
from them is the same. Source: 石大政办发〔2021〕54号, 监管结果反馈; the approver sees every hand-over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """One kind of progress (进展)."""

    PUSHED = "PUSHED"  # 已推送: a task was made for the department
    JOINED = "JOINED"  # 已并入: an open task took the decision up
    CLAIMED = "CLAIMED"  # 已认领
    RETURNED = "RETURNED"  # 已退回
    ROUTED = "ROUTED"  # 已改派: routed, arbitrated or handed over to another department
    INSPECTED = "INSPECTED"  # 已检查
    CLOSED = "CLOSED"  # 已办结
    CANCELLED = "CANCELLED"  # 已取消
    UNMATCHED = "UNMATCHED"  # 未匹配: no link was in force


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """办件进展: one fact supervision told. ``task_id`` is empty for a case without a task."""

    source_system: str
    case_id: str
    task_id: str
    kind: StepKind
    at: datetime
    department: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What is particular to the kind, as plain JSON values."""


_ONCE = {
    StepKind.PUSHED: "pushed",
    StepKind.CLAIMED: "claimed",
    StepKind.CLOSED: "closed",
    StepKind.CANCELLED: "cancelled",
}
_OFTEN = {
    StepKind.JOINED: "joined",
    StepKind.RETURNED: "returned",
    StepKind.ROUTED: "routed",
    StepKind.INSPECTED: "inspected",
}


def tasks_of(steps: Iterable[CaseStep]) -> list[dict[str, Any]]:
    """The tasks behind a case, oldest first, each with what happened to it and ``step``, the last that did.

    ``department`` is the one it is with now. Claimed again after a return, the last claim counts. An inspection that
    closed its task (一次办结, or passed) says so itself: nothing else tells that it is closed.
    """
    tasks: dict[str, dict[str, Any]] = {}
    for step in sorted((step for step in steps if step.task_id), key=lambda step: step.at):
        empty: dict[str, Any] = dict.fromkeys(_ONCE.values()) | {name: [] for name in _OFTEN.values()}
        task = tasks.setdefault(step.task_id, {"task_id": step.task_id} | empty)
        told = {"at": step.at, **step.facts}
        if name := _ONCE.get(step.kind):
            task[name] = told
        else:
            task[_OFTEN[step.kind]].append(told)
            if reason := step.facts.get("close_reason"):
                task["closed"] = {"at": step.at, "by": step.facts["by"], "close_reason": reason, "reason": ""}
        if step.kind is not StepKind.JOINED:
            task |= {"step": step.kind.value, "department": step.department}
    return list(tasks.values())


def unmatched_at(steps: Iterable[CaseStep]) -> datetime | None:
    """When supervision last said that no link was in force for the case, or None."""
    return max((step.at for step in steps if step.kind is StepKind.UNMATCHED), default=None)

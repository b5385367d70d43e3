"""Where each verb leads, told by hand (任务流转的模型), and every verb as somebody would ask for it; for the life of a task."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from kernel.calendar import CalendarYear
from kernel.inspection import InspectionResult, TaskState
from kernel.limit import Limit
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.inspection import ConcludeTask
from supervision.domain.referral import Penalty
from supervision.domain.task import Task
from supervision.domain.verbs import (
    ArbitrateTask,
    CloseTask,
    DisputeTask,
    InspectTask,
    PenaliseTask,
    PlanTask,
    RectifyTask,
    ReferTask,
    ReportRectified,
    ReturnTask,
    RouteTask,
    StartTask,
    SupplementTask,
    TransferTask,
    VerifyTask,
)
from supervision.domain.words import CloseReason, PunishType
from tests.fakes.supervised import a_feedback, a_report

P, C, R, D = TaskState.PENDING_CLAIM, TaskState.CLAIMED, TaskState.RETURNED, TaskState.DISPUTED
L, I, V, F = TaskState.PLANNED, TaskState.INSPECTING, TaskState.RECTIFYING, TaskState.REFERRED  # noqa: E741 - a table reads best
CLOSED, CANCELLED = TaskState.CLOSED, TaskState.CANCELLED
IN_HAND = (C, L, I, V, F)
LEADS: dict[str, dict[TaskState, TaskState]] = {
    "claim": {P: C},
    "return": {P: R, C: R},
    "route": {R: P},
    "dispute": {P: D, C: D, R: D},
    "arbitrate": {D: P},
    "transfer": {state: state for state in IN_HAND},
    "plan": {C: L, L: L},
    "start": {C: I, L: I},
    "inspect, passed": {C: CLOSED, L: CLOSED, I: CLOSED},
    "inspect, failed": {C: I, L: I, I: I},
    "conclude": {P: CLOSED, C: CLOSED, L: CLOSED, I: CLOSED},
    "rectify": {I: V},
    "report": {V: V},
    "verify, passed": {V: CLOSED},
    "verify, failed": {V: V},
    "refer": {I: F, V: F},
    "supplement": {F: F},
    "penalise": {F: CLOSED},
    "penalise the licence": {F: F},
    "feed back": {state: state for state in (*IN_HAND, CLOSED)},
    "close": dict.fromkeys(IN_HAND, CLOSED),
}
"""动作 → 现状态 → 新状态, as 审管联动 wants it."""
LATER = {
    *("task-claimed", "inspection-needed", "inspection-recorded", "penalty-recorded", "task-exists-there"),
    *("feedback-open", "feedback-not-now"),
}
"""Refusals beside the wrong state; each depends on more than the state."""
DEPARTMENTS = {"DEMO-FOOD": ("orange-1", "orange-2"), "DEMO-FIRE": ("fire-1", "fire-2")}
FINE: dict[str, Any] = {"punish_document_code": "某罚〔2011〕1 号", "decision_date": date(2011, 9, 2)}
KNOWN = [
    CalendarYear(year=year, version=1, working=frozenset(), free=frozenset(), provisional=False, source="test")
    for year in (2011, 2012, 2013)
]


def commands(task: Task, number: int, today: date) -> dict[str, tuple[Callable[[Any, Any], Any], Callable[[], Any]]]:
    """Every verb as somebody would ask for it now."""
    of: dict[str, Any] = {"task_id": task.task_id, "by": "boss-1"}
    why: dict[str, Any] = {**of, "reason": "说明"}
    crew = DEPARTMENTS[task.department]
    fits = min(today, date(2099, 1, 1))
    report = partial(a_report, f"I{number}", inspectors=crew, inspected_on=fits, lines=_lines(task))
    failed = {"failed": ("1",), "result": InspectionResult.FAIL, "lines": _lines(task, "1")}
    limit = Limit.parse("10d")
    colleague = partial(a_feedback, task.task_id, by=crew[0], reason=f"反馈 {number}")
    return {
        "claim": (handlers.claim_task, partial(ClaimTask, task_id=task.task_id, inspector=crew[0])),
        "return": (handlers.return_task, partial(ReturnTask, **why)),
        "route": (handlers.route_task, partial(RouteTask, **why, department=_of(number))),
        "dispute": (handlers.dispute_task, partial(DisputeTask, **why)),
        "arbitrate": (handlers.arbitrate_task, partial(ArbitrateTask, **why, department=_of(number))),
        "transfer": (handlers.transfer_task, partial(TransferTask, **why, inspector=crew[1])),
        "plan": (handlers.plan_task, partial(PlanTask, **of, planned_on=today, officers=crew)),
        "start": (handlers.start_task, partial(StartTask, **of)),
        "inspect, passed": (handlers.inspect_task, lambda: InspectTask(task_id=task.task_id, report=report())),
        "inspect, failed": (handlers.inspect_task, lambda: InspectTask(task_id=task.task_id, report=report(**failed))),
        "conclude": (handlers.conclude_task, lambda: ConcludeTask(task_id=task.task_id, report=report(**failed))),
        "rectify": (handlers.order_rectification, partial(RectifyTask, **of, demand="整改", limit=limit)),
        "report": (handlers.report_rectified, partial(ReportRectified, **of, report="已改")),
        "verify, passed": (handlers.verify_rectification, partial(VerifyTask, **of, passed=True, officers=crew)),
        "verify, failed": (handlers.verify_rectification, partial(VerifyTask, **of, passed=False, officers=crew)),
        "refer": (handlers.refer_task, partial(ReferTask, **why, referred_to="示例综合执法局", off_system=True)),
        "supplement": (handlers.supplement_referral, partial(SupplementTask, **why)),
        "penalise": (handlers.penalise_task, lambda: PenaliseTask(**of, penalty=_penalty(PunishType.FINE))),
        "penalise the licence": (handlers.penalise_task, lambda: PenaliseTask(**of, penalty=_penalty(PunishType.REVOCATION))),
        "feed back": (handlers.raise_feedback, colleague),
        "close": (handlers.close_task, partial(CloseTask, **of, reason=CloseReason.OTHER, note="说明")),
    }  # fmt: skip


def _of(number: int) -> str:
    return sorted(DEPARTMENTS)[number % len(DEPARTMENTS)]


def _penalty(kind: PunishType) -> Penalty:
    return Penalty(punish_types=(kind,), **FINE)


def _lines(task: Task, failed: str = "") -> Any:
    plain = a_report("X", (failed,) if failed else ()).lines
    return plain[:5] if task.checklist == "OTHER-5" else plain

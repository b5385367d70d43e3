"""The progress of one case (办件进展): its tasks with all that supervision told of them."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.domain.progress import CaseStep, StepKind, tasks_of, unmatched_at
from approval.queries.feedback import feedback_list
from approval.tables import case_step, decision

_MOST = 500
"""Feedback of one case that is shown."""
_LED_TO = (StepKind.PUSHED, StepKind.JOINED)


async def case_progress(connection: AsyncConnection, source_system: str, case_id: str) -> dict[str, Any] | None:
    """What came of a case, or None when it is not registered."""
    known = select(decision.c.id).where(decision.c.source_system == source_system, decision.c.case_id == case_id)
    if (await connection.execute(known.limit(1))).first() is None:
        return None
    own = (case_step.c.case_id == case_id) & (case_step.c.source_system == source_system)
    # A task is cancelled in the name of another case: all that was told of the case's tasks belongs here.
    led_to = select(case_step.c.task_id).where(own, case_step.c.kind.in_(_LED_TO), case_step.c.task_id.is_not(None))
    steps = await _steps(connection, case_step.c.task_id.in_(led_to))
    unmatched = await _steps(connection, own & (case_step.c.kind == StepKind.UNMATCHED))
    return {
        "source_system": source_system,
        "case_id": case_id,
        "unmatched_at": unmatched_at(unmatched),
        "tasks": tasks_of(steps),
        "feedback": await feedback_list(connection, {"source_system": source_system, "case_id": case_id}, None, _MOST),
    }


async def _steps(connection: AsyncConnection, which: ColumnElement[bool]) -> list[CaseStep]:
    rows = (await connection.execute(select(case_step).where(which).order_by(case_step.c.id))).mappings()
    return [
        CaseStep(
            source_system=row["source_system"],
            case_id=row["case_id"],
            task_id=row["task_id"] or "",
            kind=StepKind(row["kind"]),
            at=row["at"],
            department=row["department"],
            facts=row["facts"],
        )
        for row in rows
    ]

"""Queries (查询): SQL straight to the answer, no aggregates, read only.

Pages are cut by key, never by number: a page stays right while rows come in.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, rows_of
from contracts.directory import SOURCE as DIRECTORY
from kernel.inspection import InspectionResult, TaskState
from kernel.subject import tidy_number
from supervision.domain.decision import Outcome
from supervision.domain.transitions import Verb
from supervision.queries.officers import evidence_of, signatures_of
from supervision.queries.process import deadlines_of, history_of
from supervision.tables import (
    alert,
    applied_decision,
    department,
    finding,
    inspection,
    object_risk,
    person,
    subject_grade,
    supervised_object,
    task,
)
from supervision.tables import (
    feedback as feedback_table,
)

_MOST_FEEDBACK = 500
"""Feedback of one task that is shown with it."""
_OBJECT_KEY = (supervised_object.c.source_system, supervised_object.c.object_no)
_RISK_KEY = (object_risk.c.source_system, object_risk.c.object_no)
_DECISION_KEY = (applied_decision.c.source_system, applied_decision.c.case_id, applied_decision.c.revision)
_ALERT_KEY = (alert.c.key, alert.c.rule, alert.c.period, alert.c.number)
_SHOWN = 100
"""Records of evidence, and signatures, a task shows with itself; the rest stands in their lists."""
_INSPECTION_PARTS = [c for c in inspection.c if c.name != "content"]


async def tasks(
    connection: AsyncConnection, which: Mapping[str, str | None], after: str | None, limit: int
) -> list[Row]:
    """Tasks (监管任务) in the order they were made; ``which``: column → value, None = all."""
    wanted = filtered(select(task), task, which).order_by(task.c.task_id).limit(limit)
    return await rows_of(connection, wanted.where(task.c.task_id > after) if after else wanted)


async def one_task(connection: AsyncConnection, task_id: str) -> Row | None:
    """A task with its inspection (检查与问题), evidence and signatures, or None."""
    found = await rows_of(connection, select(task).where(task.c.task_id == task_id))
    if not found:
        return None
    concluded = await rows_of(connection, select(*_INSPECTION_PARTS).where(inspection.c.task_id == task_id))
    for record in concluded:
        theirs = (finding.c.source_system, finding.c.inspection_no)
        key = (record["source_system"], record["inspection_no"])
        parts = select(finding.c.line_code, finding.c.severity, finding.c.note)
        record["findings"] = await rows_of(
            connection, parts.where(tuple_(*theirs) == key).order_by(finding.c.line_code)
        )
    files = await evidence_of(connection, task_id, None, _SHOWN)
    signed = await signatures_of(connection, task_id, None, _SHOWN)
    asked = await feedback(connection, {"task_id": task_id}, None, _MOST_FEEDBACK)
    history = await history_of(connection, task_id)
    parts_of_it = {
        "deadlines": await deadlines_of(connection, task_id),
        "history": history,
        "handovers": [change for change in history if change["verb"] == Verb.HAND_OVER],
        "evidence": files,
        "signatures": signed,
        "feedback": asked,
    }
    return found[0] | {"inspection": concluded[0] if concluded else None} | parts_of_it


async def feedback(
    connection: AsyncConnection, which: Mapping[str, str | None], after: str | None, limit: int
) -> list[Row]:
    """Feedback (结果反馈) with its answers in the order it was raised."""
    wanted = filtered(select(feedback_table), feedback_table, which)
    wanted = wanted.order_by(feedback_table.c.feedback_id).limit(limit)
    return await rows_of(connection, wanted.where(feedback_table.c.feedback_id > after) if after else wanted)


async def objects(
    connection: AsyncConnection, which: Mapping[str, Any], after: tuple[str, str] | None, limit: int
) -> list[Row]:
    """The register (监管对象名录) in the order of its numbers, with risk classes; ``which`` may name one."""
    asked = dict(which)
    letter = asked.pop("risk_class", None)
    if letter is not None:
        return await rows_of(connection, _of_class(letter, asked, after).limit(limit))
    of_object = and_(*(object_risk.c[column.name] == column for column in _OBJECT_KEY))
    # Looked up for each row: a join would read the classes of all pages before.
    risk_class = select(func.nullif(object_risk.c.risk_class, "")).where(of_object).scalar_subquery()
    wanted = filtered(select(supervised_object, risk_class.label("risk_class")), supervised_object, asked)
    wanted = wanted.order_by(*_OBJECT_KEY).limit(limit)
    return await rows_of(connection, wanted.where(tuple_(*_OBJECT_KEY) > after) if after else wanted)


def _of_class(letter: str, which: Mapping[str, Any], after: tuple[str, str] | None) -> Select[Any]:
    """The objects of one class, each looked up as the class lists it: a page reads its own rows, however they lie."""
    one = and_(*(supervised_object.c[column.name] == column for column in _RISK_KEY))
    found = filtered(select(supervised_object).where(one), supervised_object, which).limit(1).lateral()
    wanted = select(found, object_risk.c.risk_class).join_from(object_risk, found, true())
    wanted = wanted.where(object_risk.c.risk_class == letter).order_by(*_RISK_KEY)
    return wanted.where(tuple_(*_RISK_KEY) > after) if after else wanted


async def decisions(
    connection: AsyncConnection, which: Mapping[str, str | None], after: tuple[str, str, int] | None, limit: int
) -> list[Row]:
    """Applied decisions (已处理的决定) in the order of source, case and revision."""
    wanted = filtered(select(applied_decision), applied_decision, which).order_by(*_DECISION_KEY).limit(limit)
    return await rows_of(connection, wanted.where(tuple_(*_DECISION_KEY) > after) if after else wanted)


async def alerts(
    connection: AsyncConnection, which: Mapping[str, str | None], after: tuple[str, str, str, int] | None, limit: int
) -> list[Row]:
    """Alerts (预警) in the order of key, rule, period and number."""
    wanted = filtered(select(alert), alert, which).order_by(*_ALERT_KEY).limit(limit)
    return await rows_of(connection, wanted.where(tuple_(*_ALERT_KEY) > after) if after else wanted)


async def grade(connection: AsyncConnection, id_type: str, id_no: str) -> Row | None:
    """What credit last said of a subject (信用等级), or None; the number may be written with blanks and hyphens."""
    wanted = select(subject_grade).where(
        subject_grade.c.id_type == id_type, subject_grade.c.id_no.in_((id_no, tidy_number(id_no)))
    )
    return next(iter(await rows_of(connection, wanted)), None)


async def figures(connection: AsyncConnection, source: str | None) -> dict[str, int]:
    """Counts for reconcile (对账数字), of one source system or of all.

    ``tasks`` leaves out what was drawn at random and what a complaint asked for. ``joined`` counts decisions with that outcome, ``cancelled`` counts tasks in that state.
    """
    counts = {
        "decisions_applied": _count(applied_decision, source),
        "tasks": _count(task, source, task.c.draw_no == "", task.c.complaint_id.is_(None)),
        "ad_hoc": _count(task, source, task.c.link_code == "", task.c.complaint_id.is_(None)),
        "joined": _count(applied_decision, source, applied_decision.c.outcome == Outcome.JOINED),
        "cancelled": _count(task, source, task.c.state == TaskState.CANCELLED),
        "unmatched": _count(applied_decision, source, applied_decision.c.outcome == Outcome.UNMATCHED),
        "inspections": _count(inspection, source),
        "orphan_inspections": _count(inspection, source, inspection.c.orphan),
    }
    row = (await connection.execute(select(*(count.label(name) for name, count in counts.items())))).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


async def ledger(connection: AsyncConnection, source: str | None) -> AsyncIterator[tuple[str, str, str]]:
    """What must match elsewhere (对账明细), as (set, side, key).

    Each applied decision is the effect of one of approval. A decision that made n tasks is n causes, each task of a
    link one effect under the key of the decision that made it. Each failed inspection is the cause of a record.
    """
    made = select(*_DECISION_KEY, applied_decision.c.tasks_made)
    async for system, case_id, revision, tasks_made in _streamed(connection, made, applied_decision, source):
        key = f"{system}:{case_id}:{revision}"
        yield "decisions", "effect", key
        for _ in range(tasks_made):
            yield "tasks", "cause", key
    linked = select(task.c.source_system, task.c.case_id, task.c.revision).where(
        task.c.link_code != "", task.c.draw_no == ""
    )
    async for system, case_id, revision in _streamed(connection, linked, task, source):
        yield "tasks", "effect", f"{system}:{case_id}:{revision}"
    failed = select(inspection.c.source_system, inspection.c.inspection_no)
    failed = failed.where(inspection.c.result == InspectionResult.FAIL)
    async for system, number in _streamed(connection, failed, inspection, source):
        yield "records", "cause", f"{system}:{number}"
    known = select(*(subject_grade.c[name] for name in ("id_type", "id_no", "version", "grade")))
    async for id_type, id_no, version, letter in _streamed(connection, known, subject_grade, source):
        yield "grades-supervision", "effect", f"{id_type}:{id_no}:{version}:{letter}"
    asked = select(feedback_table.c.feedback_id, feedback_table.c.accepted)
    async for feedback_id, accepted in _streamed(connection, asked, feedback_table, source):
        yield "feedback", "cause", str(feedback_id)
        if accepted is not None:
            yield "answers", "effect", str(feedback_id)
    for name, entries in (("departments", department), ("people", person)) if source in {None, DIRECTORY} else ():
        for code, version in (await connection.execute(select(entries.c.code, entries.c.version))).all():
            yield name, "effect", f"{code}:{version}"


async def _streamed(
    connection: AsyncConnection, wanted: Select[Any], of: FromClause, source: str | None
) -> AsyncIterator[Any]:
    async with connection.stream(filtered(wanted, of, {"source_system": source})) as rows:
        async for row in rows:
            yield row


def _count(of: FromClause, source: str | None, *conditions: ColumnElement[bool]) -> Any:
    counted = select(func.count()).select_from(of).where(*conditions)
    return filtered(counted, of, {"source_system": source}).scalar_subquery()

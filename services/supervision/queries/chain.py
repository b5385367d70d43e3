"""Queries (查询): SQL straight to the answer, no aggregates, read only.

Pages are cut by key, never by number: a page stays right while rows come in.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.directory import SOURCE as DIRECTORY
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, TaskState
from kernel.subject import tidy_number
from supervision.domain.catalogue import Facts
from supervision.domain.catalogue.past import PastDecision
from supervision.domain.decision import Outcome
from supervision.domain.transitions import Verb
from supervision.queries.officers import evidence_of, signatures_of
from supervision.queries.process import deadlines_of, history_of
from supervision.tables import (
    alert,
    applied_decision,
    catalogue_version,
    department,
    finding,
    inspection,
    inspector,
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
_DECISION_KEY = (applied_decision.c.source_system, applied_decision.c.case_id, applied_decision.c.revision)
_ALERT_KEY = (alert.c.key, alert.c.rule, alert.c.period, alert.c.number)
_SHOWN = 100
"""Records of evidence, and signatures, a task shows with itself; the rest stands in their lists."""
_INSPECTION_PARTS = [c for c in inspection.c if c.name != "content"]

_OPEN = [state.value for state in TaskState if state.open]
_PORTION = 5000
_PAST = (
    *("source_system", "object_no", "id_type", "id_no", "kind", "item_code", "region", "decided_on"),
    *("commitment", "existing", "subject_kind", "object_name", "object_address"),
)

VERSION_LIFE = (
    *("state", "drafted_by", "drafted_at", "submitted_by", "submitted_at", "published_by", "published_at"),
    *("retired_by", "retired_at", "retired_on"),
)
"""What became of a catalogue version, beside its content."""

Row = dict[str, Any]


async def tasks(
    connection: AsyncConnection, which: Mapping[str, str | None], after: str | None, limit: int
) -> list[Row]:
    """Tasks (监管任务) in the order they were made; ``which``: column → value, None = all."""
    wanted = _filtered(select(task), task, which).order_by(task.c.task_id).limit(limit)
    return await _rows(connection, wanted.where(task.c.task_id > after) if after else wanted)


async def one_task(connection: AsyncConnection, task_id: str) -> Row | None:
    """A task with its inspection (检查与问题), evidence and signatures, or None."""
    found = await _rows(connection, select(task).where(task.c.task_id == task_id))
    if not found:
        return None
    concluded = await _rows(connection, select(*_INSPECTION_PARTS).where(inspection.c.task_id == task_id))
    for record in concluded:
        theirs = (finding.c.source_system, finding.c.inspection_no)
        key = (record["source_system"], record["inspection_no"])
        parts = select(finding.c.line_code, finding.c.severity, finding.c.note)
        record["findings"] = await _rows(connection, parts.where(tuple_(*theirs) == key).order_by(finding.c.line_code))
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
    wanted = _filtered(select(feedback_table), feedback_table, which)
    wanted = wanted.order_by(feedback_table.c.feedback_id).limit(limit)
    return await _rows(connection, wanted.where(feedback_table.c.feedback_id > after) if after else wanted)


async def objects(
    connection: AsyncConnection, which: Mapping[str, Any], after: tuple[str, str] | None, limit: int
) -> list[Row]:
    """The register (监管对象名录) in the order of its numbers."""
    wanted = _filtered(select(supervised_object), supervised_object, which).order_by(*_OBJECT_KEY).limit(limit)
    return await _rows(connection, wanted.where(tuple_(*_OBJECT_KEY) > after) if after else wanted)


async def decisions(
    connection: AsyncConnection, which: Mapping[str, str | None], after: tuple[str, str, int] | None, limit: int
) -> list[Row]:
    """Applied decisions (已处理的决定) in the order of source, case and revision."""
    wanted = _filtered(select(applied_decision), applied_decision, which).order_by(*_DECISION_KEY).limit(limit)
    return await _rows(connection, wanted.where(tuple_(*_DECISION_KEY) > after) if after else wanted)


async def alerts(
    connection: AsyncConnection, which: Mapping[str, str | None], after: tuple[str, str, str, int] | None, limit: int
) -> list[Row]:
    """Alerts (预警) in the order of key, rule, period and number."""
    wanted = _filtered(select(alert), alert, which).order_by(*_ALERT_KEY).limit(limit)
    return await _rows(connection, wanted.where(tuple_(*_ALERT_KEY) > after) if after else wanted)


async def grade(connection: AsyncConnection, id_type: str, id_no: str) -> Row | None:
    """What credit last said of a subject (信用等级), or None; the number may be written with blanks and hyphens."""
    wanted = select(subject_grade).where(
        subject_grade.c.id_type == id_type, subject_grade.c.id_no.in_((id_no, tidy_number(id_no)))
    )
    return next(iter(await _rows(connection, wanted)), None)


async def catalogue_versions(connection: AsyncConnection) -> list[Row]:
    """Every version (目录版本) in the order of their last change, with its life and size but without its content."""
    parts = (
        *(catalogue_version.c[name] for name in ("version", "effective_from", "effective_to", *VERSION_LIFE)),
        func.jsonb_array_length(catalogue_version.c.content["links"]).label("links"),
        func.jsonb_array_length(catalogue_version.c.content["checklists"]).label("checklists"),
    )
    return await _rows(connection, select(*parts).order_by(catalogue_version.c.sequence))


async def catalogue_content(connection: AsyncConnection, version: str) -> Row | None:
    """One version: its document, and its life beside it; None when there is none."""
    parts = (*(catalogue_version.c[name] for name in VERSION_LIFE), catalogue_version.c.content)
    found = await _rows(connection, select(*parts).where(catalogue_version.c.version == version))
    return found[0].pop("content") | found[0] if found else None


async def items_decided(connection: AsyncConnection) -> dict[str, tuple[int, date]]:
    """Approval items known through decisions (见过的事项): item → how many, and the last day."""
    parts = (applied_decision.c.item_code, func.count(), func.max(applied_decision.c.decided_on))
    rows = await connection.execute(select(*parts).group_by(applied_decision.c.item_code))
    return {item: (count, last) for item, count, last in rows}


async def open_tasks_of_links(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """Open tasks (未办结任务) by (catalogue version, link)."""
    key = (task.c.catalogue_version, task.c.link_code)
    wanted = select(*key, func.count()).where(task.c.link_code != "", task.c.state.in_(_OPEN)).group_by(*key)
    return {(version, link): count for version, link, count in await connection.execute(wanted)}


async def open_tasks_made_by(connection: AsyncConnection, links: Sequence[tuple[str, str]], limit: int) -> list[Row]:
    """The open tasks of these (catalogue version, link) pairs, oldest first, ``limit`` at most."""
    parts = [task.c[name] for name in ("task_id", "catalogue_version", "link_code", "department", "object_no", "state")]
    chosen = tuple_(task.c.catalogue_version, task.c.link_code).in_(links)
    wanted = select(*parts).where(task.c.state.in_(_OPEN), chosen).order_by(task.c.task_id).limit(limit)
    return await _rows(connection, wanted)


async def past_decisions(
    connection: AsyncConnection, first: date | None, end: date | None
) -> AsyncIterator[list[PastDecision]]:
    """Decisions of [first, end) by object (既往决定), in portions from a server-side cursor.

    Of a case that was corrected only what was said last.
    """
    later = applied_decision.alias()
    same_case = (later.c[name] == applied_decision.c[name] for name in ("source_system", "case_id"))
    overtaken = select(later.c.case_id).where(*same_case, later.c.revision > applied_decision.c.revision).exists()
    wanted = select(*(applied_decision.c[name] for name in _PAST)).where(~overtaken)
    if first:
        wanted = wanted.where(applied_decision.c.decided_on >= first)
    if end:
        wanted = wanted.where(applied_decision.c.decided_on < end)
    ordered = wanted.order_by(applied_decision.c.object_no, applied_decision.c.source_system)
    async with connection.stream(ordered, execution_options={"yield_per": _PORTION}) as rows:
        async for portion in rows.partitions():
            yield [_past(row) for row in portion]


def _past(row: Any) -> PastDecision:
    system, object_no, id_type, id_no, kind, item_code, region, decided_on, *rest = row
    commitment, existing, subject_kind, object_name, object_address = rest
    facts = Facts(
        kind=DecisionKind(kind),
        item_code=item_code,
        region=region,
        decided_on=decided_on,
        commitment=commitment,
        existing=existing,
        subject_kind=subject_kind,
        id_type=id_type,
        object_name=object_name,
        object_address=object_address,
    )
    return PastDecision(system, object_no, id_type, id_no, facts)


async def inspectors(connection: AsyncConnection, department: str | None, after: str | None, limit: int) -> list[Row]:
    """Inspectors (执法人员) in the order of their codes."""
    wanted = _filtered(select(inspector), inspector, {"department": department})
    wanted = wanted.order_by(inspector.c.code).limit(limit)
    return await _rows(connection, wanted.where(inspector.c.code > after) if after else wanted)


async def departments(connection: AsyncConnection, after: str | None, limit: int) -> list[Row]:
    """Departments (部门) as approval last told them, in the order of their codes."""
    wanted = select(department).order_by(department.c.code).limit(limit)
    return await _rows(connection, wanted.where(department.c.code > after) if after else wanted)


async def figures(connection: AsyncConnection, source: str | None) -> dict[str, int]:
    """Counts for reconcile (对账数字), of one source system or of all.

    ``joined`` counts decisions with that outcome, ``cancelled`` counts tasks in that state.
    """
    counts = {
        "decisions_applied": _count(applied_decision, source),
        "tasks": _count(task, source),
        "ad_hoc": _count(task, source, task.c.link_code == ""),
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
    linked = select(task.c.source_system, task.c.case_id, task.c.revision).where(task.c.link_code != "")
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
    async with connection.stream(_filtered(wanted, of, {"source_system": source})) as rows:
        async for row in rows:
            yield row


def _filtered(wanted: Select[Any], of: FromClause, which: Mapping[str, Any]) -> Select[Any]:
    return wanted.where(*(of.c[name] == value for name, value in which.items() if value is not None))


def _count(of: FromClause, source: str | None, *conditions: ColumnElement[bool]) -> Any:
    counted = select(func.count()).select_from(of).where(*conditions)
    return _filtered(counted, of, {"source_system": source}).scalar_subquery()


async def _rows(connection: AsyncConnection, wanted: Select[Any]) -> list[Row]:
    return [dict(row) for row in (await connection.execute(wanted)).mappings()]

"""Rows of tasks and of their changes (任务行): aggregate ↔ row, column types in the same order."""

from typing import Any

import msgspec

from chassis.setwise import LIST
from kernel.inspection import TaskState
from kernel.limit import Limit
from supervision.domain.catalogue import Method, Relation
from supervision.domain.history import TaskChange
from supervision.domain.rectification import Round
from supervision.domain.referral import Referral
from supervision.domain.task import Task
from supervision.domain.words import CloseReason, Purpose
from supervision.store.rows import holder_of, texts

_HELD = texts("department", "liaison", "responsible_officer", "object_name", "object_address")
_SUBJECT = texts("id_type", "id_no", "subject_kind", "subject_name")
CHANGES = {
    "task_id": "uuid",
    **texts("state", "claimed_by"),
    "claimed_at": "timestamptz",
    "claimed_automatically": "boolean",
    **_HELD,
    **_SUBJECT,
    "items": LIST,
    "planned_on": "date",
    "crew": LIST,
    **texts("inspection_no"),
    "rounds": "jsonb",
    "referral": "jsonb",
    "closed_at": "timestamptz",
    **texts("close_reason", "closing_case"),
}
TASK = CHANGES | {
    **texts("source_system", "object_no", "region", "purpose", "relation", "method", "check_kind", "checklist"),
    **texts("catalogue_version", "link_code", "case_id"),
    "revision": "int",
    **texts("first_check_limit", "feedback_limit", "visit_exemption", "draw_no"),
    "complaint_id": "uuid",
    "created_at": "timestamptz",
}
CHANGE = {
    "task_id": "uuid",
    **texts("verb", "by"),
    "at": "timestamptz",
    **texts("before", "after", "department", "reason"),
}

_ROUNDS = msgspec.json.Decoder(tuple[Round, ...])
_REFERRAL = msgspec.json.Decoder(Referral)


def changes_row(task: Task) -> tuple[Any, ...]:
    """In the order of CHANGES."""
    holder = task.holder
    return (
        *(task.task_id, task.state, task.claimed_by, task.claimed_at, task.claimed_automatically),
        *(task.department, task.liaison, task.responsible_officer, task.object_name, task.object_address),
        *(holder.id_type, holder.id_no, holder.kind, holder.name),
        *(",".join(task.items), task.planned_on, ",".join(task.crew), task.inspection_no),
        *(_json(task.rounds or None), _json(task.referral), task.closed_at, task.close_reason or "", task.closing_case),
    )


def task_row(task: Task) -> tuple[Any, ...]:
    """In the order of TASK."""
    return (
        *changes_row(task),
        *(task.source_system, task.object_no, task.region, task.purpose, task.relation, task.method),
        *(task.check_kind, task.checklist, task.catalogue_version, task.link_code, task.case_id, task.revision),
        *(str(task.first_check_limit or ""), str(task.feedback_limit or ""), task.visit_exemption),
        *(task.draw_no, task.complaint_id or None, task.created_at),
    )


def task_of(row: Any) -> Task:
    """From the columns of TASK."""
    return Task(
        task_id=str(row["task_id"]),
        source_system=row["source_system"],
        object_no=row["object_no"],
        holder=holder_of(row),
        object_name=row["object_name"],
        object_address=row["object_address"],
        region=row["region"],
        department=row["department"],
        created_at=row["created_at"],
        purpose=Purpose(row["purpose"]),
        relation=Relation(row["relation"]),
        method=Method(row["method"]),
        check_kind=row["check_kind"],
        checklist=row["checklist"],
        catalogue_version=row["catalogue_version"],
        link_code=row["link_code"],
        items=tuple(row["items"]),
        case_id=row["case_id"],
        revision=row["revision"],
        liaison=row["liaison"],
        responsible_officer=row["responsible_officer"],
        first_check_limit=_limit(row["first_check_limit"]),
        feedback_limit=_limit(row["feedback_limit"]),
        visit_exemption=row["visit_exemption"],
        state=TaskState(row["state"]),
        claimed_by=row["claimed_by"],
        claimed_at=row["claimed_at"],
        claimed_automatically=row["claimed_automatically"],
        planned_on=row["planned_on"],
        crew=tuple(row["crew"]),
        draw_no=row["draw_no"],
        complaint_id=str(row["complaint_id"] or ""),
        inspection_no=row["inspection_no"],
        rounds=_ROUNDS.decode(row["rounds"]) if row["rounds"] else (),
        referral=_REFERRAL.decode(row["referral"]) if row["referral"] else None,
        closed_at=row["closed_at"],
        close_reason=CloseReason(row["close_reason"]) if row["close_reason"] else None,
        closing_case=row["closing_case"],
    )


def change_row(change: TaskChange) -> tuple[Any, ...]:
    """In the order of CHANGE."""
    return tuple(getattr(change, name) for name in CHANGE)


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _limit(said: str) -> Limit | None:
    return Limit.parse(said) if said else None

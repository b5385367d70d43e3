"""What an enterprise is shown of itself (企业所见): visits with their codes, and what it was ordered to put right."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from kernel.inspection import TaskState
from kernel.visit import VisitState
from supervision.tables import department, site_visit, task

_VISIT_PARTS = (
    *("visit_no", "number", "department", "kind", "object_name", "planned_on", "visited_on", "matters", "reason"),
    *("legal_basis", "certificates", "state", "code", "scanned_at", "unannounced"),
)
_TASK_PARTS = ("task_id", "department", "object_no", "object_name", "object_address", "rounds")
_TOLD = [state.value for state in VisitState if state not in {VisitState.REQUESTED, VisitState.APPROVED}]
"""States of visits the enterprise was told of, or that were made."""


async def visits_of(connection: AsyncConnection, id_type: str, id_no: str, before: str | None, limit: int) -> list[Row]:
    """Visits (入企检查) an enterprise was told of or had, the newest first, each with the name of the department."""
    wanted = (
        select(*(site_visit.c[name] for name in _VISIT_PARTS), _name_of(site_visit.c.department))
        .where(site_visit.c.id_no == id_no, site_visit.c.id_type == id_type, site_visit.c.state.in_(_TOLD))
        .order_by(site_visit.c.visit_no.desc())
        .limit(limit)
    )
    return await rows_of(connection, wanted.where(site_visit.c.visit_no < before) if before else wanted)


async def rectifications_of(
    connection: AsyncConnection, id_type: str, id_no: str, after: str | None, limit: int
) -> list[Row]:
    """Tasks an enterprise has something to put right for (责令整改), with the rounds so far, in the order they were made."""
    wanted = (
        select(*(task.c[name] for name in _TASK_PARTS), _name_of(task.c.department))
        .where(task.c.id_no == id_no, task.c.id_type == id_type, task.c.state == TaskState.RECTIFYING.value)
        .order_by(task.c.task_id)
        .limit(limit)
    )
    return await rows_of(connection, wanted.where(task.c.task_id > after) if after else wanted)


def _name_of(code: ColumnElement[str]) -> ColumnElement[str]:
    return func.coalesce(select(department.c.name).where(department.c.code == code).scalar_subquery(), "").label(
        "department_name"
    )

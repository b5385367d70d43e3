"""What is asked of annual plans (计划查询): matters, versions of plans, the objects in a scope, the inspectors there are."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, cast, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.risk import RiskClass
from supervision.domain.plans.quota import ClassCount, overdue_since
from supervision.domain.plans.scope import ObjectScope
from supervision.queries.rows import Row, filtered, rows_of
from supervision.tables import (
    applied_decision,
    inspection,
    inspector,
    matter,
    object_risk,
    plan_change,
    plan_version,
    supervised_object,
    task,
)

_KEY = (object_risk.c.source_system, object_risk.c.object_no)
_OBJECT = [object_risk.c[name] for name in ("source_system", "object_no", "risk_class", "items")]
_PLAN = [column for column in plan_version.c if column.name != "content"]
_LATEST = 50
"""Changes that are shown with a plan."""


async def matters(
    connection: AsyncConnection, which: Mapping[str, str | bool | None], after: str | None, limit: int
) -> list[Row]:
    """Matters (抽查事项) in the order of their codes."""
    wanted = filtered(select(matter), matter, which).order_by(matter.c.code).limit(limit)
    return await rows_of(connection, wanted.where(matter.c.code > after) if after else wanted)


def objects_in(scope: ObjectScope, departments: Collection[str] = ()) -> Select[Any]:
    """The objects of a scope (对象范围) with a risk class; ``departments``: whose last check is told.

    The one query everything that lists, counts or draws objects of a matter or an entry rests on.
    """
    columns = [*_OBJECT, _last_checked(departments).label("last_checked"), _known_since().label("known_since")]
    wanted = select(*columns).where(object_risk.c.risk_class != "")
    if scope.empty:
        return wanted.where(false())
    wanted = wanted.where(*(_overlaps(object_risk.c["items"], group) for group in scope.groups))
    if scope.regions:
        lies = and_(*(supervised_object.c[column.name] == column for column in _KEY))
        lies = and_(lies, supervised_object.c.region.in_(scope.regions))
        wanted = wanted.where(select(1).select_from(supervised_object).where(lies).correlate(object_risk).exists())
    return wanted


async def listed_objects(
    connection: AsyncConnection,
    scope: ObjectScope,
    departments: Collection[str],
    risk_class: RiskClass | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Row]:
    """The objects of a scope in the order of their numbers, with name and the day they were last checked."""
    wanted = objects_in(scope, departments).add_columns(supervised_object.c.name, supervised_object.c.address)
    same = and_(*(supervised_object.c[column.name] == column for column in _KEY))
    wanted = wanted.join(supervised_object, same).order_by(*_KEY).limit(limit)
    wanted = filtered(wanted, object_risk, {"risk_class": risk_class})
    return await rows_of(connection, wanted.where(tuple_(*_KEY) > after) if after else wanted)


async def class_counts(
    connection: AsyncConnection,
    scope: ObjectScope,
    departments: Collection[str] = (),
    months: int | None = None,
    on: date | None = None,
) -> dict[RiskClass, ClassCount]:
    """How many objects of a scope each class has, and how many were not checked for ``months`` by the day ``on``."""
    found = objects_in(scope, departments).subquery()
    certain: ColumnElement[Any] = func.count().filter(false())
    if months is not None and on is not None:
        since = func.coalesce(found.c.last_checked, found.c.known_since)
        certain = func.count().filter(or_(since.is_(None), since <= overdue_since(on, months)))
    counted = select(found.c.risk_class, func.count(), certain).group_by(found.c.risk_class)
    rows = (await connection.execute(counted)).all()
    known = {RiskClass(letter): ClassCount(objects=objects, certain=overdue) for letter, objects, overdue in rows}
    return {letter: known.get(letter, ClassCount()) for letter in RiskClass}


async def able_inspectors(
    connection: AsyncConnection, departments: Collection[str], codes: Collection[str], on: date
) -> dict[str, int]:
    """Of each department, how many inspectors are in service, certified on the day and may check one of the matters."""
    able = (
        inspector.c.department.in_(departments),
        or_(inspector.c.left_on.is_(None), inspector.c.left_on > on),
        or_(inspector.c.certificate_from.is_(None), inspector.c.certificate_from <= on),
        or_(inspector.c.certificate_to.is_(None), inspector.c.certificate_to >= on),
        or_(func.cardinality(inspector.c.matters) == 0, _overlaps(inspector.c.matters, codes)),
    )
    counted = select(inspector.c.department, func.count()).where(*able).group_by(inspector.c.department)
    found: dict[str, int] = dict((await connection.execute(counted)).all())
    return {department: found.get(department, 0) for department in departments}


async def plans(
    connection: AsyncConnection, which: Mapping[str, Any], after: tuple[str, int] | None, limit: int
) -> list[Row]:
    """Versions of plans (计划版本) without their content, in the order of number and version."""
    asked = dict(which)
    department = asked.pop("department", None)
    key = (plan_version.c.plan_no, plan_version.c.version)
    wanted = filtered(select(*_PLAN), plan_version, asked).order_by(*key).limit(limit)
    if department is not None:
        wanted = wanted.where(_overlaps(plan_version.c.departments, [department]))
    return await rows_of(connection, wanted.where(tuple_(*key) > after) if after else wanted)


async def plan_versions(connection: AsyncConnection, plan_no: str) -> list[Row]:
    """Every version of a plan with its content, the first one first."""
    wanted = select(plan_version).where(plan_version.c.plan_no == plan_no).order_by(plan_version.c.version)
    return await rows_of(connection, wanted)


async def plan_history(connection: AsyncConnection, plan_no: str) -> list[Row]:
    """What was done to a plan (计划履历), the newest first."""
    parts = [column for column in plan_change.c if column.name not in {"number", "plan_no"}]
    wanted = select(*parts).where(plan_change.c.plan_no == plan_no).order_by(plan_change.c.number.desc())
    return await rows_of(connection, wanted.limit(_LATEST))


def _last_checked(departments: Collection[str]) -> Any:
    """The last day one of these departments checked the object; the last day anybody did when none is named."""
    of_object = and_(
        inspection.c.object_no == object_risk.c.object_no, inspection.c.source_system == object_risk.c.source_system
    )
    last = select(func.max(inspection.c.inspected_on)).where(of_object)
    if departments:
        last = last.join(task, task.c.task_id == inspection.c.task_id).where(task.c.department.in_(departments))
    return last.scalar_subquery()


def _known_since() -> Any:
    """The day of the first decision on the object."""
    of_object = and_(
        applied_decision.c.object_no == object_risk.c.object_no,
        applied_decision.c.source_system == object_risk.c.source_system,
    )
    first = select(applied_decision.c.decided_on).where(of_object)
    return first.order_by(applied_decision.c.object_version).limit(1).scalar_subquery()


def _overlaps(column: ColumnElement[Any], codes: Collection[str]) -> ColumnElement[bool]:
    """True when a list has any of these codes."""
    return column.bool_op("&&")(cast(sorted(codes), ARRAY(Text)))

"""What is asked of annual plans (计划查询): matters, versions of plans, the objects in a scope, the inspectors there are."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Subquery, Text, and_, cast, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, rows_of
from kernel.risk import RiskClass
from supervision.domain.plans.quota import ClassCount, overdue_since
from supervision.domain.plans.scope import ObjectScope
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


def objects_in(scope: ObjectScope, departments: Collection[str] = (), *, whole: bool = False) -> Select[Any]:
    """The objects of a scope (对象范围) with a risk class; ``departments``: whose last check is told.

    The one query everything that lists, counts or draws objects of a matter or an entry rests on. ``whole``: all of
    them will be read, so their checks and decisions are grouped once instead of looked up for each.
    """
    facts = _grouped_facts(departments) if whole else _looked_up_facts(departments)
    wanted = select(*_OBJECT).where(object_risk.c.risk_class != "")
    for name, (fact, grouped) in facts.items():
        wanted = wanted.add_columns(fact.label(name))
        if grouped is not None:
            wanted = wanted.outerjoin(grouped, _same_object(grouped.c))
    if scope.empty:
        return wanted.where(false())
    wanted = wanted.where(*(_overlaps(object_risk.c["items"], group) for group in scope.groups))
    if scope.regions:
        lies = and_(_same_object(supervised_object.c), supervised_object.c.region.in_(scope.regions))
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
    wanted = wanted.join(supervised_object, _same_object(supervised_object.c)).order_by(*_KEY).limit(limit)
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
    found = objects_in(scope, departments, whole=True).subquery()
    certain: ColumnElement[Any] = func.count().filter(false())
    if months is not None and on is not None:
        since = func.coalesce(found.c.last_checked, found.c.known_since)
        certain = func.count().filter(or_(since.is_(None), since <= overdue_since(on, months)))
    counted = select(found.c.risk_class, func.count(), certain).group_by(found.c.risk_class)
    rows = (await connection.execute(counted)).all()
    known = {RiskClass(letter): ClassCount(objects=objects, certain=overdue) for letter, objects, overdue in rows}
    return {letter: known.get(letter, ClassCount()) for letter in RiskClass}


async def able_inspectors(
    connection: AsyncConnection, matters_of: Mapping[str, Collection[str]], begins: date, ends: date
) -> dict[str, int]:
    """Of each department, how many inspectors may check all of its ``matters_of`` in a window (可用执法人员).

    Certified on the first day and in service to the last, as the draw asks it.
    """
    scope = (
        and_(inspector.c.department == department, inspector.c.matters.bool_op("@>")(_codes(codes)))
        for department, codes in matters_of.items()
    )
    able = (
        inspector.c.department.in_(matters_of),
        or_(inspector.c.left_on.is_(None), inspector.c.left_on > ends),
        or_(inspector.c.certificate_from.is_(None), inspector.c.certificate_from <= begins),
        or_(inspector.c.certificate_to.is_(None), inspector.c.certificate_to >= begins),
        or_(func.cardinality(inspector.c.matters) == 0, *scope),
    )
    counted = select(inspector.c.department, func.count()).where(*able).group_by(inspector.c.department)
    found: dict[str, int] = dict((await connection.execute(counted)).all())
    return {department: found.get(department, 0) for department in matters_of}


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


_Facts = Mapping[str, tuple[ColumnElement[Any], Subquery | None]]


def _looked_up_facts(departments: Collection[str]) -> _Facts:
    """The last check and the first decision of each object, for a page of them."""
    last = _checks(departments, func.max(inspection.c.inspected_on)).where(_same_object(inspection.c))
    first = select(applied_decision.c.decided_on).where(_same_object(applied_decision.c))
    first = first.order_by(applied_decision.c.object_version).limit(1)
    return {"last_checked": (last.scalar_subquery(), None), "known_since": (first.scalar_subquery(), None)}


def _grouped_facts(departments: Collection[str]) -> _Facts:
    """The same of every object at once, for the million."""
    key = [inspection.c.source_system, inspection.c.object_no]
    checks = _checks(departments, *key, func.max(inspection.c.inspected_on).label("day")).group_by(*key).subquery()
    key = [applied_decision.c.source_system, applied_decision.c.object_no]
    known = select(*key, func.min(applied_decision.c.decided_on).label("day")).group_by(*key)
    first = known.where(applied_decision.c.object_version == 1).subquery()
    return {"last_checked": (checks.c.day, checks), "known_since": (first.c.day, first)}


def _checks(departments: Collection[str], *columns: Any) -> Select[Any]:
    """Inspections of these departments, of all when none is named."""
    wanted = select(*columns)
    if departments:
        wanted = wanted.join(task, task.c.task_id == inspection.c.task_id).where(task.c.department.in_(departments))
    return wanted


def _same_object(columns: Any) -> ColumnElement[bool]:
    return and_(*(columns[column.name] == column for column in _KEY))


def _overlaps(column: ColumnElement[Any], codes: Collection[str]) -> ColumnElement[bool]:
    """True when a list has any of these codes."""
    return column.bool_op("&&")(_codes(codes))


def _codes(codes: Collection[str]) -> Any:
    return cast(sorted(codes), ARRAY(Text))

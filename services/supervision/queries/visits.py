"""What is asked of site visits (入企检查查询): visits, what an enterprise's caps have left, what could be visited together."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, literal, null, or_, select, true, tuple_, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, rows_of
from kernel.inspection import TaskState
from kernel.subject import SubjectKind
from kernel.visit import DepartmentLevel, VisitState
from supervision.domain.catalogue import Method
from supervision.domain.visits import VisitEdition
from supervision.domain.visits.counting import CapUse, Counted, floor_met, totals, uses_of
from supervision.domain.visits.rating import shown
from supervision.tables import (
    department,
    inspector,
    site_visit,
    site_visit_change,
    site_visit_rating,
    supervised_object,
    task,
)

_LISTED = [column for column in site_visit.c if column.name not in {"code", "counted_on", "recusals"}]
_SHOWN = [column for column in site_visit.c if column.name != "counted_on"]
_COMING = [state.value for state in VisitState if state.to_come]
_WAITING = [TaskState.PENDING_CLAIM.value, TaskState.CLAIMED.value, TaskState.PLANNED.value]


async def site_visits(
    connection: AsyncConnection, which: Mapping[str, Any], after: str | None, limit: int
) -> list[Row]:
    """Visits (入企检查) in the order they were requested; the codes enterprises scan are left out."""
    wanted = filtered(select(*_LISTED), site_visit, which).order_by(site_visit.c.visit_no).limit(limit)
    if after:
        wanted = wanted.where(site_visit.c.visit_no > after)
    return await rows_of(connection, wanted)


async def one_site_visit(connection: AsyncConnection, visit_no: str) -> Row | None:
    """A visit with its code and its trace (履历), the oldest step first; None for one nobody knows."""
    visit = next(iter(await rows_of(connection, select(*_SHOWN).where(site_visit.c.visit_no == visit_no))), None)
    if visit is None:
        return None
    parts = [column for column in site_visit_change.c if column.name not in {"visit_no", "number"}]
    steps = select(*parts).where(site_visit_change.c.visit_no == visit_no).order_by(site_visit_change.c.number)
    return visit | {"history": await rows_of(connection, steps)}


async def visit_of_code(connection: AsyncConnection, code: str) -> Row | None:
    """The visit a code was given out for (检查码), with the name of its department; None for any other code."""
    wanted = (
        select(*_SHOWN, func.coalesce(department.c.name, "").label("department_name"))
        .join(department, department.c.code == site_visit.c.department, isouter=True)
        .where(site_visit.c.code == code, site_visit.c.code != "")
    )
    return next(iter(await rows_of(connection, wanted)), None)


async def crew_of(connection: AsyncConnection, officers: Sequence[str]) -> list[Row]:
    """Name and certificate (姓名、执法证号) of officers, in the order of their codes."""
    wanted = select(inspector.c.name, inspector.c.certificate_no).where(inspector.c.code.in_(officers))
    return await rows_of(connection, wanted.order_by(inspector.c.code))


async def counted_of(connection: AsyncConnection, id_type: str, id_no: str) -> list[Counted]:
    """What the visits of an enterprise use of its caps (计入的检查), of every year."""
    wanted = select(site_visit.c.department, site_visit.c.level, site_visit.c.counted_on, site_visit.c.joint_no).where(
        site_visit.c.id_no == id_no,
        site_visit.c.id_type == id_type,
        site_visit.c.consumes,
        site_visit.c.state != VisitState.CANCELLED.value,
    )
    return [
        Counted(
            department=row["department"],
            level=DepartmentLevel(row["level"]),
            day=row["counted_on"],
            joint_no=row["joint_no"],
        )
        for row in await rows_of(connection, wanted)
    ]


async def visit_counts(connection: AsyncConnection, id_type: str, id_no: str, edition: VisitEdition, year: int) -> Row:
    """How often an enterprise was visited in a year (频次): in all, by department, what is left of caps, which floors are met."""
    counted = await counted_of(connection, id_type, id_no)
    found = totals(counted, year)
    total = found.pop(("", ""))
    departments = [
        {
            "department": code,
            "level": level,
            "visits": number,
            "caps": [use_shown(use) for use in uses_of(edition, counted, code, year)],
        }
        for (code, level), number in sorted(found.items())
    ]
    floors = [
        {"code": floor.code, "at_least": floor.at_least, "years": floor.years, "met": floor_met(floor, counted, year)}
        for floor in edition.floors
    ]
    key = {"id_type": id_type, "id_no": id_no, "year": year, "rules": edition.version}
    return key | {"total": total, "departments": departments, "floors": floors}


def use_shown(use: CapUse) -> Row:
    """What is used of a cap, as it is answered."""
    cap = use.cap
    return {
        "cap": cap.code,
        "year": use.year,
        "used": use.used,
        "per_year": cap.per_year,
        "together": cap.together,
        "source": cap.source,
        "confirmed": cap.confirmed,
    }


async def visit_ratings(
    connection: AsyncConnection,
    edition: VisitEdition,
    year: int,
    departments: Mapping[str, Any],
    after: str,
    limit: int,
) -> list[Row]:
    """How enterprises rated the visits of a year (评价汇总), by department; few ratings are not shown."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    several = (
        filtered(select(site_visit.c.department), site_visit, departments)
        .join(site_visit_rating, site_visit_rating.c.visit_no == site_visit.c.visit_no)
        .where(site_visit.c.counted_on.between(first, last), site_visit.c.department > after)
        .add_columns(site_visit_rating.c.stars, func.count().label("many"))
        .group_by(site_visit.c.department, site_visit_rating.c.stars)
        .order_by(site_visit.c.department)
    )
    found: dict[str, dict[int, int]] = {}
    for row in await rows_of(connection, several):
        found.setdefault(row["department"], {})[row["stars"]] = row["many"]
    rows = [{"department": code} | shown(stars, edition.ratings_from) for code, stars in found.items()]
    return rows[:limit]


async def merge_suggestions(
    connection: AsyncConnection,
    days: tuple[date, date],
    which: Mapping[str, str | None],
    after: tuple[str, str] | None,
    limit: int,
) -> list[Row]:
    """Objects of enterprises where several departments have something to see to (合并建议).

    Visits to come in these days, and open on-site tasks, planned for them or for no day yet, of departments without one.
    What is one joint visit already is no longer suggested.
    """
    coming = select(
        *(site_visit.c[name] for name in ("source_system", "object_no", "department", "planned_on")),
        site_visit.c.visit_no,
        site_visit.c.joint_no,
        null().label("task_id"),
    ).where(site_visit.c.state.in_(_COMING), site_visit.c.planned_on.between(*days))
    beside = (
        select(literal(1))
        .where(site_visit.c.state.in_(_COMING), site_visit.c.planned_on.between(*days))
        .where(*(site_visit.c[name] == task.c[name] for name in ("source_system", "object_no", "department")))
        .exists()
    )
    waiting = (
        select(
            *(task.c[name] for name in ("source_system", "object_no", "department", "planned_on")),
            null().label("visit_no"),
            task.c.task_id.label("joint_no"),
            task.c.task_id,
        )
        .where(task.c.state.in_(_WAITING), task.c.method == Method.ON_SITE.value, ~beside)
        .where(or_(task.c.planned_on.is_(None), task.c.planned_on.between(*days)))
    )
    each = union_all(coming, waiting).subquery()
    return await rows_of(connection, _together(each, which, after, limit))


def _together(each: Any, which: Mapping[str, str | None], after: tuple[str, str] | None, limit: int) -> Any:
    """The objects of ``each`` where more than one department comes, each looked up by its number."""
    parts = func.jsonb_build_object(
        *("department", each.c.department, "planned_on", each.c.planned_on),
        *("visit_no", each.c.visit_no, "task_id", each.c.task_id),
    )
    several = (
        select(
            *(each.c.source_system, each.c.object_no),
            func.array_agg(each.c.department.distinct()).label("departments"),
            func.jsonb_agg(aggregate_order_by(parts, each.c.department, each.c.planned_on)).label("items"),
        )
        .group_by(each.c.source_system, each.c.object_no)
        .having(func.count(each.c.department.distinct()) > 1, func.count(each.c.joint_no.distinct()) > 1)
        .subquery()
    )
    key = (several.c.source_system, several.c.object_no)
    named = [supervised_object.c[name] for name in ("id_type", "id_no", "subject_name")]
    theirs = (
        filtered(select(*named, supervised_object.c.name.label("object_name")), supervised_object, which)
        .where(*(supervised_object.c[column.name] == column for column in key))
        .where(supervised_object.c.subject_kind == SubjectKind.ORGANISATION.value, ~supervised_object.c.provisional)
        .limit(1)
        .lateral()
    )
    wanted = select(*key, theirs, several.c.departments, several.c["items"]).join_from(several, theirs, true())
    wanted = wanted.order_by(*key).limit(limit)
    return wanted.where(tuple_(*key) > after) if after else wanted

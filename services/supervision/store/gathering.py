"""What a pool is gathered from (入池依据) in PostgreSQL: the objects of an entry, its inspectors, all they declared.

The objects are those of ``queries.objects_in``, the one query of what belongs to an entry, sent on this connection.
"""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from chassis.database import Connection
from kernel.risk import RiskClass
from supervision.domain.catalogue import Catalogue
from supervision.domain.draws.gathering import Candidate, Gathered
from supervision.domain.draws.replacement import Able
from supervision.domain.draws.window import in_force
from supervision.domain.plans import PlanEntry, entry_scope
from supervision.domain.plans.version import PlanVersion
from supervision.ports.plans import Plans
from supervision.queries.plans import objects_in
from supervision.store import rows
from supervision.store.officers import conflict_of
from supervision.tables import object_risk, supervised_object

_INSPECTORS = "SELECT * FROM inspector WHERE department = ANY ($1) ORDER BY code"
_CONFLICTS = """
SELECT conflict.* FROM inspector_conflict AS conflict JOIN inspector ON inspector.code = conflict.inspector
 WHERE inspector.department = ANY ($1) ORDER BY conflict_id
"""
_LOADS = """
SELECT officer, count(*)::int AS objects FROM drawn_object, jsonb_array_elements_text(officers -> $2) AS officer
 WHERE draw_no = $1 AND outcome <> 'LAPSED' GROUP BY officer
"""


def entry_in_force(versions: Sequence[PlanVersion], code: str) -> PlanEntry | None:
    """The entry as the filed version says it; None leaves it to the handler to say what is missing."""
    version = in_force(versions)
    return next((each for each in version.content.entries if each.code == code), None) if version else None


async def gathered(connection: Connection, entry: PlanEntry, plans: Plans, catalogue: Catalogue, on: date) -> Gathered:
    """Everything the pool of an entry is made of on a day; when an object was last checked is asked of the lead."""
    scope = entry_scope(entry, plans.matters(entry.matters), catalogue.in_force(on), on)
    departments = list(entry.department_codes)
    same = and_(*(supervised_object.c[name] == object_risk.c[name] for name in ("source_system", "object_no")))
    parts = objects_in(scope, departments[:1], whole=True).add_columns(
        supervised_object.c.id_type, supervised_object.c.id_no
    )
    statement, values = _compiled(parts.join(supervised_object, same))
    found = await connection.fetch(statement, *values)
    return Gathered(
        objects=await asyncio.to_thread(lambda: [_candidate(row) for row in found]),
        inspectors=[rows.inspector_of(row) for row in await connection.fetch(_INSPECTORS, departments)],
        conflicts=[conflict_of(row) for row in await connection.fetch(_CONFLICTS, departments)],
    )


async def able(connection: Connection, draw_no: str, department: str) -> Able:
    """Who of a department may stand in for an officer that was drawn."""
    loads = await connection.fetch(_LOADS, draw_no, department)
    return Able(
        inspectors=[rows.inspector_of(row) for row in await connection.fetch(_INSPECTORS, [department])],
        conflicts=[conflict_of(row) for row in await connection.fetch(_CONFLICTS, [department])],
        loads={row["officer"]: row["objects"] for row in loads},
    )


def _compiled(wanted: Select[Any]) -> tuple[str, list[Any]]:
    """A query of SQLAlchemy as the driver takes it."""
    compiled = wanted.compile(dialect=dialect(), compile_kwargs={"render_postcompile": True})  # type: ignore[no-untyped-call]
    return str(compiled), [compiled.params[name] for name in compiled.positiontup or ()]


def _candidate(row: Any) -> Candidate:
    return Candidate(
        source_system=row["source_system"],
        object_no=row["object_no"],
        risk_class=RiskClass(row["risk_class"]),
        subject=(row["id_type"], row["id_no"]),
        last_checked=row["last_checked"],
        known_since=row["known_since"],
    )

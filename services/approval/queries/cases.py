"""Cases, items and grades held (办件、事项、信用等级). Personal numbers and names leave here masked, never whole."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.domain.holder import name_place, number_place
from approval.ports import Identity
from approval.tables import decision, grade, item, subject
from chassis import searching
from kernel.masking import masked, masked_name
from kernel.subject import tidy_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which decisions (办件查询条件); None = any."""

    source_system: str | None = None
    object_no: str | None = None
    item_code: str | None = None


async def cases(
    connection: AsyncConnection, identity: Identity, which: CaseFilter, before: int | None, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Decisions, newest registration first, each with its place for the cursor; ``before`` = only earlier places."""
    query = _decisions().order_by(decision.c.id.desc()).limit(limit)
    for name in ("source_system", "object_no", "item_code"):
        if (wanted := getattr(which, name)) is not None:
            query = query.where(decision.c[name] == wanted)
    if before is not None:
        query = query.where(decision.c.id < before)
    return [(row.id, _case(row, identity)) for row in await connection.execute(query)]


async def case_revisions(
    connection: AsyncConnection, identity: Identity, source_system: str, case_id: str
) -> list[dict[str, Any]]:
    """Every registered revision of one case, newest first; empty when there is none."""
    query = _decisions().where(decision.c.source_system == source_system, decision.c.case_id == case_id)
    return [_case(row, identity) for row in await connection.execute(query.order_by(decision.c.revision.desc()))]


async def items(connection: AsyncConnection, after: str, limit: int, words: str = "") -> list[dict[str, Any]]:
    """The item directory (事项目录) from the code after ``after``; ``words``: parts of code or name."""
    query = select(item).where(item.c.item_code > after).order_by(item.c.item_code).limit(limit)
    if words:
        query = query.where(searching.found(item.c.item_code, item.c.name, words))
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def grade_of(connection: AsyncConnection, id_type: str, id_no: str) -> dict[str, Any] | None:
    """The credit grade held of one subject, or None; the number may be written with blanks and hyphens."""
    query = select(grade).where(grade.c.id_type == id_type, grade.c.id_no.in_((id_no, tidy_number(id_no))))
    row = (await connection.execute(query)).mappings().first()
    return dict(row) if row else None


def _decisions() -> Select[Any]:
    same = (subject.c.id_type == decision.c.id_type) & (subject.c.id_no == decision.c.id_no)
    holder = (subject.c.kind.label("subject_kind"), subject.c.name, subject.c.sealed_no, subject.c.sealed_name)
    return select(decision, *holder).join_from(decision, subject, same)


def _case(row: Row[Any], identity: Identity) -> dict[str, Any]:
    names = ("source_system", "case_id", "revision", "kind", "item_code", "region", "decided_on", "valid_from")
    more = ("valid_to", "commitment", "existing", "licence_no", "by_deceit", "object_version", "registered_at")
    return {
        **{name: getattr(row, name) for name in (*names, *more)},
        "subject": _holder(row, identity),
        "object": {"object_no": row.object_no, "name": row.object_name, "address": row.object_address},
    }


def _holder(row: Row[Any], identity: Identity) -> dict[str, Any]:
    """A person with masked number and name, and the reference by which the other services know that one."""
    known = {"id_type": row.id_type, "kind": row.subject_kind}
    if row.sealed_no is None:
        return {**known, "id_no": row.id_no, "name": row.name, "reference": None}
    number = identity.open(row.sealed_no, number_place(row.id_type, row.id_no))
    name = identity.open(row.sealed_name, name_place(row.id_type, row.id_no))
    return {**known, "id_no": masked(number), "name": masked_name(name), "reference": row.id_no}

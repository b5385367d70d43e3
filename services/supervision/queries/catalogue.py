"""What is asked of the catalogue (目录查询): its versions, and what its analyses compare them with."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, rows_of
from kernel.decision import DecisionKind
from kernel.inspection import TaskState
from supervision.domain.catalogue import Facts
from supervision.domain.catalogue.past import PastDecision
from supervision.tables import applied_decision, catalogue_version, task

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


async def catalogue_versions(connection: AsyncConnection) -> list[Row]:
    """Every version (目录版本) in the order of their last change, with its life and size but without its content."""
    parts = (
        *(catalogue_version.c[name] for name in ("version", "effective_from", "effective_to", *VERSION_LIFE)),
        func.jsonb_array_length(catalogue_version.c.content["links"]).label("links"),
        func.jsonb_array_length(catalogue_version.c.content["checklists"]).label("checklists"),
    )
    return await rows_of(connection, select(*parts).order_by(catalogue_version.c.sequence))


async def catalogue_content(connection: AsyncConnection, version: str) -> Row | None:
    """One version: its document, and its life beside it; None when there is none."""
    parts = (*(catalogue_version.c[name] for name in VERSION_LIFE), catalogue_version.c.content)
    found = await rows_of(connection, select(*parts).where(catalogue_version.c.version == version))
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
    return await rows_of(connection, wanted)


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

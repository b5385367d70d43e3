"""Figures and ledger (对账数字与明细) of approval: what it caused and what must have arrived elsewhere."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from approval.tables import decision, department, feedback, grade, person
from contracts.directory import SOURCE

_CHUNK = 2000
"""Rows of the ledger fetched at a time."""


async def figures(connection: AsyncConnection, source: str | None) -> dict[str, int]:
    """Counts of this service; ``decisions`` counts every registered statement, corrections and endings included."""
    query = select(func.count()).select_from(decision).where(*_of(decision.c.source_system, source))
    return {"decisions": (await connection.execute(query)).scalar_one()}


async def ledger(connection: AsyncConnection, source: str | None) -> AsyncIterator[tuple[str, str, str]]:
    """(set, side, key) for the reconciler, streamed: what was decided and told, and which grades have arrived."""
    d, g = decision.c, grade.c
    colon = literal(":")
    decided = d.source_system + colon + d.case_id + colon + cast(d.revision, Text)
    held = g.id_type + colon + g.id_no + colon + cast(g.version, Text)
    f = feedback.c
    raised = cast(f.feedback_id, Text)
    sets: list[tuple[str, str, Select[str]]] = [
        ("decisions", "cause", select(decided).where(*_of(d.source_system, source))),
        ("grades-approval", "effect", select(held + colon + g.grade).where(*_of(g.source_system, source))),
        ("feedback", "effect", select(raised).where(*_of(f.source_system, source))),
        ("answers", "cause", select(raised).where(f.answered_at.is_not(None), *_of(f.source_system, source))),
    ]
    if source in {None, SOURCE}:
        sets += [
            ("departments", "cause", select(department.c.code + colon + cast(department.c.version, Text))),
            ("people", "cause", select(person.c.code + colon + cast(person.c.version, Text))),
        ]
    for name, side, query in sets:
        async for key in await connection.stream_scalars(query, execution_options={"yield_per": _CHUNK}):
            yield name, side, key


def _of(column: ColumnElement[str], source: str | None) -> Sequence[ColumnElement[bool]]:
    return [] if source is None else [column == source]

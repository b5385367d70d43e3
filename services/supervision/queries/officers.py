"""What is asked of officers (执法查询): who they are, what they declared, collected and signed."""

from collections.abc import AsyncIterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import searching
from chassis.rows import Row, filtered, rows_of
from supervision.tables import department, evidence, evidence_chunk, inspector, inspector_conflict, signature, task

_EVIDENCE_PARTS = [
    *(c for c in evidence.c if c.name != "sha256"),
    func.encode(evidence.c.sha256, "hex").label("sha256"),
]
_SIGNATURE_PARTS = [
    *(c for c in signature.c if c.name not in {"sealed_name", "evidence"}),
    func.coalesce(func.encode(signature.c.evidence, "hex"), "").label("evidence"),
]


async def inspectors(
    connection: AsyncConnection, department: str | None, after: str | None, limit: int, words: str = ""
) -> list[Row]:
    """Inspectors (执法人员) in the order of their codes; ``words``: parts of code or name."""
    wanted = filtered(select(inspector), inspector, {"department": department})
    if words:
        wanted = wanted.where(searching.found(inspector.c.code, inspector.c.name, words))
    wanted = wanted.order_by(inspector.c.code).limit(limit)
    return await rows_of(connection, wanted.where(inspector.c.code > after) if after else wanted)


async def departments(connection: AsyncConnection, after: str | None, limit: int) -> list[Row]:
    """Departments (部门) as approval last told them, in the order of their codes."""
    wanted = select(department).order_by(department.c.code).limit(limit)
    return await rows_of(connection, wanted.where(department.c.code > after) if after else wanted)


async def conflicts(
    connection: AsyncConnection, which: Mapping[str, str | None], after: str | None, limit: int
) -> list[Row]:
    """Declared conflicts of interest (回避申报) in the order they were made."""
    wanted = filtered(select(inspector_conflict), inspector_conflict, which)
    wanted = wanted.order_by(inspector_conflict.c.conflict_id).limit(limit)
    return await rows_of(connection, wanted.where(inspector_conflict.c.conflict_id > after) if after else wanted)


async def has_task(connection: AsyncConnection, task_id: str) -> bool:
    """True when there is such a task."""
    return bool(await rows_of(connection, select(task.c.task_id).where(task.c.task_id == task_id)))


async def evidence_of(connection: AsyncConnection, task_id: str, after: str | None, limit: int) -> list[Row]:
    """Evidence (证据) of a task in the order it was added, without its content."""
    wanted = select(*_EVIDENCE_PARTS).where(evidence.c.task_id == task_id)
    wanted = wanted.order_by(evidence.c.evidence_id).limit(limit)
    return await rows_of(connection, wanted.where(evidence.c.evidence_id > after) if after else wanted)


async def one_evidence(connection: AsyncConnection, task_id: str, evidence_id: str) -> Row | None:
    """One record of evidence of a task, or None."""
    wanted = select(*_EVIDENCE_PARTS).where(evidence.c.evidence_id == evidence_id, evidence.c.task_id == task_id)
    return next(iter(await rows_of(connection, wanted)), None)


async def evidence_content(connection: AsyncConnection, digest: str) -> AsyncIterator[bytes]:
    """A stored content piece by piece, so that the largest takes no more memory than one piece."""
    wanted = select(evidence_chunk.c.content).where(evidence_chunk.c.sha256 == bytes.fromhex(digest))
    number = 0
    while piece := (await connection.execute(wanted.where(evidence_chunk.c.number == number))).scalar_one_or_none():
        yield piece
        number += 1


async def signatures_of(connection: AsyncConnection, task_id: str, after: str | None, limit: int) -> list[Row]:
    """Signatures (签名) of a task in the order they were recorded; names are masked."""
    wanted = select(*_SIGNATURE_PARTS).where(signature.c.task_id == task_id)
    wanted = wanted.order_by(signature.c.signature_id).limit(limit)
    return await rows_of(connection, wanted.where(signature.c.signature_id > after) if after else wanted)

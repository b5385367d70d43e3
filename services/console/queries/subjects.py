"""Subjects (信用主体) as credit last told them, and what it told of them before."""

from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, first_of, rows_of
from console.tables import subject_line, told
from contracts.credit import GradeChanged, RecordAdded

_SHOWN = [column for column in subject_line.c if not column.name.endswith("_told")]
_GRADES = 50
"""Grades of a subject that are shown."""
_RECORDS = 1000
_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def one_subject(connection: AsyncConnection, id_type: str, id_no: str) -> Row | None:
    """A subject with its grade; None for one credit never told of."""
    wanted = select(*_SHOWN).where(subject_line.c.id_type == id_type, subject_line.c.id_no == id_no)
    return await first_of(connection, wanted)


async def grades_told(connection: AsyncConnection, id_type: str, id_no: str) -> list[Row]:
    """Every grade a subject was told to have (等级履历), the newest first, with when it was told."""
    wanted = _told_of(id_type, id_no, GradeChanged.fact).order_by(told.c.event_id.desc()).limit(_GRADES)
    rows = await rows_of(connection, wanted)
    return [{"at": row["at"]} | _decode(row["payload"]) for row in rows]


async def cases_behind(connection: AsyncConnection, id_type: str, id_no: str) -> dict[str, str]:
    """Record id → the case at the beginning of what led to it (记录来源), as ``source:case``; empty when it was entered."""
    wanted = _told_of(id_type, id_no, RecordAdded.fact).order_by(told.c.event_id).limit(_RECORDS)
    rows = await rows_of(connection, wanted)
    return {_decode(row["payload"])["record_id"]: row["case_ref"] for row in rows}


def _told_of(id_type: str, id_no: str, fact: str) -> Select[Any]:
    return select(told.c.at, told.c.case_ref, told.c.payload).where(
        told.c.subject_ref == f"{id_type}:{id_no}", told.c.fact == fact
    )

"""What is asked of random draws (双随机抽查查询): announcements and ends, pools and receipts byte for byte, what was drawn."""

import json
from collections.abc import Mapping

from sqlalchemy import ARRAY, Table, Text, and_, cast, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.rows import Row, filtered, rows_of
from kernel.masking import masked_name
from kernel.subject import SubjectKind
from supervision.domain.draws.ceremony import DrawState, announcement
from supervision.tables import draw, draw_pool, draw_receipt, draw_replacement, drawn_object, supervised_object

_DRAW = [column for column in draw.c if column.name != "sealed_secret"]
_ANNOUNCED = ("algorithm", "commitment", "script", "snapshot", "value_source", "value_form", "value_at")
_OVER = ("secret", "value", "looked_up", "seed", "result_hash", "ended_by", "witness", "ended_at", "reason")
_KEY = (drawn_object.c.source_system, drawn_object.c.object_no)
_HOLDER = [supervised_object.c[name] for name in ("name", "address", "subject_kind", "subject_name", "id_no")]


async def draws(
    connection: AsyncConnection, which: Mapping[str, str | None], after: str | None, limit: int
) -> list[Row]:
    """Draws (抽取) in the order of their numbers; ``which``: column → value, None = all."""
    asked = dict(which)
    department = asked.pop("department", None)
    wanted = filtered(select(*_DRAW), draw, asked).order_by(draw.c.draw_no).limit(limit)
    if department is not None:
        wanted = wanted.where(draw.c.departments.bool_op("@>")(cast([department], ARRAY(Text))))
    rows = await rows_of(connection, wanted.where(draw.c.draw_no > after) if after else wanted)
    return [draw_shown(row) for row in rows]


async def one_draw(connection: AsyncConnection, draw_no: str) -> Row | None:
    """One draw, or None."""
    found = await rows_of(connection, select(*_DRAW).where(draw.c.draw_no == draw_no))
    return draw_shown(found[0]) if found else None


async def pool_content(connection: AsyncConnection, draw_no: str) -> bytes | None:
    """The pool (抽查池) as it was hashed, or None."""
    return await _content(connection, draw_pool, draw_no)


async def receipt_content(connection: AsyncConnection, draw_no: str) -> bytes | None:
    """The receipt (收据) as it was written when the draw was run, or None."""
    return await _content(connection, draw_receipt, draw_no)


async def draw_replacements(connection: AsyncConnection, draw_no: str) -> list[Row]:
    """Officers replaced (更换) in the order it was done, each with its receipt."""
    wanted = select(draw_replacement).where(draw_replacement.c.draw_no == draw_no)
    rows = await rows_of(connection, wanted.order_by(draw_replacement.c.number))
    return [row | {"receipt": json.loads(row["receipt"])} for row in rows]


async def drawn_objects(
    connection: AsyncConnection, draw_no: str, after: tuple[str, str] | None, limit: int
) -> list[Row]:
    """Objects drawn (抽中对象) with officers and tasks, in the order of their numbers."""
    wanted = select(drawn_object).where(drawn_object.c.draw_no == draw_no).order_by(*_KEY).limit(limit)
    return await rows_of(connection, wanted.where(tuple_(*_KEY) > after) if after else wanted)


async def drawn_publicly(
    connection: AsyncConnection, draw_no: str, after: tuple[str, str] | None, limit: int
) -> list[Row]:
    """The same for the public (公示): organisations by name and code, of natural persons a masked name and nothing else."""
    same = and_(*(supervised_object.c[column.name] == column for column in _KEY))
    wanted = select(*_KEY, drawn_object.c.officers, *_HOLDER).join_from(drawn_object, supervised_object, same)
    wanted = wanted.where(drawn_object.c.draw_no == draw_no).order_by(*_KEY).limit(limit)
    rows = await rows_of(connection, wanted.where(tuple_(*_KEY) > after) if after else wanted)
    return [_public(row) for row in rows]


def draw_shown(row: Row) -> Row:
    """A draw as it is answered: announcement and hash always, what the end told once it is over."""
    told = {name: value for name, value in row.items() if name not in {*_ANNOUNCED, *_OVER}}
    over = {name: row[name] for name in _OVER} if row["state"] != DrawState.ANNOUNCED else {}
    return told | {"announcement": announcement(row)} | over


async def _content(connection: AsyncConnection, of: Table, draw_no: str) -> bytes | None:
    found: bytes | None = (
        await connection.execute(select(of.c.content).where(of.c.draw_no == draw_no))
    ).scalar_one_or_none()
    return found


def _public(row: Row) -> Row:
    told = {name: row[name] for name in ("source_system", "object_no", "officers")}
    if row["subject_kind"] == SubjectKind.PERSON:
        return told | {"name": masked_name(row["name"]), "address": "", "subject": masked_name(row["subject_name"])}
    return (
        told
        | {name: row[name] for name in ("name", "address")}
        | {"subject": row["subject_name"], "code": row["id_no"]}
    )

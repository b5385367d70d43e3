"""The query log (查询日志) as the credit office reads it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, DateTime, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.domain.trail import QueryChannel
from credit.tables import subject_query
from kernel.subject import SubjectKey

_COLUMNS = [subject_query.c[name] for name in ("at", "channel", "id_type", "id_no", "asked_by", "found")]


class QueryFilter(NamedTuple):
    """Which questions (筛选条件); None = all. Days are days in China, both ends included."""

    subjects: Sequence[SubjectKey] | None = None
    channel: QueryChannel | None = None
    asked_by: str | None = None
    asked_from: date | None = None
    asked_to: date | None = None


async def subject_queries(
    connection: AsyncConnection, which: QueryFilter, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Questions in the order they were kept, after a place, each with its place."""
    log = subject_query.c
    wanted = select(log.seq, *_COLUMNS).where(log.seq > after).order_by(log.seq).limit(limit)
    if which.subjects is not None:
        wanted = wanted.where(tuple_(log.id_type, log.id_no).in_([(key.id_type, key.id_no) for key in which.subjects]))
    if which.channel:
        wanted = wanted.where(log.channel == which.channel)
    if which.asked_by is not None:
        wanted = wanted.where(log.asked_by == which.asked_by)
    if which.asked_from:
        wanted = wanted.where(log.at >= _begins(which.asked_from))
    if which.asked_to:
        wanted = wanted.where(log.at < _begins(which.asked_to, days_later=1))
    rows = (await connection.execute(wanted)).all()
    return [(row[0], {n: v for n, v in row._mapping.items() if n != "seq"}) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _begins(day: date, *, days_later: int = 0) -> ColumnElement[Any]:
    """When a day begins in China, or one after it; computed by the database, whose calendar has no last day."""
    return func.timezone("Asia/Shanghai", cast(literal(day, Date) + days_later, DateTime))

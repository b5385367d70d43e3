"""Entries of lists (名单条目): pages of them, and the open ones of a subject."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.domain.record import LISTS
from credit.tables import credit_record, list_entry
from kernel.credit import RecordKind
from kernel.subject import SubjectKey

_COLUMNS = (
    list_entry.c.entry_id,
    credit_record.c.kind.label("list"),
    *(credit_record.c[name] for name in ("id_type", "id_no", "source_system", "region", "record_class", "department")),
    list_entry.c.legal_basis,
    credit_record.c.document_no,
    list_entry.c.notice_document,
    credit_record.c.occurred_on.label("entered_on"),
    credit_record.c.min_until,
    credit_record.c.max_until.label("until"),
    *(list_entry.c[name] for name in ("exit_conditions", "by", "left_on", "left_by", "left_reason")),
)


class EntryFilter(NamedTuple):
    """Which entries (筛选条件); None = all. ``open``: on the list, or no longer."""

    list: RecordKind | None = None
    id_type: str | None = None
    id_no: str | None = None
    open: bool | None = None


async def list_entries(
    connection: AsyncConnection, which: EntryFilter, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Entries in order of arrival after a place, each with its place."""
    if which.list and which.list not in LISTS:
        return []
    wanted = _entries().add_columns(list_entry.c.seq).where(list_entry.c.seq > after)
    if which.list:
        wanted = wanted.where(credit_record.c.kind == which.list)
    if which.id_type:
        wanted = wanted.where(credit_record.c.id_type == which.id_type)
    if which.id_no:
        wanted = wanted.where(credit_record.c.id_no == which.id_no)
    if which.open is not None:
        wanted = wanted.where(list_entry.c.left_on.is_(None) if which.open else list_entry.c.left_on.is_not(None))
    rows = (await connection.execute(wanted.order_by(list_entry.c.seq).limit(limit))).mappings()
    return [(row["seq"], {name: value for name, value in row.items() if name != "seq"}) for row in rows]


async def open_entries_of(connection: AsyncConnection, family: Sequence[SubjectKey]) -> list[dict[str, Any]]:
    """The open entries of all identities of a subject, in order of arrival."""
    keys = tuple_(credit_record.c.id_type, credit_record.c.id_no)
    theirs = _entries().where(keys.in_([(key.id_type, key.id_no) for key in family]), list_entry.c.left_on.is_(None))
    return [dict(row) for row in (await connection.execute(theirs.order_by(list_entry.c.seq))).mappings()]


def _entries() -> Select[Any]:
    return select(*_COLUMNS).join_from(list_entry, credit_record, credit_record.c.record_id == list_entry.c.entry_id)

"""Repairs, objections and withdrawals (修复、异议、撤销) with their clocks, and what a record's conditions rest on."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, Table, Text, column, select, table, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from credit import tables
from credit.domain.repair import RecordFacts
from credit.queries.records import one_record
from credit.tables import credit_record, subject
from kernel.credit import RecordClass, RecordKind, RecordState
from kernel.subject import SubjectKey

KINDS: Mapping[str, Table] = {
    "repair": tables.repair,
    "objection": tables.objection,
    "withdrawal": tables.withdrawal,
}
_deadline = table(
    "deadline",
    column("deadline_id", Text),
    column("owner", Text),
    column("kind", Text),
    column("state", Text),
    column("started_at", DateTime(timezone=True)),
    column("due_on", Date),
    column("due_at", DateTime(timezone=True)),
    column("limit_value", Text),
    column("steps", JSONB),
)
"""Of the chassis; its migrations make it."""
_MOST = 1000
_OF_RECORD = (
    *(credit_record.c[name] for name in ("id_type", "id_no", "record_class", "document_no", "occurred_on")),
    credit_record.c.kind.label("record_kind"),
    subject.c.name,
)


class RowFacts:
    """What conditions and notices look at, from a row (信用记录要素)."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.state = RecordState(row["state"])
        self.kind = RecordKind(row["kind"])
        self.public = bool(row["public"])
        self.negative = row["record_class"] != RecordClass.MERIT
        self.repairable = bool(row["repairable"])
        self.begins_on = row["document_on"] or row["occurred_on"]
        self.min_until = row["min_until"]
        self.max_until = row["max_until"]


class Standing(NamedTuple):
    """A record as the conditions of its repair see it (修复条件依据)."""

    row: dict[str, Any]
    record: RecordFacts
    repair: dict[str, Any] | None
    """The open application, None when there is none."""
    withdrawal_pending: bool


async def procedures(
    connection: AsyncConnection, kind: str, which: Mapping[str, Any], after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Procedures of a kind in order of arrival after a place, each with its place and clocks. ``which``: None = all."""
    source = KINDS[kind]
    wanted = _with_record(source).where(source.c.seq > after).order_by(source.c.seq).limit(limit)
    wanted = wanted.where(*(source.c[name] == value for name, value in which.items() if value is not None))
    return await _clocked(connection, kind, wanted)


async def procedures_of(connection: AsyncConnection, family: Sequence[SubjectKey]) -> dict[str, list[dict[str, Any]]]:
    """Every repair, objection and withdrawal of the records of a subject's identities, the newest first, by kind."""
    keys = [(key.id_type, key.id_no) for key in family]
    found = {}
    for kind, source in KINDS.items():
        wanted = _with_record(source).where(tuple_(credit_record.c.id_type, credit_record.c.id_no).in_(keys))
        rows = await _clocked(connection, kind, wanted.order_by(source.c.seq.desc()).limit(_MOST))
        found[f"{kind}s"] = [row for _, row in rows]
    return found


async def one_procedure(connection: AsyncConnection, kind: str, procedure_id: UUID) -> dict[str, Any] | None:
    """One procedure with its clocks, or None."""
    found = await procedures(connection, kind, {f"{kind}_id": procedure_id}, 0, 1)
    return found[0][1] if found else None


async def standing_of(connection: AsyncConnection, record_id: UUID) -> Standing | None:
    """What the conditions of a record's repair rest on, or None."""
    row = await one_record(connection, record_id)
    if row is None:
        return None
    repairs = await procedures(connection, "repair", {"record_id": record_id}, 0, _MOST)
    withdrawals = await procedures(connection, "withdrawal", {"record_id": record_id, "state": "REQUESTED"}, 0, 1)
    going = (repair for _, repair in repairs if repair["state"] in {"APPLIED", "ACCEPTED"})
    return Standing(row, RowFacts(row), next(going, None), bool(withdrawals))


def _with_record(source: Table) -> Select[Any]:
    """A procedure beside whom and what it is about; ``name`` is empty for a natural person."""
    about = source.c.record_id == credit_record.c.record_id
    whose = (credit_record.c.id_type == subject.c.id_type) & (credit_record.c.id_no == subject.c.id_no)
    return select(source, *_OF_RECORD).join(credit_record, about).join(subject, whose)


async def _clocked(connection: AsyncConnection, kind: str, wanted: Select[Any]) -> list[tuple[int, dict[str, Any]]]:
    found = [dict(row) for row in (await connection.execute(wanted)).mappings()]
    clocks = await _clocks(connection, [_owner(kind, row) for row in found])
    return [(row.pop("seq"), row | {"deadlines": clocks.get(_owner(kind, row), [])}) for row in found]


def _owner(kind: str, row: Mapping[str, Any]) -> str:
    return f"{kind}:{row['record_id' if kind == 'withdrawal' else f'{kind}_id']}"


async def _clocks(connection: AsyncConnection, owners: list[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    if owners:
        wanted = select(_deadline).where(_deadline.c.owner.in_(owners))
        for row in (await connection.execute(wanted.order_by("started_at", "deadline_id"))).mappings():
            clock = dict(row)
            steps = [{"step": step, "at": at} for step, at in clock["steps"]]
            found.setdefault(clock.pop("owner"), []).append(clock | {"limit": clock.pop("limit_value"), "steps": steps})
    return found

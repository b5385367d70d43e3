"""Public answers (信用公示): what of a subject may be shown on a day, and nothing else.

One statement decides it, whoever is asked for and however: public by its rule, begun, within its longest period, not
repaired, withdrawn or exited. A period that is over is not shown, also when nothing has ended the record yet.
A provisional subject is never shown: nobody knows whose records those are.
"""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from msgspec import convert
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.domain.record import LISTS, Mark, day_after
from credit.domain.subject import PROVISIONAL
from kernel.credit import RecordClass
from kernel.masking import masked_name, presentable
from kernel.subject import SubjectKey, SubjectKind

_BY_NUMBER = "id_type = :id_type AND id_no = :id_no"
_BY_NAME = f"name = :name AND kind = '{SubjectKind.ORGANISATION}'"


def _statement(asked: str) -> TextClause:
    return text(f"""
WITH RECURSIVE up AS (
    SELECT id_type, id_no, merged_type, merged_no FROM subject WHERE {asked}
    UNION SELECT s.id_type, s.id_no, s.merged_type, s.merged_no
      FROM up JOIN subject s ON (s.id_type, s.id_no) = (up.merged_type, up.merged_no)),
family AS (
    SELECT id_type, id_no, id_type AS root_type, id_no AS root_no FROM up WHERE merged_type IS NULL
    UNION ALL SELECT s.id_type, s.id_no, f.root_type, f.root_no
      FROM family f JOIN subject s ON (s.merged_type, s.merged_no) = (f.id_type, f.id_no))
SELECT root.kind AS holder_kind, root.name, f.root_type, f.root_no, r.record_id, r.kind, r.record_class,
       r.document_no, coalesce(r.document_on, r.occurred_on) AS "on", r.department, r.item_code, r.detail,
       r.repairable, r.min_until, r.max_until, r.marks, e.legal_basis, e.exit_conditions
  FROM family f
  JOIN subject root ON (root.id_type, root.id_no) = (f.root_type, f.root_no)
  JOIN credit_record r ON (r.id_type, r.id_no) = (f.id_type, f.id_no)
  LEFT JOIN list_entry e ON e.entry_id = r.record_id
 WHERE root.kind = :kind AND root.id_no NOT LIKE '{PROVISIONAL}%'
   AND r.public AND r.state <> 'WITHDRAWN' AND coalesce(r.document_on, r.occurred_on) <= :today
   AND (r.max_until IS NULL OR r.max_until >= :today) AND (r.ended_on IS NULL OR r.ended_on > :today)
 ORDER BY f.root_type, f.root_no, "on" DESC, r.seq DESC
""")  # noqa: S608 - built from the two constants above


_OF_NUMBER, _OF_NAME = _statement(_BY_NUMBER), _statement(_BY_NAME)


async def shown_of(
    connection: AsyncConnection, key: SubjectKey, kind: SubjectKind, today: date
) -> dict[str, Any] | None:
    """What may be shown of the subject of this number, or None when that is nothing, whether it is known or not."""
    found = await _shown(connection, _OF_NUMBER, {"id_type": key.id_type, "id_no": key.id_no, "kind": kind}, today)
    return found[0] if found else None


async def shown_as(connection: AsyncConnection, name: str, today: date) -> list[dict[str, Any]]:
    """What may be shown of the organisations of exactly this name; those with nothing to show are left out."""
    return await _shown(connection, _OF_NAME, {"name": name, "kind": SubjectKind.ORGANISATION}, today)


async def _shown(
    connection: AsyncConnection, statement: TextClause, asked: Mapping[str, Any], today: date
) -> list[dict[str, Any]]:
    rows = await connection.execute(statement, {**asked, "today": today})
    grouped = groupby(rows, key=lambda row: (row.root_type, row.root_no))
    return [_answer(key, list(theirs), today) for key, theirs in grouped]


def _answer(key: tuple[str, str], rows: list[Any], today: date) -> dict[str, Any]:
    natural = rows[0].holder_kind == SubjectKind.PERSON
    shown = [(row, _record(row, today, natural=natural)) for row in rows]
    return {
        "id_type": key[0],
        "id_no": presentable(key[1]),
        "kind": rows[0].holder_kind,
        "name": masked_name(rows[0].name) if natural else presentable(rows[0].name),
        "records": [said for row, said in shown if row.record_class != RecordClass.MERIT and row.kind not in LISTS],
        "commendations": [said for row, said in shown if row.record_class == RecordClass.MERIT],
        "lists": [
            said | _entry(row, natural=natural)
            for row, said in shown
            if row.record_class != RecordClass.MERIT and row.kind in LISTS
        ],
    }


def _record(row: Any, today: date, *, natural: bool) -> dict[str, Any]:
    return {
        "record_id": row.record_id,
        "kind": row.kind,
        "record_class": row.record_class,
        "document_no": presentable(row.document_no),
        "on": row.on,
        "department": row.department,
        "item_code": row.item_code,
        "detail": "" if natural else presentable(row.detail),
        "shown_until": row.max_until,
        "repairable_from": _repairable_from(row),
        "objection_pending": any(mark.holds_on(today) for mark in convert(row.marks, tuple[Mark, ...])),
    }


def _entry(row: Any, *, natural: bool) -> dict[str, Any]:
    """What an entry of a list says beside its record; written words about a natural person stay inside."""
    conditions = "" if natural else presentable(row.exit_conditions or "")
    return {"legal_basis": row.legal_basis, "exit_conditions": conditions}


def _repairable_from(row: Any) -> date | None:
    """The first day on which a repair may be applied for (可申请修复之日); None: it may not, or it is no loss of trust."""
    if not row.repairable or row.record_class == RecordClass.MERIT:
        return None
    return day_after(row.min_until) if row.min_until else row.on

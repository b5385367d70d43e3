"""Risk classes (风险分级) in PostgreSQL: rows locked and read for the objects a unit of work classifies, written set-wise.

The row is the lock: whoever classifies an object holds it, after every advisory lock, in the order of the keys. So a
grade reaches all objects of a subject without a lock for each (决定 0016).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from uuid_utils import uuid7

from chassis import setwise
from chassis.database import Connection
from chassis.reads import Asking
from chassis.setwise import LIST
from chassis.writes import Writes
from kernel.clock import china_day
from kernel.credit import Grade
from kernel.risk import RiskClass
from supervision.domain.catalogue.words import Risk
from supervision.domain.risk import RiskReason, RiskTable
from supervision.domain.risk_object import ObjectRisk, RiskChange, basis_of
from supervision.domain.risk_override import RiskOverride
from supervision.store.catalogues import CatalogueCache
from supervision.store.needs import Pair

_PAIR = {"source_system": "text", "object_no": "text"}
_RISK = {
    **_PAIR,
    "items": LIST,
    **dict.fromkeys(("risk_class", "item_risk", "grade"), "text"),
    "override_id": "uuid",
    "reasons": "jsonb",
    **dict.fromkeys(("table_version", "basis"), "text"),
    "version": "int",
    "review_on": "date",
    "since": "timestamptz",
}
_OVERRIDE = {
    "override_id": "uuid",
    **dict.fromkeys((*_PAIR, "risk_class", "by_table", "reason", "legal_basis"), "text"),
    **dict.fromkeys(("valid_from", "valid_to"), "date"),
    "ordered_by": "text",
    "ordered_at": "timestamptz",
    "confirmed_by": "text",
    "confirmed_at": "timestamptz",
    "ended_by": "text",
    "ended_at": "timestamptz",
    "end_reason": "text",
}
_CHANGE = {
    **dict.fromkeys((*_PAIR, "act", "cause", "by"), "text"),
    "at": "timestamptz",
    **dict.fromkeys(("reason", "previous", "risk_class"), "text"),
    "override_id": "uuid",
    **dict.fromkeys(("grade", "item_risk", "table_version"), "text"),
}
_REGRADED = """
SELECT w.id_type, w.id_no, o.source_system, o.object_no
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (id_type, id_no, grade)
  LEFT JOIN subject_grade g USING (id_type, id_no) LEFT JOIN supervised_object o USING (id_type, id_no)
 WHERE g.grade IS DISTINCT FROM w.grade
"""
_RISKS = setwise.select("object_risk", _PAIR) + " ORDER BY source_system, object_no FOR UPDATE OF object_risk"
_OVERRIDES = setwise.select("risk_override", {"override_id": "uuid"})
_KEEP_RISKS = setwise.upsert("object_risk", _RISK, tuple(_PAIR))
_KEEP_OVERRIDES = setwise.upsert("risk_override", _OVERRIDE, ("override_id",))
_ADD_CHANGES = setwise.insert("risk_change", _CHANGE)
_DUE = """
SELECT source_system, object_no, basis, review_on FROM (
      (SELECT source_system, object_no, basis, review_on FROM object_risk
        WHERE basis < $1 ORDER BY basis LIMIT $3)
      UNION
      (SELECT source_system, object_no, basis, review_on FROM object_risk
        WHERE basis > $1 ORDER BY basis LIMIT $3)
      UNION
      (SELECT source_system, object_no, basis, review_on FROM object_risk
        WHERE review_on <= $2 ORDER BY review_on LIMIT $3)) AS due
 WHERE (source_system, object_no) NOT IN (SELECT * FROM unnest($4::text[], $5::text[]))
 ORDER BY source_system, object_no LIMIT $3 - cardinality($4::text[])
"""
_REASONS = msgspec.json.Decoder(tuple[RiskReason, ...])


class LoadedRisks:
    """ports.Risks. What was not loaded raises KeyError."""

    def __init__(self, table: RiskTable) -> None:
        self.table = table
        self._rows: dict[Pair, ObjectRisk] = {}
        self._overrides: dict[str, RiskOverride] = {}
        self._changed: dict[Pair, ObjectRisk] = {}
        self._changed_overrides: dict[str, RiskOverride] = {}
        self._notes: list[RiskChange] = []

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def get(self, source_system: str, object_no: str) -> ObjectRisk:
        """What is kept of an object."""
        return self._rows[source_system, object_no]

    def override(self, override_id: str) -> RiskOverride:
        """The override an object names as not ended."""
        return self._overrides[override_id]

    def save(self, risk: ObjectRisk) -> None:
        """Keep a new or changed one."""
        key = (risk.source_system, risk.object_no)
        self._rows[key] = self._changed[key] = risk

    def save_override(self, override: RiskOverride) -> None:
        """Keep a new or changed one."""
        self._overrides[override.override_id] = self._changed_overrides[override.override_id] = override

    def note(self, change: RiskChange) -> None:
        """Keep the trace of a change."""
        self._notes.append(change)

    async def regraded(self, reads: Asking, told: Collection[tuple[str, str, str]]) -> tuple[set[Pair], set[Pair]]:
        """Of subjects and the grades they are said to have, those that had another, and the objects of these.

        Their locks are held: nobody adds an object or another grade meanwhile.
        """
        rows = await reads.fetch(_REGRADED, *setwise.transposed(told)) if told else ()
        objects = {(row["source_system"], row["object_no"]) for row in rows if row["object_no"] is not None}
        return {(row["id_type"], row["id_no"]) for row in rows}, objects

    async def read(self, connection: Connection, keys: Collection[Pair]) -> None:
        """Lock and read what is kept of these objects."""
        if not keys:
            return
        self._rows.update({key: ObjectRisk(source_system=key[0], object_no=key[1]) for key in keys})
        for row in await connection.fetch(_RISKS, *setwise.transposed(sorted(keys))):
            self._rows[row["source_system"], row["object_no"]] = _risk(row)
        named = [risk.override_id for risk in self._rows.values() if risk.override_id]
        for row in await connection.fetch(_OVERRIDES, named) if named else ():
            override = _override(row)
            self._overrides[override.override_id] = override

    def write(self, writes: Writes) -> None:
        """Write what changed; an override that ended goes before the one that follows it."""
        risks = [_risk_row(risk) for _, risk in sorted(self._changed.items())]
        overrides = [tuple(getattr(each, name) for name in _OVERRIDE) for each in self._changed_overrides.values()]
        changes = [_change_row(change) for change in self._notes]
        writes.put_rows(_KEEP_RISKS, risks)
        writes.put_rows(_KEEP_OVERRIDES, overrides)
        writes.put_rows(_ADD_CHANGES, changes)


class DueObjects:
    """Objects whose class a day or a rule has overtaken (待重新分级): found here, classified by the handler."""

    def __init__(self, table: RiskTable, cache: CatalogueCache) -> None:
        self._table = table
        self._cache = cache

    async def __call__(
        self, connection: Connection, now: datetime, limit: int, leaving_out: Collection[Pair]
    ) -> Mapping[Pair, object]:
        """Up to ``limit`` of them, each with what it was classified by."""
        today = china_day(now)
        catalogue = (await self._cache.current(connection)).in_force(today)
        basis = basis_of(self._table.in_force(today), catalogue)
        left = setwise.transposed(leaving_out) or [[], []]
        rows = await connection.fetch(_DUE, basis, today, limit + len(leaving_out), *left)
        return {(row["source_system"], row["object_no"]): (row["basis"], row["review_on"]) for row in rows}


def _risk_row(risk: ObjectRisk) -> tuple[Any, ...]:
    return (
        *(risk.source_system, risk.object_no, ",".join(risk.items)),
        *(risk.risk_class or "", risk.item_risk or "", risk.grade or "", risk.override_id or None),
        *(msgspec.json.encode(risk.reasons).decode(), risk.table, risk.basis, risk.version),
        *(risk.review_on, risk.since),
    )


def _risk(row: Any) -> ObjectRisk:
    return ObjectRisk(
        source_system=row["source_system"],
        object_no=row["object_no"],
        items=tuple(row["items"]),
        risk_class=RiskClass(row["risk_class"]) if row["risk_class"] else None,
        item_risk=Risk(row["item_risk"]) if row["item_risk"] else None,
        grade=Grade(row["grade"]) if row["grade"] else None,
        override_id=str(row["override_id"] or ""),
        reasons=_REASONS.decode(row["reasons"]),
        table=row["table_version"],
        basis=row["basis"],
        version=row["version"],
        review_on=row["review_on"],
        since=row["since"],
    )


def _override(row: Any) -> RiskOverride:
    letters = {name: RiskClass(row[name]) for name in ("risk_class", "by_table")}
    return RiskOverride(**{name: row[name] for name in _OVERRIDE} | {"override_id": str(row["override_id"])} | letters)


def _change_row(change: RiskChange) -> Sequence[Any]:
    return (
        *(change.source_system, change.object_no, change.act, change.cause, change.by, change.at, change.reason),
        *(change.previous or "", change.risk_class or "", change.override_id or None),
        *(change.grade or "", change.item_risk or "", change.table),
    )

"""Procedures in PostgreSQL (程序): repairs, objections and withdrawals of the records that were loaded.

The lock of a record's subject is that of its procedures and their clocks; which record a procedure is about never
changes, so it is looked up before the lock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec

from chassis import setwise
from chassis.transaction import Transaction
from credit.domain.objection import Objection, ObjectionState
from credit.domain.procedure import Procedure
from credit.domain.repair import Repair, RepairState
from credit.domain.withdrawal import Withdrawal, WithdrawalState

P = TypeVar("P", bound=Procedure)

_PAPERS = msgspec.json.Decoder(tuple[str, ...])
_REPAIR = {
    "repair_id": "uuid",
    "record_id": "uuid",
    "number": "int",
    "state": "text",
    "proof": "jsonb",
    **dict.fromkeys(("commitment", "applied_by"), "text"),
    "applied_at": "timestamptz",
    "accepted_by": "text",
    "accepted_at": "timestamptz",
    "decided_by": "text",
    "decided_at": "timestamptz",
    "reason": "text",
}
_OBJECTION = {
    "objection_id": "uuid",
    "record_id": "uuid",
    "number": "int",
    "state": "text",
    "reason": "text",
    "evidence": "jsonb",
    "lodged_by": "text",
    "lodged_at": "timestamptz",
    **dict.fromkeys(("provider", "forwarded_by"), "text"),
    "forwarded_at": "timestamptz",
    "decided_by": "text",
    "decided_at": "timestamptz",
    **dict.fromkeys(("decision", "review_by"), "text"),
    "review_at": "timestamptz",
    **dict.fromkeys(("review_reason", "reviewed_by"), "text"),
    "reviewed_at": "timestamptz",
    "review_decision": "text",
}
_WITHDRAWAL = {
    "withdrawal_id": "uuid",
    "record_id": "uuid",
    "number": "int",
    **dict.fromkeys(("state", "reason", "document_no", "requested_by"), "text"),
    "requested_at": "timestamptz",
    "ended_by": "text",
    "ended_at": "timestamptz",
    "ended_reason": "text",
}


@dataclass(frozen=True)
class Table(Generic[P]):
    """Where procedures of a kind stand, and how a row reads."""

    name: str
    columns: Mapping[str, str]
    shape: type[P]
    states: type[StrEnum]

    @property
    def key(self) -> str:
        """The column of its id."""
        return next(iter(self.columns))

    def row(self, procedure: P) -> tuple[Any, ...]:
        """Its columns."""
        return tuple(_written(getattr(procedure, name), kind) for name, kind in self.columns.items())

    def read(self, row: Any) -> P:
        """The procedure."""
        said = {name: _read(row[name], kind) for name, kind in self.columns.items()}
        return self.shape(**said | {"state": self.states(said["state"])})


REPAIRS = Table("repair", _REPAIR, Repair, RepairState)
OBJECTIONS = Table("objection", _OBJECTION, Objection, ObjectionState)
WITHDRAWALS = Table("withdrawal", _WITHDRAWAL, Withdrawal, WithdrawalState)


class LoadedProcedures(Generic[P]):
    """``ports.Procedures`` of one kind on one transaction."""

    def __init__(self, tx: Transaction, table: Table[P]) -> None:
        self._tx = tx
        self._table = table
        self._asked: set[str] = set()
        self._of_record: dict[str, dict[str, P]] = {}
        self._changed: dict[str, P] = {}

    def get(self, procedure_id: str) -> P | None:
        """The procedure, or None."""
        found = next((of[procedure_id] for of in self._of_record.values() if procedure_id in of), None)
        if found is None and procedure_id not in self._asked:
            raise KeyError(procedure_id)
        return found

    def of(self, record_id: str) -> Sequence[P]:
        """Every procedure of a record, the first one first."""
        return sorted(self._of_record[record_id].values(), key=lambda each: each.number)

    def keep(self, procedure: P) -> None:
        """Keep a new or changed one."""
        self._of_record[procedure.record_id][procedure.procedure_id] = procedure
        self._changed[procedure.procedure_id] = procedure

    async def records_of(self, ids: Collection[str]) -> set[str]:
        """The records these procedures are about."""
        self._asked |= set(ids)
        if not ids:
            return set()
        query = f"SELECT record_id FROM {self._table.name} WHERE {self._table.key} = ANY($1::uuid[])"  # noqa: S608 - constants of this module
        return {str(row["record_id"]) for row in await self._tx.reads.fetch(query, sorted(ids))}

    async def read(self, records: Iterable[str]) -> None:
        """Read all procedures of these records; the locks of their subjects are held."""
        wanted = sorted(records)
        self._of_record.update((record_id, {}) for record_id in wanted)
        query = f"SELECT * FROM {self._table.name} WHERE record_id = ANY($1::uuid[])"  # noqa: S608 - as above
        for row in await self._tx.reads.fetch(query, wanted) if wanted else ():
            found = self._table.read(row)
            self._of_record[found.record_id][found.procedure_id] = found

    def owners(self) -> set[str]:
        """Whose clocks there are."""
        return {each.owner for of in self._of_record.values() for each in of.values()}

    def write(self) -> None:
        """Write what changed."""
        if self._changed:
            statement = setwise.upsert(self._table.name, self._table.columns, (self._table.key,))
            changed = [self._table.row(self._changed[each]) for each in sorted(self._changed)]
            self._tx.writes.put_rows(statement, changed)


def _written(value: Any, kind: str) -> Any:
    return msgspec.json.encode(value).decode() if kind == "jsonb" else value


def _read(value: Any, kind: str) -> Any:
    if kind == "jsonb":
        return _PAPERS.decode(value)
    return str(value) if kind == "uuid" else value

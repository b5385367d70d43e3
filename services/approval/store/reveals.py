"""Persons behind references (自然人明文) in PostgreSQL: opened for one transaction, which leaves a trace."""

from collections.abc import Sequence
from typing import Any

from approval.domain.content import askable
from approval.domain.holder import name_place, number_place
from approval.domain.reveal import CompleteFile, PersonKept, Reveal, RevealSubject
from approval.ports import Identity
from chassis import setwise
from chassis.transaction import Transaction
from kernel.subject import IdType

_PERSONS = """
SELECT id_type, id_no, sealed_no, sealed_name FROM subject
 WHERE id_type = ANY($2::text[]) AND id_no = ANY($1::text[]) AND sealed_no IS NOT NULL
"""
_ID_TYPES = [each.value for each in IdType]
_REVEAL = {"at": "timestamptz", **dict.fromkeys(("id_type", "id_no", "by", "purpose", "reason"), "text")}
_NOTE = setwise.insert("reveal", _REVEAL)


class SqlReveals:
    """``handlers.reveals.RevealWork`` on a transaction."""

    def __init__(self, tx: Transaction, identity: Identity) -> None:
        self._tx = tx
        self._identity = identity
        self.now = tx.now
        self._persons: dict[str, PersonKept] = {}
        self._noted: list[Reveal] = []

    async def load(self, messages: Sequence[RevealSubject | CompleteFile]) -> None:
        """Read and open the persons."""
        named = (m.references if isinstance(m, CompleteFile) else (m.reference,) for m in messages)
        wanted = [reference for references in named for reference in references if askable(reference)]
        for row in await self._tx.connection.fetch(_PERSONS, wanted, _ID_TYPES):
            self._persons[row["id_no"]] = self._opened(row)

    def person(self, reference: str) -> PersonKept | None:
        """The person, opened."""
        return self._persons.get(reference)

    def note(self, reveal: Reveal) -> None:
        """Keep a trace."""
        self._noted.append(reveal)

    async def flush(self) -> None:
        """Write the traces."""
        if self._noted:
            rows = [(r.at, r.id_type, r.reference, r.by, r.purpose.value, r.reason) for r in self._noted]
            await self._tx.connection.execute(_NOTE, *setwise.transposed(rows))

    def _opened(self, row: Any) -> PersonKept:
        who = (row["id_type"], row["id_no"])
        return PersonKept(
            id_type=row["id_type"],
            reference=row["id_no"],
            id_no=self._identity.open(row["sealed_no"], number_place(*who)),
            name=self._identity.open(row["sealed_name"], name_place(*who)),
        )

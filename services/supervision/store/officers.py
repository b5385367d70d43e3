"""Officers' interests (执法人员回避) on one transaction: every declaration of the inspectors at hand, read set-wise."""

from collections.abc import Collection, Sequence
from typing import Any

from uuid_utils import uuid7

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
from supervision.domain.conflict import Conflict

_TEXTS = ("inspector", "id_type", "id_no", "source_system", "object_no", "reason")
CONFLICT = {
    "conflict_id": "uuid",
    **dict.fromkeys(_TEXTS, "text"),
    "valid_from": "date",
    "valid_to": "date",
    "declared_by": "text",
    "declared_at": "timestamptz",
    "ended_by": "text",
    "ended_at": "timestamptz",
}
_OF_INSPECTORS = setwise.select("inspector_conflict", {"inspector": "text"})
_BY_ID = setwise.select("inspector_conflict", {"conflict_id": "uuid"})
_KEEP = setwise.upsert("inspector_conflict", CONFLICT, ("conflict_id",))


class LoadedConflicts(Entries[str, Conflict]):
    """ports.Conflicts."""

    def __init__(self) -> None:
        super().__init__()
        # Ids by inspector, of those whose declarations were all asked for; of others nothing is known.
        self._of: dict[str, dict[str, None]] = {}

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def get(self, conflict_id: str) -> Conflict | None:
        """The declaration, or None."""
        return self.at(conflict_id)

    def of(self, inspectors: Sequence[str]) -> Sequence[Conflict]:
        """Everything these inspectors declared, ended or not."""
        return [found for code in inspectors for found in map(self.at, self._of[code]) if found]

    def save(self, conflict: Conflict) -> None:
        """Keep a new or ended one."""
        self.put(conflict.conflict_id, conflict)
        self._of.setdefault(conflict.inspector, {})[conflict.conflict_id] = None

    async def read(self, reads: Asking, inspectors: Collection[str], ids: Collection[str]) -> None:
        """Read what these inspectors declared, and these declarations."""
        self.expect(ids)
        self._of.update({code: {} for code in inspectors})
        rows = await reads.fetch(_OF_INSPECTORS, list(inspectors)) if inspectors else []
        for row in rows:
            self._of[row["inspector"]][str(row["conflict_id"])] = None
        for row in [*rows, *(await reads.fetch(_BY_ID, list(ids)) if ids else ())]:
            conflict = conflict_of(row)
            self.found(conflict.conflict_id, conflict)

    def write(self, writes: Writes) -> None:
        """Write what was declared or ended."""
        values = [tuple(getattr(conflict, name) for name in CONFLICT) for conflict in self.changed.values()]
        writes.put_rows(_KEEP, values)


def conflict_of(row: Any) -> Conflict:
    """A declaration from its row."""
    return Conflict(**{name: row[name] for name in CONFLICT} | {"conflict_id": str(row["conflict_id"])})

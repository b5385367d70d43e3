"""Loaded deadlines (已加载时限): what the handlers of one unit of work see of the deadlines of its owners.

An owner nobody read raises KeyError: a handler never mistakes "not read" for "has no deadline".
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from uuid_utils import uuid7

from chassis import deadlines
from chassis.deadlines import DeadlineChange
from chassis.reads import Asking
from chassis.writes import Writes
from kernel.deadline import Deadline


class LoadedDeadlines:
    """An identity map; what changed is kept for ``write``."""

    def __init__(self) -> None:
        self._rows: dict[str, Deadline | None] = {}
        self._of_owner: dict[str, dict[str, None]] = {}
        self._changed: dict[str, Deadline] = {}
        self._log: list[DeadlineChange] = []

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it."""
        return str(uuid7())

    def get(self, deadline_id: str) -> Deadline | None:
        """The deadline, or None."""
        return self._rows[deadline_id]

    def of(self, owner: str) -> Sequence[Deadline]:
        """Every deadline of an owner, ended ones too, the oldest first."""
        found = (self._rows[deadline_id] for deadline_id in self._of_owner[owner])
        return sorted((d for d in found if d), key=lambda d: (d.started_at, d.deadline_id))

    def made(self, owner: str) -> None:
        """A new owner: it has no deadline yet."""
        self._of_owner.setdefault(owner, {})

    def save(self, deadline: Deadline) -> None:
        """Keep a new or changed one."""
        self._changed[deadline.deadline_id] = deadline
        self._put(deadline)

    def recomputed(self, deadline: Deadline, why: str) -> DeadlineChange | None:
        """Keep one that was computed again; what moved its end is logged and answered."""
        before = self._rows[deadline.deadline_id]
        self.save(deadline)
        if before is None or before.due_at == deadline.due_at:
            return None
        change = DeadlineChange(
            deadline_id=deadline.deadline_id,
            old_due_at=before.due_at,
            new_due_at=deadline.due_at,
            edition=deadline.edition,
            why=why,
        )
        self._log.append(change)
        return change

    async def read(self, reads: Asking, *, owners: Collection[str] = (), ids: Collection[str] = ()) -> None:
        """Read all deadlines of owners, and single ones. The owners' locks are held."""
        for owner in owners:
            self.made(owner)
        self._rows.update({deadline_id: None for deadline_id in ids if deadline_id not in self._rows})
        self._found(await deadlines.of_owners(reads, owners))
        self._found(await deadlines.of_ids(reads, ids))

    def write(self, writes: Writes, at: datetime) -> None:
        """Write what changed and the log."""
        deadlines.write(writes, self._changed.values())
        deadlines.log(writes, self._log, at)

    def _found(self, read: Iterable[Deadline]) -> None:
        for deadline in read:
            self._put(deadline)

    def _put(self, deadline: Deadline) -> None:
        self._rows[deadline.deadline_id] = deadline
        self._of_owner.setdefault(deadline.owner, {})[deadline.deadline_id] = None

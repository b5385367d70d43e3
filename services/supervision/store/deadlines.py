"""Deadlines of the tasks a unit of work has loaded (任务时限): ports.Deadlines on chassis.deadlines."""

from collections.abc import Iterable, Sequence

from uuid_utils import uuid7

from chassis import deadlines
from chassis.database import Connection
from kernel.deadline import Deadline
from supervision.store.loaded import Entries


class LoadedDeadlines(Entries[str, Deadline]):
    """ports.Deadlines."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[str, dict[str, None]] = {}

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def get(self, deadline_id: str) -> Deadline | None:
        """The deadline, or None."""
        return self.at(deadline_id)

    def of(self, owner: str) -> Sequence[Deadline]:
        """Every deadline of a task made or loaded in this unit of work, in the order they began."""
        found = (self.at(deadline_id) for deadline_id in self._of.get(owner, ()))
        return sorted((each for each in found if each), key=lambda each: (each.started_at, each.deadline_id))

    def save(self, deadline: Deadline) -> None:
        """Keep a new or changed one."""
        self.put(deadline.deadline_id, deadline)
        self._index(deadline)

    async def read(self, connection: Connection, owners: Iterable[str], ids: Iterable[str]) -> None:
        """Read the deadlines of these tasks; ``ids`` are asked for by name."""
        self.expect(ids)
        for deadline in await deadlines.of_owners(connection, set(owners)):
            self.found(deadline.deadline_id, deadline)
            self._index(deadline)

    async def write(self, connection: Connection) -> None:
        """Write what changed."""
        await deadlines.write(connection, self.changed.values())

    def _index(self, deadline: Deadline) -> None:
        self._of.setdefault(deadline.owner, {})[deadline.deadline_id] = None

"""SqlWork (工作单元): ports.Work on one PostgreSQL transaction. Nothing is read: what events say is written as it is."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis import setwise
from chassis.transaction import Transaction
from console.store.groups import GROUPS, TOLD

_ADD = setwise.insert("told", TOLD) + " ON CONFLICT DO NOTHING"
_STATEMENTS = {name: group.statement for name, group in GROUPS.items()}


class SqlWork:
    """One transaction. Of a batch only the newest event of each row and group is written."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._kept: defaultdict[str, dict[tuple[Any, ...], tuple[UUID, list[Any]]]] = defaultdict(dict)
        self._told: list[list[Any]] = []

    async def load(self, messages: Sequence[Any]) -> None:
        """Nothing is needed before."""

    def keep(self, group: str, told: UUID, *key: Any, **values: Any) -> None:
        """What an event says of one group of columns of one row."""
        rows = self._kept[group]
        known = rows.get(key)
        if known is None or known[0] < told:
            rows[key] = (told, [values[name] for name in GROUPS[group].columns])

    def trace(self, **values: Any) -> None:
        """One line of the trace."""
        self._told.append([values[name] for name in TOLD])

    async def flush(self) -> None:
        """Rows in the order of their keys: two processes that meet the same rows wait for each other and never in a ring."""
        self._tx.writes.put_rows(_ADD, self._told)
        for name in GROUPS:
            rows = sorted(self._kept[name].items())
            self._tx.writes.put_rows(_STATEMENTS[name], [[*key, told, *values] for key, (told, values) in rows])

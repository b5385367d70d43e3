"""The item directory (事项目录) in PostgreSQL."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from approval.domain.commands import ListItem, TellItems
from approval.domain.content import askable
from approval.domain.item import Item
from chassis.transaction import Transaction

_UNTOLD = "SELECT item_code FROM item WHERE version = 0"
_READ = "SELECT item_code, name, department, public_safety, version FROM item WHERE item_code = ANY($1::text[])"
_KEEP = """
INSERT INTO item (item_code, name, department, public_safety, version, updated_at)
SELECT t.*, $6 FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::int[]) AS t
ON CONFLICT (item_code) DO UPDATE SET name = excluded.name, department = excluded.department,
       public_safety = excluded.public_safety, version = excluded.version, updated_at = excluded.updated_at
"""
_row = attrgetter("item_code", "name", "department", "public_safety", "version")


class StoredItems:
    """``ports.Items`` on a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._items: dict[str, Item] = {}
        self._new: dict[str, Item] = {}

    async def changed_by(self, messages: Sequence[Any]) -> set[str]:
        """The codes of the entries that messages may change: those to lock."""
        codes = {m.item.item_code for m in messages if isinstance(m, ListItem) and askable(m.item.item_code)}
        if any(isinstance(m, TellItems) for m in messages):
            codes |= {row["item_code"] for row in await self._tx.connection.fetch(_UNTOLD)}
        return codes

    async def load(self, codes: set[str]) -> None:
        """Read entries."""
        if codes:
            rows = await self._tx.reads.fetch(_READ, list(codes))
            self._items = {row["item_code"]: Item(**row) for row in rows}

    def write(self) -> None:
        """Write what changed."""
        if self._new:
            columns = zip(*(_row(item) for _, item in sorted(self._new.items())), strict=True)
            self._tx.writes.put(_KEEP, *(list(column) for column in columns), self._tx.now)

    def get(self, item_code: str) -> Item | None:
        """The entry, or None."""
        return self._items.get(item_code)

    def untold(self) -> Sequence[Item]:
        """The loaded entries nobody was told of yet."""
        return [item for item in self._items.values() if not item.version]

    def keep(self, item: Item) -> None:
        """Put the entry into the directory, or replace it."""
        self._items[item.item_code] = self._new[item.item_code] = item

"""Items in PostgreSQL (审批事项), as approval tells them."""

from collections.abc import Collection
from operator import attrgetter

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
from credit.domain.listed_item import ListedItem

_ITEM = {"item_code": "text", "name": "text", "public_safety": "boolean", "version": "int"}
_READ = "SELECT item_code, name, public_safety, version FROM item WHERE item_code = ANY($1)"
_KEEP = setwise.upsert("item", _ITEM, ("item_code",)) + " WHERE excluded.version > item.version"
_row = attrgetter(*_ITEM)


class LoadedItems(Entries[str, ListedItem]):
    """``ports.Items`` on one transaction."""

    def get(self, item_code: str) -> ListedItem | None:
        """The item, or None when it was never told."""
        return self.at(item_code)

    def keep(self, item: ListedItem) -> None:
        """Keep a new or newer version of an item."""
        self.put(item.item_code, item)

    async def read(self, reads: Asking, codes: Collection[str]) -> None:
        """Read these items."""
        self.expect(codes)
        if codes:
            for row in await reads.fetch(_READ, sorted(codes)):
                self.found(row["item_code"], ListedItem(**row))

    def write(self, writes: Writes) -> None:
        """Write what changed; an older version meanwhile stays behind."""
        writes.put_rows(_KEEP, [_row(self.changed[code]) for code in sorted(self.changed)])

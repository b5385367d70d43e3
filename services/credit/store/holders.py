"""Holders of objects in PostgreSQL (对象持有人)."""

from collections.abc import Collection

from chassis import setwise
from chassis.loaded import Entries
from chassis.transaction import Transaction
from credit.domain.holder import ObjectHolder
from credit.store import rows

_READ = setwise.select("object_holder", {"source_system": "text", "object_no": "text"})
_KEEP = setwise.upsert("object_holder", rows.HOLDER, ("source_system", "object_no")) + (
    " WHERE excluded.object_version < object_holder.object_version"
)


class LoadedHolders(Entries[tuple[str, str], ObjectHolder]):
    """``ports.Holders`` on one transaction."""

    def get(self, source_system: str, object_no: str) -> ObjectHolder | None:
        """Who holds the object, as far as decisions have told."""
        return self.at((source_system, object_no))

    def keep(self, holder: ObjectHolder) -> None:
        """Keep a holder that is new, or told by an earlier decision."""
        self.put((holder.source_system, holder.object_no), holder)

    async def read(self, tx: Transaction, objects: Collection[tuple[str, str]]) -> None:
        """Lock and read these objects: a decision and an inspection of one are not judged at the same time."""
        self.expect(objects)
        if objects:
            await tx.lock(f"object:{source}:{number}" for source, number in objects)
            for row in await tx.connection.fetch(_READ, *setwise.transposed(sorted(objects))):
                self.found((row["source_system"], row["object_no"]), rows.holder_of(row))

    async def write(self, tx: Transaction) -> None:
        """Write what changed."""
        if self.changed:
            await tx.connection.execute(
                _KEEP, *setwise.transposed([rows.holder_row(self.changed[key]) for key in sorted(self.changed)])
            )

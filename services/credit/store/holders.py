"""Holders of objects in PostgreSQL (对象持有人)."""

from collections.abc import Collection

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
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

    async def read(self, reads: Asking, objects: Collection[tuple[str, str]]) -> None:
        """Read these objects, which are locked: a decision and an inspection of one are not judged at the same time."""
        self.expect(objects)
        if objects:
            for row in await reads.fetch(_READ, *setwise.transposed(sorted(objects))):
                self.found((row["source_system"], row["object_no"]), rows.holder_of(row))

    def write(self, writes: Writes) -> None:
        """Write what changed."""
        writes.put_rows(_KEEP, [rows.holder_row(self.changed[key]) for key in sorted(self.changed)])

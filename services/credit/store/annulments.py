"""Annulments in PostgreSQL (撤销许可): what the newest revision of a case says of deceit."""

from collections.abc import Collection

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
from credit.domain.annulment import Annulment

_ANNULMENT = {"source_system": "text", "case_id": "text", "revision": "int", "by_deceit": "boolean", "bar_id": "uuid"}
_CASE = ("source_system", "case_id")
_READ = setwise.select("annulment", dict.fromkeys(_CASE, "text"))
_KEEP = setwise.upsert("annulment", _ANNULMENT, _CASE)


class LoadedAnnulments(Entries[tuple[str, str], Annulment]):
    """``ports.Annulments`` on one transaction."""

    def get(self, source_system: str, case_id: str) -> Annulment | None:
        """What the newest revision of a case says of deceit."""
        return self.at((source_system, case_id))

    def keep(self, annulment: Annulment) -> None:
        """Keep what a newer revision says."""
        self.put((annulment.source_system, annulment.case_id), annulment)

    async def read(self, reads: Asking, cases: Collection[tuple[str, str]]) -> None:
        """Read these cases, which are locked: two revisions of one are not judged at the same time."""
        self.expect(cases)
        if cases:
            for row in await reads.fetch(_READ, *setwise.transposed(sorted(cases))):
                bar_id = str(row["bar_id"]) if row["bar_id"] else ""
                found = Annulment(**{name: row[name] for name in _ANNULMENT if name != "bar_id"}, bar_id=bar_id)
                self.found((found.source_system, found.case_id), found)

    def write(self, writes: Writes) -> None:
        """Write what changed."""
        kept = [self.changed[case] for case in sorted(self.changed)]
        writes.put_rows(_KEEP, [(a.source_system, a.case_id, a.revision, a.by_deceit, a.bar_id or None) for a in kept])

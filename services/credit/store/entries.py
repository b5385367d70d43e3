"""Entries of lists in PostgreSQL (名单条目): read and written with the subjects whose records they belong to."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis import setwise
from chassis.reads import Asking
from chassis.writes import Writes
from credit.domain.list_entry import ListEntry
from credit.domain.record import LISTS
from credit.domain.subject import Subject
from kernel.subject import SubjectKey

_ENTRY = {
    "entry_id": "uuid",
    **dict.fromkeys(("legal_basis", "notice_document", "exit_conditions", "by"), "text"),
    "left_on": "date",
    "left_by": "text",
    "left_reason": "text",
}
_CHANGES = {name: _ENTRY[name] for name in ("entry_id", "left_on", "left_by", "left_reason")}
"""What of an entry may change; the rest is what was said when it was made."""
_READ = "SELECT *, entry_id::text AS id FROM list_entry WHERE entry_id = ANY($1::uuid[])"
_ADD = setwise.insert("list_entry", _ENTRY)
_CHANGE = setwise.update("list_entry", _CHANGES, "entry_id")


class LoadedEntries:
    """What was stored of the entries of one transaction."""

    def __init__(self) -> None:
        self._stored: dict[str, ListEntry] = {}

    async def read(self, reads: Asking, subjects: Mapping[SubjectKey, Subject]) -> None:
        """Read the entries of those records that are of a list."""
        owners = {r.record_id: s for s in subjects.values() for r in s.records.values() if r.kind in LISTS}
        if owners:
            for row in await reads.fetch(_READ, sorted(owners)):
                entry = ListEntry(entry_id=row["id"], **{name: row[name] for name in _ENTRY if name != "entry_id"})
                self._stored[entry.entry_id] = owners[entry.entry_id].entries[entry.entry_id] = entry

    def write(self, writes: Writes, subjects: Iterable[Subject]) -> None:
        """Write what is new or left."""
        found = {each: entry for subject in subjects for each, entry in subject.entries.items()}
        changed = [entry for each, entry in sorted(found.items()) if self._stored.get(each) is not entry]
        new = [_row(entry, _ENTRY) for entry in changed if entry.entry_id not in self._stored]
        altered = [_row(entry, _CHANGES) for entry in changed if entry.entry_id in self._stored]
        writes.put_rows(_ADD, new)
        writes.put_rows(_CHANGE, altered)


def _row(entry: ListEntry, columns: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in columns)

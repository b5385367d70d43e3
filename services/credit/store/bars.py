"""Bars in PostgreSQL (限制申请): read and written with the subjects they are about."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis import setwise
from chassis.reads import Asking
from chassis.writes import Writes
from credit.domain.bar import Bar, BarState
from credit.domain.subject import Subject
from credit.store.rows import key_of
from kernel.credit import BarKind
from kernel.subject import SubjectKey

_BAR = {
    "bar_id": "uuid",
    **dict.fromkeys(("id_type", "id_no", "source_system", "region", "kind"), "text"),
    **dict.fromkeys(("item_code", "legal_basis", "document_no"), "text"),
    "starts_on": "date",
    "ends_on": "date",
    **dict.fromkeys(("department", "by", "state"), "text"),
    "ended_on": "date",
    "ended_by": "text",
    "ended_reason": "text",
}
_CHANGES = {name: _BAR[name] for name in ("bar_id", "state", "ended_on", "ended_by", "ended_reason")}
"""What of a bar may change; the rest is what the decision said."""
_OWNERS = "SELECT DISTINCT id_type, id_no FROM bar WHERE bar_id = ANY($1::uuid[])"
_READ = """
SELECT b.*, b.bar_id::text AS id
  FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN bar b USING (id_type, id_no) ORDER BY b.seq
"""
_ADD = setwise.insert("bar", _BAR)
_CHANGE = setwise.update("bar", _CHANGES, "bar_id")


class LoadedBars:
    """What was stored of the bars of one transaction."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self._stored: dict[str, Bar] = {}

    async def owners(self, reads: Asking, bars: Iterable[str]) -> set[SubjectKey]:
        """The identities that bars, asked for by id, are about."""
        self.asked |= set(bars)
        found = await reads.fetch(_OWNERS, sorted(self.asked)) if self.asked else ()
        return set(map(key_of, found))

    async def read(self, reads: Asking, subjects: Mapping[SubjectKey, Subject]) -> None:
        """Read the bars of loaded identities."""
        if subjects:
            columns = setwise.transposed([(key.id_type, key.id_no) for key in subjects])
            for row in await reads.fetch(_READ, *columns):
                bar = _bar_of(row)
                self._stored[bar.bar_id] = subjects[bar.subject].bars[bar.bar_id] = bar

    def write(self, writes: Writes, subjects: Iterable[Subject]) -> None:
        """Write what is new or ended."""
        found = {each: bar for subject in subjects for each, bar in subject.bars.items()}
        changed = [bar for each, bar in sorted(found.items()) if self._stored.get(each) is not bar]
        new = [_row(bar, _BAR) for bar in changed if bar.bar_id not in self._stored]
        altered = [_row(bar, _CHANGES) for bar in changed if bar.bar_id in self._stored]
        writes.put_rows(_ADD, new)
        writes.put_rows(_CHANGE, altered)


def _bar_of(row: Any) -> Bar:
    plain = {name: row[name] for name in _BAR if name not in {"id_type", "id_no", "bar_id"}}
    words = {"kind": BarKind(row["kind"]), "state": BarState(row["state"])}
    return Bar(**plain | words | {"bar_id": row["id"], "subject": key_of(row)})


def _row(bar: Bar, columns: Mapping[str, str]) -> tuple[Any, ...]:
    own = {"id_type": bar.subject.id_type, "id_no": bar.subject.id_no}
    return tuple(own[name] if name in own else getattr(bar, name) for name in columns)

"""Rebuild (重建核对): the state that follows from what credit told, beside the state that is kept. Pure.

Both are written as the same documents in the same order, canonical JSON, so one SHA-256 of each says whether they are equal,
byte by byte. What no event tells is left out: the day a name was told for, when nothing changed by it; the day of an
assessment that said the same; when a row was written.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.scorecard import Assessment, changes_on, score
from credit.domain.subject import Identity
from kernel.subject import SubjectKey

MOST_TOLD = 20
"""Differences that are told one by one."""
_RECORD = tuple(each.name for each in fields(CreditRecord))


class Entry(NamedTuple):
    """One document (核对条目) and where it stands in the order: section and key."""

    section: str
    key: tuple[str, ...]
    value: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """Its place in the order."""
        return self.section, self.key

    def written(self) -> bytes:
        """Its canonical text, one line."""
        whole = {"section": self.section, "key": self.key, "value": self.value}
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@dataclass
class Rebuilt:
    """What events amount to (重建结果)."""

    identities: dict[SubjectKey, Identity] = field(default_factory=dict)
    records: dict[str, CreditRecord] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)
    """Version → digest of the content."""

    def root_of(self, key: SubjectKey) -> SubjectKey:
        """The identity that stands for it."""
        seen = {key}
        while (into := self.identities[key].merged_into) and into not in seen:
            key = into
            seen.add(key)
        return key

    def entries(self, rules: Rulebook, today: date, waiting: Mapping[SubjectKey, date]) -> Iterator[Entry]:
        """Every document in order, scored anew as of ``today``.

        ``waiting``: subjects the sweep has not come to since a day; what is kept of them is right for the day before.
        """
        families: dict[SubjectKey, list[CreditRecord]] = {}
        for record in self.records.values():
            families.setdefault(self.root_of(record.subject), []).append(record)
        assessed = {self.root_of(key) for key, identity in self.identities.items() if identity.version} | set(families)
        for key in sorted(self.identities, key=_pair):
            root = self.root_of(key)
            on = waiting[root] - timedelta(days=1) if root in waiting else today
            records = families.get(root, ())
            identity = self.identities[key]
            card = rules.on(on).scorecard
            standing = score(records, on, card) if root in assessed else None
            due_on = None
            if key == root and root in assessed:
                days = (changes_on(records, on, card), rules.next_after(on))
                due_on = min((day for day in days if day), default=None)
            yield identity_entry(identity, standing, due_on)
        yield from (record_entry(self.records[each]) for each in sorted(self.records))
        yield from (Entry("rules", (version,), {"digest": self.editions[version]}) for version in sorted(self.editions))


def identity_entry(identity: Identity, standing: Assessment | None, due_on: date | None) -> Entry:
    """An identity with what it was told last and what holds for it now."""
    told, into = identity.told, identity.merged_into
    value = {
        "kind": identity.kind,
        "name": identity.name,
        "source_system": identity.source_system,
        "region": identity.region,
        "version": identity.version,
        "told_grade": told.grade if told else None,
        "told_score": told.score if told else None,
        "merged_into": str(into) if into else None,
        "identity_version": identity.identity_version,
        "score": standing.score if standing else None,
        "grade": standing.grade if standing else None,
        "scorecard": standing.scorecard if standing else None,
        "reasons": [[r.record_id, r.points, r.text] for r in standing.reasons] if standing else [],
        "due_on": due_on.isoformat() if due_on else None,
    }
    return Entry("identity", _pair(identity.key), value)


def record_entry(record: CreditRecord) -> Entry:
    """A record whole."""
    value = {name: _plain(getattr(record, name)) for name in _RECORD}
    value["marks"] = [[mark.objection_id, _plain(mark.since), _plain(mark.until)] for mark in record.marks]
    return Entry("record", (record.record_id,), value)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference (差异): a field, or the whole document when ``field`` is empty."""

    section: str
    key: str
    field: str
    from_events: Any
    in_tables: Any


@dataclass(kw_only=True)
class Verdict:
    """核对结论."""

    digest_of_events: str = ""
    digest_of_tables: str = ""
    equal: bool = True
    differences: int = 0
    first_differences: list[Difference] = field(default_factory=list)


class Verification:
    """Two rows of documents in the same order, compared while they run by: neither is ever held whole."""

    def __init__(self, from_events: Iterable[Entry]) -> None:
        self._events = iter(from_events)
        self._ahead = next(self._events, None)
        self._of_events, self._of_tables = sha256(), sha256()
        self._verdict = Verdict()

    def add(self, in_tables: Sequence[Entry]) -> None:
        """The next documents of the tables."""
        for entry in in_tables:
            while self._ahead and self._ahead.place < entry.place:
                self._missing()
            self._of_tables.update(entry.written())
            if self._ahead and self._ahead.place == entry.place:
                self._compare(self._taken(), entry)
            else:
                self._differ(entry, "", None, dict(entry.value))

    def finished(self) -> Verdict:
        """The verdict, once the tables have run by."""
        while self._ahead:
            self._missing()
        verdict = self._verdict
        verdict.digest_of_events, verdict.digest_of_tables = self._of_events.hexdigest(), self._of_tables.hexdigest()
        verdict.equal = verdict.digest_of_events == verdict.digest_of_tables
        return verdict

    def _taken(self) -> Entry:
        assert self._ahead  # noqa: S101 - asked for by those who looked
        taken, self._ahead = self._ahead, next(self._events, None)
        self._of_events.update(taken.written())
        return taken

    def _missing(self) -> None:
        entry = self._taken()
        self._differ(entry, "", dict(entry.value), None)

    def _compare(self, told: Entry, kept: Entry) -> None:
        for name in told.value:
            if told.value[name] != kept.value.get(name):
                self._differ(told, name, told.value[name], kept.value.get(name))

    def _differ(self, entry: Entry, name: str, from_events: Any, in_tables: Any) -> None:
        self._verdict.differences += 1
        if len(self._verdict.first_differences) < MOST_TOLD:
            self._verdict.first_differences.append(
                Difference(
                    section=entry.section,
                    key=":".join(entry.key),
                    field=name,
                    from_events=from_events,
                    in_tables=in_tables,
                )
            )


def digest_of_entries(entries: Iterable[Entry]) -> str:
    """SHA-256 over documents in order, hexadecimal."""
    digest = sha256()
    for entry in entries:
        digest.update(entry.written())
    return digest.hexdigest()


def _pair(key: SubjectKey) -> tuple[str, str]:
    return str(key.id_type), key.id_no


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case SubjectKey():
            return str(value)
        case _:
            return value

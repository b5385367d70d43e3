"""Subject (信用主体): whom the records are about, and what they amount to now.

A subject is known from its first concluded inspection or record; it has a grade from its first record on. Two identities
may turn out to be one subject: then one is merged into the other, the root, which carries the records of all of them;
every identity is told the grade of the root, so nobody outside has to know of the merger.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from credit.domain.bar import Bar
from credit.domain.list_entry import ListEntry
from credit.domain.record import CreditRecord, day_after
from credit.domain.rulebook import Rulebook
from credit.domain.scorecard import Assessment, changes_on, score
from kernel.credit import Grade, RecordState
from kernel.subject import IdType, SubjectKey, SubjectKind

PROVISIONAL = "PROVISIONAL-"


@dataclass(frozen=True)
class GradeChange:
    """Score or grade became another one (信用等级变化) for one identity; ``previous`` None: this is the first."""

    identity: "Identity"
    previous: Grade | None
    assessment: Assessment


@dataclass(slots=True, kw_only=True)
class Identity:
    """One identity (主体身份): a number somebody goes by.

    ``source_system`` and ``region`` are those of its first mention; they never change, because figures are counted by
    them on both sides. ``name`` is the one told for the latest day, ``named_on``; empty for natural persons.
    """

    key: SubjectKey
    kind: str
    name: str
    source_system: str
    region: str
    named_on: date
    version: int = 0
    """Number of the announced assessments (评价序号): 0 = none, then 1, 2, … without gaps."""
    told: Assessment | None = None
    """What was announced last, or what keeps it with other reasons (现行评价)."""
    merged_into: SubjectKey | None = None
    identity_version: int = 0
    """Number of its mergers and splits (身份变更序号)."""

    @property
    def provisional(self) -> bool:
        """临时主体: made up by supervision for an object no decision had named."""
        return self.key.id_type == IdType.OTHER and self.key.id_no.startswith(PROVISIONAL)

    def renamed(self, name: str, on: date) -> str | None:
        """Take the name told for a day; the name before when it changed. Of one day the greater one holds."""
        if self.kind != SubjectKind.ORGANISATION or (name != "", on, name) <= (
            self.name != "",
            self.named_on,
            self.name,
        ):
            return None
        before, self.name, self.named_on = self.name, name, on
        return before if before != name else None


@dataclass(slots=True, kw_only=True)
class Subject:
    """One subject (信用主体): the identity that stands for it, those merged into it, and the records and bars of all of them."""

    root: Identity
    aliases: dict[SubjectKey, Identity] = field(default_factory=dict)
    records: dict[str, CreditRecord] = field(default_factory=dict)
    entries: dict[str, ListEntry] = field(default_factory=dict)
    """What stands about those records that are entries of a list, by the same id (名单条目)."""
    bars: dict[str, Bar] = field(default_factory=dict)
    due_on: date | None = None
    """The first day on which something may end or change by itself (下次变化日)."""

    @property
    def standing(self) -> Assessment | None:
        """The assessment in force (现行评价), None without any record so far."""
        return self.root.told

    @property
    def identities(self) -> Iterator[Identity]:
        """Every number it goes by, the root first."""
        yield self.root
        yield from (self.aliases[key] for key in sorted(self.aliases, key=str))

    def identity(self, key: SubjectKey) -> Identity:
        """The identity of a number that is its own."""
        return self.root if key == self.root.key else self.aliases[key]

    def lapsed(self, today: date) -> list[CreditRecord]:
        """End what is past its longest period (期满); what ended, oldest first."""
        over = [record for record in self.records.values() if record.overdue_on(today)]
        ended = [record.expired() for record in sorted(over, key=lambda r: (r.max_until or date.max, r.record_id))]
        self.records.update((record.record_id, record) for record in ended)
        return ended

    def entries_left(self) -> list[CreditRecord]:
        """Records that ended while their entries still stand on the list, oldest first."""
        ended = (r for r in self.records.values() if r.record_id in self.entries and r.state is not RecordState.ACTIVE)
        over = (record for record in ended if self.entries[record.record_id].left_on is None)
        return sorted(over, key=lambda r: (r.ended_on or date.max, r.record_id))

    def bars_lapsed(self, today: date) -> list[Bar]:
        """End the bars whose last day is over (限制期满); what ended, oldest first."""
        over = sorted((b for b in self.bars.values() if b.overdue_on(today)), key=lambda b: (b.ends_on, b.bar_id))
        ended = [bar.ended() for bar in over]
        self.bars.update((bar.bar_id, bar) for bar in ended)
        return ended

    def assess(self, today: date, rules: Rulebook) -> list[GradeChange]:
        """Assess anew and set the next day to look; the changes to tell, one for each identity that hears another grade."""
        edition = rules.on(today)
        bars = [day_after(bar.ends_on) for bar in self.bars.values() if bar.ended_on is None]
        self.due_on = min(bars, default=None)
        if not self.records and not any(identity.version for identity in self.identities):
            return []
        ends = (changes_on(self.records.values(), today, edition.scorecard), rules.next_after(today), *bars)
        self.due_on = min((day for day in ends if day), default=None)
        found = score(self.records.values(), today, edition.scorecard)
        changes = []
        for identity in self.identities:
            before, identity.told = identity.told, found
            if not found.says_the_same_as(before):
                identity.version += 1
                changes.append(GradeChange(identity, before.grade if before else None, found))
        return changes

    def absorb(self, other: "Subject") -> None:
        """主体合并: the other's identities, records and bars are this one's from now on; below its root nothing moves."""
        other.root.merged_into = self.root.key
        other.root.identity_version += 1
        self.aliases.update((identity.key, identity) for identity in other.identities)
        self.records.update(other.records)
        self.entries.update(other.entries)
        self.bars.update(other.bars)

    def release(self, key: SubjectKey) -> "Subject":
        """主体拆分: an alias stands alone again, with the identities merged into it and what was told of them."""
        root = self.aliases[key]
        leaving = {alias.key for alias in self.aliases.values() if key in self._chain(alias)}
        own = Subject(root=root, due_on=self.due_on)
        own.aliases = {alias: self.aliases[alias] for alias in leaving if alias != key}
        own.records = {each: record for each, record in self.records.items() if record.subject in leaving}
        own.entries = {each: entry for each, entry in self.entries.items() if each in own.records}
        own.bars = {each: bar for each, bar in self.bars.items() if bar.subject in leaving}
        self.aliases = {alias: found for alias, found in self.aliases.items() if alias not in leaving}
        self.records = {each: record for each, record in self.records.items() if each not in own.records}
        self.entries = {each: entry for each, entry in self.entries.items() if each not in own.entries}
        self.bars = {each: bar for each, bar in self.bars.items() if each not in own.bars}
        root.merged_into = None
        root.identity_version += 1
        return own

    def _chain(self, alias: Identity) -> Iterator[SubjectKey]:
        """The alias and all it was merged into, up to the root."""
        at: Identity | None = alias
        while at and at.merged_into:
            yield at.key
            at = self.aliases.get(at.merged_into)

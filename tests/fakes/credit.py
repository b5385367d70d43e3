"""FakeWork: credit's ports.Work in memory. It passes the contract suite of the real one (test_credit_store.py)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from contracts.event import Event
from credit.domain.holder import ObjectHolder
from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.subject import Identity, Subject
from credit.settings import CreditSettings
from credit.store.needs import needs_of
from kernel.calendar import CalendarYear
from kernel.clock import china_day
from kernel.subject import SubjectKey

RULES = CreditSettings().rulebook()
NOON = datetime(2012, 3, 1, 4, tzinfo=UTC)


@dataclass
class FakeDatabase:
    """What is committed. ``now`` is the stack's clock."""

    roots: dict[SubjectKey, Subject] = field(default_factory=dict)
    holders: dict[tuple[str, str], ObjectHolder] = field(default_factory=dict)
    notes: list[tuple[SubjectKey, str]] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)
    now: datetime = NOON

    def subject(self, key: SubjectKey) -> Subject | None:
        return next((s for s in self.roots.values() if key in {i.key for i in s.identities}), None)

    def identities(self) -> dict[SubjectKey, Identity]:
        return {i.key: i for s in self.roots.values() for i in s.identities}

    @property
    def records(self) -> dict[str, CreditRecord]:
        return {r.record_id: r for s in self.roots.values() for r in s.records.values()}

    def on(self, day: str) -> "FakeDatabase":
        """Move the clock to noon of a day in China."""
        self.now = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=4)
        return self


class FakeSubjects:
    """ports.Subjects."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database
        self._known: set[SubjectKey] = set()
        self._asked: set[str] = set()
        self._subjects: dict[SubjectKey, Subject] = {}
        self._changed: dict[SubjectKey, Subject] = {}
        self._notes: list[tuple[SubjectKey, str]] = []

    def load(self, keys: Iterable[SubjectKey], records: Iterable[str]) -> None:
        self._asked |= set(records)
        owners = (self._database.records[each].subject for each in self._asked & self._database.records.keys())
        for key in {*keys, *owners}:
            self._known.add(key)
            found = self._database.subject(key)
            if found and key not in self._subjects:
                own = deepcopy(found)
                self._subjects.update((identity.key, own) for identity in own.identities)
                self._known.update(identity.key for identity in own.identities)

    def get(self, key: SubjectKey) -> Subject | None:
        if key not in self._known:
            raise KeyError(key)
        return self._subjects.get(key)

    def with_record(self, record_id: str) -> Subject | None:
        if record_id not in self._asked:
            raise KeyError(record_id)
        return next((s for s in self._subjects.values() if record_id in s.records), None)

    def add(self, identity: Identity) -> Subject:
        subject = Subject(root=identity)
        self.save(subject)
        return subject

    def save(self, subject: Subject) -> None:
        for identity in subject.identities:
            self._known.add(identity.key)
            self._subjects[identity.key] = self._changed[identity.key] = subject

    def note(self, key: SubjectKey, kind: str, by: str, reason: str, facts: Mapping[str, Any]) -> None:
        assert by
        assert reason or kind in {"REGISTERED", "RENAMED"}
        assert facts
        self._notes.append((key, kind))

    def flush(self) -> None:
        changed = {s.root.key: s for s in self._changed.values()}
        taken = {r.record_id: r.subject for r in self._database.records.values()}
        for record in (r for s in changed.values() for r in s.records.values()):
            if taken.get(record.record_id, record.subject) != record.subject:
                raise ValueError(f"record taken: {record.record_id}")
        for key in self._changed:
            self._database.roots.pop(key, None)
        self._database.roots.update(deepcopy(changed))
        self._database.notes += self._notes


class FakeHolders:
    """ports.Holders."""

    def __init__(self, database: FakeDatabase) -> None:
        self._kept = database.holders
        self._changed: dict[tuple[str, str], ObjectHolder] = {}

    def get(self, source_system: str, object_no: str) -> ObjectHolder | None:
        key = (source_system, object_no)
        return self._changed.get(key) or self._kept.get(key)

    def keep(self, holder: ObjectHolder) -> None:
        self._changed[holder.source_system, holder.object_no] = holder

    def flush(self) -> None:
        for key, holder in self._changed.items():
            known = self._kept.get(key)
            if known is None or holder.object_version < known.object_version:
                self._kept[key] = holder


class FakeWork:
    """One transaction on a FakeDatabase; nothing is kept before flush."""

    def __init__(self, database: FakeDatabase, rulebook: Rulebook = RULES) -> None:
        self.rules = rulebook
        self.now = database.now
        self.subjects = FakeSubjects(database)
        self.holders = FakeHolders(database)
        self._database = database
        self._said: list[Event] = []

    @property
    def today(self) -> date:
        return china_day(self.now)

    def keep_year(self, year: CalendarYear) -> None:
        raise NotImplementedError(year)

    async def load(self, messages: Sequence[Any]) -> None:
        self.load_now(messages)

    def load_now(self, messages: Sequence[Any]) -> None:
        needs = needs_of(messages)
        held = {self._database.holders[key].subject for key in needs.holders & self._database.holders.keys()}
        self.subjects.load(needs.subjects | held, needs.records)

    def publish(self, event: Event) -> None:
        self._said.append(event)

    async def flush(self) -> None:
        self.flush_now()

    def flush_now(self) -> None:
        self.subjects.flush()
        self.holders.flush()
        self._database.said += self._said


Handle = Callable[[FakeWork, Any], object]


def told(database: FakeDatabase, handle: Handle, *messages: Any, rules: Rulebook = RULES) -> list[Event]:
    """Handle messages in one transaction; what was said because of them."""
    work = FakeWork(database, rules)
    work.load_now(messages)
    before = len(database.said)
    for message in messages:
        handle(work, message)
    work.flush_now()
    return database.said[before:]

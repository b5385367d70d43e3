"""FakeWork: credit's ports.Work in memory. It passes the contract suite of the real one (test_credit_store.py)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from contracts.event import Event
from credit.domain.annulment import Annulment
from credit.domain.bar import Bar
from credit.domain.holder import ObjectHolder
from credit.domain.list_entry import ListEntry
from credit.domain.listed_item import ListedItem
from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.rules_edition import RulesEdition
from credit.domain.subject import Identity, Subject
from credit.settings import CreditSettings
from credit.store.needs import needs_of
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import china_day
from kernel.notice import Notice
from kernel.subject import SubjectKey
from tests.fakes.credit_redress import FakeNotices, FakeRedress
from tests.fakes.keys import FakeKeys

RULES = CreditSettings().rulebook()
PROCESS = CreditSettings().process_rules()
CONSTRAINTS = CreditSettings().constraints()
NOON = datetime(2012, 3, 1, 4, tzinfo=UTC)


@dataclass
class FakeDatabase:
    """What is committed. ``now`` is the stack's clock."""

    roots: dict[SubjectKey, Subject] = field(default_factory=dict)
    holders: dict[tuple[str, str], ObjectHolder] = field(default_factory=dict)
    items: dict[str, ListedItem] = field(default_factory=dict)
    annulments: dict[tuple[str, str], Annulment] = field(default_factory=dict)
    notes: list[tuple[SubjectKey, str]] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)
    editions: dict[str, RulesEdition] = field(default_factory=dict)
    published: list[str] = field(default_factory=list)
    redress: FakeRedress = field(default_factory=FakeRedress)
    notices: list[Notice] = field(default_factory=list)
    calendar: Calendar = field(default_factory=Calendar, compare=False)
    now: datetime = NOON

    def subject(self, key: SubjectKey) -> Subject | None:
        return next((s for s in self.roots.values() if key in {i.key for i in s.identities}), None)

    def identities(self) -> dict[SubjectKey, Identity]:
        return {i.key: i for s in self.roots.values() for i in s.identities}

    @property
    def records(self) -> dict[str, CreditRecord]:
        return {r.record_id: r for s in self.roots.values() for r in s.records.values()}

    @property
    def bars(self) -> dict[str, Bar]:
        return {b.bar_id: b for s in self.roots.values() for b in s.bars.values()}

    @property
    def entries(self) -> dict[str, ListEntry]:
        return {e.entry_id: e for s in self.roots.values() for e in s.entries.values()}

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
        self._bars: set[str] = set()
        self._subjects: dict[SubjectKey, Subject] = {}
        self._changed: dict[SubjectKey, Subject] = {}
        self._notes: list[tuple[SubjectKey, str]] = []
        self._all_due: date | None = None

    def load(self, keys: Iterable[SubjectKey], records: Iterable[str], bars: Iterable[str]) -> None:
        self._asked |= set(records)
        self._bars |= set(bars)
        owners = (self._database.records[each].subject for each in self._asked & self._database.records.keys())
        barred = (self._database.bars[each].subject for each in self._bars & self._database.bars.keys())
        for key in {*keys, *owners, *barred}:
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

    def with_bar(self, bar_id: str) -> Subject | None:
        if bar_id not in self._bars:
            raise KeyError(bar_id)
        return next((s for s in self._subjects.values() if bar_id in s.bars), None)

    def add(self, identity: Identity) -> Subject:
        subject = Subject(root=identity)
        self.save(subject)
        return subject

    def save(self, subject: Subject) -> None:
        for identity in subject.identities:
            self._known.add(identity.key)
            self._subjects[identity.key] = self._changed[identity.key] = subject

    def all_due(self, on: date) -> None:
        self._all_due = on

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
        for subject in self._database.roots.values() if self._all_due else ():
            if subject.root.version:
                subject.due_on = min(filter(None, (subject.due_on, self._all_due)))


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


class FakeEditions:
    """ports.Editions."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database
        self._known: set[str] = set()
        self._changed: dict[str, RulesEdition] = {}

    def load(self, versions: Iterable[str]) -> None:
        self._known |= set(versions)

    def get(self, version: str) -> RulesEdition | None:
        if version not in self._known:
            raise KeyError(version)
        return self._changed.get(version) or self._database.editions.get(version)

    def save(self, edition: RulesEdition) -> None:
        self._changed[edition.version] = edition

    def flush(self) -> None:
        for version, edition in self._changed.items():
            self._database.editions[version] = edition
            if edition.published_at and version not in self._database.published:
                self._database.published.append(version)


class FakeItems:
    """ports.Items."""

    def __init__(self, database: FakeDatabase) -> None:
        self._kept = database.items
        self._changed: dict[str, ListedItem] = {}

    def get(self, item_code: str) -> ListedItem | None:
        return self._changed.get(item_code) or self._kept.get(item_code)

    def keep(self, item: ListedItem) -> None:
        self._changed[item.item_code] = item

    def flush(self) -> None:
        for code, item in self._changed.items():
            if code not in self._kept or self._kept[code].version < item.version:
                self._kept[code] = item


class FakeAnnulments:
    """ports.Annulments."""

    def __init__(self, database: FakeDatabase) -> None:
        self._kept = database.annulments
        self._changed: dict[tuple[str, str], Annulment] = {}

    def get(self, source_system: str, case_id: str) -> Annulment | None:
        case = (source_system, case_id)
        return self._changed.get(case) or self._kept.get(case)

    def keep(self, annulment: Annulment) -> None:
        self._changed[annulment.source_system, annulment.case_id] = annulment

    def flush(self) -> None:
        self._kept.update(self._changed)


class FakeWork:
    """One transaction on a FakeDatabase; nothing is kept before flush."""

    def __init__(self, database: FakeDatabase, rulebook: Rulebook = RULES) -> None:
        self.region = "640202"
        self.rules = rulebook
        self.editions = FakeEditions(database)
        self.now = database.now
        self.subjects = FakeSubjects(database)
        self.holders = FakeHolders(database)
        self.process = PROCESS
        self.held_keys = FakeKeys()
        self.calendar = database.calendar
        self.notices = FakeNotices(database.notices)
        self._redress = deepcopy(database.redress)
        self.repairs = self._redress.repairs
        self.objections = self._redress.objections
        self.withdrawals = self._redress.withdrawals
        self.deadlines = self._redress.deadlines
        self.constraints = CONSTRAINTS
        self.items = FakeItems(database)
        self.annulments = FakeAnnulments(database)
        self._database = database
        self._said: list[Event] = []

    @property
    def today(self) -> date:
        return china_day(self.now)

    def keep_year(self, year: CalendarYear) -> None:
        if self.calendar.year(year.year).version < year.version:
            self.calendar = Calendar([*self.calendar.told, year])

    async def load(self, messages: Sequence[Any]) -> None:
        self.load_now(messages)

    def load_now(self, messages: Sequence[Any]) -> None:
        needs = needs_of(messages)
        self.editions.load(needs.editions)
        published = (self._database.editions[version].rules for version in self._database.published)
        self.rules = self.rules.followed_by(published)
        held = {self._database.holders[key].subject for key in needs.holders & self._database.holders.keys()}
        records = self._redress.load(needs)
        annulled = [self._database.annulments.get(case) for case in needs.annulments]
        bars = needs.bars | {each.bar_id for each in annulled if each and each.bar_id}
        self.subjects.load(needs.subjects | held, needs.records | records, bars)

    def publish(self, event: Event) -> None:
        self._said.append(event)

    async def flush(self) -> None:
        self.flush_now()

    def flush_now(self) -> None:
        self.editions.flush()
        self.subjects.flush()
        self._database.calendar = self.calendar
        self.holders.flush()
        self._database.redress = deepcopy(self._redress)
        self.notices.flush()
        self.items.flush()
        self.annulments.flush()
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

"""FakeWork: credit's ports.Work in memory. It passes the contract suite of the real one (test_credit_store.py)."""

from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field, replace

from contracts.event import Event
from contracts.supervision import InspectionConcluded
from credit import outgoing
from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.subject import Subject
from credit.settings import CreditSettings
from kernel.subject import SubjectKey


@dataclass
class FakeDatabase:
    """What is committed."""

    subjects: dict[SubjectKey, Subject] = field(default_factory=dict)
    records: dict[tuple[str, str], CreditRecord] = field(default_factory=dict)
    said: list[Event] = field(default_factory=list)


class FakeWork:
    """One transaction on a FakeDatabase; nothing is kept before flush."""

    def __init__(self, database: FakeDatabase, rulebook: Rulebook | None = None) -> None:
        self.rulebook = rulebook or CreditSettings().rulebook()
        self._database = database
        self._subjects: dict[SubjectKey, Subject] = {}
        self._records: dict[tuple[str, str], CreditRecord] = {}
        self._changed: dict[SubjectKey, Subject] = {}
        self._added: list[CreditRecord] = []
        self._said: list[Event] = []

    async def load(self, messages: Sequence[InspectionConcluded]) -> None:
        self.load_now(messages)

    def load_now(self, messages: Sequence[InspectionConcluded]) -> None:
        keys = {outgoing.key_of(message) for message in messages}
        told = {(message.source_system, message.inspection_no) for message in messages}
        for key in keys & self._database.subjects.keys():
            kept = self._database.subjects[key]
            self._subjects[key] = replace(kept, records=list(kept.records))
        for number, record in self._database.records.items():
            if record.subject in keys or number in told:
                self._records[number] = record

    def subject(self, key: SubjectKey) -> Subject | None:
        return self._subjects.get(key)

    def record(self, source_system: str, inspection_no: str) -> CreditRecord | None:
        return self._records.get((source_system, inspection_no))

    def save_subject(self, subject: Subject) -> None:
        self._subjects[subject.key] = self._changed[subject.key] = subject

    def add_record(self, record: CreditRecord) -> None:
        self._records[record.source_system, record.inspection_no] = record
        self._added.append(record)

    def publish(self, event: Event) -> None:
        self._said.append(event)

    async def flush(self) -> None:
        self.flush_now()

    def flush_now(self) -> None:
        for record in self._added:
            if (record.source_system, record.inspection_no) in self._database.records:
                raise ValueError(f"natural key taken: {record.source_system}:{record.inspection_no}")
        for key, subject in self._changed.items():
            before = self._database.subjects.get(key)
            kept = deepcopy(subject)
            if before:
                kept = replace(kept, kind=before.kind, source_system=before.source_system, region=before.region)
            self._database.subjects[key] = kept
        for record in self._added:
            self._database.records[record.source_system, record.inspection_no] = copy(record)
        self._database.said += self._said


Handle = Callable[[FakeWork, InspectionConcluded], object]


def told(database: FakeDatabase, handle: Handle, *events: InspectionConcluded) -> list[Event]:
    """Handle events in one transaction; what was said because of them."""
    work = FakeWork(database)
    work.load_now(events)
    before = len(database.said)
    for event in events:
        handle(work, event)
    work.flush_now()
    return database.said[before:]

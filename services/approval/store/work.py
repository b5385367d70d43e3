"""Store (存取): loads what a batch of messages touches and writes what the handlers changed, each in set-wise statements.

Two locks keep the order: every writer shares the intake gate and holds the keys of its cases and objects; a file
import, which may touch more objects than the server has locks, closes the gate instead and holds no keys.
Rows are written sorted, so that two transactions never wait for each other in a circle.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from approval.domain.case import CaseFile, Decision, Entry, ObjectFile, Statement
from approval.domain.commands import RegisterCase
from approval.domain.content import askable
from approval.domain.feedback import AnswerFeedback
from approval.domain.holder import name_place, number_place
from approval.domain.intake import ImportCases
from approval.domain.process import ProcessRules
from approval.ports import Identity
from approval.store.credit import StoredCredit
from approval.store.directory import StoredDirectory
from approval.store.feedback import StoredFeedback
from approval.store.items import StoredItems
from approval.store.progress import StoredProgress
from chassis import setwise
from chassis.calendar import CalendarCache
from chassis.transaction import Transaction
from contracts.event import Event
from kernel.calendar import Calendar

_GATE = 0x696E74616B65  # "intake"
_CLOSE_GATE = f"SELECT pg_advisory_xact_lock({_GATE})"
_CASES = """
SELECT d.source_system, d.case_id, d.revision, d.object_no, d.object_version, d.fingerprint
  FROM unnest($1::text[], $2::text[]) AS w (source_system, case_id) JOIN decision d USING (source_system, case_id)
"""
_OBJECTS = """
SELECT o.source_system, o.object_no, o.version
  FROM unnest($1::text[], $2::text[]) AS w (source_system, object_no)
  JOIN supervised_object o USING (source_system, object_no)
"""
_REGIONS = "SELECT code FROM region WHERE code = ANY($1::text[])"
_KEEP_SUBJECTS = """
INSERT INTO subject (id_type, id_no, kind, name, sealed_no, sealed_name, number_index)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[])
ON CONFLICT (id_type, id_no) DO UPDATE SET kind = excluded.kind, name = excluded.name,
       sealed_no = excluded.sealed_no, sealed_name = excluded.sealed_name, number_index = excluded.number_index
 WHERE subject.name <> excluded.name OR subject.kind <> excluded.kind OR excluded.sealed_no IS NOT NULL
"""
_KEEP_OBJECTS = """
INSERT INTO supervised_object (source_system, object_no, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::int[])
ON CONFLICT (source_system, object_no) DO UPDATE SET version = excluded.version
"""
_DECISION = {
    **dict.fromkeys(("source_system", "case_id"), "text"),
    "revision": "int",
    **dict.fromkeys(("kind", "item_code", "region"), "text"),
    **dict.fromkeys(("decided_on", "valid_from", "valid_to"), "date"),
    **dict.fromkeys(("commitment", "existing"), "boolean"),
    "licence_no": "text",
    "by_deceit": "boolean",
    **dict.fromkeys(("id_type", "id_no", "object_no", "object_name", "object_address"), "text"),
    "object_version": "int",
    "fingerprint": "bytea",
    "registered_at": "timestamptz",
}
_ADD_DECISIONS = setwise.insert("decision", _DECISION)


class SqlWork:
    """``ports.Work`` on PostgreSQL, inside the transaction it is given."""

    def __init__(
        self, tx: Transaction, identity: Identity, region: str, rules: ProcessRules, calendars: CalendarCache
    ) -> None:
        self._tx = tx
        self.identity = identity
        self.region = region
        self.now = tx.now
        self.today = tx.today
        self.items = StoredItems(tx)
        self.held = StoredCredit(tx)
        self.directory = StoredDirectory(tx)
        self.progress = StoredProgress(tx)
        self.rules = rules
        self.feedback = StoredFeedback(tx, calendars)
        self.deadlines = self.feedback.deadlines
        self._regions: set[str] = set()
        self._cases: dict[tuple[str, str], CaseFile] = {}
        self._objects: dict[tuple[str, str], ObjectFile] = {}
        self._new_decisions: list[Decision] = []

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the keys of the messages and read, set-wise, what their handlers may ask for."""
        stated = list(_statements(messages))
        # What no database can be asked for is not loaded; the handler refuses it by its content.
        statements = [s for s in stated if askable(s.source_system, s.case_id, s.object.object_no)]
        items = await self.items.changed_by(messages)
        await self._lock(messages, statements, items)
        await self._tx.reads.together(
            self._load_cases({(s.source_system, s.case_id) for s in statements}),
            self._load_objects({(s.source_system, s.object.object_no) for s in statements}),
            self._load_regions({s.region for s in stated if askable(s.region)}),
            self.items.load(items | {s.item_code for s in stated if askable(s.item_code)}),
            self.held.load(messages),
        )
        await self.directory.load(messages)
        await self.feedback.load(messages)

    async def flush(self) -> None:
        """Write, set-wise, what the handlers changed."""
        self.items.write()
        self._write_decisions()
        self.held.write()
        self.directory.write()
        self.progress.write()
        self.feedback.write()

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar, when a message has to do with deadlines."""
        return self.feedback.calendar

    def region_known(self, code: str) -> bool:
        """True when the region code is in the table."""
        return code in self._regions

    def case(self, source_system: str, case_id: str) -> CaseFile:
        """The file of the case."""
        return self._cases[source_system, case_id]

    def object(self, source_system: str, object_no: str) -> ObjectFile:
        """The file of the object."""
        return self._objects[source_system, object_no]

    def add(self, decision: Decision) -> None:
        """Write a new decision with its subject and the state of its object."""
        self._new_decisions.append(decision)

    def publish(self, event: Event) -> None:
        """Tell the other services when the transaction commits."""
        self._tx.publish(event)

    async def _lock(self, messages: Sequence[Any], statements: Sequence[Statement], items: set[str]) -> None:
        if any(isinstance(message, ImportCases) for message in messages):
            await self._tx.connection.execute(_CLOSE_GATE)
            return
        await self._tx.lock(
            [
                *(f"case:{s.source_system}:{s.case_id}" for s in statements),
                *(f"object:{s.source_system}:{s.object.object_no}" for s in statements),
                *(f"item:{code}" for code in items),
                *self.held.locks(messages),
            ],
            beside=str(_GATE),
        )

    async def _load_cases(self, wanted: set[tuple[str, str]]) -> None:
        self._cases = {key: CaseFile(*key) for key in sorted(wanted)}
        for row in await self._tx.reads.fetch(_CASES, *setwise.transposed(self._cases)) if wanted else ():
            entry = Entry(row["object_no"], row["object_version"], row["fingerprint"])
            self._cases[row["source_system"], row["case_id"]].entries[row["revision"]] = entry

    async def _load_objects(self, wanted: set[tuple[str, str]]) -> None:
        self._objects = {key: ObjectFile(*key) for key in sorted(wanted)}
        for row in await self._tx.reads.fetch(_OBJECTS, *setwise.transposed(self._objects)) if wanted else ():
            self._objects[row["source_system"], row["object_no"]].version = row["version"]

    async def _load_regions(self, codes: set[str]) -> None:
        if codes:
            self._regions = {row["code"] for row in await self._tx.reads.fetch(_REGIONS, sorted(codes))}

    def _write_decisions(self) -> None:
        writes = self._tx.writes
        subjects = {decision.subject: self._subject_row(decision) for decision in self._new_decisions}
        writes.put_rows(_KEEP_SUBJECTS, _sorted(subjects.values()))
        touched = {(d.statement.source_system, d.statement.object.object_no) for d in self._new_decisions}
        writes.put_rows(_KEEP_OBJECTS, ((*key, self._objects[key].version) for key in sorted(touched)))
        writes.put_rows(_ADD_DECISIONS, ((*_decision_row(d), self._tx.now) for d in self._new_decisions))

    def _subject_row(self, decision: Decision) -> tuple[Any, ...]:
        holder, key = decision.statement.subject, decision.subject
        if not holder.natural:
            return key.id_type, key.id_no, holder.kind.value, holder.name, None, None, None
        who = (key.id_type, key.id_no)
        number = self.identity.seal(holder.id_no, number_place(*who))
        name = self.identity.seal(holder.name, name_place(*who))
        return *who, holder.kind.value, "", number, name, self.identity.index(holder.id_no)


def _statements(messages: Iterable[Any]) -> Iterator[Statement]:
    for message in messages:
        stated: Iterable[Statement] = ()
        if isinstance(message, RegisterCase):
            stated = (message.statement,)
        elif isinstance(message, ImportCases):
            stated = (statement for _, statement in message.rows)
        elif isinstance(message, AnswerFeedback) and message.statement:
            stated = (message.statement,)
        yield from stated


def _sorted(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """By their first two members."""
    return sorted(rows, key=lambda row: tuple(row[:2]))


def _decision_row(decision: Decision) -> tuple[Any, ...]:
    s = decision.statement
    return (
        *(s.source_system, s.case_id, s.revision, s.kind.value, s.item_code, s.region),
        *(s.decided_on, s.valid_from, s.valid_to, s.commitment, s.existing, s.licence_no, s.by_deceit),
        *(decision.subject.id_type, decision.subject.id_no),
        *(s.object.object_no, s.object.name, s.object.address, decision.object_version, decision.fingerprint),
    )

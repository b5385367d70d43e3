"""Credit held (信用留存) in PostgreSQL: what credit told, for the gate to read."""

from collections.abc import Iterable, Sequence
from typing import Any

from approval.domain.alias import Alias
from approval.domain.content import askable
from approval.domain.feedback import AnswerFeedback
from approval.domain.grade import GradeHeld
from approval.domain.hold import Hold, HoldKind, HoldOrigin
from approval.domain.objection import ObjectionTold
from chassis.setwise import transposed
from chassis.transaction import Transaction
from contracts.constraint import BarEvent, ListEvent
from contracts.credit import GradeChanged, IdentityEvent, RecordAdded, RecordEvent
from contracts.event import Event
from contracts.redress import ObjectionEvent
from contracts.topology import LISTENS
from kernel.credit import Grade, RecordKind
from kernel.subject import SubjectKey

CREDIT_EVENTS = LISTENS["approval"]["CREDIT"]
_GRADES = """
SELECT g.* FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN grade g USING (id_type, id_no)
"""
_KEEP_GRADES = """
INSERT INTO grade (id_type, id_no, source_system, version, grade, score, scorecard, assessed_on)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[], $8::date[])
ON CONFLICT (id_type, id_no) DO UPDATE SET source_system = excluded.source_system, version = excluded.version,
       grade = excluded.grade, score = excluded.score, scorecard = excluded.scorecard, assessed_on = excluded.assessed_on
 WHERE grade.version < excluded.version
"""
_HOLDS = "SELECT h.* FROM unnest($1::text[], $2::text[]) AS w (origin, hold_id) JOIN hold h USING (origin, hold_id)"
_KEEP_HOLDS = """
INSERT INTO hold (origin, hold_id, id_type, id_no, kind, item_code, basis, document_no, starts_on, ends_on, ended_on)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::date[], $10::date[], $11::date[])
ON CONFLICT (origin, hold_id) DO UPDATE SET id_type = excluded.id_type, id_no = excluded.id_no, kind = excluded.kind,
       item_code = excluded.item_code, basis = excluded.basis, document_no = excluded.document_no,
       starts_on = excluded.starts_on, ends_on = excluded.ends_on, ended_on = excluded.ended_on
"""
_KEEP_OBJECTIONS = """
INSERT INTO objection_told (record_id, objection_id, fact) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT DO NOTHING
"""
_ALIASES = """
SELECT a.* FROM unnest($1::text[], $2::text[]) AS w (id_type, id_no) JOIN subject_alias a USING (id_type, id_no)
"""
_KEEP_ALIASES = """
INSERT INTO subject_alias (id_type, id_no, into_type, into_no, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
ON CONFLICT (id_type, id_no) DO UPDATE
   SET into_type = excluded.into_type, into_no = excluded.into_no, version = excluded.version
"""
_SEEN = """
INSERT INTO credit_seen (as_of, applied_at) VALUES ($1, $2) ON CONFLICT (only_row) DO UPDATE
   SET as_of = greatest(credit_seen.as_of, excluded.as_of), applied_at = excluded.applied_at
"""


class StoredCredit:
    """``ports.CreditHeld`` on a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._grades: dict[SubjectKey, GradeHeld] = {}
        self._holds: dict[tuple[str, str], Hold] = {}
        self._aliases: dict[SubjectKey, Alias] = {}
        self._new_grades: dict[SubjectKey, GradeHeld] = {}
        self._new_holds: dict[tuple[str, str], Hold] = {}
        self._new_aliases: dict[SubjectKey, Alias] = {}
        self._new_objections: set[ObjectionTold] = set()
        self._heard = False

    def locks(self, messages: Sequence[Any]) -> list[str]:
        """The keys that messages may change."""
        return [
            *(f"grade:{subject}" for subject in _subjects(messages, GradeChanged)),
            *(f"alias:{subject}" for subject in _subjects(messages, IdentityEvent)),
            *(f"hold:{origin}:{hold_id}" for origin, hold_id in _holds(messages)),
        ]

    async def load(self, messages: Sequence[Any]) -> None:
        """Read what is held."""
        fetch = self._tx.reads.fetch
        self._heard = any(isinstance(m, CREDIT_EVENTS) for m in messages)
        if graded := _subjects(messages, GradeChanged):
            self._grades = {row.subject: row for row in map(_grade, await fetch(_GRADES, *_columns(graded.values())))}
        if holds := _holds(messages):
            self._holds = {(h.origin, h.hold_id): h for h in map(hold_of, await fetch(_HOLDS, *_columns(holds)))}
        if changed := _subjects(messages, IdentityEvent):
            rows = await fetch(_ALIASES, *_columns(changed.values()))
            self._aliases = {row.subject: row for row in map(_alias, rows)}

    def write(self) -> None:
        """Write what changed, and until when credit was heard."""
        writes = self._tx.writes
        writes.put_rows(_KEEP_GRADES, _sorted(map(_grade_row, self._new_grades.values())))
        writes.put_rows(_KEEP_HOLDS, _sorted(map(_hold_row, self._new_holds.values())))
        writes.put_rows(_KEEP_OBJECTIONS, _sorted(map(_objection_row, self._new_objections)))
        writes.put_rows(_KEEP_ALIASES, _sorted(map(_alias_row, self._new_aliases.values())))
        if self._heard and self._tx.heard_at:
            writes.put(_SEEN, self._tx.heard_at, self._tx.now)

    def grade(self, subject: SubjectKey) -> GradeHeld | None:
        """The credit grade held, or None."""
        return self._grades.get(subject)

    def keep_grade(self, grade: GradeHeld) -> None:
        """Hold this grade instead of the one before."""
        self._grades[grade.subject] = self._new_grades[grade.subject] = grade

    def hold(self, origin: HoldOrigin, hold_id: str) -> Hold | None:
        """The hold, or None."""
        return self._holds.get((origin, hold_id))

    def keep_hold(self, hold: Hold) -> None:
        """Keep a new or changed one."""
        key = (hold.origin, hold.hold_id)
        self._holds[key] = self._new_holds[key] = hold

    def keep_objection(self, told: ObjectionTold) -> None:
        """Keep one more fact about an objection."""
        self._new_objections.add(told)

    def alias(self, subject: SubjectKey) -> Alias | None:
        """The alias of a subject, or None."""
        return self._aliases.get(subject)

    def keep_alias(self, alias: Alias) -> None:
        """Keep a new or changed one."""
        self._aliases[alias.subject] = self._new_aliases[alias.subject] = alias


def _subjects(messages: Sequence[Any], kind: type[Event]) -> dict[SubjectKey, tuple[str, str]]:
    """The subjects of the events of a kind, and each as a row."""
    told = {(m.holder.id_type, m.holder.id_no) for m in messages if isinstance(m, kind)}
    return {SubjectKey(*row): row for row in told}


def _holds(messages: Sequence[Any]) -> set[tuple[str, str]]:
    """The holds that messages may begin or end, by origin and id."""
    found: set[tuple[str, str]] = set()
    for message in messages:
        match message:
            case BarEvent():
                found.add((HoldOrigin.BAR, message.bar_id))
            case ListEvent():
                found.add((HoldOrigin.LIST, message.entry_id))
            case RecordAdded() if message.kind is not RecordKind.COMMITMENT_BREACH:
                pass
            case ObjectionEvent():
                pass
            case RecordEvent():
                found.add((HoldOrigin.RECORD, message.record_id))
            case AnswerFeedback() if askable(message.feedback_id):
                found.add((HoldOrigin.FEEDBACK, message.feedback_id))
    return found


def _sorted(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """By their first two members: two transactions never wait for each other in a circle."""
    return sorted(rows, key=lambda row: tuple(row[:2]))


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return transposed(_sorted(rows))


def _grade(row: Any) -> GradeHeld:
    return GradeHeld(
        source_system=row["source_system"],
        subject=SubjectKey(row["id_type"], row["id_no"]),
        version=row["version"],
        grade=Grade(row["grade"]),
        score=row["score"],
        scorecard=row["scorecard"],
        assessed_on=row["assessed_on"],
    )


def _grade_row(held: GradeHeld) -> tuple[Any, ...]:
    return (
        *(held.subject.id_type, held.subject.id_no, held.source_system, held.version),
        *(held.grade.value, held.score, held.scorecard, held.assessed_on),
    )


def hold_of(row: Any) -> Hold:
    """A row of the table of holds."""
    return Hold(
        origin=HoldOrigin(row["origin"]),
        hold_id=row["hold_id"],
        subject=SubjectKey(row["id_type"], row["id_no"]),
        kind=HoldKind(row["kind"]) if row["kind"] else None,
        item_code=row["item_code"],
        basis=row["basis"],
        document_no=row["document_no"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        ended_on=row["ended_on"],
    )


def _hold_row(hold: Hold) -> tuple[Any, ...]:
    return (
        *(hold.origin.value, hold.hold_id, hold.subject.id_type, hold.subject.id_no, hold.kind and hold.kind.value),
        *(hold.item_code, hold.basis, hold.document_no, hold.starts_on, hold.ends_on, hold.ended_on),
    )


def _objection_row(told: ObjectionTold) -> tuple[str, ...]:
    return (told.record_id, told.objection_id, told.fact.value)


def _alias(row: Any) -> Alias:
    into = SubjectKey(row["into_type"], row["into_no"]) if row["into_no"] is not None else None
    return Alias(subject=SubjectKey(row["id_type"], row["id_no"]), into=into, version=row["version"])


def _alias_row(alias: Alias) -> tuple[Any, ...]:
    into = alias.into
    return (
        *(alias.subject.id_type, alias.subject.id_no, into and into.id_type, into and into.id_no),
        alias.version,
    )

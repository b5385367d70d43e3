"""Feedback (结果反馈) in PostgreSQL with its deadlines; the lock of a feedback is also that of its deadlines."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from approval.domain.feedback import AnswerFeedback, Feedback, FeedbackState
from chassis import deadlines
from chassis.calendar import CalendarCache
from chassis.loaded_deadlines import LoadedDeadlines
from chassis.transaction import Transaction
from contracts.feedback import FeedbackRaised
from kernel.calendar import Calendar
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind
from kernel.subject import SubjectKey
from kernel.sweep import RecomputeDeadline, TakeStep

_FEEDBACK = {
    "feedback_id": "uuid",
    **dict.fromkeys(("source_system", "region", "case_id"), "text"),
    "task_id": "uuid",
    **dict.fromkeys(("department", "kind", "reason", "legal_basis", "inspection_no", "raised_by"), "text"),
    "raised_at": "timestamptz",
    **dict.fromkeys(("id_type", "id_no", "subject_kind", "subject_name"), "text"),
    **dict.fromkeys(("object_no", "object_name", "object_address", "state"), "text"),
    "accepted": "boolean",
    **dict.fromkeys(("answer_reason", "answered_by"), "text"),
    "answered_at": "timestamptz",
    "decision_case_id": "text",
    "decision_revision": "int",
    "decision_kind": "text",
}
_ARRAYS = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_FEEDBACK.values(), start=1))
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in list(_FEEDBACK)[list(_FEEDBACK).index("state") :])
_READ = "SELECT * FROM feedback WHERE feedback_id = ANY($1::uuid[])"
_ITEMS = """
SELECT DISTINCT ON (f.feedback_id) f.feedback_id, d.item_code
  FROM feedback f JOIN decision d
    ON d.source_system = f.source_system AND (d.case_id = f.case_id OR d.object_no = f.object_no)
 WHERE f.feedback_id = ANY($1::uuid[])
 ORDER BY f.feedback_id, d.case_id = f.case_id DESC, d.object_version DESC
"""
_KEEP = f"""
INSERT INTO feedback ({", ".join(_FEEDBACK)}) SELECT * FROM unnest({_ARRAYS}) ORDER BY 1
ON CONFLICT (feedback_id) DO UPDATE SET {_CHANGES}
"""  # noqa: S608 - constants of this module


class StoredFeedback:
    """``ports.FeedbackFile`` on a transaction, and the deadlines of what it holds."""

    def __init__(self, tx: Transaction, cache: CalendarCache) -> None:
        self._tx = tx
        self._cache = cache
        self._rows: dict[str, Feedback] = {}
        self._known: set[str] = set()
        self._changed: dict[str, Feedback] = {}
        self._items: dict[str, str] = {}
        self.deadlines = LoadedDeadlines()
        self.calendar = Calendar()

    def get(self, feedback_id: str) -> Feedback | None:
        """The feedback, or None."""
        if feedback_id not in self._known:
            raise KeyError(feedback_id)
        return self._rows.get(feedback_id)

    def save(self, feedback: Feedback) -> None:
        """Keep a new or changed one."""
        self._rows[feedback.feedback_id] = self._changed[feedback.feedback_id] = feedback

    def item_code(self, feedback_id: str) -> str:
        """事项编码 of the decision a feedback is about, else of the newest on its object; empty when there is none."""
        return self._items.get(feedback_id, "")

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read what the messages are about; what is no UUID is not there."""
        wanted = {m.feedback_id for m in messages if isinstance(m, FeedbackRaised | AnswerFeedback)}
        clocks = {m.deadline_id for m in messages if isinstance(m, TakeStep | RecomputeDeadline)}
        if not (wanted or clocks):
            return
        wanted |= set((await deadlines.owners_of(self._tx.connection, clocks)).values())
        self._known |= wanted
        keys = sorted(filter(_is_uuid, wanted))
        await self._tx.lock(f"feedback:{key}" for key in keys)
        for row in await self._tx.connection.fetch(_READ, keys):
            self._rows[str(row["feedback_id"])] = _feedback(row)
        if any(isinstance(m, AnswerFeedback) for m in messages):
            rows = await self._tx.connection.fetch(_ITEMS, keys)
            self._items = {str(row["feedback_id"]): row["item_code"] for row in rows}
        await self.deadlines.read(self._tx.connection, owners=keys, ids=clocks)
        self.calendar = await self._cache.current(self._tx.connection)

    def write(self) -> None:
        """Write what changed."""
        if self._changed:
            self._tx.writes.put(_KEEP, *_columns(map(_row, self._changed.values())))
        self.deadlines.write(self._tx.writes, self._tx.now)


def _row(feedback: Feedback) -> list[Any]:
    parts = {"id_type": feedback.subject.id_type, "id_no": feedback.subject.id_no}
    return [parts.get(name) or getattr(feedback, name) for name in _FEEDBACK]


def _feedback(row: Any) -> Feedback:
    said = {name: row[name] for name in _FEEDBACK if name not in {"id_type", "id_no"}}
    return Feedback(
        **said
        | {
            "feedback_id": str(row["feedback_id"]),
            "task_id": str(row["task_id"]),
            "kind": FeedbackKind(row["kind"]),
            "state": FeedbackState(row["state"]),
            "subject": SubjectKey(row["id_type"], row["id_no"]),
            "decision_kind": DecisionKind(row["decision_kind"]) if row["decision_kind"] else None,
        }
    )


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

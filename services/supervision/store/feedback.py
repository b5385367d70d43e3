"""Feedback (结果反馈) in PostgreSQL: that of the tasks and of the answers a unit of work is about."""

from collections.abc import Sequence
from typing import Any

from uuid_utils import uuid7

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
from kernel.feedback import FeedbackKind
from supervision.domain.feedback import Feedback
from supervision.domain.register import Holder
from supervision.store.needs import Needs

_FEEDBACK = {
    "feedback_id": "uuid",
    "task_id": "uuid",
    **dict.fromkeys(("source_system", "region", "case_id", "department"), "text"),
    **dict.fromkeys(("id_type", "id_no", "subject_kind", "subject_name"), "text"),
    **dict.fromkeys(("object_no", "object_name", "object_address"), "text"),
    **dict.fromkeys(("kind", "reason", "legal_basis", "inspection_no", "raised_by"), "text"),
    "raised_at": "timestamptz",
    "overdue_since": "timestamptz",
    "accepted": "boolean",
    **dict.fromkeys(("answer_reason", "answered_by"), "text"),
    "answered_at": "timestamptz",
    "decision_case_id": "text",
    "decision_revision": "int",
}
_HOLDER = {"id_type": "id_type", "id_no": "id_no", "subject_kind": "kind", "subject_name": "name"}
_OF_IDS = setwise.select("feedback", {"feedback_id": "uuid"})
_OF_TASKS = setwise.select("feedback", {"task_id": "uuid"})
_KEEP = setwise.upsert("feedback", _FEEDBACK, ("feedback_id",))


class LoadedFeedback:
    """ports.FeedbackFile."""

    def __init__(self) -> None:
        self._rows = Entries[str, Feedback]()
        self._of_task: dict[str, dict[str, None]] = {}

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def get(self, feedback_id: str) -> Feedback | None:
        """The feedback, or None."""
        return self._rows.at(feedback_id)

    def of(self, task_id: str) -> Sequence[Feedback]:
        """Every feedback of a task, oldest first."""
        found = (self._rows.at(feedback_id) for feedback_id in self._of_task[task_id])
        return sorted((one for one in found if one), key=lambda one: (one.raised_at, one.feedback_id))

    def save(self, feedback: Feedback) -> None:
        """Keep a new or changed one."""
        self._rows.put(feedback.feedback_id, feedback)
        self._of_task.setdefault(feedback.task_id, {})[feedback.feedback_id] = None

    async def read(self, reads: Asking, needs: Needs) -> None:
        """Read what is needed; the objects of the tasks, or the feedback itself, are locked."""
        self._rows.expect(needs.feedback)
        self._of_task.update({task_id: {} for task_id in needs.feedback_of})
        for statement, keys in ((_OF_IDS, needs.feedback), (_OF_TASKS, needs.feedback_of)):
            for row in await reads.fetch(statement, sorted(keys)) if keys else ():
                found = _feedback(row)
                self._rows.found(found.feedback_id, found)
                self._of_task.setdefault(found.task_id, {})[found.feedback_id] = None

    def write(self, writes: Writes) -> None:
        """Write what changed."""
        writes.put_rows(_KEEP, [_row(feedback) for _, feedback in sorted(self._rows.changed.items())])


def _row(feedback: Feedback) -> list[Any]:
    return [
        getattr(feedback.holder, _HOLDER[name]) if name in _HOLDER else getattr(feedback, name) for name in _FEEDBACK
    ]


def _feedback(row: Any) -> Feedback:
    said = {name: row[name] for name in _FEEDBACK if name not in _HOLDER}
    said |= {"feedback_id": str(row["feedback_id"]), "task_id": str(row["task_id"])}
    holder = Holder(**{field: row[name] for name, field in _HOLDER.items()})
    return Feedback(**said | {"kind": FeedbackKind(row["kind"]), "holder": holder})

"""The progress of cases (办件进展) in PostgreSQL: facts are appended by the batch, nothing is read or locked for them."""

from typing import Any

import msgspec

from approval.domain.progress import CaseStep
from chassis import setwise
from chassis.transaction import Transaction

_STEP = {
    **dict.fromkeys(("source_system", "case_id"), "text"),
    "task_id": "uuid",
    "kind": "text",
    "at": "timestamptz",
    "department": "text",
    "facts": "jsonb",
}
_ADD = setwise.insert("case_step", _STEP)
_encode = msgspec.json.Encoder().encode


class StoredProgress:
    """``ports.Progress`` on a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._new: list[CaseStep] = []

    def note(self, step: CaseStep) -> None:
        """Keep one more fact."""
        self._new.append(step)

    def write(self) -> None:
        """Append the facts."""
        self._tx.writes.put_rows(_ADD, map(_row, self._new))


def _row(step: CaseStep) -> tuple[Any, ...]:
    facts = _encode(step.facts).decode()
    return (
        *(step.source_system, step.case_id, step.task_id or None, step.kind.value),
        *(step.at, step.department, facts),
    )

"""The progress of cases (办件进展) in PostgreSQL: facts are appended by the batch, nothing is read or locked for them."""

from typing import Any

import msgspec

from approval.domain.progress import CaseStep
from chassis.transaction import Transaction

_COLUMNS = ("source_system", "case_id", "task_id", "kind", "at", "department", "facts")
_encode = msgspec.json.Encoder().encode


class StoredProgress:
    """``ports.Progress`` on a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._new: list[CaseStep] = []

    def note(self, step: CaseStep) -> None:
        """Keep one more fact."""
        self._new.append(step)

    async def flush(self) -> None:
        """Append the facts."""
        if self._new:
            await self._tx.connection.copy_records_to_table("case_step", columns=_COLUMNS, records=map(_row, self._new))


def _row(step: CaseStep) -> tuple[Any, ...]:
    facts = _encode(step.facts).decode()
    return (
        *(step.source_system, step.case_id, step.task_id or None, step.kind.value),
        *(step.at, step.department, facts),
    )

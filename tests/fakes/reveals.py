"""FakeReveals: approval's RevealWork in memory. It passes the suite of the real one (test_approval_reveals.py)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from approval.domain.holder import Holder
from approval.domain.reveal import PersonKept, Reveal, RevealPurpose, RevealSubject
from tests.fakes.approval import IDENTITY, NOW


class FakeReveals:
    """Persons registered in memory."""

    def __init__(self, holders: Iterable[Holder], noted: list[Reveal]) -> None:
        self.now: datetime = NOW
        self._noted = noted
        self._persons = {
            (key := holder.key(IDENTITY.reference)).id_no: PersonKept(
                id_type=key.id_type, reference=key.id_no, id_no=holder.id_no, name=holder.name
            )
            for holder in holders
            if holder.natural
        }

    async def load(self, messages: Sequence[Any]) -> None:
        """Everything is loaded."""

    def person(self, reference: str) -> PersonKept | None:
        return self._persons.get(reference)

    def note(self, reveal: Reveal) -> None:
        self._noted.append(reveal)

    async def flush(self) -> None:
        """The trace is kept at once."""


def a_reveal(reference: str, **changes: Any) -> RevealSubject:
    plain: dict[str, Any] = {"by": "clerk-1", "purpose": RevealPurpose.DELIVERY, "reason": "送达决定书"}
    return RevealSubject(reference=reference, **plain | changes)

"""Revealing (查看明文): the trace is written in the transaction that opens; without a trace nothing is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from approval.domain.reveal import PersonKept, Reveal, RevealSubject, no_such_person


class RevealWork(Protocol):
    """A unit of work on persons behind references."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        ...

    def person(self, reference: str) -> PersonKept | None:
        """The person, opened; None when there is none."""
        ...

    def note(self, reveal: Reveal) -> None:
        """Keep a trace."""
        ...


class StoredRevealWork(RevealWork, Protocol):
    """The same as the edges hand it to the chassis."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Read the persons."""
        ...

    async def flush(self) -> None:
        """Write the traces."""
        ...


def reveal_subject(work: RevealWork, command: RevealSubject) -> PersonKept:
    """查看自然人的号码与姓名, traced. Refuses ``not-found`` (404)."""
    person = work.person(command.reference)
    if person is None:
        raise no_such_person()
    work.note(
        Reveal(
            at=work.now,
            id_type=person.id_type,
            reference=person.reference,
            by=command.by.strip(),
            purpose=command.purpose,
            reason=command.reason.strip(),
        )
    )
    return person

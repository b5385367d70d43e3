"""Revealing (查看明文): the trace is written in the transaction that opens; without a trace nothing is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from approval.domain.reveal import (
    CompleteFile,
    PersonKept,
    Reveal,
    RevealPurpose,
    RevealSubject,
    no_such_person,
    persons_unknown,
)


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
    work.note(_trace(work, person, command.by, command.purpose, command.reason))
    return person


def complete_file(work: RevealWork, command: CompleteFile) -> Mapping[str, PersonKept]:
    """报送文件补全: everybody a file waits for, traced one by one. Refuses ``person-unknown``, then nobody is told."""
    found = {reference: work.person(reference) for reference in command.references}
    known = {reference: person for reference, person in found.items() if person}
    if unknown := [reference for reference in command.references if reference not in known]:
        raise persons_unknown(unknown)
    for person in known.values():
        work.note(_trace(work, person, command.by, RevealPurpose.EXPORT, command.reason))
    return known


def _trace(work: RevealWork, person: PersonKept, by: str, purpose: RevealPurpose, reason: str) -> Reveal:
    return Reveal(
        at=work.now,
        id_type=person.id_type,
        reference=person.reference,
        by=by.strip(),
        purpose=purpose,
        reason=reason.strip(),
    )

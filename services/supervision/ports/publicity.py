"""Ports of publicity (公示的端口): the results that are, or must be, shown to everybody."""

from typing import Protocol

from supervision.domain.publicity.publication import Publication, PublicityChange
from supervision.domain.publicity.rules import PublicityRules


class Publications(Protocol):
    """公示; loaded for what is done to one, for its clocks, and for verbs that may overtake a shown result."""

    @property
    def rules(self) -> PublicityRules:
        """公示规则."""
        ...

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it."""
        ...

    def get(self, publication_no: str) -> Publication | None:
        """The publication, or None."""
        ...

    def of_task(self, task_id: str) -> Publication | None:
        """That of the inspection of a task, or None."""
        ...

    def of_inspection(self, source_system: str, inspection_no: str) -> Publication | None:
        """That of an inspection, or None."""
        ...

    def keeper(self, publication: Publication) -> str:
        """The department that decides what is shown: the one that checked, or the one it was merged into since."""
        ...

    def save(self, publication: Publication) -> None:
        """Keep a new or changed one."""
        ...

    def note(self, change: PublicityChange) -> None:
        """Keep the trace of what was done; it never changes."""
        ...


class PublicityWork(Protocol):
    """What of publicity a unit of work holds."""

    @property
    def publications(self) -> Publications:
        """公示."""
        ...

"""Ports (端口): what the use cases of credit need from the outside, as protocols.

The real one is store.SqlWork; the fake one has to pass the same contract suite.
"""

from typing import Protocol

from contracts.event import Event
from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.subject import Subject
from kernel.calendar import CalendarYear
from kernel.subject import SubjectKey


class CalendarWork(Protocol):
    """One transaction on the working-day calendar (工作日历) as approval tells it."""

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        ...


class Work(Protocol):
    """One transaction on what was loaded for its messages.

    An identity map: whoever asks for the same subject twice gets the same object, changes included.
    """

    @property
    def rulebook(self) -> Rulebook:
        """The rules (规则集)."""
        ...

    def subject(self, key: SubjectKey) -> Subject | None:
        """The subject (主体) with all its records, or None when it was never seen."""
        ...

    def record(self, source_system: str, inspection_no: str) -> CreditRecord | None:
        """The record (失信记录) an inspection made, about whomever, or None."""
        ...

    def save_subject(self, subject: Subject) -> None:
        """Keep a new or changed subject."""
        ...

    def add_record(self, record: CreditRecord) -> None:
        """Keep a new record. Its subject is saved in the same work."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the others, if and when the transaction commits."""
        ...

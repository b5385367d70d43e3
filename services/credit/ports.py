"""Ports (端口): what the use cases of credit need from the outside, as protocols.

The real ones are in store; the fake ones have to pass the same contract suite.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from contracts.event import Event
from credit.domain.holder import ObjectHolder
from credit.domain.rulebook import Rulebook
from credit.domain.subject import Identity, Subject
from credit.domain.trail import SubjectQuery
from kernel.calendar import CalendarYear
from kernel.subject import SubjectKey


class CalendarWork(Protocol):
    """One transaction on the working-day calendar (工作日历) as approval tells it."""

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        ...


class Subjects(Protocol):
    """信用主体. An identity map: whoever asks for the same subject twice gets the same object, changes included."""

    def get(self, key: SubjectKey) -> Subject | None:
        """The subject an identity belongs to, with all its records, or None when the number was never seen."""
        ...

    def with_record(self, record_id: str) -> Subject | None:
        """The subject a record belongs to, or None when there is no such record."""
        ...

    def add(self, identity: Identity) -> Subject:
        """A new subject that goes by one number so far."""
        ...

    def save(self, subject: Subject) -> None:
        """Keep a new or changed subject, its identities and its records."""
        ...

    def note(self, key: SubjectKey, kind: str, by: str, reason: str, facts: Mapping[str, Any]) -> None:
        """Keep one line of the history of an identity (身份变更记录); they are never changed."""
        ...


class Holders(Protocol):
    """对象持有人."""

    def get(self, source_system: str, object_no: str) -> ObjectHolder | None:
        """Who holds the object, as far as decisions have told."""
        ...

    def keep(self, holder: ObjectHolder) -> None:
        """Keep a holder that is new, or told by an earlier decision."""
        ...


class Work(Protocol):
    """One transaction on what was loaded for its messages."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC, one for the whole transaction."""
        ...

    @property
    def today(self) -> date:
        """The day of the stack clock in China."""
        ...

    @property
    def rules(self) -> Rulebook:
        """The rules (规则集)."""
        ...

    @property
    def subjects(self) -> Subjects:
        """信用主体."""
        ...

    @property
    def holders(self) -> Holders:
        """对象持有人."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the others, if and when the transaction commits."""
        ...


class StoredWork(Work, CalendarWork, Protocol):
    """A unit of work as the edges hand it to the chassis: loaded before the use cases, written after them."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the keys of the messages and read what their use cases may ask for."""
        ...

    async def flush(self) -> None:
        """Write what the use cases changed."""
        ...


class QueryLog(Protocol):
    """查询日志; lines are added and, past their term, dropped, never changed."""

    def add(self, query: SubjectQuery) -> None:
        """Keep one line, with the instant of the transaction."""
        ...

    def forget(self, day: date) -> None:
        """Drop the lines of a day in China."""
        ...


class TrailWork(Protocol):
    """One transaction on the query log."""

    @property
    def today(self) -> date:
        """The day of the stack clock in China."""
        ...

    @property
    def query_log(self) -> QueryLog:
        """查询日志."""
        ...


class StoredTrailWork(TrailWork, Protocol):
    """The same as the edges hand it to the chassis."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Nothing is read."""
        ...

    async def flush(self) -> None:
        """Write what the use cases added or dropped."""
        ...

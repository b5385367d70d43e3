"""Ports (端口): what the use cases of credit need from the outside, as protocols.

The real ones are in store; the fake ones have to pass the same contract suite.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol

from contracts.event import Event
from credit.domain.annulment import Annulment
from credit.domain.constraints import Constraints
from credit.domain.holder import ObjectHolder
from credit.domain.listed_item import ListedItem
from credit.domain.objection import Objection
from credit.domain.process import ProcessRules
from credit.domain.record import CreditRecord
from credit.domain.repair import Repair
from credit.domain.rulebook import Rulebook
from credit.domain.rules_edition import RulesEdition
from credit.domain.subject import Identity, Subject
from credit.domain.withdrawal import Withdrawal
from credit.ports.keys import KeysWork
from credit.ports.redress import Deadlines, Notices, Procedures
from kernel.calendar import Calendar, CalendarYear
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

    def with_bar(self, bar_id: str) -> Subject | None:
        """The subject a bar belongs to, or None when there is no such bar."""
        ...

    def add(self, identity: Identity) -> Subject:
        """A new subject that goes by one number so far."""
        ...

    def save(self, subject: Subject) -> None:
        """Keep a new or changed subject, its identities and its records."""
        ...

    def all_due(self, on: date) -> None:
        """Whoever was ever assessed is due on a day at the latest: other rules begin."""
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


class Editions(Protocol):
    """信用规则版本, those of the file left out."""

    def get(self, version: str) -> RulesEdition | None:
        """An edition in any state, or None."""
        ...

    def save(self, edition: RulesEdition) -> None:
        """Keep a new or changed edition."""
        ...


class Items(Protocol):
    """审批事项, as approval tells them."""

    def get(self, item_code: str) -> ListedItem | None:
        """The item, or None when it was never told."""
        ...

    def keep(self, item: ListedItem) -> None:
        """Keep a new or newer version of an item."""
        ...


class Annulments(Protocol):
    """撤销许可."""

    def get(self, source_system: str, case_id: str) -> Annulment | None:
        """What the newest revision of a case says of deceit; None when no revision did and it was never corrected."""
        ...

    def keep(self, annulment: Annulment) -> None:
        """Keep what a newer revision says."""
        ...


class Work(Protocol):
    """One transaction on what was loaded for its messages."""

    @property
    def region(self) -> str:
        """区划代码 of this deployment."""
        ...

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
        """The rules (规则集): the editions of the file, then those published, as this transaction sees them."""
        ...

    @property
    def editions(self) -> Editions:
        """信用规则版本."""
        ...

    @property
    def subjects(self) -> Subjects:
        """信用主体."""
        ...

    @property
    def holders(self) -> Holders:
        """对象持有人."""
        ...

    @property
    def constraints(self) -> Constraints:
        """信用约束目录."""
        ...

    @property
    def items(self) -> Items:
        """审批事项."""
        ...

    @property
    def annulments(self) -> Annulments:
        """许可撤销."""
        ...

    @property
    def process(self) -> ProcessRules:
        """办理规则."""
        ...

    @property
    def repairs(self) -> Procedures[Repair]:
        """修复申请."""
        ...

    @property
    def objections(self) -> Procedures[Objection]:
        """异议."""
        ...

    @property
    def withdrawals(self) -> Procedures[Withdrawal]:
        """撤销."""
        ...

    @property
    def deadlines(self) -> Deadlines:
        """时限 of what was loaded."""
        ...

    @property
    def calendar(self) -> Calendar:
        """工作日历, when a message has to do with deadlines."""
        ...

    @property
    def notices(self) -> Notices:
        """通知."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the others, if and when the transaction commits."""
        ...


class StoredWork(Work, CalendarWork, KeysWork, Protocol):
    """A unit of work as the edges hand it to the chassis: loaded before the use cases, written after them."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the keys of the messages and read what their use cases may ask for."""
        ...

    async def flush(self) -> None:
        """Write what the use cases changed."""
        ...


class Snapshot(Protocol):
    """快照: all of credit at one instant, in pages. Nothing of it is locked."""

    @property
    def today(self) -> date:
        """The day of the stack clock in China."""
        ...

    async def rules(self) -> Rulebook:
        """Every edition that is applied."""
        ...

    async def editions(self) -> list[RulesEdition]:
        """The published editions, in the order of publication."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many ``events``, ``identities`` and ``records`` there are."""
        ...

    async def waiting(self) -> dict[SubjectKey, date]:
        """Subjects the sweep has not come to yet, and since which day something of theirs waits."""
        ...

    def subjects(self) -> AsyncIterator[Sequence[Subject]]:
        """Whole subjects, by the number of their root."""
        ...

    def events(self) -> AsyncIterator[Sequence[Event]]:
        """What credit ever told, in the order of the log. Refuses ``unknown-event`` (409)."""
        ...

    def identities(self) -> AsyncIterator[Sequence[tuple[Identity, date | None]]]:
        """Every identity with its next day of change, sorted by its number."""
        ...

    def records(self) -> AsyncIterator[Sequence[CreditRecord]]:
        """Every record, sorted by its id."""
        ...


class Snapshots(Protocol):
    """Where snapshots come from."""

    def open(self) -> AbstractAsyncContextManager[Snapshot]:
        """One instant, until the block ends."""
        ...

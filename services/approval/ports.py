"""Ports (端口): what the use cases need from the outside, as Protocols; ``main.py`` hands in the real thing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from approval.domain.alias import Alias
from approval.domain.case import CaseFile, Decision, ObjectFile
from approval.domain.directory import Department, Person
from approval.domain.feedback import Feedback
from approval.domain.gate import GateFacts, GateQuery
from approval.domain.gate_rules import GateRules
from approval.domain.grade import GradeHeld
from approval.domain.hold import Hold, HoldOrigin
from approval.domain.item import Item
from approval.domain.objection import ObjectionTold
from approval.domain.process import ProcessRules
from approval.domain.progress import CaseStep
from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear
from kernel.deadline import Deadline
from kernel.sealed import Place
from kernel.subject import SubjectKey


class Identity(Protocol):
    """References and sealing of personal numbers (身份密钥), with the key of the deployment."""

    def reference(self, id_type: str, id_no: str) -> str:
        """The keyed reference of a natural person, the same for ever under one key."""
        ...

    def seal(self, text: str, place: Place) -> bytes:
        """Encrypt a text for keeping in one place."""
        ...

    def open(self, sealed: bytes, place: Place) -> str:
        """The text that was sealed."""
        ...

    def index(self, text: str) -> bytes:
        """The blind index to keep beside a sealed text."""
        ...

    def indexes(self, text: str) -> Sequence[bytes]:
        """The blind indexes a text may be kept under."""
        ...


class Directory(Protocol):
    """通讯录."""

    def department(self, code: str) -> Department | None:
        """The department, or None when the code is not listed."""
        ...

    def keep_department(self, department: Department) -> None:
        """Keep a new or changed one."""
        ...

    def person(self, code: str) -> Person | None:
        """The person, or None when the code is not listed."""
        ...

    def keep_person(self, person: Person) -> None:
        """Keep a new or changed one."""
        ...


class Items(Protocol):
    """事项目录."""

    def get(self, item_code: str) -> Item | None:
        """The entry, or None when the code is unknown."""
        ...

    def untold(self) -> Sequence[Item]:
        """The entries nobody was told of yet, when a command asks for them."""
        ...

    def keep(self, item: Item) -> None:
        """Put the entry into the directory, or replace it."""
        ...


class CreditHeld(Protocol):
    """信用留存: what credit told of the subjects the messages are about."""

    def grade(self, subject: SubjectKey) -> GradeHeld | None:
        """The credit grade held, or None."""
        ...

    def keep_grade(self, grade: GradeHeld) -> None:
        """Hold this grade instead of the one before."""
        ...

    def hold(self, origin: HoldOrigin, hold_id: str) -> Hold | None:
        """The hold, or None."""
        ...

    def keep_hold(self, hold: Hold) -> None:
        """Keep a new or changed one."""
        ...

    def keep_objection(self, told: ObjectionTold) -> None:
        """Keep one more fact about an objection; they are never changed, and one told twice is kept once."""
        ...

    def alias(self, subject: SubjectKey) -> Alias | None:
        """The alias of a subject, or None when its identity never changed."""
        ...

    def keep_alias(self, alias: Alias) -> None:
        """Keep a new or changed one."""
        ...


class Progress(Protocol):
    """办件进展."""

    def note(self, step: CaseStep) -> None:
        """Keep one more fact; they are never changed."""
        ...


class FeedbackFile(Protocol):
    """结果反馈."""

    def get(self, feedback_id: str) -> Feedback | None:
        """The feedback, or None."""
        ...

    def save(self, feedback: Feedback) -> None:
        """Keep a new or changed one."""
        ...

    def item_code(self, feedback_id: str) -> str:
        """事项编码 of the decision a feedback is about; empty when none is registered."""
        ...


class Deadlines(Protocol):
    """时限 of the feedback that was loaded."""

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it."""
        ...

    def get(self, deadline_id: str) -> Deadline | None:
        """The deadline, or None."""
        ...

    def of(self, owner: str) -> Sequence[Deadline]:
        """Every deadline of a feedback, the oldest first."""
        ...

    def made(self, owner: str) -> None:
        """A new feedback: it has no deadline yet."""
        ...

    def save(self, deadline: Deadline) -> None:
        """Keep a new or changed one."""
        ...

    def recomputed(self, deadline: Deadline, why: str) -> object:
        """Keep one computed anew; what moved its end is logged."""
        ...


class Work(Protocol):
    """One unit of work (工作单元): the state its messages touch, already loaded; changes are seen at once."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC, one for the whole transaction."""
        ...

    @property
    def today(self) -> date:
        """The day of the stack clock in China."""
        ...

    @property
    def region(self) -> str:
        """区划代码 of this deployment."""
        ...

    @property
    def directory(self) -> Directory:
        """通讯录."""
        ...

    @property
    def items(self) -> Items:
        """事项目录."""
        ...

    @property
    def held(self) -> CreditHeld:
        """信用留存."""
        ...

    @property
    def progress(self) -> Progress:
        """办件进展."""
        ...

    @property
    def feedback(self) -> FeedbackFile:
        """结果反馈."""
        ...

    @property
    def deadlines(self) -> Deadlines:
        """时限."""
        ...

    @property
    def calendar(self) -> Calendar:
        """工作日历, when a message has to do with deadlines."""
        ...

    @property
    def rules(self) -> ProcessRules:
        """办理规则."""
        ...

    @property
    def identity(self) -> Identity:
        """The keys of the deployment."""
        ...

    def region_known(self, code: str) -> bool:
        """True when the region code is in the table of GB/T 2260."""
        ...

    def case(self, source_system: str, case_id: str) -> CaseFile:
        """The file of the case, empty when nothing is registered."""
        ...

    def object(self, source_system: str, object_no: str) -> ObjectFile:
        """The file of the object, at version 0 when nothing was decided on it."""
        ...

    def add(self, decision: Decision) -> None:
        """Write a new decision with its subject and the state of its object."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the other services when the transaction commits."""
        ...


class StoredWork(Work, Protocol):
    """A unit of work as the edges hand it to the chassis: loaded before the use cases, written after them."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock the keys of the messages and read what their use cases may ask for."""
        ...

    async def flush(self) -> None:
        """Write what the use cases changed."""
        ...


class GateWork(Protocol):
    """A unit of work of the credit gate (审批信用关口): one question, answered from what is held."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        ...

    @property
    def today(self) -> date:
        """The day of the stack clock in China."""
        ...

    @property
    def rules(self) -> GateRules:
        """信用关口规则."""
        ...

    @property
    def identity(self) -> Identity:
        """The keys of the deployment."""
        ...

    @property
    def facts(self) -> GateFacts:
        """What is held about the subject and the item of the question; nothing when it is not sound."""
        ...

    def note(self, query: GateQuery) -> None:
        """Keep a trace of the answer."""
        ...


class StoredGateWork(GateWork, Protocol):
    """The same as the edges hand it to the chassis."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Read what is held."""
        ...

    async def flush(self) -> None:
        """Write the trace."""
        ...


class CalendarWork(Protocol):
    """A unit of work on the working-day calendar (工作日历)."""

    @property
    def region(self) -> str:
        """区划代码 of this deployment."""
        ...

    @property
    def calendar(self) -> Calendar:
        """Every year told so far."""
        ...

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the other services when the transaction commits."""
        ...


class StoredCalendarWork(CalendarWork, Protocol):
    """The same as the edges hand it to the chassis."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read the calendar."""
        ...

    async def flush(self) -> None:
        """Write the years that changed."""
        ...

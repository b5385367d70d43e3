"""What supervision (监管) tells of annual plans (年度抽查计划): a version was filed, a department has not filed in time."""

from datetime import date
from typing import ClassVar

import msgspec

from contracts.event import Event, Instant, Subject
from kernel.reckoning import Step
from kernel.risk import RiskClass
from kernel.subject import IdType, SubjectKind


class PlannedRatio(msgspec.Struct, frozen=True, kw_only=True):
    """抽查比例 of one risk class."""

    risk_class: RiskClass
    ratio: str
    """An exact decimal of 0 to 1, e.g. ``0.05``."""


class PlannedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """计划项: what is checked at random, by which departments, the lead first, in which days."""

    code: str
    name: str
    matters: tuple[str, ...]
    departments: tuple[str, ...]
    ratios: tuple[PlannedRatio, ...]
    """Of every class, the least supervised first."""
    times_per_year: int
    targeted: bool
    """True 定向抽查, False 不定向抽查."""
    starts_on: date
    ends_on: date


class PlanFiled(Event, frozen=True, kw_only=True):
    """年度抽查计划已备案: this version is in force until a later one is filed; persons are codes."""

    fact: ClassVar[str] = "supervision.plan.filed"

    plan_no: str
    version: int
    year: int
    title: str
    lead_department: str
    departments: tuple[str, ...]
    entries: tuple[PlannedCheck, ...]
    reason: str
    """变更原因; empty for the first version."""
    filing_no: str
    filed_on: date
    in_time: bool
    """True when it was filed by the day the rules of its year name (备案期限)."""
    submitted_by: str
    filed_by: str
    """备案人, somebody else than who drafted and submitted it."""
    at: Instant

    @property
    def aggregate(self) -> str:
        """The plan."""
        return self.plan_no

    @property
    def holder(self) -> Subject:
        """Nobody's licence: the department that leads decides the partition."""
        return Subject(id_type=IdType.OTHER, id_no=self.lead_department, kind=SubjectKind.ORGANISATION)


class PlanFilingUrged(Event, frozen=True, kw_only=True):
    """已督促备案: a department has matters to check at random and no filed plan of the year."""

    fact: ClassVar[str] = "supervision.plan.urged"

    department: str
    year: int
    step: Step
    """BEFORE 备案提醒, YELLOW 黄牌."""
    due_on: date
    """备案期限, the last day."""
    responsible: str
    """Code of the head of the department, or of the post's inbox."""
    at: Instant

    @property
    def aggregate(self) -> str:
        """The department and the year."""
        return f"{self.department}:{self.year}"

    @property
    def holder(self) -> Subject:
        """Nobody's licence: the department decides the partition."""
        return Subject(id_type=IdType.OTHER, id_no=self.department, kind=SubjectKind.ORGANISATION)


EVENTS: tuple[type[Event], ...] = (PlanFiled, PlanFilingUrged)

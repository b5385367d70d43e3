"""Ports (端口): what the handlers of supervision see of the world.

One unit of work has loaded everything its messages touch; asking for anything else is a mistake of the program and
raises KeyError. ``save`` writes nothing at once: the store writes all that changed, set-wise, before the commit.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear
from supervision.domain.process import ProcessRules
from supervision.ports.chain import Decisions, Grades, Inspections, Inspectors, Objects, Tasks
from supervision.ports.complaints import ComplaintsWork
from supervision.ports.draws import DrawsWork
from supervision.ports.keys import KeysWork
from supervision.ports.officers import OfficersWork
from supervision.ports.plans import PlansWork
from supervision.ports.process import Catalogues, Deadlines, Directory, FeedbackFile
from supervision.ports.publicity import PublicityWork
from supervision.ports.risk import RiskWork
from supervision.ports.visits import VisitsWork
from supervision.ports.watch import Alerts, Notices, Offices


class Work(OfficersWork, RiskWork, PublicityWork, PlansWork, VisitsWork, DrawsWork, ComplaintsWork, Protocol):
    """工作单元: one transaction, as a handler sees it."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC, one for the whole transaction."""
        ...

    @property
    def today(self) -> date:
        """Its day in China."""
        ...

    @property
    def region(self) -> str:
        """区划代码 of this deployment: where an object without a stated region is."""
        ...

    @property
    def objects(self) -> Objects:
        """监管对象名录."""
        ...

    @property
    def tasks(self) -> Tasks:
        """监管任务."""
        ...

    @property
    def deadlines(self) -> Deadlines:
        """任务时限."""
        ...

    @property
    def calendar(self) -> Calendar:
        """工作日历."""
        ...

    @property
    def rules(self) -> ProcessRules:
        """过程规则."""
        ...

    @property
    def decisions(self) -> Decisions:
        """已处理的决定."""
        ...

    @property
    def inspections(self) -> Inspections:
        """检查记录."""
        ...

    @property
    def inspectors(self) -> Inspectors:
        """执法人员."""
        ...

    @property
    def catalogues(self) -> Catalogues:
        """事项目录."""
        ...

    @property
    def grades(self) -> Grades:
        """信用等级投影."""
        ...

    @property
    def feedback(self) -> FeedbackFile:
        """结果反馈."""
        ...

    @property
    def directory(self) -> Directory:
        """通讯录投影."""
        ...

    @property
    def alerts(self) -> Alerts:
        """预警计数."""
        ...

    @property
    def offices(self) -> Offices:
        """部门岗位."""
        ...

    @property
    def notices(self) -> Notices:
        """通知."""
        ...

    def keep_year(self, year: CalendarYear) -> None:
        """Keep a newer version of a year of the calendar."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        ...


class StoredWork(Work, KeysWork, Protocol):
    """A unit of work with its store, as the edges pass it on: read before the handlers, written after them."""

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read, set-wise, all the messages' handlers may ask for."""
        ...

    async def flush(self) -> None:
        """Write, set-wise, all the handlers changed."""
        ...

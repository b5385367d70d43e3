"""Site visit (入企检查): one department's coming to one enterprise on one day, from request to the end.

Each verb answers with the next state or refuses; a visit that is done or cancelled never changes again, but for the
further inspections made on its day. Instants are aware, UTC; days are days in China.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from kernel.refusal import Refusal
from kernel.visit import DepartmentLevel, VisitAct, VisitKind, VisitState
from supervision.domain.register import Holder
from supervision.domain.task import Task
from supervision.domain.visits import refusals
from supervision.domain.visits.counting import VisitBrief
from supervision.domain.visits.recusal import Recusal

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """检查事项: the code of a supervised item, and what it is called."""

    code: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteVisit:
    """入企检查. ``number`` is the one people use; ``joint_no`` is shared by the visits of one joint visit (综合查一次).

    ``certificates``: those of the officers who have one registered. ``code`` (检查码) is what the enterprise scans.
    ``unannounced`` (未告知): the inspection came before the announcement. ``over_cap``: recorded above the cap.
    """

    visit_no: str
    number: str
    joint_no: str
    holder: Holder
    source_system: str
    object_no: str
    object_name: str
    object_address: str
    region: str
    department: str
    level: DepartmentLevel
    kind: VisitKind
    planned_on: date
    officers: tuple[str, ...]
    certificates: tuple[str, ...] = ()
    matters: tuple[Matter, ...] = ()
    reason: str = ""
    legal_basis: str = ""
    exemption: str = ""
    exemption_document: str = ""
    consumes: bool = True
    tasks: tuple[str, ...] = ()
    """监管任务 it serves."""
    state: VisitState = VisitState.REQUESTED
    version: int = 1
    requested_by: str
    requested_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    announced_at: datetime | None = None
    code: str = ""
    entered_at: datetime | None = None
    scanned_at: datetime | None = None
    visited_on: date | None = None
    inspections: tuple[str, ...] = ()
    ended_by: str = ""
    ended_at: datetime | None = None
    end_reason: str = ""
    unannounced: bool = False
    over_cap: bool = False
    recusals: tuple[Recusal, ...] = ()
    """回避申请 of its officers, the oldest first."""
    remind_on: date | None = None
    """The day on which whoever requested it is reminded, when nothing happens before."""

    @property
    def day(self) -> date:
        """The day that says in which year it counts."""
        return self.visited_on or self.planned_on

    @property
    def subject(self) -> tuple[str, str]:
        """The enterprise: id type and number."""
        return (self.holder.id_type, self.holder.id_no)

    @property
    def place(self) -> tuple[str, str]:
        """Where: source system and object number."""
        return (self.source_system, self.object_no)

    @property
    def brief(self) -> VisitBrief:
        """What other visits of the enterprise need to know of it."""
        return VisitBrief(
            visit_no=self.visit_no,
            number=self.number,
            joint_no=self.joint_no,
            place=self.place,
            department=self.department,
            level=self.level,
            day=self.day,
            state=self.state,
            consumes=self.consumes,
        )

    def approved(self, by: str, at: datetime) -> Self:
        """审批 by a second person, who may repeat it. Refuses ``second-person-needed``, ``visit-not-now`` (409)."""
        if self.state is VisitState.APPROVED and self.approved_by == by:
            return self
        self._require(VisitAct.APPROVE, VisitState.REQUESTED)
        if by == self.requested_by:
            raise refusals.requested_by(by)
        return self._moved(VisitState.APPROVED, approved_by=by, approved_at=at)

    def announced(self, code: str, at: datetime) -> Self:
        """告知: the code is given out; repeating it gives out no other. Refuses ``visit-not-now`` (409)."""
        if self.state is VisitState.ANNOUNCED:
            return self
        self._require(VisitAct.ANNOUNCE, VisitState.APPROVED)
        return self._moved(VisitState.ANNOUNCED, code=code, announced_at=at)

    def entered(self, by: str, on: date, at: datetime, *, longest: int) -> Self:
        """入企 by one of its officers, from the planned day until ``longest`` days later and in its year.

        Refuses ``visit-not-now``, ``visit-not-today`` (409), ``officer-not-of-visit`` (422).
        """
        if self.state is VisitState.ENTERED:
            return self
        self._require(VisitAct.ENTER, VisitState.ANNOUNCED)
        if by not in self.officers:
            raise refusals.not_of_visit(by, self.officers)
        if not self.covers(on, longest):
            raise refusals.not_today(self.planned_on, self.last_day(longest))
        return self._moved(VisitState.ENTERED, entered_at=at, visited_on=on)

    def last_day(self, longest: int) -> date:
        """The last day the officers may come."""
        return min(self.planned_on + timedelta(days=longest), date(self.planned_on.year, 12, 31))

    def covers(self, on: date, longest: int) -> bool:
        """True on the days the officers may come."""
        return self.planned_on <= on <= self.last_day(longest)

    def scanned(self, at: datetime) -> Self:
        """扫码 by the enterprise; the first time counts. Refuses ``visit-not-now`` (409) for one that is not on its way."""
        if self.scanned_at is not None:
            return self
        self._require(VisitAct.SCAN, VisitState.ANNOUNCED, VisitState.ENTERED)
        return self._moved(self.state, scanned_at=at)

    def finished(self, by: str, at: datetime) -> Self:
        """完成; repeating it changes nothing. Refuses ``visit-not-now`` (409)."""
        if self.state is VisitState.DONE:
            return self
        self._require(VisitAct.FINISH, VisitState.ENTERED)
        return self._moved(VisitState.DONE, ended_by=by, ended_at=at)

    def cancelled(self, by: str, reason: str, at: datetime) -> Self:
        """取消 before anybody came: what it used of the cap is given back. Refuses ``visit-not-now`` (409)."""
        if self.state is VisitState.CANCELLED:
            return self
        self._require(VisitAct.CANCEL, VisitState.REQUESTED, VisitState.APPROVED, VisitState.ANNOUNCED)
        return self._moved(VisitState.CANCELLED, ended_by=by, ended_at=at, end_reason=reason)

    def inspected(self, number: str, by: str, on: date, at: datetime, *, longest: int, counts: bool) -> Self:
        """登记检查: the inspection it was made for, or a further one of its day; announced or not, it happened.

        What came on a day the enterprise was not told of was not announced. ``counts``: it uses the cap up with this one.
        """
        if self.state is VisitState.CANCELLED:
            raise LookupError("a cancelled visit takes no inspection")
        numbers = tuple(dict.fromkeys((*self.inspections, number)))
        found: dict[str, Any] = {"inspections": numbers, "consumes": self.consumes or counts}
        if self.state is not VisitState.DONE:
            told = self.state is VisitState.ENTERED or (self.state is VisitState.ANNOUNCED and self.covers(on, longest))
            found |= {"unannounced": not told, "ended_by": by, "ended_at": at, "visited_on": self.visited_on or on}
        return self._moved(VisitState.DONE, **found)

    def brings(self, task: Task, exemption: str) -> bool:
        """True when an inspection of a task with this exemption makes it count: it came for others that are exempt."""
        return not self.consumes and bool(self.tasks) and task.task_id not in self.tasks and not exemption

    def joined(self, joint_no: str, on: date, officers: tuple[str, ...], certificates: tuple[str, ...]) -> Self:
        """并入综合查一次. Another day or crew than was approved needs approval again; a code given out is void."""
        same = (on, officers) == (self.planned_on, self.officers)
        if same and joint_no == self.joint_no:
            return self
        crew = {"planned_on": on, "officers": officers, "certificates": certificates, "joint_no": joint_no}
        if same or self.state is VisitState.REQUESTED:
            return self._moved(self.state, **crew)
        void = {"approved_by": "", "approved_at": None, "code": "", "announced_at": None, "scanned_at": None}
        return self._moved(VisitState.REQUESTED, **crew, **void)

    def waiting(self, today: date, longest: int) -> Self:
        """The same with the day of its reminder (提醒日): before the planned day, or once its last day is over."""
        due = {
            VisitState.REQUESTED: max(self.planned_on, today + 2 * _DAY) - _DAY,
            VisitState.APPROVED: max(self.planned_on, today + 2 * _DAY) - _DAY,
            VisitState.ANNOUNCED: self.last_day(longest) + _DAY,
        }
        return replace(self, remind_on=due.get(self.state))

    def reminded(self) -> Self:
        """The same once somebody was reminded of it."""
        return replace(self, remind_on=None)

    def meant_for(self, task_id: str, on: date, longest: int) -> bool:
        """True when an inspection of this task on this day is the one it is for: to come or begun, or done that day."""
        if self.state is VisitState.DONE:
            return self.day == on
        return self.state is not VisitState.CANCELLED and (task_id in self.tasks or self.covers(on, longest))

    def _require(self, act: VisitAct, *states: VisitState) -> None:
        if self.state not in states:
            raise refusals.not_now(self.number, self.state, act, states)

    def _moved(self, to: VisitState, **changes: Any) -> Self:
        return replace(self, state=to, version=self.version + 1, **changes)


@dataclass(frozen=True, kw_only=True)
class VisitChange:
    """入企检查履历: who did what, when and why, and the state before and after; never changed."""

    visit_no: str
    act: VisitAct
    by: str
    at: datetime
    before: VisitState | None
    after: VisitState
    reason: str = ""
    unannounced: bool = False


def require_joinable(other: SiteVisit, *, place: tuple[str, str], department: str, on: date) -> None:
    """``other`` is a visit to come, to the same place on the same day, by another department; else ``visit-not-joinable``."""
    fits = other.state.to_come and (other.place, other.planned_on) == (place, on) and other.department != department
    if not fits:
        raise Refusal(
            code="visit-not-joinable",
            zh=f"入企检查 {other.number} 不是其他部门同一天到该对象、尚未开始的检查，不能并入；请核对，或另行申请",
            en=f"visit {other.number} is not one still to come, to this object, on this day, by another department; "
            "check it, or request a visit of its own",
            status=409,
        )

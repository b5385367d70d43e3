"""Plan version (计划版本): who wrote it, who submitted it, who else filed it under which number, and when.

DRAFT 草稿 → SUBMITTED 已提交 → FILED 已备案; a submitted one may be sent back. What was filed never changes: an amendment
is the next version, filed by two persons like the first, and until then the one before stays in force (决定 0017).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.plans.plan import AnnualPlan
from supervision.domain.plans.words import PlanAct, PlanState

_NAMES = {PlanState.DRAFT: "草稿", PlanState.SUBMITTED: "已提交", PlanState.FILED: "已备案"}


@dataclass(frozen=True, kw_only=True)
class PlanVersion:
    """计划版本. Persons are codes; empty and None: not yet. ``filed_on``: 备案日, ``filing_no``: 备案号."""

    content: AnnualPlan
    version: int
    state: PlanState = PlanState.DRAFT
    drafted_by: str
    drafted_at: datetime
    submitted_by: str = ""
    submitted_at: datetime | None = None
    filed_by: str = ""
    filed_at: datetime | None = None
    filing_no: str = ""
    filed_on: date | None = None

    @property
    def plan_no(self) -> str:
        """Its plan."""
        return self.content.plan_no

    def redrafted(self, content: AnnualPlan, by: str, at: datetime) -> Self:
        """改稿: other content. Refuses ``plan-differs`` (409) for what is no draft any more."""
        if self.state is not PlanState.DRAFT:
            raise Refusal(
                code="plan-differs",
                zh=f"计划 {self.plan_no} 第 {self.version} 版{_NAMES[self.state]}且内容不同；"
                "已提交的请先退回，已备案的请用 :amend 提出变更",
                en=f"version {self.version} of plan {self.plan_no} is {self.state} with other content; "
                "send back what was submitted, amend what was filed",
                status=409,
            )
        return replace(self, content=content, drafted_by=by, drafted_at=at)

    def submitted(self, by: str, at: datetime) -> Self:
        """提交. Refuses ``plan-not-draft`` (409); the same person may repeat it."""
        if self.state is PlanState.SUBMITTED and self.submitted_by == by:
            return self
        self._require(PlanState.DRAFT, "plan-not-draft")
        return replace(self, state=PlanState.SUBMITTED, submitted_by=by, submitted_at=at)

    def sent_back(self) -> Self:
        """退回修改: a draft again. Refuses ``plan-not-submitted`` (409)."""
        if self.state is PlanState.DRAFT:
            return self
        self._require(PlanState.SUBMITTED, "plan-not-submitted")
        return replace(self, state=PlanState.DRAFT, submitted_by="", submitted_at=None)

    def filed(self, by: str, filing_no: str, on: date, at: datetime, today: date) -> Self:
        """备案. Refuses ``plan-not-submitted``, ``second-person-needed`` (409), a day to come or long before the year."""
        if self.state is PlanState.FILED and (self.filed_by, self.filing_no, self.filed_on) == (by, filing_no, on):
            return self
        self._require(PlanState.SUBMITTED, "plan-not-submitted")
        if by in {self.drafted_by, self.submitted_by}:
            raise Refusal(
                code="second-person-needed",
                zh=f"{by} 起草或提交了计划 {self.plan_no} 第 {self.version} 版，须由另一人备案",
                en=f"{by} drafted or submitted version {self.version} of plan {self.plan_no}; somebody else files it",
                status=409,
            )
        first = date(self.content.year - 1, 1, 1)
        if not first <= on <= today:
            zh, en = f"备案日在 {first} 至今天 {today} 之间", f"between {first} and today, {today}"
            raise malformed([Fault(pointer="/filed_on", zh=zh, en=en)])
        return replace(self, state=PlanState.FILED, filed_by=by, filed_at=at, filing_no=filing_no, filed_on=on)

    def _require(self, state: PlanState, code: str) -> None:
        if self.state is not state:
            raise Refusal(
                code=code,
                zh=f"计划 {self.plan_no} 第 {self.version} 版{_NAMES[self.state]}，此操作要求其为{_NAMES[state]}；"
                "请先查询计划状态",
                en=f"version {self.version} of plan {self.plan_no} is {self.state}, this needs it to be {state}; "
                "look its state up first",
                status=409,
            )


@dataclass(frozen=True, kw_only=True)
class PlanChange:
    """计划履历: who did what to which version, when and why; never changed."""

    plan_no: str
    version: int
    act: PlanAct
    by: str
    at: datetime
    reason: str

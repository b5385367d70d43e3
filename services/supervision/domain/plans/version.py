"""Plan version (计划版本): who wrote it, who submitted it, who else filed it under which number, and when.

DRAFT 草稿 → SUBMITTED 已提交 → FILED 已备案; a submitted one may be sent back. What was filed never changes: an amendment
is the next version, filed by two persons like the first, and until then the one before stays in force (决定 0017).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from kernel.refusal import Fault, Refusal, malformed
from kernel.two_persons import Submission
from supervision.domain.plans.plan import AnnualPlan
from supervision.domain.plans.words import PlanAct, PlanState


@dataclass(frozen=True, kw_only=True)
class PlanVersion(Submission):
    """计划版本. ``filed_on``: 备案日, ``filing_no``: 备案号; empty and None: not yet."""

    KIND = "plan"
    NAMES = {PlanState.DRAFT: "草稿", PlanState.SUBMITTED: "已提交", PlanState.FILED: "已备案"}  # noqa: RUF012 - a ClassVar

    content: AnnualPlan
    version: int
    state: PlanState = PlanState.DRAFT
    filed_by: str = ""
    filed_at: datetime | None = None
    filing_no: str = ""
    filed_on: date | None = None

    @property
    def plan_no(self) -> str:
        """Its plan."""
        return self.content.plan_no

    @property
    def named(self) -> tuple[str, str]:
        """How it is called."""
        return f"计划 {self.plan_no} 第 {self.version} 版", f"version {self.version} of plan {self.plan_no}"

    def redrafted(self, content: AnnualPlan, by: str, at: datetime) -> Self:
        """改稿: other content. Refuses ``plan-differs`` (409) for what is no draft any more."""
        if self.state is not PlanState.DRAFT:
            raise Refusal(
                code="plan-differs",
                zh=f"计划 {self.plan_no} 第 {self.version} 版{self.NAMES[self.state]}且内容不同；"
                "已提交的请先退回，已备案的请用 :amend 提出变更",
                en=f"version {self.version} of plan {self.plan_no} is {self.state} with other content; "
                "send back what was submitted, amend what was filed",
                status=409,
            )
        return replace(self, content=content, drafted_by=by, drafted_at=at)

    def filed(self, by: str, filing_no: str, on: date, at: datetime, today: date) -> Self:
        """备案. Refuses ``plan-not-submitted``, ``second-person-needed`` (409), a day to come or long before the year."""
        if self.state is PlanState.FILED and (self.filed_by, self.filing_no, self.filed_on) == (by, filing_no, on):
            return self
        self.require_second_person(by, "备案", "file")
        first = date(self.content.year - 1, 1, 1)
        if not first <= on <= today:
            zh, en = f"备案日在 {first} 至今天 {today} 之间", f"between {first} and today, {today}"
            raise malformed([Fault(pointer="/filed_on", zh=zh, en=en)])
        return replace(self, state=PlanState.FILED, filed_by=by, filed_at=at, filing_no=filing_no, filed_on=on)


@dataclass(frozen=True, kw_only=True)
class PlanChange:
    """计划履历: who did what to which version, when and why; never changed."""

    plan_no: str
    version: int
    act: PlanAct
    by: str
    at: datetime
    reason: str

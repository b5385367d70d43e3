"""Commands of annual plans (计划命令). Each collects its faults and raises one ``invalid-content``."""

from dataclasses import dataclass
from datetime import date

from kernel.reckoning import Step
from kernel.refusal import Fault, Refusal
from supervision.domain.command import Command, reason_faults
from supervision.domain.content import name_faults
from supervision.domain.plans.plan import AnnualPlan


@dataclass(frozen=True, kw_only=True)
class DraftPlan(Command):
    """起草或改稿: this content under its number, by a person."""

    content: AnnualPlan

    @property
    def plan_no(self) -> str:
        """The plan."""
        return self.content.plan_no


@dataclass(frozen=True, kw_only=True)
class AmendPlan(DraftPlan):
    """变更: the next version of a filed plan, with a reason."""

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return reason_faults(self.content.reason)


@dataclass(frozen=True, kw_only=True)
class PlanCommand(Command):
    """What somebody does with the newest version of a plan."""

    plan_no: str


@dataclass(frozen=True, kw_only=True)
class SubmitPlan(PlanCommand):
    """提交."""


@dataclass(frozen=True, kw_only=True)
class SendBackPlan(PlanCommand):
    """退回修改, with a reason."""

    reason: str

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return reason_faults(self.reason)


@dataclass(frozen=True, kw_only=True)
class FilePlan(PlanCommand):
    """备案, by a second person; without ``filed_on`` it was filed today."""

    filing_no: str
    filed_on: date | None = None

    def faults(self) -> list[Fault]:
        """A filing number is given."""
        return name_faults("/filing_no", self.filing_no)


@dataclass(frozen=True)
class AskPlan:
    """查询一版计划的对象范围; None = the newest version."""

    plan_no: str
    version: int | None = None


@dataclass(frozen=True)
class AskMatter:
    """查询一个抽查事项的对象范围."""

    code: str


@dataclass(frozen=True)
class UrgeFiling:
    """备案督促: a department has matters and no filed plan of the year, and the day of a step has come."""

    department: str
    year: int
    step: Step


def no_such_plan(plan_no: str, version: int | None = None) -> Refusal:
    """没有该计划或该版: 404 ``not-found``."""
    of, which = (f" 第 {version} 版", f"version {version} of ") if version else ("", "")
    return Refusal(
        code="not-found",
        zh=f"没有年度抽查计划 {plan_no[:64]}{of}，请核对编号",
        en=f"there is no {which}plan {plan_no[:64]}; check the number",
        status=404,
    )

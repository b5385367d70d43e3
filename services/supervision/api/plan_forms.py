"""An annual plan over HTTP (年度抽查计划报文): read by pydantic, which names every fault where it stands."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting
from kernel.risk import RiskClass
from supervision.domain.plans import AnnualPlan, EntryDepartment, Floors, Frequency, PlanEntry, Target
from supervision.domain.plans.rules import PlanEdition

_MOST = 1000
Ratio = Annotated[Decimal, Field(max_digits=20, description="0 至 1 的小数，建议写作文本 / as text to stay exact")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DepartmentForm(_Form):
    """参与部门; a number left out is that of the rules (plans.toml)."""

    department: str
    officers_per_object: int | None = Field(None, ge=1, description="每户检查人员数")
    max_objects: int | None = Field(None, ge=1, description="每人至多承担的对象数")


class FloorsForm(_Form):
    """抽查下限."""

    min_objects: dict[RiskClass, int] = Field(default_factory=dict)
    min_total: int = 0
    min_ratio: Ratio = Decimal(0)


class FrequencyForm(_Form):
    """抽查频次."""

    times_per_year: int = 1
    at_least_every_months: int | None = None


class TargetForm(_Form):
    """定向条件; nothing said is 不定向."""

    regions: list[str] = Field(default_factory=list, max_length=_MOST)
    items: list[str] = Field(default_factory=list, max_length=_MOST)
    top: int = 0
    """按风险排序取前几户, for certain."""


class EntryForm(_Form):
    """计划项; a ratio left out is that of the rules."""

    code: str
    name: str
    matters: list[str] = Field(max_length=_MOST)
    departments: list[DepartmentForm] = Field(max_length=_MOST, description="第一个为牵头部门 / the first one leads")
    ratios: dict[RiskClass, Ratio] = Field(default_factory=dict)
    floors: FloorsForm = FloorsForm()
    frequency: FrequencyForm = FrequencyForm()
    target: TargetForm = TargetForm()
    starts_on: date
    ends_on: date = Field(description="止日，含当日 / the last day")
    check_days: Ratio = Decimal(1)

    def entry(self, rules: PlanEdition) -> PlanEntry:
        """The entry, with what it left to the rules."""
        said = PlanEntry(
            code=self.code,
            name=self.name,
            matters=tuple(self.matters),
            departments=tuple(
                EntryDepartment(
                    department=each.department,
                    officers_per_object=each.officers_per_object or 0,
                    max_objects=each.max_objects or 0,
                )
                for each in self.departments
            ),
            ratios=self.ratios,
            floors=Floors(**dict(self.floors)),
            frequency=Frequency(**dict(self.frequency)),
            target=Target(regions=tuple(self.target.regions), items=tuple(self.target.items), top=self.target.top),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            check_days=self.check_days,
        )
        return rules.completed(said)


class PlanForm(_Form):
    """年度抽查计划; ``reason`` (变更原因) is needed to amend one that was filed."""

    plan_no: str
    year: int = Field(ge=2000, lt=2200)
    title: str
    lead_department: str
    region: str = ""
    entries: list[EntryForm] = Field(max_length=_MOST)
    reason: str = ""
    by: Acting

    def plan(self, rules: PlanEdition) -> AnnualPlan:
        """Its content. Refuses ``invalid-content``."""
        return AnnualPlan(
            plan_no=self.plan_no,
            year=self.year,
            title=self.title,
            lead_department=self.lead_department,
            region=self.region,
            entries=tuple(entry.entry(rules) for entry in self.entries),
            reason=self.reason,
        )

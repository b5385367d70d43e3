"""What supervision tells of annual plans (计划事件)."""

from datetime import date, datetime

from contracts.plans import PlanFiled, PlanFilingUrged, PlannedCheck, PlannedRatio
from supervision.domain.plans.commands import UrgeFiling
from supervision.domain.plans.entry import PlanEntry
from supervision.domain.plans.version import PlanVersion


def plan_filed(filed: PlanVersion, region: str, due_on: date) -> PlanFiled:
    """年度抽查计划已备案. Raises LookupError for one that is not filed."""
    if filed.filed_on is None or filed.filed_at is None:
        raise LookupError("only a filed plan is told about")
    content = filed.content
    return PlanFiled(
        source_system="supervision",
        region=content.region or region,
        plan_no=content.plan_no,
        version=filed.version,
        year=content.year,
        title=content.title,
        lead_department=content.lead_department,
        departments=content.departments,
        entries=tuple(map(_planned, content.entries)),
        reason=content.reason,
        filing_no=filed.filing_no,
        filed_on=filed.filed_on,
        in_time=filed.filed_on <= due_on,
        submitted_by=filed.submitted_by,
        filed_by=filed.filed_by,
        at=filed.filed_at,
    )


def filing_urged(command: UrgeFiling, region: str, due_on: date, responsible: str, at: datetime) -> PlanFilingUrged:
    """已督促备案."""
    return PlanFilingUrged(
        source_system="supervision",
        region=region,
        department=command.department,
        year=command.year,
        step=command.step,
        due_on=due_on,
        responsible=responsible,
        at=at,
    )


def _planned(entry: PlanEntry) -> PlannedCheck:
    return PlannedCheck(
        code=entry.code,
        name=entry.name,
        matters=entry.matters,
        departments=entry.department_codes,
        ratios=tuple(PlannedRatio(risk_class=c, ratio=format(r, "f")) for c, r in sorted(entry.ratios.items())),
        times_per_year=entry.frequency.times_per_year,
        targeted=entry.targeted,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
    )

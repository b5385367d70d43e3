"""Annual plan of random checks (双随机抽查年度计划): matters, plans in versions, quotas. Pure.

A matter's objects are derived from decisions and the catalogue in force, never registered by hand (决定 0017).
"""

from supervision.domain.plans.entry import EntryDepartment, Floors, Frequency, PlanEntry, Target
from supervision.domain.plans.matter import Matter
from supervision.domain.plans.plan import AnnualPlan
from supervision.domain.plans.quota import ClassCount, ClassQuota, certain, quotas
from supervision.domain.plans.scope import ObjectScope, entry_scope, matter_scope
from supervision.domain.plans.words import MatterCategory, PlanAct, PlanState

__all__ = [
    "AnnualPlan",
    "ClassCount",
    "ClassQuota",
    "EntryDepartment",
    "Floors",
    "Frequency",
    "Matter",
    "MatterCategory",
    "ObjectScope",
    "PlanAct",
    "PlanEntry",
    "PlanState",
    "Target",
    "certain",
    "entry_scope",
    "matter_scope",
    "quotas",
]

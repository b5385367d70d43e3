"""Forecast (计划测算): what a plan asks of the departments, set against whom they have. It warns and never refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kernel.risk import RiskClass
from supervision.domain.plans.entry import EntryDepartment, PlanEntry
from supervision.domain.plans.quota import ClassCount, ClassQuota, quotas


@dataclass(frozen=True, kw_only=True)
class DepartmentLoad:
    """部门工作量 of one entry. ``officer_days``: 人日 of the whole year, ``places``: visits of one officer in one draw."""

    department: str
    inspectors: int
    places: int
    capacity: int
    officer_days: Decimal

    @property
    def enough(self) -> bool:
        """True when its inspectors can take every place (人员充足)."""
        return self.places <= self.capacity


@dataclass(frozen=True, kw_only=True)
class EntryForecast:
    """计划项测算: objects and quota of each class in one draw, and the load of each department."""

    code: str
    classes: Mapping[RiskClass, ClassQuota]
    loads: tuple[DepartmentLoad, ...]

    @property
    def target(self) -> int:
        """应查对象数 of one draw."""
        return sum(quota.target for quota in self.classes.values())


def forecast(entry: PlanEntry, counts: Mapping[RiskClass, ClassCount], inspectors: Mapping[str, int]) -> EntryForecast:
    """What one entry asks for. ``inspectors``: of each department, those who may inspect one of its matters."""
    classes = quotas(entry, counts)
    target = sum(quota.target for quota in classes.values())
    loads = tuple(_load(entry, each, target, inspectors.get(each.department, 0)) for each in entry.departments)
    return EntryForecast(code=entry.code, classes=classes, loads=loads)


def _load(entry: PlanEntry, each: EntryDepartment, target: int, inspectors: int) -> DepartmentLoad:
    places = target * each.officers_per_object
    able = inspectors if inspectors >= each.officers_per_object else 0
    return DepartmentLoad(
        department=each.department,
        inspectors=inspectors,
        places=places,
        capacity=able * each.max_objects,
        officer_days=places * entry.check_days * entry.frequency.times_per_year,
    )

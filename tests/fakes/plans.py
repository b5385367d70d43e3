"""The fake of what supervision keeps of annual plans, the rules as shipped, and builders of matters and plans."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kernel.reckoning import Step
from kernel.risk import RiskClass
from supervision.domain.plans import AnnualPlan, EntryDepartment, Matter, PlanEntry, PlanState
from supervision.domain.plans.rules import PlanRules
from supervision.domain.plans.version import PlanChange, PlanVersion
from supervision.settings import SupervisionSettings

PLAN_RULES = SupervisionSettings().plan_rules()
SHIPPED_PLANS = SupervisionSettings().plans_file.read_text(encoding="utf-8")
FOOD, HYGIENE, FIRE, BLAST = (f"6402020000000{n}" for n in range(1, 5))
"""Codes of matters: two of DEMO-FOOD, one of DEMO-FIRE, and one of public safety."""
USUAL = {letter: Decimal(share) for letter, share in zip(RiskClass, ("0.01", "0.05", "0.15", "0.5"), strict=True)}


@dataclass
class PlanFile:
    """What was flushed."""

    rules: PlanRules = PLAN_RULES
    matters: dict[str, Matter] = field(default_factory=dict)
    versions: dict[tuple[str, int], PlanVersion] = field(default_factory=dict)
    changes: list[PlanChange] = field(default_factory=list)
    urged: set[tuple[str, int, Step]] = field(default_factory=set)


class FakePlans:
    def __init__(self, file: PlanFile) -> None:
        self._file = file
        self.rules = file.rules
        self.matter_rows = dict(file.matters)
        self.rows = dict(file.versions)
        self.notes: list[PlanChange] = []
        self.urgings = set(file.urged)

    def matters(self, codes: Collection[str]) -> Mapping[str, Matter]:
        return {code: self.matter_rows[code] for code in codes if code in self.matter_rows}

    def save_matter(self, matter: Matter) -> None:
        self.matter_rows[matter.code] = matter

    def versions(self, plan_no: str) -> Sequence[PlanVersion]:
        return [version for _, version in sorted(self.rows.items()) if version.plan_no == plan_no]

    def save(self, version: PlanVersion) -> None:
        key = (version.plan_no, version.version)
        if key in self.rows and self.rows[key].state is PlanState.FILED:
            raise AssertionError("what was filed never changes")
        others = [each for each in self.versions(version.plan_no) if each.version != version.version]
        if version.state is not PlanState.FILED and any(each.state is not PlanState.FILED for each in others):
            raise AssertionError("a plan has one version that is not filed at a time")
        self.rows[key] = version

    def note(self, change: PlanChange) -> None:
        self.notes.append(change)

    def due(self, department: str, year: int, step: Step) -> bool:
        theirs = [matter for matter in self.matter_rows.values() if matter.department == department and matter.since]
        begun = min((matter.since for matter in theirs if matter.since), default=None)
        filed = any(
            each.state is PlanState.FILED and each.content.year == year and department in each.content.departments
            for each in self.rows.values()
        )
        in_time = begun is not None and begun <= self.rules.of_year(year).filed_by(year)
        return in_time and not filed and (department, year, step) not in self.urgings

    def urged(self, department: str, year: int, step: Step) -> None:
        self.urgings.add((department, year, step))

    def commit(self) -> None:
        self._file.matters, self._file.versions, self._file.urged = self.matter_rows, self.rows, self.urgings
        self._file.changes += self.notes
        self.notes = []


def a_matter(code: str = FOOD, **changes: Any) -> Matter:
    plain: dict[str, Any] = {"code": code, "name": "食品经营检查", "department": "DEMO-FOOD", "checklist": "FOOD-44"}
    return Matter(**plain | changes)


def an_entry(**changes: Any) -> PlanEntry:
    plain: dict[str, Any] = {
        "code": "E1",
        "name": "餐饮抽查",
        "matters": (FOOD,),
        "departments": (EntryDepartment(department="DEMO-FOOD", officers_per_object=2, max_objects=50),),
        "ratios": USUAL,
        "starts_on": date(2011, 10, 1),
        "ends_on": date(2011, 11, 30),
    }
    return PlanEntry(**plain | changes)


def a_plan(*entries: PlanEntry, **changes: Any) -> AnnualPlan:
    plain: dict[str, Any] = {
        "plan_no": "FOOD-2011",
        "year": 2011,
        "title": "2011 年度食品双随机抽查计划",
        "lead_department": "DEMO-FOOD",
        "region": "640202",
        "entries": entries or (an_entry(),),
    }
    return AnnualPlan(**plain | changes)

"""Ports of annual plans (年度抽查计划的端口): matters, every version of a plan, who was urged to file."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from kernel.reckoning import Step
from supervision.domain.plans.matter import Matter
from supervision.domain.plans.rules import PlanRules
from supervision.domain.plans.version import PlanChange, PlanVersion


class Plans(Protocol):
    """抽查事项与计划; loaded for the commands on them alone."""

    @property
    def rules(self) -> PlanRules:
        """年度计划规则."""
        ...

    def matters(self, codes: Collection[str]) -> Mapping[str, Matter]:
        """Those of these codes that are registered."""
        ...

    def save_matter(self, matter: Matter) -> None:
        """Keep a new or changed one."""
        ...

    def versions(self, plan_no: str) -> Sequence[PlanVersion]:
        """Every version of a plan, the first one first; none when there is no such plan."""
        ...

    def save(self, version: PlanVersion) -> None:
        """Keep a new or changed one; a filed one never changes."""
        ...

    def note(self, change: PlanChange) -> None:
        """Keep the trace of a change; it never changes."""
        ...

    def due(self, department: str, year: int, step: Step) -> bool:
        """True while a department has matters, no filed plan of the year, and was not urged with this step."""
        ...

    def urged(self, department: str, year: int, step: Step) -> None:
        """Keep that the department was urged."""
        ...


class PlansWork(Protocol):
    """What of annual plans a unit of work holds."""

    @property
    def plans(self) -> Plans:
        """抽查事项与计划."""
        ...

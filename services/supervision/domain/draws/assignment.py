"""Assignment of what was drawn (抽查任务): each object drawn becomes one task of each department that takes part.

Between draw and assignment an object may have lost what it held; then nobody is sent (已失效).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kernel.limit import Limit, Unit
from kernel.refusal import Fault, Refusal
from supervision.domain.catalogue import CatalogueVersion, Link, in_force
from supervision.domain.plans.entry import PlanEntry
from supervision.domain.plans.scope import GRANTING
from supervision.domain.task import Task


class DrawnOutcome(StrEnum):
    """抽中对象的去向."""

    WAITING = "WAITING"  # 待派发
    TASK = "TASK"  # 已派发
    LAPSED = "LAPSED"  # 已失效: it holds nothing of the entry any more


@dataclass(frozen=True, slots=True)
class AssignDrawn:
    """派发一个抽中对象."""

    draw_no: str
    source_system: str
    object_no: str
    plan_no: str


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """抽中对象的派发: officers of each department, the one who leads first, and the task of each."""

    draw_no: str
    source_system: str
    object_no: str
    officers: Mapping[str, tuple[str, ...]]
    outcome: DrawnOutcome = DrawnOutcome.WAITING
    tasks: Mapping[str, str] = field(default_factory=dict)
    """Department → task id."""

    def replaced(self, department: str, officer: str, successor: str) -> Self:
        """The same with another officer at the same place."""
        team = tuple(successor if each == officer else each for each in self.officers[department])
        return replace(self, officers={**self.officers, department: team})

    def assigned(self, tasks: Mapping[str, str]) -> Self:
        """The same once its tasks are known; none of them: it lapsed."""
        return replace(self, outcome=DrawnOutcome.TASK if tasks else DrawnOutcome.LAPSED, tasks=tasks)


def link_for(
    entry: PlanEntry, department: str, held: Iterable[str], catalogue: CatalogueVersion | None, on: date
) -> Link | None:
    """The link a department checks an object by: of an item it holds and a matter of the entry, the first by code."""
    items = set(held)
    fitting = [
        link
        for link in (catalogue.links if catalogue else ())
        if link.department == department
        and link.item_code in items
        and link.supervise_item_code in entry.matters
        and link.triggers & GRANTING
        and in_force(on, *link.period)
    ]
    return min(fitting, key=lambda link: link.code, default=None)


def window(entry: PlanEntry, today: date) -> Limit:
    """The limit to check first: until the last day of the entry's window (抽查时段)."""
    return Limit(max(1, (entry.ends_on - today).days), Unit.DAY)


def require_drawn(task: Task, officers: Collection[str], pointer: str, *, alone: bool = False) -> None:
    """The officers drawn go, and ``alone`` they when it is planned. Refuses ``drawn-officers`` (409)."""
    drawn = set(task.crew)
    if not task.draw_no or drawn == set(officers) or (drawn < set(officers) and not alone):
        return
    named = sorted(drawn)
    raise Refusal(
        code="drawn-officers",
        zh=f"任务 {task.task_id} 由双随机抽取的 {'、'.join(named)} 检查；须回避或不能前往的，请由抽取更换（draws/…/replacements）",
        en=f"task {task.task_id} is for {', '.join(named)}, who were drawn; who cannot go is replaced by draws/…/replacements",
        status=409,
        faults=(Fault(pointer=pointer, zh=f"应为抽中的 {'、'.join(named)}", en=f"name {', '.join(named)}"),),
    )

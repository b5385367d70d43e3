"""Rules of site visits (入企检查规则): caps, floors and exemptions as data in dated editions (visits.toml).

A cap holds for every department and level of its own, or for all it names together (合计). Source: 国办发〔2024〕54号,
优化营商环境条例 art. 54; each figure names its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kernel.credit import Grade
from kernel.risk import RiskClass
from kernel.visit import DepartmentLevel
from supervision.domain.catalogue import Method
from supervision.domain.task import Task
from supervision.domain.words import Purpose


class RequireVisit(StrEnum):
    """未告知的现场检查怎么办."""

    REFUSE = "REFUSE"  # 不得开始
    RECORD = "RECORD"  # 如实补记


@dataclass(frozen=True, kw_only=True)
class Scope:
    """适用范围: the departments and levels a figure speaks of; empty = every one."""

    code: str
    departments: frozenset[str]
    levels: frozenset[DepartmentLevel]
    source: str
    confirmed: bool

    def covers(self, department: str, level: DepartmentLevel) -> bool:
        """True when it speaks of visits of this department at this level."""
        named = not self.departments or department in self.departments
        return named and (not self.levels or level in self.levels)


@dataclass(frozen=True, kw_only=True)
class VisitCap(Scope):
    """年度频次上限 of one enterprise. ``together``: of all it covers together, one joint visit counted once."""

    per_year: int
    together: bool


@dataclass(frozen=True, kw_only=True)
class VisitFloor(Scope):
    """最低频次: at least so many visits within so many natural years, the current one included."""

    at_least: int
    years: int


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """豁免情形 by which a visit may go over the cap. ``consumes``: it counts all the same.

    ``document``: the number of a document is asked for. ``on_entry``: it may be announced when the officers come.
    ``grade``, ``risk_class``: it is true of enterprises of this class alone.
    """

    code: str
    zh: str
    en: str
    source: str
    confirmed: bool
    document: bool
    consumes: bool
    on_entry: bool = False
    grade: Grade | None = None
    risk_class: RiskClass | None = None

    def true_of(self, grade: Grade | None, risk_class: RiskClass | None) -> bool:
        """False when it needs another credit grade or risk class than the enterprise has."""
        return (self.grade is None or grade is self.grade) and (
            self.risk_class is None or risk_class is self.risk_class
        )


@dataclass(frozen=True, kw_only=True)
class VisitEdition:
    """入企检查规则的一个版本 from a day on; ``confirmed`` False: nobody competent confirmed it.

    ``repeat_days``: visits so close together are warned of. ``merge_days``: visits so close are worth merging.
    ``entry_days``: so long after the planned day the officers may still come. ``code_days``: so long after its day the
    code of a visit is still answered (检查码有效期). ``ratings_from``: so many
    ratings of a department are shown together, fewer are not. ``tasks``: purpose of a task made by the
    linkage → the exemption of its visit; ``rectification``: that of a visit for a task under rectification.
    """

    version: str
    effective_from: date
    require_visit: RequireVisit
    default_level: DepartmentLevel
    repeat_days: int
    merge_days: int
    entry_days: int
    code_days: int
    ratings_from: int
    source: str
    confirmed: bool
    levels: Mapping[str, DepartmentLevel]
    caps: tuple[VisitCap, ...]
    floors: tuple[VisitFloor, ...]
    exemptions: Mapping[str, Exemption]
    tasks: Mapping[Purpose, str]
    rectification: str

    def level_of(self, department: str) -> DepartmentLevel:
        """部门层级: as configured, never as the department says of itself."""
        return self.levels.get(department, self.default_level)

    def code_until(self, day: date) -> date:
        """检查码有效至: the last day in China on which the code of a visit of this day is answered."""
        return day + timedelta(days=self.code_days)

    def caps_on(self, department: str) -> list[VisitCap]:
        """The caps a visit of a department is held against: its own, the narrowest, and those together with others."""
        level = self.level_of(department)
        covering = [cap for cap in self.caps if cap.covers(department, level)]
        own = [cap for cap in covering if not cap.together]
        named = [cap for cap in own if cap.departments] or own
        return [*sorted(named, key=lambda cap: cap.per_year)[:1], *(cap for cap in covering if cap.together)]

    def exemption_of(self, tasks: Sequence[Task]) -> str:
        """The exemption all these tasks have from the moment they were made or put right (生成时的豁免); else empty."""
        found = {self._exemption(task) for task in tasks}
        return found.pop() if len(found) == 1 else ""

    def _exemption(self, task: Task) -> str:
        on_site = task.method is Method.ON_SITE
        return self.rectification if task.rounds and on_site else task.visit_exemption


@dataclass(frozen=True)
class VisitRules:
    """全部版本, the earliest first; none for days before the first."""

    editions: tuple[VisitEdition, ...] = ()

    def in_force(self, on: date) -> VisitEdition | None:
        """The edition of a day."""
        begun = [edition for edition in self.editions if edition.effective_from <= on]
        return begun[-1] if begun else None

    def made_with(self, purpose: Purpose, method: Method, on: date) -> str:
        """The exemption of a task made on a day (生成时的豁免): of a check on site alone; else empty."""
        edition = self.in_force(on)
        return edition.tasks.get(purpose, "") if edition and method is Method.ON_SITE else ""

    def begun(self, days: Iterable[date]) -> bool:
        """True when some edition is in force on one of these days."""
        return any(self.in_force(day) is not None for day in days)

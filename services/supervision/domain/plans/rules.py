"""Rules of plans (年度计划规则): what a plan is filled in with, what it may not stay below, by when it is filed.

Data in dated editions (plans.toml); a plan follows the edition in force on the first day of its year.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kernel.reckoning import Step
from kernel.refusal import Fault
from kernel.risk import RiskClass
from supervision.domain.plans.entry import EntryDepartment, PlanEntry


@dataclass(frozen=True, kw_only=True)
class PlanFloor:
    """法定或约定下限 of an entry that covers one of these matters; ``confirmed`` False: nobody competent confirmed it."""

    name: str
    matters: frozenset[str]
    min_ratio: Decimal = Decimal(0)
    times_per_year: int = 1
    at_least_every_months: int | None = None
    source: str
    confirmed: bool

    def faults(self, pointer: str, entry: PlanEntry) -> Iterator[Fault]:
        """Where an entry stays below it."""
        if not self.matters & set(entry.matters):
            return
        months, asked = entry.frequency.at_least_every_months, self.at_least_every_months
        if max(entry.floors.min_ratio, min(entry.ratios.values())) < self.min_ratio:
            zh, en = f"总抽查比例不低于 {self.min_ratio}", f"a share of at least {self.min_ratio} of all objects"
            yield self._fault(f"{pointer}/floors/min_ratio", zh, en)
        if entry.frequency.times_per_year < self.times_per_year:
            zh, en = f"每年不少于 {self.times_per_year} 次", f"at least {self.times_per_year} draws a year"
            yield self._fault(f"{pointer}/frequency/times_per_year", zh, en)
        if asked is not None and (months is None or months > asked):
            zh, en = f"每 {asked} 个月至少检查一次", f"every object at least once in {asked} months"
            yield self._fault(f"{pointer}/frequency/at_least_every_months", zh, en)

    def _fault(self, pointer: str, zh: str, en: str) -> Fault:
        return Fault(pointer=pointer, zh=f"{self.name}：{zh}（{self.source}）", en=f"{self.name}: {en} ({self.source})")


@dataclass(frozen=True, kw_only=True)
class PlanEdition:
    """年度计划规则的一个版本 from a day on."""

    version: str
    effective_from: date
    filing_month: int
    filing_day: int
    remind_days: int
    ratios: Mapping[RiskClass, Decimal]
    officers_per_object: int
    max_objects: int
    floors: tuple[PlanFloor, ...]
    source: str
    confirmed: bool

    def filed_by(self, year: int) -> date:
        """备案期限: the last day on which the plan of a year is filed in time."""
        return date(year, self.filing_month, self.filing_day)

    def steps(self, year: int) -> dict[Step, date]:
        """备案督促: the first day of each step, for a department without a filed plan."""
        last = self.filed_by(year)
        return {
            Step.BEFORE: last - timedelta(days=self.remind_days),
            Step.YELLOW: last + timedelta(days=1),
        }

    def completed(self, entry: PlanEntry) -> PlanEntry:
        """The entry with what it left to the rules: ratios, officers of an object, objects of an officer."""
        departments = tuple(self._completed(each) for each in entry.departments)
        return replace(entry, departments=departments, ratios={**self.ratios, **entry.ratios})

    def floor_faults(self, pointer: str, entry: PlanEntry) -> Iterator[Fault]:
        """Where an entry stays below a floor."""
        for floor in self.floors:
            yield from floor.faults(pointer, entry)

    def _completed(self, each: EntryDepartment) -> EntryDepartment:
        return replace(
            each,
            officers_per_object=each.officers_per_object or self.officers_per_object,
            max_objects=each.max_objects or self.max_objects,
        )


@dataclass(frozen=True)
class PlanRules:
    """年度计划规则 in all its editions, at least one, the earliest first."""

    editions: tuple[PlanEdition, ...]

    def of_year(self, year: int) -> PlanEdition:
        """The edition a plan of that year follows; before the first begins, the first."""
        begun = [edition for edition in self.editions if edition.effective_from <= date(year, 1, 1)]
        return begun[-1] if begun else self.editions[0]

"""Entry of a plan (计划项): which matters which departments check at random, how many objects of each risk class, when.

Ratios and numbers are exact decimals. A worse class is never drawn less than a better one. Sources: 优化营商环境条例
art. 54, 58号 (十) (差异化抽查比例、频次); two officers at least: 行政处罚法 (2021) art. 42.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kernel.refusal import Fault
from kernel.risk import RiskClass
from supervision.domain.content import code_faults, name_faults, region_faults
from supervision.domain.inspector import FEWEST
from supervision.domain.plans.matter import Matter, matter_code_faults

MOST_OFFICERS = 50
MOST_OBJECTS = 10_000
"""Objects one inspector may be given in one draw, and objects a floor may ask for of a class."""
_MOST_FLOOR = 10_000_000
_MOST_TIMES = 12
_MOST_MONTHS = 120
_MOST_LISTED = 200
_MOST_DAYS = Decimal(100)
_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class EntryDepartment:
    """参与部门: how many of its own inspectors go to each object, and how many objects one of them takes at most."""

    department: str
    officers_per_object: int = 0
    """每户检查人员数; 0: not said, what the rules of plans say."""
    max_objects: int = 0
    """每人至多承担的对象数; 0: as above."""


@dataclass(frozen=True, kw_only=True)
class Floors:
    """抽查下限: at least so many objects of a class, so many in all, such a share of all."""

    min_objects: Mapping[RiskClass, int] = field(default_factory=dict)
    min_total: int = 0
    min_ratio: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """抽查频次: how often a year the entry is drawn; an object not checked for so many months is in for certain."""

    times_per_year: int = 1
    at_least_every_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """定向条件: objects in these regions, or with these approval items; nothing said is 不定向.

    ``top``: the first so many of them by the ranking (风险排序) of the day a draw is prepared are in for certain.
    """

    regions: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    top: int = 0


@dataclass(frozen=True, kw_only=True)
class PlanEntry:
    """计划项. ``ratios``: share of each class that every draw takes, 0 to 1; the first department leads (牵头).

    ``ends_on`` belongs to the window (抽查时段). ``check_days``: working days one officer spends on one object.
    """

    code: str
    name: str
    matters: tuple[str, ...]
    departments: tuple[EntryDepartment, ...]
    ratios: Mapping[RiskClass, Decimal] = field(default_factory=dict)
    floors: Floors = Floors()
    frequency: Frequency = Frequency()
    target: Target = Target()
    starts_on: date
    ends_on: date
    check_days: Decimal = Decimal(1)

    @property
    def lead(self) -> str:
        """牵头部门."""
        return self.departments[0].department

    @property
    def joint(self) -> bool:
        """True when several departments check together (部门联合抽查)."""
        return len(self.departments) > 1

    @property
    def targeted(self) -> bool:
        """True for 定向抽查, False for 不定向抽查."""
        return bool(self.target.regions or self.target.items or self.target.top)

    @property
    def department_codes(self) -> tuple[str, ...]:
        """参与部门编码, the lead first."""
        return tuple(each.department for each in self.departments)

    def matters_of(self, department: str, matters: Mapping[str, Matter]) -> tuple[str, ...]:
        """Which of its matters belong to a department."""
        return tuple(code for code in self.matters if matters[code].department == department)


def entry_faults(pointer: str, entry: PlanEntry, year: int) -> Iterator[Fault]:
    """What is wrong with an entry by itself; whether its matters fit is asked where matters are known."""
    yield from code_faults(f"{pointer}/code", entry.code)
    yield from name_faults(f"{pointer}/name", entry.name)
    yield from _listed(f"{pointer}/matters", entry.matters)
    yield from _listed(f"{pointer}/departments", entry.department_codes)
    for index, code in enumerate(entry.matters):
        yield from matter_code_faults(f"{pointer}/matters/{index}", code)
    for index, each in enumerate(entry.departments):
        place = f"{pointer}/departments/{index}"
        yield from code_faults(f"{place}/department", each.department)
        yield from _within(f"{place}/officers_per_object", each.officers_per_object, FEWEST, MOST_OFFICERS)
        yield from _within(f"{place}/max_objects", each.max_objects, 1, MOST_OBJECTS)
    yield from ratio_faults(f"{pointer}/ratios", entry.ratios)
    yield from _floor_faults(f"{pointer}/floors", entry.floors)
    frequency = entry.frequency
    yield from _within(f"{pointer}/frequency/times_per_year", frequency.times_per_year, 1, _MOST_TIMES)
    if frequency.at_least_every_months is not None:
        place = f"{pointer}/frequency/at_least_every_months"
        yield from _within(place, frequency.at_least_every_months, 1, _MOST_MONTHS)
    for index, region in enumerate(entry.target.regions):
        yield from region_faults(f"{pointer}/target/regions/{index}", region)
    yield from _within(f"{pointer}/target/top", entry.target.top, 0, MOST_OBJECTS)
    for index, item in enumerate(entry.target.items):
        yield from code_faults(f"{pointer}/target/items/{index}", item)
    yield from _when_faults(pointer, entry, year)


def ratio_faults(pointer: str, ratios: Mapping[RiskClass, Decimal]) -> Iterator[Fault]:
    """Every class has a ratio of 0 to 1, and a worse class no lower one than a better."""
    sound = True
    for letter in RiskClass:
        if (ratio := ratios.get(letter)) is None or not _share(ratio):
            sound = False
            yield Fault(
                pointer=f"{pointer}/{letter}",
                zh=f"抽查比例为 0 至 1 的小数，至多 {_DIGITS} 位，如 0.05",
                en=f"a ratio is a decimal of 0 to 1 with at most {_DIGITS} digits, e.g. 0.05",
            )
    for better, worse in pairwise(RiskClass) if sound else ():
        if ratios[worse] < ratios[better]:
            yield Fault(
                pointer=f"{pointer}/{worse}",
                zh=f"风险等级 {worse} 的抽查比例 {ratios[worse]} 低于 {better} 的 {ratios[better]}；风险越高，比例不得越低",
                en=f"class {worse} is drawn less ({ratios[worse]}) than class {better} ({ratios[better]}); "
                "a worse class is drawn at least as much",
            )


def _share(value: Decimal) -> bool:
    """An exact decimal of 0 to 1; what is no number at all is none."""
    if not value.is_finite() or not 0 <= value <= 1:
        return False
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= _DIGITS


def _floor_faults(pointer: str, floors: Floors) -> Iterator[Fault]:
    for letter, objects in floors.min_objects.items():
        yield from _within(f"{pointer}/min_objects/{letter}", objects, 0, _MOST_FLOOR)
    yield from _within(f"{pointer}/min_total", floors.min_total, 0, _MOST_FLOOR)
    if not _share(floors.min_ratio):
        yield Fault(pointer=f"{pointer}/min_ratio", zh="为 0 至 1 的小数", en="a decimal of 0 to 1")


def _when_faults(pointer: str, entry: PlanEntry, year: int) -> Iterator[Fault]:
    if not entry.starts_on <= entry.ends_on or {entry.starts_on.year, entry.ends_on.year} != {year}:
        yield Fault(
            pointer=f"{pointer}/ends_on",
            zh=f"抽查时段应在 {year} 年之内，止日不早于起日",
            en=f"the window lies within {year} and ends no earlier than it begins",
        )
    if not (entry.check_days.is_finite() and 0 < entry.check_days <= _MOST_DAYS):
        yield Fault(
            pointer=f"{pointer}/check_days",
            zh=f"每户检查工作日大于 0，至多 {_MOST_DAYS}，可用小数",
            en=f"the working days of a check are above 0 and at most {_MOST_DAYS}, e.g. 0.5",
        )


def _listed(pointer: str, codes: tuple[str, ...]) -> Iterator[Fault]:
    if not 1 <= len(codes) <= _MOST_LISTED or len(set(codes)) < len(codes):
        zh, en = f"至少一项，至多 {_MOST_LISTED} 项，不得重复", f"1 to {_MOST_LISTED}, each once"
        yield Fault(pointer=pointer, zh=zh, en=en)


def _within(pointer: str, value: int, least: int, most: int) -> Iterator[Fault]:
    if not least <= value <= most:
        yield Fault(pointer=pointer, zh=f"为 {least} 至 {most} 的整数", en=f"a whole number of {least} to {most}")

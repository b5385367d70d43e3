"""Counting (频次计数): what the visits of an enterprise used of each cap in a natural year.

A department's own cap counts its visits; a cap of several departments together counts a joint visit (综合查一次) once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, Refusal
from kernel.visit import DepartmentLevel, VisitState
from supervision.domain.visits.rules import Exemption, VisitCap, VisitEdition, VisitFloor


@dataclass(frozen=True, kw_only=True)
class Counted:
    """一次计入的检查: what counting needs of a visit."""

    department: str
    level: DepartmentLevel
    day: date
    joint_no: str


@dataclass(frozen=True, kw_only=True)
class VisitBrief(Counted):
    """入企摘要: what an enterprise's other visits need to know of one. ``day`` says in which year it counts."""

    visit_no: str
    number: str
    place: tuple[str, str]
    """Source system and object number."""
    state: VisitState
    consumes: bool

    @property
    def counts(self) -> bool:
        """Whether it uses anything of the caps."""
        return self.consumes and self.state is not VisitState.CANCELLED


@dataclass(frozen=True, kw_only=True)
class CapUse:
    """频次使用: how much of a cap is used in a year. ``adds``: one more visit would use one more."""

    cap: VisitCap
    year: int
    used: int
    adds: bool = True

    @property
    def reached(self) -> bool:
        """True when one more visit would go over it."""
        return self.adds and self.used >= self.cap.per_year


def uses_of(
    edition: VisitEdition, counted: Iterable[Counted], department: str, year: int, joint_no: str = ""
) -> list[CapUse]:
    """What is used of every cap a visit of this department is held against; ``joint_no``: of the joint visit it joins."""
    level = edition.level_of(department)
    of_year = [each for each in counted if each.day.year == year]
    found = []
    for cap in edition.caps_on(department):
        if cap.together:
            joints = {each.joint_no for each in of_year if cap.covers(each.department, each.level)}
            found.append(CapUse(cap=cap, year=year, used=len(joints), adds=joint_no not in joints))
        else:
            own = [each for each in of_year if (each.department, each.level) == (department, level)]
            found.append(CapUse(cap=cap, year=year, used=len(own)))
    return found


def totals(counted: Iterable[Counted], year: int) -> dict[tuple[str, str], int]:
    """(department, level) → visits of a year; ("", "") → all of them, a joint visit counted once (合计)."""
    of_year = [each for each in counted if each.day.year == year]
    found = {("", ""): len({each.joint_no for each in of_year})}
    for each in of_year:
        key = (each.department, each.level.value)
        found[key] = found.get(key, 0) + 1
    return found


def floor_met(floor: VisitFloor, counted: Sequence[Counted], year: int) -> bool:
    """最低频次: whether the years of a floor, this one the last, have the visits it asks for."""
    first = year - floor.years + 1
    met = [each for each in counted if first <= each.day.year <= year and floor.covers(each.department, each.level)]
    return len(met) >= floor.at_least


def require_below(uses: Sequence[CapUse], exemption: str, edition: VisitEdition) -> None:
    """No cap is reached, or the visit is exempt; else ``visit-cap-reached`` (409): each cap, and every exemption there is."""
    reached = [use for use in uses if use.reached]
    if not reached or exemption:
        return
    known = list(edition.exemptions.values())
    raise Refusal(
        code="visit-cap-reached",
        zh=f"该企业 {reached[0].year} 年的检查频次已达上限；请待下一年度，并入其他部门的检查，或写明豁免情形及文书："
        f"{'、'.join(f'{each.code} {each.zh}' for each in known)}",
        en=f"the cap on visits to this enterprise in {reached[0].year} is reached; wait for the next year, join another "
        f"department's visit, or name an exemption with its document: {', '.join(map(_told, known))}",
        faults=tuple(
            Fault(
                pointer="/exemption",
                zh=f"{use.cap.code}：{'合计' if use.cap.together else '本部门'}已用 {use.used} 次，上限 {use.cap.per_year} 次",
                en=f"{use.cap.code}: {use.used} of {use.cap.per_year} used "
                f"{'by all departments it covers' if use.cap.together else 'by this department'}",
            )
            for use in reached
        ),
        status=409,
    )


def _told(exemption: Exemption) -> str:
    return f"{exemption.code} {exemption.en}"

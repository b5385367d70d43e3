"""Rules of site visits as text (入企检查规则文件): parsed from visits.toml and checked when the process starts."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from kernel.credit import Grade
from kernel.editions import read_editions
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from kernel.visit import DepartmentLevel
from supervision.domain.content import code_faults
from supervision.domain.visits.rules import (
    Exemption,
    RequireVisit,
    Scope,
    VisitCap,
    VisitEdition,
    VisitFloor,
    VisitRules,
)
from supervision.domain.words import Purpose

S = TypeVar("S", bound=Scope)

NEVER_CONSUME = frozenset({"LICENCE_SITE_CHECK", "RECTIFICATION_REVIEW"})
"""许可现场核查、整改复查 never use the cap up, whatever a file says."""
_PLAIN = {
    **dict.fromkeys(("version", "source", "rectification"), str),
    **dict.fromkeys(("repeat_days", "merge_days", "entry_days", "code_days", "ratings_from"), int),
    "effective_from": date,
    "confirmed": bool,
}


def parse(text: str) -> VisitRules:
    """The rules. Refuses ``invalid-visit-rules``: something missing, out of bounds, or contradicting itself."""
    return VisitRules(read_editions(text, _edition, _faults, _invalid, fewest=0))


def _edition(said: Mapping[str, Any]) -> VisitEdition:
    if wrong := [f"{name} is a {kind.__name__}" for name, kind in _PLAIN.items() if type(said[name]) is not kind]:
        raise ValueError(", ".join(wrong))
    sectors: Mapping[str, list[str]] = said.get("sectors", {})
    exemptions = [_exemption(each) for each in said["exemption"]]
    if len({each.code for each in exemptions}) < len(exemptions):
        raise ValueError("two exemptions with the same code")
    return VisitEdition(
        **{name: said[name] for name in _PLAIN},
        require_visit=RequireVisit(said["require_visit"]),
        default_level=DepartmentLevel(said["default_level"]),
        levels={code: DepartmentLevel(level) for level, codes in said["levels"].items() for code in codes},
        caps=tuple(_scoped(VisitCap, each, sectors) for each in said["cap"]),
        floors=tuple(_scoped(VisitFloor, each, sectors) for each in said.get("floor", ())),
        exemptions={each.code: each for each in exemptions},
        tasks={Purpose(purpose): code for purpose, code in said["tasks"].items()},
    )


def _scoped(kind: type[S], said: Mapping[str, Any], sectors: Mapping[str, list[str]]) -> S:
    """``sectors``: names of the departments' codes, so that a figure names a sector once."""
    plain = dict(said)
    named = [code for sector in plain.pop("sectors", ()) for code in sectors[sector]]
    levels = frozenset(DepartmentLevel(level) for level in plain.pop("levels", ()))
    return kind(departments=frozenset([*named, *plain.pop("departments", ())]), levels=levels, **plain)


def _exemption(said: Mapping[str, Any]) -> Exemption:
    words: dict[str, Any] = {}
    if "grade" in said:
        words["grade"] = Grade(said["grade"])
    if "risk_class" in said:
        words["risk_class"] = RiskClass(said["risk_class"])
    return Exemption(**(dict(said) | words))


def _faults(edition: VisitEdition) -> Iterator[str]:
    if code_faults("", edition.version):
        yield "version is a code"
    if min(edition.repeat_days, edition.merge_days, edition.entry_days, edition.ratings_from - 2) < 0:
        yield "repeat_days, merge_days and entry_days are 0 or more, ratings_from is 2 or more"
    if edition.code_days < edition.entry_days:
        yield "code_days is not less than entry_days: the code is needed until the officers came"
    figures: list[Scope | Exemption | VisitEdition] = [*edition.caps, *edition.floors, *edition.exemptions.values()]
    for each in (*figures, edition):
        if not each.source.strip() or type(each.confirmed) is not bool:
            yield f"{getattr(each, 'code', 'edition')}: a source and whether it is confirmed are needed"
    yield from _of_figures(edition)
    yield from _of_exemptions(edition)


def _of_figures(edition: VisitEdition) -> Iterator[str]:
    if not any(not cap.departments and not cap.levels and not cap.together for cap in edition.caps):
        yield "a cap for every department is needed (no departments, no levels, together = false)"
    for cap in edition.caps:
        if type(cap.per_year) is not int or cap.per_year < 1:
            yield f"{cap.code}: per_year is 1 or more"
    for floor in edition.floors:
        if min(floor.at_least, floor.years) < 1:
            yield f"{floor.code}: at_least and years are 1 or more"
        elif too_low := list(_lower(edition, floor)):
            yield f"{floor.code}: asks for more visits than {', '.join(too_low)} allows"


def _of_exemptions(edition: VisitEdition) -> Iterator[str]:
    for code in (*edition.tasks.values(), edition.rectification):
        if code not in edition.exemptions:
            yield f"no such exemption: {code}"
    for code in sorted(NEVER_CONSUME & set(edition.exemptions)):
        if edition.exemptions[code].consumes:
            yield f"{code} never consumes the cap"


def _lower(edition: VisitEdition, floor: VisitFloor) -> Iterator[str]:
    """Caps that allow fewer visits than a floor asks for (下限高于上限)."""
    for department in floor.departments:
        for cap in edition.caps_on(department):
            if cap.per_year * floor.years < floor.at_least:
                yield cap.code


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-visit-rules",
        zh=f"入企检查规则文件 visits.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules of site visits in visits.toml are not valid; correct them and start again: {reason}",
    )

"""The rules of plans as text (年度计划规则文件): parsed from plans.toml and checked when the process starts."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kernel.editions import read_editions
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.content import code_faults
from supervision.domain.inspector import FEWEST
from supervision.domain.plans.entry import MOST_OBJECTS, MOST_OFFICERS, ratio_faults
from supervision.domain.plans.matter import matter_code_faults
from supervision.domain.plans.rules import PlanEdition, PlanFloor, PlanRules

_MOST_DAYS = 90
_PLAIN_YEAR = 2001
"""A year without 29 February: the filing day exists in every year."""


def parse(text: str) -> PlanRules:
    """The rules. Refuses ``invalid-plan-rules``: something missing, out of bounds, or contradicting itself."""
    return PlanRules(read_editions(text, _edition, _faults, _invalid))


def _edition(said: Mapping[str, Any]) -> PlanEdition:
    known = dict(said)
    month, _, day = known.pop("filing_day").partition("-")
    ratios = {RiskClass(letter): Decimal(ratio) for letter, ratio in known.pop("ratios").items()}
    floors = tuple(_floor(each) for each in known.pop("floor", []))
    return PlanEdition(filing_month=int(month), filing_day=int(day), ratios=ratios, floors=floors, **known)


def _floor(said: Mapping[str, Any]) -> PlanFloor:
    known = dict(said)
    matters, ratio = frozenset(known.pop("matters")), Decimal(known.pop("min_ratio", "0"))
    return PlanFloor(matters=matters, min_ratio=ratio, **known)


def _faults(edition: PlanEdition) -> Iterator[str]:
    kinds = {"effective_from": date, "remind_days": int, "officers_per_object": int, "max_objects": int}
    if wrong := [name for name, kind in kinds.items() if type(getattr(edition, name)) is not kind]:
        yield f"{', '.join(wrong)} of another kind than wanted"
        return
    if code_faults("", edition.version):
        yield "version is a code"
    edition.filed_by(_PLAIN_YEAR)
    if not 1 <= edition.remind_days <= _MOST_DAYS or edition.filing_month == 1:
        yield f"remind_days is 1 to {_MOST_DAYS}, and filing_day lies after January"
    if not FEWEST <= edition.officers_per_object <= MOST_OFFICERS:
        yield f"officers_per_object is {FEWEST} to {MOST_OFFICERS}"
    if not 1 <= edition.max_objects <= MOST_OBJECTS:
        yield f"max_objects is 1 to {MOST_OBJECTS}"
    yield from (fault.en for fault in ratio_faults("", edition.ratios))
    said = [(edition.source, edition.confirmed), *((floor.source, floor.confirmed) for floor in edition.floors)]
    if any(not source.strip() or type(confirmed) is not bool for source, confirmed in said):
        yield "a source, and confirmed true or false, are needed"
    for floor in edition.floors:
        yield from _floor_faults(floor)


def _floor_faults(floor: PlanFloor) -> Iterator[str]:
    months = 1 if floor.at_least_every_months is None else floor.at_least_every_months
    if not 0 <= floor.min_ratio <= 1 or floor.times_per_year < 1 or months < 1:
        yield f"floor {floor.name}: min_ratio is 0 to 1, times_per_year and at_least_every_months are at least 1"
    if any(matter_code_faults("", code) for code in floor.matters):
        yield f"floor {floor.name}: matters are codes of 14 digits"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-plan-rules",
        zh=f"年度计划规则文件 plans.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules of plans in plans.toml are not valid; correct them and start again: {reason}",
    )

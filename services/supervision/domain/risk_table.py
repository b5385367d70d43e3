"""The table of risk classes as text (风险分级表文件): parsed from risk.toml and checked when the process starts."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from kernel.credit import Grade
from kernel.editions import read_editions
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.catalogue.words import Risk
from supervision.domain.content import code_faults
from supervision.domain.risk import GRADES, RiskEdition, RiskTable

_NO_GRADE = "NONE"
_MOST_MONTHS = 120


def parse(text: str) -> RiskTable:
    """The table. Refuses ``invalid-risk-table``: something missing, or a better class for a worse grade or risk."""
    return RiskTable(read_editions(text, _edition, _faults, _invalid))


def _edition(said: Mapping[str, Any]) -> RiskEdition:
    rows: Mapping[str, Mapping[str, str]] = said["classes"]
    if unknown := set(rows) - {grade or _NO_GRADE for grade in GRADES}:
        raise ValueError(f"no such grade: {', '.join(sorted(unknown))}")
    kinds = {"version": str, "effective_from": date, "override_months": int, "source": str, "confirmed": bool}
    if wrong := [f"{name} is a {kind.__name__}" for name, kind in kinds.items() if type(said[name]) is not kind]:
        raise ValueError(", ".join(wrong))
    return RiskEdition(
        version=said["version"],
        effective_from=said["effective_from"],
        unknown_item=Risk(said["unknown_item"]),
        override_months=said["override_months"],
        source=said["source"],
        confirmed=said["confirmed"],
        classes={
            (None if grade == _NO_GRADE else Grade(grade), Risk(risk)): RiskClass(letter)
            for grade, row in rows.items()
            for risk, letter in row.items()
        },
    )


def _faults(edition: RiskEdition) -> Iterator[str]:
    """What is missing, out of bounds, or contradicts itself."""
    if code_faults("", edition.version):
        yield "version is a code"
    if not 1 <= edition.override_months <= _MOST_MONTHS:
        yield f"override_months is 1 to {_MOST_MONTHS}"
    if not edition.source.strip():
        yield "a source is needed"
    if missing := [f"{g or _NO_GRADE} x {r}" for g in GRADES for r in Risk if (g, r) not in edition.classes]:
        yield f"no class for {', '.join(missing)}"
    else:
        yield from (f"{told}" for told in _contradictions(edition))


def _contradictions(edition: RiskEdition) -> Iterator[str]:
    classes = edition.classes
    for better, worse in pairwise(Grade):
        for risk in Risk:
            if classes[worse, risk] < classes[better, risk]:
                yield f"grade {worse} has a better class than {better} at item risk {risk}"
    for lower, higher in pairwise(Risk):
        for grade in GRADES:
            if classes[grade, higher] < classes[grade, lower]:
                yield f"item risk {higher} has a better class than {lower} at grade {grade or _NO_GRADE}"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-risk-table",
        zh=f"风险分级表文件 risk.toml 有误，请改正后重新启动: {reason}",
        en=f"the table of risk classes in risk.toml is not valid; correct it and start again: {reason}",
    )

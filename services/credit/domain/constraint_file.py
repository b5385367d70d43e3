"""Constraint file (信用约束目录文件): the catalogue read from a document and checked.

What the law does not know, or what would be out of proportion, is refused when the file is read, at start.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from credit.domain.constraints import NEVER_PUNISHED, BarRule, Constraints, LegalBasis, ListRule, Measure, Scope
from credit.domain.record import LISTS
from kernel.credit import BarKind, RecordClass, RecordKind
from kernel.refusal import Refusal

LONGEST: Mapping[BarKind, int] = {BarKind.REFUSAL: 12, BarKind.ANNULMENT: 36, BarKind.PROCUREMENT: 36}
"""Months the law allows at most: 行政许可法第七十八条 (一年), 第七十九条 (三年), 政府采购法第二十二条 (三年)."""
_LONGEST_CODE = 64


class _Sourced(Protocol):
    """A row that says where it comes from."""

    @property
    def source(self) -> str: ...

    @property
    def confirmed(self) -> bool: ...


def constraints(document: Mapping[str, Any]) -> Constraints:
    """The catalogue from its document. Refuses ``invalid-constraints`` when something is missing or out of proportion."""
    try:
        catalogue = _read(document)
        faults = list(_faults(catalogue))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    if faults:
        raise _invalid("; ".join(faults))
    return catalogue


def _read(document: Mapping[str, Any]) -> Constraints:
    if unknown := set(document) - {"version", "lists", "bars", "measures"}:
        raise KeyError(f"unknown: {', '.join(sorted(map(str, unknown)))}")
    return Constraints(
        version=str(document["version"]),
        lists={RecordKind(name): _list(row) for name, row in document["lists"].items()},
        bars={BarKind(name): BarRule(**row) for name, row in document["bars"].items()},
        measures=tuple(_measure(row) for row in document["measures"]),
    )


def _list(row: Mapping[str, Any]) -> ListRule:
    bases = tuple(LegalBasis(**basis) for basis in row["legal_bases"])
    return ListRule(**dict(row) | {"record_class": RecordClass(row["record_class"]), "legal_bases": bases})


def _measure(row: Mapping[str, Any]) -> Measure:
    said = dict(row["applies_to"])
    words = {
        "classes": tuple(RecordClass(name) for name in said.get("classes", ())),
        "lists": tuple(RecordKind(name) for name in said.get("lists", ())),
        "bars": tuple(BarKind(name) for name in said.get("bars", ())),
    }
    return Measure(**dict(row) | {"applies_to": Scope(**said | words)})


def _faults(catalogue: Constraints) -> Iterator[str]:
    if set(catalogue.lists) != LISTS:
        yield f"lists are {', '.join(sorted(LISTS))}"
    if set(catalogue.bars) != set(BarKind):
        yield f"bars are {', '.join(BarKind)}"
    for name, rule in catalogue.lists.items():
        yield from (f"{name}: {fault}" for fault in _list_faults(rule))
    for kind, bar in catalogue.bars.items():
        if not 1 <= bar.months <= LONGEST[kind]:
            yield f"{kind}: the law allows 1 to {LONGEST[kind]} months"
        if bar.for_item is (kind is BarKind.PROCUREMENT):
            yield f"{kind}: a bar is for one item, unless it is about procurement"
        if not str(bar.legal_basis or "").strip():
            yield f"{kind}: names no article"
    for measure in catalogue.measures:
        yield from (f"{measure.code}: {fault}" for fault in _measure_faults(measure, catalogue.lists))
    if _doubled(measure.code for measure in catalogue.measures):
        yield "two measures have one code"
    yield from _source_faults(catalogue)


def _list_faults(rule: ListRule) -> Iterator[str]:
    if rule.record_class in NEVER_PUNISHED:
        yield "an entry is GENERAL or SERIOUS loss of trust"
    if rule.months is not None and not max(rule.min_months, 1) <= rule.months:
        yield "months is one or more and not below min_months, or null"
    if rule.min_months < 0:
        yield "min_months is not below 0"
    if not str(rule.exit_conditions or "").strip():
        yield "says how one leaves it"
    if not rule.legal_bases or _doubled(basis.code for basis in rule.legal_bases):
        yield "needs legal bases, each with a code of its own"
    if any(not _is_code(basis.code) for basis in rule.legal_bases):
        yield f"a code has 1 to {_LONGEST_CODE} characters"
    if {rule.public, rule.needs_notice} - {True, False}:
        yield "public and needs_notice are true or false"


def _measure_faults(measure: Measure, lists: Mapping[RecordKind, ListRule]) -> Iterator[str]:
    scope = measure.applies_to
    reached = {*scope.classes, *(lists[name].record_class for name in scope.lists if name in lists)}
    if reached & NEVER_PUNISHED:
        yield "MINOR loss of trust and merit carry no measure"
    if RecordClass.GENERAL in reached and measure.for_general is not True:
        yield "is not marked for_general, yet applies to GENERAL loss of trust"
    if not (scope.classes or scope.lists or scope.bars):
        yield "applies to nothing"
    if set(scope.lists) - LISTS:
        yield "applies to what is no list"
    if not _is_code(measure.code):
        yield f"a code has 1 to {_LONGEST_CODE} characters"
    if not all(str(text or "").strip() for text in (measure.zh, measure.en, measure.legal_basis)):
        yield "needs zh, en and legal_basis"


def _source_faults(catalogue: Constraints) -> Iterator[str]:
    bases = (basis for rule in catalogue.lists.values() for basis in rule.legal_bases)
    rows: Iterable[_Sourced] = (*catalogue.lists.values(), *catalogue.bars.values(), *catalogue.measures, *bases)
    for row in rows:
        if not str(row.source or "").strip():
            yield "every row needs its source"
            return
        if row.confirmed not in {True, False}:
            yield "confirmed is true or false"
            return


def _is_code(code: Any) -> bool:
    return isinstance(code, str) and 0 < len(code) <= _LONGEST_CODE


def _doubled(codes: Iterable[str]) -> bool:
    known = list(codes)
    return len(set(known)) < len(known)


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-constraints",
        zh=f"信用约束目录有误，请改正后重新启动: {reason}",
        en=f"the catalogue of constraints is not valid; correct it and start again: {reason}",
    )

"""Rulebook (规则集): the editions of classification, periods and scorecard, read from documents and checked.

An edition is one document with a version and a first day. What would make an assessment impossible or unfair is refused
when it is read, at start or when it is drafted, not at the first record. Every number has a source and says whether
somebody competent has confirmed it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from credit.domain.classification import InspectionRule, PenaltyRule
from credit.domain.edition import in_force
from credit.domain.record import FROM_INSPECTION, ONE_FACT, months_after
from credit.domain.scorecard import Cap, Decay, Figure, Item, Scorecard, Veto
from kernel.credit import Grade, RecordClass, RecordKind
from kernel.inspection import InspectionResult, Severity
from kernel.refusal import Refusal

_ALL = 100


class _Sourced(Protocol):
    """A rule or a number that says where it comes from."""

    @property
    def source(self) -> str: ...

    @property
    def confirmed(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Period:
    """公示期: how long records of a class are shown and used. 0 months at least = from the first day."""

    public: bool
    min_months: int
    max_months: int
    source: str
    confirmed: bool

    def ends(self, begins_on: date) -> tuple[date | None, date]:
        """The last day of the shortest and of the longest period (最短、最长公示期末日)."""
        shortest = months_after(begins_on, self.min_months) if self.min_months else None
        return shortest, months_after(begins_on, self.max_months)


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One edition (规则版本)."""

    version: str
    effective_from: date
    inspections: tuple[InspectionRule, ...]
    penalties: tuple[PenaltyRule, ...]
    periods: Mapping[RecordClass, Period]
    scorecard: Scorecard


@dataclass(frozen=True)
class Rulebook:
    """All editions (全部规则版本), the later published later in the row."""

    editions: tuple[RuleSet, ...]

    def on(self, day: date) -> RuleSet:
        """The edition in force on a day. Refuses ``no-rule-in-force``."""
        return in_force(self.editions, day)

    def followed_by(self, editions: Iterable[RuleSet]) -> "Rulebook":
        """With editions published later."""
        return Rulebook((*self.editions, *editions))

    def next_after(self, day: date) -> date | None:
        """The next day on which another edition begins, or None."""
        return min((e.effective_from for e in self.editions if e.effective_from > day), default=None)


def rulebook(documents: Sequence[Mapping[str, Any]]) -> Rulebook:
    """Editions from their documents. Refuses ``invalid-rules``."""
    if not documents:
        raise invalid_rules("there is no edition")
    return Rulebook(tuple(rule_set(document) for document in documents))


def rule_set(document: Mapping[str, Any]) -> RuleSet:
    """One edition from its document. Refuses ``invalid-rules`` when something is missing or contradicts itself."""
    try:
        edition = _read(document)
        faults = list(_faults(edition))
    except (AttributeError, ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise invalid_rules(f"{type(error).__name__}: {error}") from error
    if faults:
        raise invalid_rules("; ".join(faults))
    return edition


def _read(document: Mapping[str, Any]) -> RuleSet:
    if unknown := set(document) - {"version", "effective_from", "inspections", "penalties", "periods", "scorecard"}:
        raise KeyError(f"unknown: {', '.join(sorted(map(str, unknown)))}")
    version = document["version"]
    if not isinstance(version, str) or not version or len(version) > 50:  # noqa: PLR2004 - as long as a code may be
        raise ValueError("version is a text of 1 to 50 characters")
    return RuleSet(
        version=version,
        effective_from=_day(document["effective_from"]),
        inspections=tuple(_inspection(rule) for rule in document["inspections"]),
        penalties=tuple(_penalty(rule) for rule in document["penalties"]),
        periods={RecordClass(name): Period(**period) for name, period in document["periods"].items()},
        scorecard=_scorecard(version, document["scorecard"]),
    )


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(value)


def _inspection(data: Mapping[str, Any]) -> InspectionRule:
    severity = data.get("with_severity")
    words = {
        "result": InspectionResult(data["result"]),
        "with_severity": Severity(severity) if severity else None,
        "kind": RecordKind(data["kind"]),
        "record_class": RecordClass(data["record_class"]),
    }
    return InspectionRule(**dict(data) | words)


def _penalty(data: Mapping[str, Any]) -> PenaltyRule:
    fine = data.get("fine_from")
    words = {
        "punish_types": tuple(data.get("punish_types", ())),
        "fine_from": None if fine is None else Decimal(str(fine)),
        "record_class": RecordClass(data["record_class"]),
    }
    return PenaltyRule(**dict(data) | words)


def _scorecard(version: str, data: Mapping[str, Any]) -> Scorecard:
    return Scorecard(
        version=version,
        base=Figure(**data["base"]),
        floor=Figure(**data["floor"]),
        ceiling=Figure(**data["ceiling"]),
        items=tuple(_item(item) for item in data["items"]),
        caps=tuple(
            Cap(**dict(cap) | {"kinds": tuple(RecordKind(k) for k in cap["kinds"])}) for cap in data.get("caps", ())
        ),
        decay=tuple(Decay(**step) for step in data.get("decay", ())),
        veto=tuple(
            Veto(**dict(veto) | {"kind": RecordKind(veto["kind"]), "grade": Grade(veto["grade"])})
            for veto in data.get("veto", ())
        ),
        grades=tuple(
            (Grade(row["grade"]), Figure(value=row["from_score"], source=row["source"], confirmed=row["confirmed"]))
            for row in data["grades"]
        ),
    )


def _item(data: Mapping[str, Any]) -> Item:
    kind = data.get("kind")
    words = {"record_class": RecordClass(data["record_class"]), "kind": RecordKind(kind) if kind else None}
    return Item(**dict(data) | words)


def _faults(edition: RuleSet) -> Iterator[str]:
    card = edition.scorecard
    yield from _period_faults(edition.periods)
    yield from _source_faults(edition)
    classes = {*(rule.record_class for rule in edition.inspections), *(rule.record_class for rule in edition.penalties)}
    if RecordClass.MERIT in classes:
        yield "an inspection or a penalty makes no MERIT"
    if any(rule.kind not in FROM_INSPECTION for rule in edition.inspections):
        yield "an inspection makes INSPECTION or COMMITMENT_BREACH"
    if {item.record_class for item in card.items if item.kind is None} != set(RecordClass):
        yield "each record class needs one item without a kind"
    if len({(item.record_class, item.kind) for item in card.items}) < len(card.items):
        yield "two items speak of the same class and kind"
    if any((item.points < 0) == (item.record_class is RecordClass.MERIT) and item.points for item in card.items):
        yield "MERIT gives points, every other class takes them"
    for cap in card.caps:
        if cap.points < 0 and 0 < len(ONE_FACT & set(cap.kinds)) < len(ONE_FACT):
            yield "a cap on INSPECTION, PENALTY or COMMITMENT_BREACH names all three: they may be one fact"
    percents = [step.percent for step in sorted(card.decay, key=lambda step: step.after_months)]
    if any(not 0 <= percent <= _ALL for percent in percents) or percents != sorted(percents, reverse=True):
        yield "decay goes down with age, from 100 to 0 percent"
    if any(step.after_months < 1 for step in card.decay):
        yield "decay begins after one month or later"
    yield from _grade_faults(card)


def _grade_faults(card: Scorecard) -> Iterator[str]:
    lowest = [figure.value for _, figure in card.grades]
    if [grade for grade, _ in card.grades] != list(Grade) or lowest != sorted(set(lowest), reverse=True):
        yield "grades stand best first, each beginning lower than the one before"
    if not lowest or lowest[-1] != card.floor.value:
        yield "the last grade begins at the floor"
    if not card.floor.value <= card.base.value <= card.ceiling.value:
        yield "floor, base and ceiling stand in this order"


def _period_faults(periods: Mapping[RecordClass, Period]) -> Iterator[str]:
    if set(periods) != set(RecordClass):
        yield "each record class needs a period"
    for name, period in periods.items():
        if not 0 <= period.min_months <= period.max_months or period.max_months < 1:
            yield f"{name}: min_months is not above max_months, and that is one month or more"


def _source_faults(edition: RuleSet) -> Iterator[str]:
    card = edition.scorecard
    figures = (card.base, card.floor, card.ceiling, *(figure for _, figure in card.grades))
    rows: Iterable[_Sourced] = (*edition.inspections, *edition.penalties, *edition.periods.values(), *figures)
    for row in (*rows, *card.items, *card.caps, *card.decay, *card.veto):
        if not str(row.source or "").strip():
            yield "every rule and number needs its source"
            return
        if row.confirmed not in {True, False}:
            yield "confirmed is true or false"
            return


def invalid_rules(reason: str) -> Refusal:
    """规则有误: ``invalid-rules``."""
    return Refusal(
        code="invalid-rules",
        zh=f"信用规则有误，请改正后重新提交或启动: {reason}",
        en=f"the credit rules are not valid; correct them and try again: {reason}",
    )

"""Rulebook (规则集): the dated editions of classification and scorecard, parsed from rules.toml and checked.

What would make an assessment impossible is refused when the text is read, at start, not at the first record.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credit.domain.classification import Classification, Rule
from credit.domain.edition import Figure
from credit.domain.scorecard import Item, Scorecard
from kernel.credit import Grade, RecordClass
from kernel.inspection import InspectionResult, Severity
from kernel.refusal import Refusal


@dataclass(frozen=True)
class Rulebook:
    """All editions (全部规则版本)."""

    classifications: tuple[Classification, ...]
    scorecards: tuple[Scorecard, ...]


def parse(text: str) -> Rulebook:
    """Read the text of a rules file. Refuses ``invalid-rules`` when something is missing or contradicts itself."""
    try:
        data = tomllib.loads(text)
        cards = tuple(_scorecard(card) for card in data["scorecard"])
        book = Rulebook(tuple(_classification(edition) for edition in data["classification"]), cards)
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    for editions in (book.classifications, book.scorecards):
        days = {edition.effective_from for edition in editions}
        if not editions or len(days) != len(editions):
            raise _invalid("two editions begin on the same day, or there is none")
    for card in cards:
        _check(card)
    if min(c.effective_from for c in cards) > min(c.effective_from for c in book.classifications):
        raise _invalid("a record could be made on a day without a scorecard: let the first scorecard begin earlier")
    return book


def _classification(data: Mapping[str, Any]) -> Classification:
    return Classification(data["version"], data["effective_from"], tuple(_rule(rule) for rule in data["rule"]))


def _rule(data: Mapping[str, Any]) -> Rule:
    severity = data.get("with_severity")
    return Rule(
        code=data["code"],
        result=InspectionResult(data["result"]),
        with_severity=None if severity is None else Severity(severity),
        record_class=RecordClass(data["record_class"]),
        source=data["source"],
        confirmed=data["confirmed"],
    )


def _scorecard(data: Mapping[str, Any]) -> Scorecard:
    return Scorecard(
        version=data["version"],
        effective_from=data["effective_from"],
        base=Figure(**data["base"]),
        floor=Figure(**data["floor"]),
        items={
            RecordClass(item["record_class"]): Item(Figure(**item["points"]), Figure(**item["valid_months"]))
            for item in data["item"]
        },
        grades=tuple((Grade(grade["grade"]), Figure(**grade["from_score"])) for grade in data["grade"]),
    )


def _check(card: Scorecard) -> None:
    lowest = [figure.value for _, figure in card.grades]
    if set(card.items) != set(RecordClass) - {RecordClass.MERIT}:
        raise _invalid(f"scorecard {card.version}: each record class needs one item")
    if any(item.points.value > 0 or item.valid_months.value < 1 for item in card.items.values()):
        raise _invalid(f"scorecard {card.version}: points are at most 0 and valid_months at least 1")
    if [grade for grade, _ in card.grades] != list(Grade) or lowest != sorted(set(lowest), reverse=True):
        raise _invalid(f"scorecard {card.version}: grades stand best first, each beginning lower than the one before")
    if lowest[-1] != card.floor.value or card.base.value < card.floor.value:
        raise _invalid(f"scorecard {card.version}: the last grade begins at the floor, and base is not below it")


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-rules",
        zh=f"信用规则文件 rules.toml 有误，请改正后重新启动: {reason}",
        en=f"the credit rules in rules.toml are not valid; correct them and start again: {reason}",
    )

"""The rules file: complete, sourced, and refused when it contradicts itself."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from credit.domain.rulebook import Rulebook, rule_set, rulebook
from credit.settings import CreditSettings
from kernel.credit import RecordClass
from kernel.refusal import Refusal

SHIPPED = CreditSettings().rules_file.read_text(encoding="utf-8")


def documents(text: str) -> list[Any]:
    return list(yaml.safe_load_all(text))


def test_every_number_and_rule_as_shipped_has_a_source_and_none_claims_to_be_confirmed(rulebook: Rulebook) -> None:
    (edition,) = rulebook.editions
    card = edition.scorecard
    figures = [card.base, card.floor, card.ceiling, *(figure for _, figure in card.grades)]
    rows: list[Any] = [*edition.inspections, *edition.penalties, *edition.periods.values(), *figures]
    rows += [*card.items, *card.caps, *card.decay, *card.veto]
    assert len(rows) == 29
    assert all(row.source for row in rows)
    assert not any(row.confirmed for row in rows)


@pytest.mark.parametrize(
    ("record_class", "public", "months"),
    [
        (RecordClass.MINOR, False, (0, 3)),
        (RecordClass.GENERAL, True, (3, 12)),
        (RecordClass.SERIOUS, True, (12, 36)),
    ],
)
def test_the_periods_are_those_of_the_state_council(
    rulebook: Rulebook, record_class: RecordClass, *, public: bool, months: tuple[int, int]
) -> None:
    period = rulebook.editions[0].periods[record_class]
    assert (period.public, (period.min_months, period.max_months)) == (public, months)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: -5,", "points: 5,"),
        ("max_months: 3\n", "max_months: 0\n"),
        ("min_months: 12\n", "min_months: 40\n"),
        ("grade: B,", "grade: A,"),
        ("grade: B,", "grade: E,"),
        ("from_score: 75", "from_score: 95"),
        ("from_score: 0", "from_score: 1"),
        ("base: {value: 100", "base: {value: 120"),
        ("{record_class: SERIOUS, points", "{record_class: GENERAL, points"),
        ("with_severity: CRITICAL", "with_severity: AWFUL"),
        ("scorecard:", "scorecards:"),
        ("items:", "things:"),
        ("confirmed: false}", "confirmed: perhaps}"),
        ('version: "2026-1"', 'version: ""'),
        ("effective_from: 2000-01-01", "effective_from: soon"),
        ("percent: 60", "percent: 20"),
        ("percent: 60", "percent: 160"),
        ("kinds: [COMMENDATION], points: 10", "kinds: [PENALTY], points: -10"),
        ("kind: COMMITMENT_BREACH\n", "kind: PENALTY\n"),
        ("source: 国办发〔2025〕22号：适用简易程序的处罚为轻微", "source: ' '"),
        ("fine_from: 500000", "fine_from: much"),
        ("  MERIT:", "  MERITS:"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(old: str, new: str) -> None:
    assert old in SHIPPED
    with pytest.raises(Refusal, match="invalid-rules"):
        rulebook(documents(SHIPPED.replace(old, new)))


@pytest.mark.parametrize("document", [None, [], "text", {}, {"version": "1"}, {**documents(SHIPPED)[0], "more": 1}])
def test_what_is_no_edition_is_refused(document: Any) -> None:
    with pytest.raises(Refusal, match="invalid-rules"):
        rule_set(document)


def test_without_any_edition_nothing_starts() -> None:
    with pytest.raises(Refusal, match="invalid-rules"):
        rulebook([])


def test_the_edition_of_the_day_applies_from_its_first_day_on_and_of_one_day_the_later() -> None:
    later = SHIPPED.replace("2000-01-01", "2013-01-01").replace("2026-1", "2026-2")
    again = later.replace("2026-2", "2026-3")
    book = rulebook(documents(f"{SHIPPED}---\n{later}---\n{again}"))
    days = (date(2012, 12, 31), date(2013, 1, 1))
    assert [book.on(day).version for day in days] == ["2026-1", "2026-3"]
    assert [book.next_after(day) for day in days] == [date(2013, 1, 1), None]


def test_a_day_before_all_rules_is_refused(rulebook: Rulebook) -> None:
    with pytest.raises(Refusal, match="no-rule-in-force"):
        rulebook.on(date(1999, 12, 31))


def test_a_deployment_may_name_its_own_rules_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "rules.yaml"
    own.write_text(SHIPPED.replace("points: -20,", "points: -30,"), encoding="utf-8")
    monkeypatch.setenv("SHENGUAN_CREDIT_RULES_FILE", str(own))
    points = {item.points for item in CreditSettings().rulebook().editions[0].scorecard.items}
    assert points == {-5, -15, -30, -45, 5}

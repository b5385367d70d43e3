"""The rules file: complete, sourced, and refused when it contradicts itself."""

from pathlib import Path

import pytest

from credit.domain.edition import in_force
from credit.domain.rulebook import Rulebook, parse
from credit.settings import CreditSettings
from kernel.refusal import Refusal

SHIPPED = CreditSettings().rules_file.read_text(encoding="utf-8")


def test_every_number_and_rule_as_shipped_has_a_source_and_none_claims_to_be_confirmed(rulebook: Rulebook) -> None:
    card = rulebook.scorecards[0]
    figures = [card.base, card.floor, *(figure for _, figure in card.grades)]
    figures += [figure for item in card.items.values() for figure in (item.points, item.valid_months)]
    rules = [rule for edition in rulebook.classifications for rule in edition.rules]
    assert all([*(figure.source for figure in figures), *(rule.source for rule in rules)])
    assert not any([*(figure.confirmed for figure in figures), *(rule.confirmed for rule in rules)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value = -5,", "value = 5,"),
        ("value = 3,", "value = 0,"),
        ('grade = "B"', 'grade = "A"'),
        ('grade = "B"', 'grade = "E"'),
        ("from_score = { value = 75", "from_score = { value = 95"),
        ("from_score = { value = 0", "from_score = { value = 1"),
        ("base = { value = 100", "base = { value = -1"),
        ('record_class = "SERIOUS"', 'record_class = "GENERAL"'),
        ('with_severity = "CRITICAL"', 'with_severity = "AWFUL"'),
        ("[[scorecard]]", "[[scorecards]]"),
        ("[[scorecard.item]]", "[[scorecard.things]]"),
        ("effective_from = 2000-01-01\nbase", "effective_from = 2000-01-02\nbase"),
        ("confirmed = false }", "}"),
        ('version = "2026-1"', "version = "),
    ],
)
def test_rules_that_contradict_themselves_are_refused_at_start(old: str, new: str) -> None:
    assert old in SHIPPED
    with pytest.raises(Refusal, match="invalid-rules"):
        parse(SHIPPED.replace(old, new))


def test_two_editions_may_not_begin_on_the_same_day() -> None:
    again = SHIPPED[SHIPPED.index("[[scorecard]]") :]
    with pytest.raises(Refusal, match="invalid-rules"):
        parse(SHIPPED + again)


def test_the_edition_of_the_day_applies_from_its_first_day_on() -> None:
    later = SHIPPED[SHIPPED.index("[[scorecard]]") :].replace("2000-01-01", "2013-01-01").replace("2026-1", "2026-2")
    cards = parse(SHIPPED + later).scorecards
    eve, first = (cards[1].effective_from.replace(year=y, month=m, day=d) for y, m, d in ((2012, 12, 31), (2013, 1, 1)))
    assert [in_force(cards, day).version for day in (eve, first)] == ["2026-1", "2026-2"]


def test_a_deployment_may_name_its_own_rules_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "rules.toml"
    own.write_text(SHIPPED.replace("value = -20,", "value = -30,"), encoding="utf-8")
    monkeypatch.setenv("SHENGUAN_CREDIT_RULES_FILE", str(own))
    points = {item.points.value for item in CreditSettings().rulebook().scorecards[0].items.values()}
    assert points == {-5, -30, -45}

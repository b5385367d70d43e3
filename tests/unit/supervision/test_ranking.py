"""The ranking: what reaches a score and what must not, the figures of the evaluation, points that make sense."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kernel.refusal import Refusal
from supervision.domain.ranking import (
    DueCheck,
    Feature,
    History,
    PastCheck,
    RankCard,
    RankingEdition,
    Registration,
    Trait,
    card_for,
    evaluate,
    parse,
    rank,
    reason_words,
)
from supervision.domain.ranking.card import OTHER
from supervision.domain.ranking.evaluation import figures
from supervision.domain.ranking.features import LAST_CHECKS, RISING
from supervision.domain.ranking.fitting import fit

SHIPPED = Path("services/supervision/ranking.toml").read_text(encoding="utf-8")
EDITION = parse(SHIPPED).editions[0]
START, AT = date(2011, 1, 1), date(2012, 7, 1)
WHOLE_DAYS = (AT - START).days + 200


def soon(**changes: Any) -> RankingEdition:
    """The shipped edition, content with a short history."""
    short: dict[str, Any] = {"needed_checks": 50, "needed_critical": 5, "kinds_from": 5, "resamples": 50}
    return replace(EDITION, **(short | changes))


def a_check(number: int, shop: int, on: date, *, critical: bool = False, **changes: Any) -> PastCheck:
    plain = PastCheck(
        check_no=str(number),
        target=("s", str(shop)),
        on=on,
        critical=critical,
        serious=False,
        minor=1,
        kind="K",
        area="A",
    )
    return replace(plain, **changes)


def a_story(seed: int = 1, shops: int = 120, checks: int = 600) -> tuple[list[PastCheck], list[Registration]]:
    """Shops of which every third is bad: its checks find something critical far more often."""
    chosen = random.Random(seed)  # noqa: S311
    made = []
    for number in range(checks):
        shop = chosen.randrange(shops)
        critical = chosen.random() < (0.5 if shop % 3 == 0 else 0.08)
        on = START + timedelta(days=chosen.randrange(WHOLE_DAYS))
        minor = chosen.randrange(2, 7) if shop % 3 == 0 else chosen.randrange(3)
        made.append(a_check(number, shop, on, critical=critical, minor=minor, area=f"A{shop % 4}"))
    permits = [
        Registration(target=("s", str(shop)), known_from=day, since=day, kind="K")
        for shop in range(shops)
        for day in [START + timedelta(days=shop)]
    ]
    return made, permits


CHECKS, PERMITS = a_story()
WINDOW = [check for check in CHECKS if check.on >= AT]
TARGETS = [("s", str(shop)) for shop in range(130)]


def scores(checks: Sequence[PastCheck], permits: Sequence[Registration]) -> dict[tuple[str, str], int]:
    history, edition = History(checks, permits), soon()
    ranked = rank(card_for(history, AT, edition), history.before(AT, edition.scale), TARGETS)
    return {each.target: each.score for each in ranked}


BEFORE = scores([check for check in CHECKS if check.on < AT], [each for each in PERMITS if each.known_from < AT])


@settings(max_examples=15)
@given(some.data())
def test_nothing_dated_on_the_day_or_later_reaches_a_score(data: some.DataObject) -> None:
    later = []
    for check in data.draw(some.lists(some.sampled_from(WINDOW), unique=True)):
        changed: dict[str, Any] = {
            "critical": data.draw(some.booleans()),
            "serious": data.draw(some.booleans()),
            "minor": data.draw(some.integers(0, 20)),
            "kind": data.draw(some.sampled_from(["K", "other", ""])),
            "area": data.draw(some.sampled_from(["A0", "A9", ""])),
            "on": AT + timedelta(days=data.draw(some.integers(0, 400))),
        }
        later.append(replace(check, **changed))
    days = data.draw(some.integers(0, 900))
    permit = Registration(target=("s", "3"), known_from=AT + timedelta(days=days), since=START, kind="new", area="A9")
    earlier = [check for check in CHECKS if check.on < AT]
    assert scores(earlier + later, [*PERMITS, permit]) == BEFORE


def test_what_was_found_the_day_before_does_reach_it() -> None:
    found = a_check(10_000, 1, AT - timedelta(days=1), critical=True, serious=True, minor=9)
    assert scores([*CHECKS, found], PERMITS)["s", "1"] != BEFORE["s", "1"]


def test_the_order_in_which_facts_are_given_changes_nothing() -> None:
    shuffled, permits = CHECKS[:], PERMITS[:]
    random.Random(5).shuffle(shuffled)  # noqa: S311
    random.Random(6).shuffle(permits)  # noqa: S311
    assert scores(shuffled, permits) == scores(CHECKS, PERMITS)


def test_the_figures_are_those_computed_by_hand() -> None:
    days = [date(2013, 1, day) for day in (1, 2, 4, 8, 16)]
    found = [False, False, True, False, True]
    due = [
        DueCheck(check_no=10 - place, target=("s", str(place)), on=day, critical=critical)
        for place, (day, critical) in enumerate(zip(days, found, strict=True))
    ]
    likely = {("s", "0"): 1, ("s", "1"): 1, ("s", "2"): 1, ("s", "3"): 0, ("s", "4"): 9}
    # by score: 4, then 2, 1, 0 (equal, by number of the check), then 3; the first half of five is two
    share, real, earlier = figures(due, likely)
    assert (share, real) == (1.0, 0.0)
    # 4 on 16 January moves to the place of the 1st, 2 on the 4th to that of the 2nd
    assert earlier == (15 + 2) / 2


def test_checks_of_one_day_are_in_the_order_of_their_numbers() -> None:
    due = [
        DueCheck(check_no=number, target=("s", str(number)), on=AT, critical=number == 9) for number in (100, 9, 20, 30)
    ]
    assert figures(due, {check.target: 0 for check in due})[:2] == (1.0, 1.0)


def test_every_check_of_the_window_counts_and_those_of_one_object_share_a_score() -> None:
    history = History(CHECKS, PERMITS)
    due = [
        DueCheck(check_no=int(check.check_no), target=check.target, on=check.on, critical=check.critical)
        for check in WINDOW
    ]
    never_seen = DueCheck(check_no=99_999, target=("s", "unheard of"), on=AT, critical=False)
    found = evaluate(history, [*due, never_seen], AT, soon())
    assert (found.n, found.critical) == (len(WINDOW) + 1, sum(check.critical for check in WINDOW))
    assert found.first_half_share > found.real_order_share


def test_the_intervals_are_the_same_every_time_and_follow_the_seed() -> None:
    history = History(CHECKS, PERMITS)
    due = [
        DueCheck(check_no=int(check.check_no), target=check.target, on=check.on, critical=check.critical)
        for check in WINDOW
    ]
    once, again = evaluate(history, due, AT, soon()), evaluate(history, due, AT, soon())
    assert once == again
    assert once.share_interval[0] <= once.first_half_share <= once.share_interval[1]
    other = evaluate(history, due, AT, soon(seed=7))
    assert (other.first_half_share, other.share_interval) != (once.first_half_share, once.share_interval)


def test_an_evaluation_never_uses_the_shipped_card() -> None:
    due = [
        DueCheck(check_no=number, target=("s", str(shop)), on=AT, critical=number == 9)
        for number, shop in ((9, 2), (1, 0), (5, 1))
    ]
    found_lately = [a_check(n, n % 3, AT - timedelta(days=9), critical=n % 3 == 2, minor=9 * (n % 3)) for n in range(6)]
    history = History(found_lately, [])
    assert len({each.score for each in rank(EDITION.prior, history.before(AT, EDITION.scale), TARGETS[:3])}) > 1
    found = evaluate(history, due, AT, EDITION)
    assert (found.first_half_share, found.days_earlier) == (0.0, 0.0)


def test_a_window_without_a_critical_finding_is_refused() -> None:
    due = [DueCheck(check_no=1, target=("s", "1"), on=AT, critical=False)]
    with pytest.raises(Refusal) as refused:
        evaluate(History(CHECKS, PERMITS), due, AT, soon())
    assert refused.value.code == "nothing-to-evaluate"


def own_card() -> RankCard:
    return card_for(History(CHECKS, PERMITS), AT, soon())


@pytest.mark.parametrize("feature", RISING)
def test_a_worse_value_never_has_fewer_points(feature: Feature) -> None:
    for card in (own_card(), EDITION.prior):
        values = LAST_CHECKS if feature is Feature.LAST_CHECK else [str(n) for n in range(len(card.edges[feature]) + 1)]
        worth = [card.points[trait] for value in values if (trait := Trait(feature, value)) in card.points]
        assert worth == sorted(worth)
        assert worth


def test_a_bad_shop_stands_before_a_good_one() -> None:
    mean = {bad: [BEFORE["s", str(n)] for n in range(120) if (n % 3 == 0) is bad] for bad in (True, False)}
    assert sum(mean[True]) / len(mean[True]) > sum(mean[False]) / len(mean[False]) + EDITION.doubling / 2


def test_a_score_is_the_sum_of_its_reasons_and_more_points_are_more_likely() -> None:
    history, card = History(CHECKS, PERMITS), own_card()
    order = rank(card, history.before(AT, card.scale), TARGETS)
    assert [each.rank for each in order] == list(range(1, len(TARGETS) + 1))
    assert all(each.score == sum(reason.points for reason in each.reasons) for each in order)
    assert [each.score for each in order] == sorted((each.score for each in order), reverse=True)
    chances = [card.chance(score) for score in range(-60, 61, 20)]
    assert chances == sorted(chances)
    assert card.chance(20) / (1 - card.chance(20)) == pytest.approx(2 * card.chance(0) / (1 - card.chance(0)))


def test_equal_scores_go_by_the_number_of_the_object() -> None:
    card = EDITION.prior
    order = rank(card, History([], []).before(AT, card.scale), [("s", "9"), ("r", "5"), ("s", "10")])
    assert [each.target for each in order] == [("r", "5"), ("s", "10"), ("s", "9")]


def test_a_short_history_takes_the_shipped_card() -> None:
    history = History(CHECKS, PERMITS)
    assert (own_card().own, own_card().checks) == (True, len(CHECKS) - len(WINDOW))
    assert card_for(history, AT, EDITION) is EDITION.prior
    assert card_for(History([], []), AT, soon()) is EDITION.prior
    assert card_for(history, START + timedelta(days=60), soon(needed_checks=1)) is EDITION.prior


def test_a_kind_nobody_knows_has_the_points_of_other_kinds() -> None:
    card = replace(EDITION.prior, points={Trait(Feature.OBJECT_KIND, OTHER): 5, Trait(Feature.OBJECT_KIND, "K"): 7})
    worth = [card.worth(Trait(Feature.OBJECT_KIND, kind)) for kind in ("K", "never seen")]
    assert (worth, card.worth(Trait(Feature.PERMIT_AGE, "0"))) == ([7, 5], 0)


def test_an_edition_without_segments_of_the_area_does_not_use_it() -> None:
    assert "AREA_RATE = [" in SHIPPED
    without = "\n".join(line for line in SHIPPED.splitlines() if not line.startswith("AREA_RATE = ["))
    edition = replace(parse(without).editions[0], needed_checks=50, needed_critical=5)
    for card in (edition.prior, card_for(History(CHECKS, PERMITS), AT, edition)):
        order = rank(card, History(CHECKS, PERMITS).before(AT, card.scale), TARGETS)
        used = {reason.trait.feature for each in order for reason in each.reasons}
        assert used == {*Feature} - {Feature.AREA_RATE}


def test_reasons_read_as_sentences() -> None:
    recent = [a_check(n, 1, AT - timedelta(days=n + 1), critical=n == 0, minor=3) for n in range(2)]
    permit = Registration(target=("s", "1"), known_from=START, since=START)
    snapshot = History(recent, [permit]).before(AT, EDITION.scale)
    told = rank(EDITION.prior, snapshot, [("s", "1")])[0].reasons
    words = {reason.trait.feature: reason_words(reason, EDITION.edges) for reason in told}
    assert words[Feature.LAST_CHECK] == ("上次检查有严重问题 +7", "critical findings at the last check +7")
    assert words[Feature.CRITICAL_SHARE][0] == "历次检查有严重问题的比例 >= 0.4 +4"
    assert words[Feature.PERMIT_AGE][1] == "years since its first permit 1–2 +9"
    assert words[Feature.OBJECT_KIND] == ("类别 K +0", "kind K +0")


def test_weights_without_a_penalty_to_speak_of_give_back_the_observed_odds() -> None:
    good, bad = Trait(Feature.LAST_CHECK, "CLEAN"), Trait(Feature.LAST_CHECK, "CRITICAL")
    base, weights = fit({(good,): (100.0, 10.0), (bad,): (100.0, 40.0)}, 1e-6)
    told = [1 / (1 + 2.718281828459045 ** -(base + weights[trait])) for trait in (good, bad)]
    assert told == pytest.approx([0.1, 0.4], abs=1e-4)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("horizon_days = 90", "horizon_days = 0"),
        ("horizon_days = 90", 'horizon_days = "90"'),
        ("penalty = 5.0", "penalty = 0.0"),
        ("MINOR_FINDINGS = [2.0, 4.0]", "MINOR_FINDINGS = [4.0, 2.0]"),
        ("MINOR_FINDINGS = [2.0, 4.0]", ""),
        ("LAST_CHECK = {", "LUCK = {"),
        ('source = "工程约定', 'origin = "工程约定'),
        ("half_life_days = 60", "half_life_days = 0"),
    ],
)
def test_rules_that_cannot_work_are_refused_at_the_start(was: str, becomes: str) -> None:
    assert was in SHIPPED
    with pytest.raises(Refusal) as refused:
        parse(SHIPPED.replace(was, becomes))
    assert refused.value.code == "invalid-ranking-rules"

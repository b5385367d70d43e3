"""Score and grade: explained point by point, and the same in whatever order the records came."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.record import CreditRecord, Mark, months_after, record_id_of
from credit.domain.scorecard import Cap, Scorecard, changes_on, score
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from tests.unit.credit.records import CARD, DAY, a_record, days, histories, negatives

CAPPED = replace(
    CARD,
    caps=(
        *CARD.caps,
        Cap(
            kinds=(RecordKind.INSPECTION, RecordKind.PENALTY, RecordKind.COMMITMENT_BREACH),
            points=-50,
            source="test",
            confirmed=False,
        ),
    ),
)
cards = st.sampled_from([CARD, CAPPED])
endings = st.sampled_from([RecordState.REPAIRED, RecordState.EXITED, RecordState.WITHDRAWN])


@given(histories, days, cards, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_score_nor_reasons(
    records: list[CreditRecord], on: date, card: Scorecard, chance: Random
) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert score(shuffled, on, card) == score(records, on, card)


@given(histories, days)
def test_every_point_names_a_record_and_the_points_add_up_to_the_score(records: list[CreditRecord], on: date) -> None:
    for card in (CARD, CAPPED):
        found = score(records, on, card)
        assert card.base.value + sum(reason.points for reason in found.reasons) == found.score
        assert {reason.record_id for reason in found.reasons} <= {record.record_id for record in records}
        assert card.floor.value <= found.score <= card.ceiling.value


@given(histories, days, negatives, days, st.sampled_from(["", "I1"]), cards)
def test_a_further_negative_record_never_raises_score_or_grade(
    records: list[CreditRecord],
    on: date,
    further: tuple[RecordClass, RecordKind],
    happened: date,
    inspection: str,
    card: Scorecard,
) -> None:
    record = a_record(99, further[0], happened, further[1], inspection)
    before, after = score(records, on, card), score([*records, record], on, card)
    assert after.score <= before.score
    assert after.grade >= before.grade


@given(histories, days, negatives, days, endings)
def test_a_record_that_ended_leaves_no_trace_in_any_later_score(
    records: list[CreditRecord], on: date, further: tuple[RecordClass, RecordKind], happened: date, state: RecordState
) -> None:
    ended = a_record(99, further[0], happened, further[1]).ended(state, on)
    for later in (on, on + timedelta(days=1), on + timedelta(days=400)):
        assert score([*records, ended], later, CARD) == score(records, later, CARD)


@given(histories, days, negatives)
def test_a_record_past_its_longest_period_leaves_no_trace(
    records: list[CreditRecord], on: date, further: tuple[RecordClass, RecordKind]
) -> None:
    old = a_record(99, further[0], on - timedelta(days=3 * 366 + 1), further[1])
    assert score([*records, old], on, CARD) == score(records, on, CARD)
    assert score([*records, old.expired()], on, CARD) == score(records, on, CARD)


@given(histories, days, negatives)
def test_while_an_objection_is_pending_the_record_takes_no_points_and_is_named(
    records: list[CreditRecord], on: date, further: tuple[RecordClass, RecordKind]
) -> None:
    marked = a_record(99, further[0], on, further[1]).marked("O1", on)
    without, found = score(records, on, CARD), score([*records, marked], on, CARD)
    assert (found.score, found.grade) == (without.score, without.grade)
    assert [reason.points for reason in found.reasons if reason.record_id == marked.record_id] == [0]
    settled = marked.unmarked("O1", on + timedelta(days=3))
    assert settled.marks == (Mark("O1", on, on + timedelta(days=3)),)
    plain = a_record(99, further[0], on, further[1])
    after = on + timedelta(days=3)
    assert score([*records, settled], after, CARD) == score([*records, plain], after, CARD)


@given(histories, days)
def test_until_the_day_it_names_nothing_changes_by_itself(records: list[CreditRecord], on: date) -> None:
    named = changes_on(records, on, CARD)
    before = score(records, on, CARD)
    for ahead in (1, 30, 93, 366, 1200):
        day = on + timedelta(days=ahead)
        if named is None or day < named:
            assert score(records, day, CARD).says_the_same_as(before)


@pytest.mark.parametrize(
    ("record_class", "last_day"),
    [
        (RecordClass.MINOR, date(2012, 6, 1)),
        (RecordClass.GENERAL, date(2013, 3, 1)),
        (RecordClass.SERIOUS, date(2015, 3, 1)),
    ],
)
def test_a_record_is_used_to_the_last_day_of_its_longest_period(record_class: RecordClass, last_day: date) -> None:
    record = a_record(1, record_class)
    assert record.max_until == last_day
    assert score([record], last_day, CARD).reasons
    assert not score([record], last_day + timedelta(days=1), CARD).reasons


def test_a_record_does_not_count_before_it_happened() -> None:
    assert score([a_record(1)], DAY - timedelta(days=1), CARD).score == CARD.base.value


@pytest.mark.parametrize(
    ("classes", "points", "grade"),
    [
        ([], 100, Grade.A),
        ([RecordClass.MINOR], 95, Grade.A),
        ([RecordClass.MINOR] * 2, 90, Grade.A),
        ([RecordClass.MINOR] * 3, 85, Grade.B),
        ([RecordClass.GENERAL], 80, Grade.B),
        ([RecordClass.GENERAL] * 2, 60, Grade.C),
        ([RecordClass.GENERAL] * 3, 40, Grade.D),
        ([RecordClass.SERIOUS], 55, Grade.D),
        ([RecordClass.SERIOUS] * 3, 0, Grade.D),
    ],
)
def test_the_card_as_shipped_gives_these_grades(classes: list[RecordClass], points: int, grade: Grade) -> None:
    found = score([a_record(n, c) for n, c in enumerate(classes)], DAY, CARD)
    assert (found.score, found.grade) == (points, grade)


def test_at_the_floor_the_last_record_is_named_with_the_points_it_still_took() -> None:
    found = score([a_record(n, RecordClass.SERIOUS) for n in range(4)], DAY, CARD)
    assert [reason.points for reason in found.reasons] == [-45, -45, -10, 0]


def test_a_serious_record_weighs_less_after_one_year_and_after_two() -> None:
    record = a_record(1, RecordClass.SERIOUS)
    taken = {day: score([record], day, CARD).reasons[0].points for day in (date(2013, 3, 1), date(2013, 3, 2))}
    taken |= {day: score([record], day, CARD).reasons[0].points for day in (date(2014, 3, 1), date(2014, 3, 2))}
    assert list(taken.values()) == [-45, -27, -27, -13]


def test_commendations_give_points_up_to_their_cap_and_the_ceiling() -> None:
    merits = [a_record(n, RecordClass.MERIT, DAY, RecordKind.COMMENDATION) for n in range(3)]
    found = score(merits, DAY, CARD)
    assert [reason.points for reason in found.reasons] == [5, 5, 0]
    assert "封顶" in found.reasons[2].text
    assert score([*merits, a_record(9)], DAY, CARD).score == 110 - 20


def test_an_inspection_and_the_penalty_for_it_are_one_fact_and_the_heavier_one_counts() -> None:
    inspected = a_record(1, RecordClass.GENERAL, inspection="I1")
    punished = a_record(2, RecordClass.SERIOUS, DAY, RecordKind.PENALTY, "I1")
    found = score([inspected, punished], DAY, CARD)
    assert found.score == 55
    assert {reason.record_id: reason.points for reason in found.reasons} == {
        inspected.record_id: 0,
        punished.record_id: -45,
    }


def test_on_the_severe_list_the_grade_is_the_worst_whatever_the_score() -> None:
    listed = a_record(1, RecordClass.MINOR, DAY, RecordKind.SEVERE_LIST)
    found = score([listed], DAY, CARD)
    assert (found.score, found.grade) == (95, Grade.D)
    assert any("等级不高于 D" in reason.text for reason in found.reasons)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2011, 11, 30), 3, date(2012, 2, 29)),
        (date(2012, 2, 29), 12, date(2013, 2, 28)),
        (date(2012, 12, 31), 1, date(2013, 1, 31)),
        (date(9999, 11, 1), 3, date.max),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_a_shorter_month(day: date, months: int, end: date) -> None:
    assert months_after(day, months) == end


def test_the_same_fact_makes_the_same_record_id_in_every_process() -> None:
    assert record_id_of(RecordKind.INSPECTION, "unit", "1") == "954bae6d-88c5-5497-a5f7-e2dc4e0744bc"
    assert record_id_of(RecordKind.COMMITMENT_BREACH, "unit", "1") == record_id_of(RecordKind.INSPECTION, "unit", "1")
    assert record_id_of(RecordKind.PENALTY, "unit", "1") != record_id_of(RecordKind.INSPECTION, "unit", "1")

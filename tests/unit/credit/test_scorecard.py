"""Score and grade: explained point by point, and the same in whatever order the records came."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.record import CreditRecord, months_after, record_id_of
from credit.domain.scorecard import Scorecard, assess
from credit.settings import CreditSettings
from kernel.credit import Grade, RecordClass
from kernel.subject import SubjectKey

CARD = CreditSettings().rulebook().scorecards[0]
DAY = date(2012, 3, 1)


def a_record(number: int, record_class: RecordClass = RecordClass.GENERAL, on: date = DAY) -> CreditRecord:
    return CreditRecord(
        record_id=record_id_of("unit", str(number)),
        subject=SubjectKey("099", "S1"),
        source_system="unit",
        inspection_no=str(number),
        record_class=record_class,
        rule="fail",
        occurred_on=on,
        region="640202",
        department="D",
        object_no="L1",
    )


days = st.dates(date(2009, 1, 1), date(2014, 12, 31))
histories = st.lists(st.tuples(st.sampled_from(RecordClass), days), max_size=12).map(
    lambda found: [a_record(number, kind, on) for number, (kind, on) in enumerate(found)]
)


@given(histories, days, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_score_nor_reasons(
    records: list[CreditRecord], on: date, chance: Random
) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert assess(shuffled, on, CARD) == assess(records, on, CARD)


@given(histories, days)
def test_every_point_names_a_record_and_the_points_add_up_to_the_score(records: list[CreditRecord], on: date) -> None:
    found = assess(records, on, CARD)
    assert CARD.base.value + sum(reason.points for reason in found.reasons) == found.score
    assert {reason.record_id for reason in found.reasons} <= {record.record_id for record in records}
    assert CARD.floor.value <= found.score <= CARD.base.value


@given(histories, days, st.sampled_from(RecordClass), days)
def test_a_further_record_never_raises_the_score(
    records: list[CreditRecord], on: date, kind: RecordClass, happened: date
) -> None:
    more = [*records, a_record(99, kind, happened)]
    assert assess(more, on, CARD).score <= assess(records, on, CARD).score


@given(histories, days)
def test_a_record_that_ceased_to_count_leaves_no_trace(records: list[CreditRecord], on: date) -> None:
    old = a_record(99, RecordClass.SERIOUS, on - timedelta(days=3 * 366))
    assert assess([*records, old], on, CARD) == assess(records, on, CARD)


@pytest.mark.parametrize(
    ("record_class", "last_day"),
    [
        (RecordClass.MINOR, date(2012, 5, 31)),
        (RecordClass.GENERAL, date(2013, 2, 28)),
        (RecordClass.SERIOUS, date(2015, 2, 28)),
    ],
)
def test_a_record_counts_until_the_eve_of_the_end_of_its_publicity(record_class: RecordClass, last_day: date) -> None:
    record = a_record(1, record_class)
    assert assess([record], last_day, CARD).reasons
    assert not assess([record], last_day + timedelta(days=1), CARD).reasons


def test_a_record_does_not_count_before_it_happened() -> None:
    assert assess([a_record(1)], DAY - timedelta(days=1), CARD).score == CARD.base.value


@pytest.mark.parametrize(
    ("classes", "score", "grade"),
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
def test_the_card_as_shipped_gives_these_grades(classes: list[RecordClass], score: int, grade: Grade) -> None:
    found = assess([a_record(n, c) for n, c in enumerate(classes)], DAY, CARD)
    assert (found.score, found.grade) == (score, grade)


def test_at_the_floor_the_last_record_is_named_with_the_points_it_still_took(scorecard: Scorecard) -> None:
    found = assess([a_record(n, RecordClass.SERIOUS) for n in range(4)], DAY, scorecard)
    assert [reason.points for reason in found.reasons] == [-45, -45, -10, 0]


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


def test_the_same_inspection_makes_the_same_record_id_in_every_process() -> None:
    assert record_id_of("unit", "1") == "954bae6d-88c5-5497-a5f7-e2dc4e0744bc"

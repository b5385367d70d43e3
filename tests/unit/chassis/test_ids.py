"""A delivery keeps its id; the id begins with the time the stream took the message in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from chassis.ids import delivery_id, first_id, made_at

AT = datetime(2026, 11, 30, 23, 59, 59, 999_999, UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


def test_a_delivery_has_one_id_and_shares_it_with_no_other() -> None:
    same = delivery_id("approval-from-intake", "INTAKE", 1, AT)
    assert same == delivery_id("approval-from-intake", "INTAKE", 1, AT)
    others = {
        delivery_id("supervision-from-intake", "INTAKE", 1, AT),
        delivery_id("approval-from-intake", "APPROVAL", 1, AT),
        delivery_id("approval-from-intake", "INTAKE", 2, AT),
        delivery_id("approval-from-intake", "INTAKE", 1, AT + timedelta(microseconds=1)),
    }
    assert len(others | {same}) == 5


@given(moments)
def test_an_id_knows_its_moment_to_the_millisecond(at: datetime) -> None:
    assert timedelta() <= at - made_at(delivery_id("c", "S", 7, at)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("what", [UUID(int=0), UUID(int=(1 << 128) - 1), uuid4()])
def test_what_is_no_such_id_has_some_moment(what: UUID) -> None:
    assert made_at(what).tzinfo is UTC


@given(moments)
def test_it_is_a_uuid_of_version_7_of_that_moment(at: datetime) -> None:
    made = delivery_id("c", "S", 7, at)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert first_id(at) <= made < first_id(at + timedelta(milliseconds=2))


def test_an_event_of_now_is_between_the_ids_of_its_neighbourhood() -> None:
    now = datetime.now(UTC)
    assert first_id(now - timedelta(seconds=5)) < uuid7() < first_id(now + timedelta(seconds=5))


@pytest.mark.parametrize("year", [1, 1970, 9999])
@pytest.mark.parametrize("beside", [timedelta(days=-1), timedelta(), timedelta(days=1)], ids=str)
def test_of_times_no_id_can_have_it_is_the_nearest(year: int, beside: timedelta) -> None:
    assert (first_id(datetime(year, 1, 1, tzinfo=UTC), beside) <= uuid7()) is (year < 2026)

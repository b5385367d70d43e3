"""When a notice may leave the house, and who is told while somebody is away. Times are those of China."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.notices.forms import PreferenceForm
from chassis.notices.preference import Deputy, Preference, QuietHours, receiver
from kernel.clock import CHINA
from kernel.refusal import Refusal


def china(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


def preferring(**wishes: Any) -> Preference:
    return Preference(person="zhao", **wishes)


NIGHT = QuietHours(time(22), time(7))


@pytest.mark.parametrize(
    ("wishes", "told", "due"),
    [
        ({}, china(2, 23), china(2, 23)),
        ({"digest_at": time(8, 30)}, china(2, 8), china(2, 8, 30)),
        ({"digest_at": time(8, 30)}, china(2, 8, 30), china(2, 8, 30)),
        ({"digest_at": time(8, 30)}, china(2, 8, 31), china(3, 8, 30)),
        ({"quiet": NIGHT}, china(2, 21, 59), china(2, 21, 59)),
        ({"quiet": NIGHT}, china(2, 22), china(3, 7)),
        ({"quiet": NIGHT}, china(2, 6, 59), china(2, 7)),
        ({"quiet": NIGHT}, china(2, 7), china(2, 7)),
        ({"quiet": QuietHours(time(12), time(14))}, china(2, 13), china(2, 14)),
        ({"digest_at": time(23), "quiet": NIGHT}, china(2, 9), china(3, 7)),
    ],
)
def test_a_notice_leaves_when_the_person_wants_it(wishes: dict[str, Any], told: datetime, due: datetime) -> None:
    planned = preferring(**wishes).due(told.astimezone(UTC))
    assert planned == due
    assert planned.tzinfo is UTC


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(TIMES, TIMES, TIMES | st.none(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - made aware below
def test_it_never_leaves_early_nor_in_quiet_hours_nor_after_two_days(
    begin: time, end: time, digest_at: time | None, told: datetime
) -> None:
    quiet = QuietHours(begin, end) if begin != end else None
    at = told.replace(tzinfo=UTC)
    due = preferring(digest_at=digest_at, quiet=quiet).due(at)
    assert at <= due <= at + timedelta(days=2)
    if quiet is not None:
        local = due.astimezone(CHINA)
        assert quiet.left(local) == local


def away(person: str, deputy: str) -> Preference:
    return Preference(person=person, deputy=Deputy(deputy, date(2026, 3, 2), date(2026, 3, 4)))


@pytest.mark.parametrize(
    ("at", "told"),
    [(china(1, 23, 59), "zhao"), (china(2, 0), "qian"), (china(4, 23, 59), "qian"), (china(5, 0), "zhao")],
)
def test_a_deputy_is_told_on_the_days_of_absence(at: datetime, told: str) -> None:
    assert receiver("zhao", {"zhao": away("zhao", "qian")}, at) == told


def test_a_deputy_may_be_away_too() -> None:
    known = {"zhao": away("zhao", "qian"), "qian": away("qian", "sun")}
    assert receiver("zhao", known, china(2, 9)) == "sun"


def test_when_all_are_away_the_person_is_told() -> None:
    known = {"zhao": away("zhao", "qian"), "qian": away("qian", "zhao")}
    assert receiver("zhao", known, china(2, 9)) == "zhao"
    assert receiver("qian", known, china(2, 9)) == "qian"


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"digest": "DAILY"}, "/digest_at"),
        ({"digest": "NONE", "digest_at": "08:30"}, "/digest_at"),
        ({"digest": "DAILY", "digest_at": "08:30Z"}, "/digest_at"),
        ({"quiet_from": "22:00"}, "/quiet_from"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "/quiet_from"),
        ({"deputy": "qian"}, "/deputy"),
        ({"deputy": "zhao", "deputy_from": "2026-03-02", "deputy_to": "2026-03-04"}, "/deputy"),
        ({"deputy": "qian", "deputy_from": "2026-03-04", "deputy_to": "2026-03-02"}, "/deputy_to"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(form: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        PreferenceForm.model_validate(form).preference("zhao")
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_time_for_the_digest_is_wish_enough() -> None:
    assert PreferenceForm.model_validate({"digest_at": "08:30"}).preference("zhao").digest.value == "DAILY"

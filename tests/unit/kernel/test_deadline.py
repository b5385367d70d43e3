"""One clock, by examples a clerk can check with a wall calendar."""

from datetime import UTC, date, datetime

import pytest

from kernel.calendar import Calendar, CalendarYear
from kernel.clock import CHINA
from kernel.deadline import Deadline, DeadlineState, Ladder, Limit, Step, Unit, Why
from kernel.refusal import Refusal

LADDER = Ladder(half=True, before=Limit(1, Unit.WORKDAY), red=Limit(2, Unit.WORKDAY))


def year(number: int, *, free: set[date] | None = None, provisional: bool = False, version: int = 1) -> CalendarYear:
    return CalendarYear(
        year=number,
        version=version,
        working=frozenset(),
        free=frozenset(free or ()),
        provisional=provisional,
        source=f"notice {number}",
    )


MARCH = Calendar([year(2026)])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def started(
    limit: str, begin: str = "2026-03-02 09:00", calendar: Calendar = MARCH, ladder: Ladder = LADDER
) -> Deadline:
    return Deadline.started(
        deadline_id="d1",
        owner="t1",
        kind="CLAIM",
        limit=Limit.parse(limit),
        at=at(begin),
        calendar=calendar,
        ladder=ladder,
    )


def caught_up(deadline: Deadline, now: datetime, calendar: Calendar = MARCH) -> Deadline:
    while deadline.next_at and deadline.next_at <= now:
        deadline = deadline.stepped(calendar)
    return deadline


def test_two_workdays_start_on_the_day_after_and_end_at_midnight_of_the_last() -> None:
    deadline = started("2wd")
    assert deadline.due_at == at("2026-03-05 00:00")
    assert deadline.due_at.tzinfo is UTC
    assert deadline.due_on == date(2026, 3, 4)


def test_the_ladder_of_ten_workdays() -> None:
    assert started("10wd").plan == (
        (Step.HALF, at("2026-03-10 00:00")),
        (Step.BEFORE, at("2026-03-16 00:00")),
        (Step.YELLOW, at("2026-03-17 00:00")),
        (Step.RED, at("2026-03-19 00:00")),
    )


@pytest.mark.parametrize(
    ("limit", "begin", "due"),
    [
        ("1wd", "2026-03-06 23:59", "2026-03-10 00:00"),
        ("1wd", "2026-03-07 00:00", "2026-03-10 00:00"),
        ("24h", "2026-03-06 23:59", "2026-03-07 23:59"),
        ("10d", "2026-03-02 09:00", "2026-03-13 00:00"),
        ("5d", "2026-03-02 09:00", "2026-03-10 00:00"),
        ("2m", "2026-01-05 09:00", "2026-03-06 00:00"),
        ("1m", "2026-01-30 09:00", "2026-03-03 00:00"),
    ],
    ids=["Friday", "Saturday", "hours", "days", "a Saturday moves", "months", "the last of February is a Saturday"],
)
def test_where_a_limit_ends(limit: str, begin: str, due: str) -> None:
    assert started(limit, begin).due_at == at(due)


def test_a_limit_in_days_may_end_on_a_free_day_when_the_rule_says_so() -> None:
    strict = Ladder(half=False, before=None, red=None, next_workday=False)
    deadline = started("5d", ladder=strict)
    assert deadline.due_on == date(2026, 3, 7)
    assert deadline.plan == ((Step.YELLOW, at("2026-03-08 00:00")),)


def test_no_warning_before_the_start() -> None:
    assert [step for step, _ in started("2h").plan] == [Step.HALF, Step.YELLOW, Step.RED]


def test_days_the_clock_stood_still_do_not_count() -> None:
    deadline = started("3wd").stopped("补正材料", at("2026-03-04 10:00"))
    assert deadline.state is DeadlineState.STOPPED
    assert deadline.plan == ((Step.HALF, at("2026-03-04 00:00")),)
    resumed = deadline.resumed(at("2026-03-06 08:00"), MARCH)
    assert resumed.due_on == date(2026, 3, 10)  # 3 March, 9 March, 10 March
    assert [(count.number, count.why) for count in resumed.explained(MARCH)] == [
        (None, (Why.START,)),
        (1, ()),
        (None, (Why.STOPPED,)),
        (None, (Why.STOPPED,)),
        (None, (Why.STOPPED,)),
        (None, (Why.REST,)),
        (None, (Why.REST,)),
        (2, ()),
        (3, (Why.DUE,)),
    ]


def test_two_stops_on_one_day_lose_it_once() -> None:
    deadline = started("3wd")
    for begin, end in (("2026-03-03 09:00", "2026-03-03 10:00"), ("2026-03-03 11:00", "2026-03-03 12:00")):
        deadline = deadline.stopped("暂扣", at(begin)).resumed(at(end), MARCH)
    assert deadline.due_on == date(2026, 3, 6)


def test_a_step_due_before_a_stop_is_still_taken_after_it() -> None:
    deadline = started("2wd").stopped("停业", at("2026-03-04 10:00"))
    assert deadline.plan == ((Step.HALF, at("2026-03-04 00:00")), (Step.BEFORE, at("2026-03-04 00:00")))


def test_a_yellow_card_is_owed_although_the_work_was_done_before_the_sweep_came() -> None:
    deadline = started("2wd").met(at("2026-03-06 09:00"))
    assert deadline.state is DeadlineState.MET
    taken = caught_up(deadline, at("2026-03-20 09:00"))
    assert [step for step, _ in taken.steps] == [Step.HALF, Step.BEFORE, Step.YELLOW]
    assert taken.overdue
    assert not taken.plan


def test_done_at_midnight_of_the_last_day_is_late_and_a_moment_before_is_not() -> None:
    assert started("2wd").met(at("2026-03-05 00:00")).plan[-1] == (Step.YELLOW, at("2026-03-05 00:00"))
    assert Step.YELLOW not in dict(started("2wd").met(at("2026-03-04 23:59")).plan)


def test_more_time_moves_everything_not_taken() -> None:
    deadline = caught_up(started("4wd"), at("2026-03-05 09:00"))
    longer = deadline.extended(Limit(6, Unit.WORKDAY), "局长", "案情复杂", at("2026-03-05 09:00"), MARCH)
    assert longer.due_on == date(2026, 3, 16)
    assert [step for step, _ in longer.steps] == [Step.HALF]
    assert [step for step, _ in longer.plan] == [Step.BEFORE, Step.YELLOW, Step.RED]


def test_two_months_from_two_limits_are_two_months_of_one() -> None:
    deadline = started("1m", "2026-01-31 09:00", Calendar([year(2026)]))
    longer = deadline.extended(Limit(1, Unit.MONTH), "局长", "案情复杂", at("2026-02-10 09:00"), MARCH)
    assert longer.due_on == date(2026, 3, 31)


def test_a_red_card_is_held_until_its_days_are_confirmed() -> None:
    guessed = Calendar([year(2026), year(2027, provisional=True)])
    deadline = caught_up(started("2wd", "2026-12-29 09:00", guessed), at("2027-02-01 00:00"), guessed)
    assert [step for step, _ in deadline.steps] == [Step.HALF, Step.BEFORE, Step.YELLOW]
    assert deadline.next_at is None
    told = Calendar([year(2026), year(2027, free={date(2027, 1, 1)}, version=2)])
    confirmed = deadline.recomputed(told, at("2027-02-01 10:00"))
    assert confirmed.plan == ((Step.RED, at("2027-02-01 10:00")),)
    assert confirmed.due_on == date(2026, 12, 31)


def test_a_red_card_planned_in_time_is_held_when_its_days_became_uncertain() -> None:
    deadline = started("1wd")
    taken = caught_up(deadline, at("2026-04-01 00:00"), Calendar())
    assert [step for step, _ in taken.steps] == [Step.BEFORE, Step.HALF, Step.YELLOW]
    assert not taken.plan


def test_a_notice_moves_a_running_deadline_and_the_count_names_it() -> None:
    deadline = started("2wd")
    told = Calendar([year(2026, free={date(2026, 3, 3)}, version=2)])
    later = deadline.recomputed(told, at("2026-03-02 10:00"))
    assert later.due_on == date(2026, 3, 5)
    assert later.explained(told)[1].why == (Why.HOLIDAY,)
    assert later.explained(told)[1].source == "notice 2026"


def test_a_day_added_by_moving_off_a_free_day_is_not_numbered() -> None:
    counts = started("5d").explained(MARCH)
    assert [count.number for count in counts[-4:]] == [4, 5, None, None]
    assert counts[-1].why == (Why.DUE,)


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        (lambda d: d.resumed(at("2026-03-03 09:00"), MARCH), "deadline-running"),
        (
            lambda d: d.stopped("停业", at("2026-03-03 09:00")).stopped("停业", at("2026-03-03 10:00")),
            "deadline-stopped",
        ),
        (lambda d: d.stopped(" ", at("2026-03-03 09:00")), "deadline-reason-needed"),
        (lambda d: d.met(at("2026-03-03 09:00")).met(at("2026-03-03 10:00")), "deadline-ended"),
        (lambda d: d.voided(at("2026-03-03 09:00")).stopped("停业", at("2026-03-03 10:00")), "deadline-ended"),
        (
            lambda d: d.extended(Limit(1, Unit.WORKDAY), "局长", "忙", at("2026-03-05 00:00"), MARCH),
            "extension-too-late",
        ),
        (
            lambda d: d.extended(Limit(1, Unit.HOUR), "局长", "忙", at("2026-03-03 00:00"), MARCH),
            "extension-unit-differs",
        ),
        (lambda d: d.extended(Limit(1, Unit.DAY), "", "忙", at("2026-03-03 00:00"), MARCH), "deadline-reason-needed"),
    ],
)
def test_what_a_deadline_refuses(verb: object, code: str) -> None:
    assert callable(verb)
    with pytest.raises(Refusal) as refused:
        verb(started("2wd"))
    assert refused.value.code == code
    assert refused.value.status == 409


@pytest.mark.parametrize("text", ["2wd", "10d", "2m", "24h"])
def test_limits_are_read_as_they_are_written(text: str) -> None:
    assert str(Limit.parse(text)) == text


@pytest.mark.parametrize("text", ["", "2", "wd", "0wd", "2w", "-1d", "10000d"])
def test_what_is_not_a_limit_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="limit-not-valid"):
        Limit.parse(text)


@pytest.mark.parametrize("text", ["2500wd", "3660d", "120m", "9999h"])
def test_ten_years_may_be_asked_for(text: str) -> None:
    assert str(Limit.asked(text)) == text
    assert not Limit.asked(text).too_long


@pytest.mark.parametrize(
    ("text", "most"), [("2501wd", "2500wd"), ("3661d", "3660d"), ("121m", "120m"), ("9999m", "120m")]
)
def test_what_is_longer_is_refused_when_asked_for_and_read_when_it_was_kept(text: str, most: str) -> None:
    assert Limit.parse(text).too_long
    with pytest.raises(Refusal) as refused:
        Limit.asked(text)
    assert refused.value.code == "limit-too-long"
    assert most in refused.value.en


@pytest.mark.parametrize(("by", "times"), [("120m", 18), ("2500wd", 4)])
def test_nothing_is_extended_out_of_sight(by: str, times: int) -> None:
    def extend(longer: Deadline) -> Deadline:
        return longer.extended(Limit.parse(by), "局长", "忙", at("2026-03-03 00:00"), MARCH)

    extended = started("2wd")
    for _ in range(times - 1):
        extended = extend(extended)
    with pytest.raises(Refusal) as refused:
        extend(extended)
    assert (refused.value.code, refused.value.status) == ("extension-too-long", 409)
    assert extended.due_on.year <= 2200


def test_instants_are_utc_wherever_the_start_was_written() -> None:
    assert started("24h").due_at.tzinfo is UTC

"""What holds for every deadline, whatever happened to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import Calendar, CalendarYear, is_weekend
from kernel.deadline import Deadline, DeadlineState, Ladder, Limit, Step, Unit

START = datetime(2025, 12, 1, tzinfo=UTC)
DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(3 * 365)]

limits = st.one_of(
    st.builds(Limit, st.integers(1, 40), st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.HOUR])),
    st.builds(Limit, st.integers(1, 4), st.just(Unit.MONTH)),
)
ladders = st.builds(
    Ladder,
    half=st.booleans(),
    before=st.none() | limits,
    red=st.none() | limits,
    next_workday=st.booleans(),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    turned = draw(st.sets(st.sampled_from(DAYS), max_size=40))
    provisional = draw(st.sets(st.sampled_from([2025, 2026, 2027])))
    return Calendar(
        CalendarYear(
            year=number,
            version=1,
            working=frozenset(day for day in turned if day.year == number and is_weekend(day)),
            free=frozenset(day for day in turned if day.year == number and not is_weekend(day)),
            provisional=number in provisional,
            source="drawn",
        )
        for number in (2025, 2026, 2027)
    )


moments = st.datetimes(
    START.replace(tzinfo=None),
    datetime(2026, 6, 1),  # noqa: DTZ001 - Hypothesis wants the bounds naive
    timezones=st.just(UTC),
)
Verb = Callable[[Deadline, datetime, Calendar], Deadline]


@dataclass(frozen=True)
class Act:
    """Something that happens to a deadline when its state allows it."""

    name: str
    extra: Limit
    calendar: Calendar

    def on(self, deadline: Deadline, at: datetime, calendar: Calendar) -> tuple[Deadline, Calendar]:
        match self.name:
            case "recompute":
                return deadline.recomputed(self.calendar, at), self.calendar
            case "stop" if deadline.state is DeadlineState.RUNNING:
                return deadline.stopped("停业", at), calendar
            case "resume" if deadline.state is DeadlineState.STOPPED:
                return deadline.resumed(at, calendar), calendar
            case "extend" if deadline.state is DeadlineState.RUNNING and at < deadline.due_at:
                by = (
                    self.extra
                    if (self.extra.unit is Unit.HOUR) == (deadline.limit.unit is Unit.HOUR)
                    else deadline.limit
                )
                return deadline.extended(by, "局长", "复杂", at, calendar), calendar
            case "meet" if deadline.state.open:
                return deadline.met(at), calendar
            case _:
                return deadline, calendar


acts = st.builds(
    Act,
    st.sampled_from(["stop", "resume", "stop", "resume", "extend", "recompute", "meet"]),
    limits,
    calendars(),
)
histories = st.lists(st.tuples(moments, acts), max_size=8).map(lambda acts: sorted(acts, key=lambda act: act[0]))


def begun(limit: Limit, ladder: Ladder, calendar: Calendar, at: datetime = START) -> Deadline:
    return Deadline.started(
        deadline_id="d",
        owner="o",
        kind="K",
        limit=limit,
        at=at,
        calendar=calendar,
        ladder=ladder,
    )


def swept(deadline: Deadline, now: datetime, calendar: Calendar) -> Deadline:
    while deadline.next_at and deadline.next_at <= now:
        deadline = deadline.stepped(calendar)
    return deadline


@given(limit=limits, ladder=ladders, calendar=calendars(), history=histories, jumps=st.lists(moments))
def test_one_late_sweep_equals_many_punctual_ones(
    limit: Limit,
    ladder: Ladder,
    calendar: Calendar,
    history: list[tuple[datetime, Act]],
    jumps: list[datetime],
) -> None:
    certain = Calendar(
        CalendarYear(
            year=number,
            version=1,
            working=frozenset(),
            free=frozenset(),
            provisional=False,
            source="",
        )
        for number in range(2025, 2045)
    )
    end = datetime(2044, 1, 1, tzinfo=UTC)
    late = begun(limit, ladder, calendar)
    current = calendar
    for at, act in history:
        late, current = act.on(late, at, current)
    late = swept(late, end, certain)

    punctual = begun(limit, ladder, calendar)
    current = calendar
    events: list[tuple[datetime, Act | None]] = [*history, *((at, None) for at in jumps)]
    for at, happened in sorted(events, key=lambda event: event[0]):
        punctual = swept(punctual, at, certain)
        if happened:
            punctual, current = happened.on(punctual, at, current)
    assert swept(punctual, end, certain) == late


@given(limit=limits, ladder=ladders, calendar=calendars(), history=histories)
def test_nothing_is_due_before_the_start_and_steps_come_once_and_in_order(
    limit: Limit,
    ladder: Ladder,
    calendar: Calendar,
    history: list[tuple[datetime, Act]],
) -> None:
    deadline = begun(limit, ladder, calendar)
    current = calendar
    for at, act in history:
        deadline, current = act.on(swept(deadline, at, current), at, current)
        assert deadline.due_at > deadline.started_at
        coming = [*deadline.steps, *deadline.plan]
        assert [instant for _, instant in coming] == sorted(instant for _, instant in coming)
        assert all(instant > deadline.started_at for _, instant in coming)
        assert len({step for step, _ in coming}) == len(coming)
        if not deadline.state.open:
            assert all(instant <= (deadline.ended_at or START) for _, instant in deadline.plan)


@given(
    limit=limits,
    ladder=ladders,
    calendar=calendars(),
    stops=st.lists(st.tuples(moments, moments).map(sorted).map(tuple), max_size=4),
)
def test_stopping_and_resuming_never_shortens(
    limit: Limit,
    ladder: Ladder,
    calendar: Calendar,
    stops: list[tuple[datetime, datetime]],
) -> None:
    deadline = begun(limit, ladder, calendar)
    now = START
    for began, ended in sorted(stops):
        if began < now:
            continue
        before = deadline
        deadline = deadline.stopped("停业", began).resumed(ended, calendar)
        now = ended
        assert deadline.due_at >= before.due_at
        later = dict(deadline.plan)
        assert all(later[step] >= instant for step, instant in before.plan if step in later)


@given(limit=limits, extra=limits, ladder=ladders, calendar=calendars())
def test_an_extension_never_shortens(limit: Limit, extra: Limit, ladder: Ladder, calendar: Calendar) -> None:
    deadline = begun(limit, ladder, calendar)
    by = extra if (extra.unit is Unit.HOUR) == (limit.unit is Unit.HOUR) else limit
    assert deadline.extended(by, "局长", "复杂", START, calendar).due_at >= deadline.due_at


@given(limit=limits, ladder=ladders, old=calendars(), new=calendars(), history=histories, at=moments)
def test_recomputing_twice_is_recomputing_once(
    limit: Limit,
    ladder: Ladder,
    old: Calendar,
    new: Calendar,
    history: list[tuple[datetime, Act]],
    at: datetime,
) -> None:
    deadline = begun(limit, ladder, old)
    for moment, act in history:
        if moment <= at:
            deadline, _ = act.on(deadline, moment, old)
    once = deadline.recomputed(new, at)
    assert once.recomputed(new, at) == once


@given(limit=limits, ladder=ladders, calendar=calendars())
def test_a_red_card_never_rests_on_a_provisional_day(limit: Limit, ladder: Ladder, calendar: Calendar) -> None:
    deadline = swept(begun(limit, ladder, calendar), datetime(2044, 1, 1, tzinfo=UTC), calendar)
    red = dict(deadline.steps).get(Step.RED)
    assert red is None or not calendar.provisional(deadline.due_on, (red - timedelta(seconds=1)).date())


@given(limit=st.builds(Limit, st.integers(1, 60), st.just(Unit.WORKDAY)), calendar=calendars(), at=moments)
def test_the_explanation_numbers_exactly_the_days_of_the_limit(limit: Limit, calendar: Calendar, at: datetime) -> None:
    deadline = begun(limit, Ladder(half=True, before=None, red=None), calendar, at)
    counts = deadline.explained(calendar)
    assert [count.number for count in counts if count.number] == list(range(1, limit.n + 1))
    assert counts[-1].day == deadline.due_on
    assert counts[-1].number == limit.n

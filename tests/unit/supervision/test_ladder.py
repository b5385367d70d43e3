"""The ladder of a deadline: who is told when, what a card leads to, and that a late sweep acts as if on time.

The task is made at noon of Friday 2011-09-02; two working days end at 24:00 of Tuesday 2011-09-06.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.supervision import TaskClaimed
from contracts.watch import AlertRaised, CardIssued, DeadlineRecomputed, DeadlineReminded, TaskEscalated
from kernel.alert import AlertRule
from kernel.calendar import CalendarYear
from kernel.clock import CHINA
from kernel.deadline import Deadline, DeadlineState, Ladder, Limit, Step
from kernel.inspection import TaskState
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision.domain.claim import ClaimTask
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.watch import Office as Posts
from supervision.handlers import claim_task, on_case_decided, recompute_deadline, take_step
from tests.fakes.alerts import early_rules
from tests.fakes.supervised import NOON, a_link, a_version, decided
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

LADDER = Ladder(half=True, before=Limit.parse("1wd"), red=Limit.parse("2wd"))
KNOWN_2011 = CalendarYear(year=2011, version=1, working=frozenset(), free=frozenset(), provisional=False, source="test")


def china(day: int, hour: int = 0) -> datetime:
    return datetime(2011, 9, day, hour, tzinfo=CHINA)


@pytest.fixture
def office() -> Office:
    link = a_link(liaison="zhao", responsible_officer="orange-2")
    made = Office(furnished(a_version(link)))
    made.database.alert_rules = early_rules()
    made.database.years = {2011: KNOWN_2011}
    made.database.offices["DEMO-FOOD"] = Posts(department="DEMO-FOOD", head="wang", superior="li")
    made.does(on_case_decided, decided())
    return made


def start(office: Office, kind: DeadlineKind, limit: str = "2wd") -> str:
    (task,) = office.database.tasks.values()
    deadline = Deadline.started(
        deadline_id=f"D-{kind.value}",
        owner=task.task_id,
        kind=kind,
        limit=Limit.parse(limit),
        at=NOON,
        calendar=office.database.calendar,
        ladder=LADDER,
    )
    office.database.deadlines[deadline.deadline_id] = deadline
    return deadline.deadline_id


def sweep(office: Office, deadline_id: str, now: datetime) -> None:
    """Take all that is due, as the sweeper does."""
    office.now = now
    for _ in Step:
        office.does(take_step, TakeStep(deadline_id))


def steps(office: Office) -> list[tuple[str, datetime]]:
    told = []
    for event in office.database.said:
        if isinstance(event, DeadlineReminded):
            told.append((event.step.value, event.at))
        if isinstance(event, CardIssued):
            told.append((event.card.value, event.at))
    return told


def told(office: Office) -> list[tuple[str, str]]:
    return [(notice.kind, notice.person) for notice in office.database.notices.values()]


ALL = [("HALF", china(6)), ("BEFORE", china(6)), ("YELLOW", china(7)), ("RED", china(9))]


def test_nothing_happens_before_its_time(office: Office) -> None:
    claim = start(office, DeadlineKind.CLAIM)
    sweep(office, claim, china(5, 23))
    assert (steps(office), told(office)) == ([], [])


def test_a_deadline_nobody_knows_is_left_alone(office: Office) -> None:
    before = list(office.said)
    office.does(take_step, TakeStep("NONE"))
    office.does(recompute_deadline, RecomputeDeadline("NONE"))
    assert office.said == before


def test_each_step_tells_those_it_concerns(office: Office) -> None:
    sweep(office, start(office, DeadlineKind.FIRST_CHECK), china(9))
    assert steps(office) == ALL
    assert told(office) == [
        ("HALF", "orange-2"),
        ("BEFORE", "orange-2"),
        ("YELLOW", "orange-2"),
        ("YELLOW", "wang"),
        ("RED", "orange-2"),
        ("RED", "wang"),
        ("RED", "li"),
    ]
    assert (office.last(TaskEscalated).to, office.last(TaskEscalated).at) == ("li", china(9))
    assert all("2011-09-06" in notice.zh for notice in office.database.notices.values())


def test_one_late_sweep_tells_the_same_as_many_punctual_ones(office: Office) -> None:
    once, often = office, Office(office.database)
    late = start(once, DeadlineKind.FIRST_CHECK)
    sweep(once, late, china(20))
    punctual = Office(furnished(a_version(a_link(liaison="zhao", responsible_officer="orange-2"))))
    punctual.database.years, punctual.database.offices = often.database.years, often.database.offices
    punctual.does(on_case_decided, decided())
    deadline_id = start(punctual, DeadlineKind.FIRST_CHECK)
    for hours in range(0, 24 * 18, 5):
        sweep(punctual, deadline_id, NOON + timedelta(hours=hours))
    assert steps(punctual) == steps(once)
    assert told(punctual) == told(once)


def test_a_claim_missed_goes_to_the_liaison_at_the_instant_it_was_due(office: Office) -> None:
    sweep(office, start(office, DeadlineKind.CLAIM), china(8, 15))
    (task,) = office.database.tasks.values()
    assert (task.state, task.claimed_by, task.claimed_at) == (TaskState.CLAIMED, "zhao", china(7))
    assert office.last(TaskClaimed).claimed_at == china(7)
    assert office.database.deadlines["D-CLAIM"].state is DeadlineState.MET
    assert [step for step, _ in steps(office)] == ["HALF", "BEFORE", "YELLOW"]
    sweep(office, "D-CLAIM", china(20))
    assert [step for step, _ in steps(office)] == ["HALF", "BEFORE", "YELLOW"]


def test_a_claim_that_came_late_but_before_the_sweep_keeps_its_card_and_its_officer(office: Office) -> None:
    claim = start(office, DeadlineKind.CLAIM)
    office.now = china(7, 1)
    (task,) = office.database.tasks.values()
    office.does(claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    sweep(office, claim, china(7, 2))
    assert [step for step, _ in steps(office)] == ["HALF", "BEFORE", "YELLOW"]
    assert office.database.tasks[task.task_id].claimed_by == "orange-1"


@pytest.mark.parametrize("kind", [DeadlineKind.FIRST_CHECK, DeadlineKind.COMMITMENT_CHECK])
def test_a_follow_up_check_missed_counts_for_an_alert(office: Office, kind: DeadlineKind) -> None:
    sweep(office, start(office, kind), china(7))
    ((key, tally),) = office.database.tallies.items()
    assert key == (AlertRule.OVERDUE_CHECK, "DEMO-FOOD", "2011")
    assert tally.facts == (f"D-{kind.value}",)
    assert AlertRaised.__name__ not in office.said


@pytest.mark.parametrize("kind", sorted(set(DeadlineKind) - {DeadlineKind.FIRST_CHECK, DeadlineKind.COMMITMENT_CHECK}))
def test_no_other_limit_counts_for_an_alert(office: Office, kind: DeadlineKind) -> None:
    sweep(office, start(office, kind), china(9))
    assert office.database.tallies == {}


@pytest.mark.parametrize(
    ("kind", "responsible", "head"),
    [
        (DeadlineKind.CLAIM, "zhao", "wang"),
        (DeadlineKind.RECTIFY, "orange-2", "wang"),
        (DeadlineKind.FEEDBACK, "orange-2", "wang"),
        (DeadlineKind.ROUTE, "LINKAGE_OFFICE:640202", "LINKAGE_OFFICE:640202"),
        (DeadlineKind.ARBITRATION, "ARBITER:640202", "LINKAGE_OFFICE:640202"),
    ],
)
def test_the_card_is_for_whom_the_matter_lies_with(
    office: Office, kind: DeadlineKind, responsible: str, head: str
) -> None:
    sweep(office, start(office, kind), china(7))
    assert office.last(CardIssued).responsible == responsible
    assert {person for step, person in told(office) if step == "YELLOW"} == {responsible, head}


def test_posts_nobody_holds_have_an_inbox(office: Office) -> None:
    office.database.offices.clear()
    sweep(office, start(office, DeadlineKind.FIRST_CHECK), china(9))
    assert [person for step, person in told(office) if step == "RED"] == [
        "orange-2",
        "HEAD:DEMO-FOOD",
        "SUPERIOR:DEMO-FOOD",
    ]


def test_a_red_card_waits_while_its_days_are_provisional(office: Office) -> None:
    office.database.years = {}
    sweep(office, start(office, DeadlineKind.FIRST_CHECK), china(20))
    assert [step for step, _ in steps(office)] == ["HALF", "BEFORE", "YELLOW"]
    office.database.years = {2011: KNOWN_2011}
    office.does(recompute_deadline, RecomputeDeadline("D-FIRST_CHECK"))
    sweep(office, "D-FIRST_CHECK", china(21))
    assert [step for step, _ in steps(office)] == ["HALF", "BEFORE", "YELLOW", "RED"]


def changed_calendar(**changes: Any) -> dict[int, CalendarYear]:
    plain: dict[str, Any] = {
        "year": 2011,
        "version": 2,
        "working": frozenset(),
        "free": frozenset(),
        "provisional": False,
        "source": "test",
    }
    return {2011: CalendarYear(**plain | changes)}


def test_a_new_calendar_moves_the_end_and_says_so_once(office: Office) -> None:
    claim = start(office, DeadlineKind.CLAIM)
    office.database.years = changed_calendar(free=frozenset({date(2011, 9, 6)}))
    office.does(recompute_deadline, RecomputeDeadline(claim))
    moved = office.last(DeadlineRecomputed)
    assert (moved.was_due_at, moved.due_at, moved.due_on) == (china(7), china(8), date(2011, 9, 7))
    assert office.database.deadline_log == [(claim, "工作日历已变更")]
    office.does(recompute_deadline, RecomputeDeadline(claim))
    assert office.said.count("DeadlineRecomputed") == 1


def test_a_new_calendar_that_moves_nothing_says_nothing(office: Office) -> None:
    claim = start(office, DeadlineKind.CLAIM)
    office.database.years = changed_calendar(free=frozenset({date(2011, 12, 30)}))
    office.does(recompute_deadline, RecomputeDeadline(claim))
    assert (office.said.count("DeadlineRecomputed"), office.database.deadline_log) == (0, [])


@pytest.mark.parametrize(
    ("holding", "responsible"),
    [
        ({"claimed_by": "orange-1"}, "orange-1"),
        ({"claimed_by": "zhao", "claimed_automatically": True}, "orange-2"),
        ({"claimed_by": "orange-1", "claimed_automatically": True}, "orange-1"),
        ({"claimed_by": "zhao", "claimed_automatically": True, "responsible_officer": ""}, "zhao"),
    ],
)
def test_a_check_lies_with_whoever_took_it_and_by_default_with_the_officer_named(
    office: Office, holding: dict[str, Any], responsible: str
) -> None:
    first_check = start(office, DeadlineKind.FIRST_CHECK)
    (task,) = office.database.tasks.values()
    office.database.tasks[task.task_id] = replace(task, state=TaskState.CLAIMED, claimed_at=NOON, **holding)
    sweep(office, first_check, china(7))
    assert office.last(CardIssued).responsible == responsible

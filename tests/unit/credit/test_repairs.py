"""Repair: its conditions, its clocks, who may decide, and that a repaired record is used no more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.credit import GradeChanged, RecordAdded, RecordRepaired
from contracts.redress import RepairAccepted, RepairApplied, RepairDecided, RepairOverdue, RepairRejected
from credit.domain.commands import Reassess
from credit.domain.process import DeadlineKind
from credit.domain.repair import RepairState, conditions
from credit.handlers import (
    accept_repair,
    apply_repair,
    decide_repair,
    enter_record,
    reassess,
    recompute,
    reject_repair,
    take_step,
)
from kernel.calendar import Calendar, CalendarYear
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from kernel.deadline import Deadline, DeadlineState, Step
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from kernel.sweep import RecomputeDeadline, TakeStep
from tests.fakes.credit import FakeDatabase, Handle, told
from tests.fakes.credit_commands import CLERK, HEAD, OWNER, accept, an_entry, apply, decide, reject
from tests.unit.credit.records import DAY, a_record

S1 = SubjectKey("099", "S1")


@pytest.fixture
def database() -> FakeDatabase:
    """A subject with one GENERAL penalty of 2012-03-01: shown at least until 2012-06-01, at most until 2013-03-01."""
    database = FakeDatabase()
    told(database, enter_record, an_entry())
    return database


def record_id(database: FakeDatabase) -> str:
    return next(iter(database.records))


def repair_id(database: FakeDatabase) -> str:
    return next(iter(database.redress.repairs.rows))


def running(database: FakeDatabase) -> dict[str, Deadline]:
    return {d.kind: d for d in database.redress.deadlines.rows.values() if d.state is DeadlineState.RUNNING}


def sweep(database: FakeDatabase) -> list[object]:
    """Take every step that is due, as the sweeper does."""
    said: list[object] = []
    while due := [d for d in database.redress.deadlines.rows.values() if d.next_at and d.next_at <= database.now]:
        said += told(database, take_step, *(TakeStep(d.deadline_id) for d in due))
    return said


def test_an_application_runs_two_clocks_from_the_day_it_came(database: FakeDatabase) -> None:
    (applied,) = told(database.on("2012-06-04"), apply_repair, apply(record_id(database)))
    assert isinstance(applied, RepairApplied)
    assert (str(applied.accept_due_on), str(applied.decide_due_on)) == ("2012-06-07", "2012-06-18")
    assert set(running(database)) == {DeadlineKind.ACCEPT_REPAIR, DeadlineKind.OVERALL_REPAIR}


def test_an_application_is_taken_in_whatever_its_conditions(database: FakeDatabase) -> None:
    told(database, apply_repair, apply(record_id(database), proof=(), commitment=""))
    with pytest.raises(Refusal, match="repair-conditions") as refused:
        told(database, accept_repair, accept(repair_id(database)))
    assert [fault.pointer for fault in refused.value.faults] == [
        "/conditions/minimum-period",
        "/conditions/obligation",
        "/conditions/commitment",
    ]
    assert database.redress.repairs.rows[repair_id(database)].state is RepairState.APPLIED
    (rejected,) = told(database, reject_repair, reject(repair_id(database)))
    assert isinstance(rejected, RepairRejected)
    assert running(database) == {}


@pytest.mark.parametrize(("day", "met"), [("2012-06-01", False), ("2012-06-02", True)])
def test_repair_is_possible_from_the_day_after_the_shortest_period(
    database: FakeDatabase, day: str, *, met: bool
) -> None:
    told(database.on(day), apply_repair, apply(record_id(database)))
    if not met:
        with pytest.raises(Refusal, match="repair-conditions"):
            told(database, accept_repair, accept(repair_id(database)))
    else:
        (accepted,) = told(database, accept_repair, accept(repair_id(database)))
        assert isinstance(accepted, RepairAccepted)


def test_granted_the_record_is_used_no_more_and_the_grade_follows_at_once(database: FakeDatabase) -> None:
    told(database.on("2012-06-04"), apply_repair, apply(record_id(database)))
    told(database, accept_repair, accept(repair_id(database)))
    decided, repaired, changed = told(database.on("2012-06-05"), decide_repair, decide(repair_id(database)))
    assert isinstance(decided, RepairDecided)
    assert isinstance(repaired, RecordRepaired)
    assert isinstance(changed, GradeChanged)
    assert (changed.previous, changed.grade, changed.reasons) == (Grade.B, Grade.A, ())
    record = database.records[record_id(database)]
    assert (record.state, str(record.ended_on), record.shown_on(date(2012, 6, 5))) == (
        RecordState.REPAIRED,
        "2012-06-05",
        False,
    )
    assert running(database) == {}
    assert told(database.on("2014-01-01"), reassess, Reassess(subject=S1)) == []


def test_denied_the_record_stays_and_another_application_is_possible(database: FakeDatabase) -> None:
    told(database.on("2012-06-04"), apply_repair, apply(record_id(database)))
    told(database, accept_repair, accept(repair_id(database)))
    (decided,) = told(database, decide_repair, decide(repair_id(database), granted=False, reason="未缴清"))
    assert isinstance(decided, RepairDecided)
    assert database.records[record_id(database)].state is RecordState.ACTIVE
    told(database, apply_repair, apply(record_id(database)))
    assert [r.number for r in database.redress.repairs.rows.values()] == [1, 2]


def test_who_applied_does_not_decide(database: FakeDatabase) -> None:
    told(database.on("2012-06-04"), apply_repair, apply(record_id(database), by=HEAD))
    told(database, accept_repair, accept(repair_id(database)))
    with pytest.raises(Refusal, match="second-person-needed"):
        told(database, decide_repair, decide(repair_id(database), by=HEAD))
    assert database.records[record_id(database)].state is RecordState.ACTIVE


def test_a_record_has_one_open_application(database: FakeDatabase) -> None:
    told(database, apply_repair, apply(record_id(database)))
    with pytest.raises(Refusal, match="repair-open"):
        told(database, apply_repair, apply(record_id(database)))


@pytest.mark.parametrize("verb", ["accept", "reject", "decide"])
def test_what_has_ended_is_not_answered_again(database: FakeDatabase, verb: str) -> None:
    told(database, apply_repair, apply(record_id(database)))
    told(database, reject_repair, reject(repair_id(database)))
    calls: dict[str, tuple[Handle, object]] = {
        "accept": (accept_repair, accept(repair_id(database))),
        "reject": (reject_repair, reject(repair_id(database))),
        "decide": (decide_repair, decide(repair_id(database))),
    }
    handle, command = calls[verb]
    with pytest.raises(Refusal, match="repair-state"):
        told(database, handle, command)


def test_a_record_that_expired_meanwhile_is_not_granted_but_answered(database: FakeDatabase) -> None:
    told(database.on("2013-02-28"), apply_repair, apply(record_id(database)))
    told(database, accept_repair, accept(repair_id(database)))
    with pytest.raises(Refusal, match="repair-conditions"):
        told(database.on("2013-03-02"), decide_repair, decide(repair_id(database)))
    told(database, decide_repair, decide(repair_id(database), granted=False, reason="已期满"))
    assert running(database) == {}


def test_no_answer_in_time_gives_a_card_for_the_acceptance_and_for_the_whole(database: FakeDatabase) -> None:
    told(database.on("2012-06-04"), apply_repair, apply(record_id(database)))
    said = sweep(database.on("2012-06-08"))
    assert [(e.kind, str(e.due_on)) for e in said if isinstance(e, RepairOverdue)] == [("ACCEPT", "2012-06-07")]
    told(database, accept_repair, accept(repair_id(database)))
    said = sweep(database.on("2012-06-29"))
    assert [(e.kind, str(e.due_on)) for e in said if isinstance(e, RepairOverdue)] == [("DECIDE", "2012-06-18")]
    cards = {(n.person, n.kind) for n in database.notices if n.about.startswith("repair:")}
    assert cards == {("CREDIT_OFFICE:640202", step) for step in (Step.HALF, Step.BEFORE, Step.YELLOW)}
    told(database, decide_repair, decide(repair_id(database)))
    assert (running(database), sweep(database.on("2013-01-01"))) == ({}, [])


@pytest.mark.parametrize(
    ("handle", "command", "pointers"),
    [
        (apply_repair, apply("R", by=" ", proof=("a\x00",), commitment="x" * 2001), ["/by", "/commitment", "/proof/0"]),
        (reject_repair, reject("P", reason=""), ["/reason"]),
        (decide_repair, decide("P", by="", granted=False, reason=""), ["/by", "/reason"]),
    ],
)
def test_who_and_why_must_be_said(database: FakeDatabase, handle: Handle, command: object, pointers: list[str]) -> None:
    with pytest.raises(Refusal, match="invalid-content") as refused:
        told(database, handle, command)
    assert [fault.pointer for fault in refused.value.faults] == pointers


def test_what_is_not_there_is_not_found(database: FakeDatabase) -> None:
    for handle, command in ((apply_repair, apply("R")), (accept_repair, accept("P"))):
        with pytest.raises(Refusal, match="not-found"):
            told(database, handle, command)


@given(
    record_class=st.sampled_from(list(RecordClass)),
    kind=st.sampled_from(list(RecordKind)),
    proof=st.booleans(),
    pending=st.booleans(),
    days=st.integers(0, 1500),
)
def test_all_conditions_are_met_only_when_each_of_them_is(
    record_class: RecordClass, kind: RecordKind, *, proof: bool, pending: bool, days: int
) -> None:
    record = a_record(1, record_class, DAY, kind)
    today = date.fromordinal(DAY.toordinal() + days)
    found = conditions(record, proof=("p",) * proof, commitment="c", withdrawal_pending=pending, today=today)
    by_code = {each.code: each for each in found}
    assert by_code["obligation"].met == proof
    assert by_code["no-withdrawal"].met != pending
    assert by_code["minimum-period"].met == (record.min_until is None or today > record.min_until)
    assert by_code["record-active"].met == (record.max_until is None or today <= record.max_until)
    assert by_code["not-excluded"].met == (record.negative and kind not in {"ABNORMAL_LIST", "SEVERE_LIST"})
    assert all((each.possible_from or today) <= today for each in found if each.met)


def test_the_red_card_goes_up_and_a_calendar_told_late_moves_the_end(database: FakeDatabase) -> None:
    told(database.on("2012-06-04"), apply_repair, apply(record_id(database)))
    before = {d.kind: d for d in running(database).values()}
    free = frozenset({date(2012, 6, 5), date(2012, 6, 6)})
    year = CalendarYear(year=2012, version=1, working=frozenset(), free=free, provisional=False, source="notice")
    database.calendar = Calendar([year])
    told(database, recompute, *(RecomputeDeadline(d.deadline_id) for d in before.values()))
    assert str(running(database)[DeadlineKind.ACCEPT_REPAIR].due_on) == "2012-06-11"
    assert database.redress.deadlines.log == ["工作日历变更 / the calendar changed"] * 2
    sweep(database.on("2012-06-14"))
    red = {n.person for n in database.notices if n.kind == Step.RED}
    assert red == {"CREDIT_OFFICE:640202", "SUPERIOR:640202"}


def test_entering_and_repairing_are_told_with_who_did_it(database: FakeDatabase) -> None:
    added = next(e for e in database.said if isinstance(e, RecordAdded))
    assert added.entered_by == CLERK
    (applied,) = told(database, apply_repair, apply(record_id(database)))
    assert isinstance(applied, RepairApplied)
    assert applied.by == OWNER

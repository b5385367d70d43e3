"""Withdrawal: two persons, a clock, and a record that never was. And whatever the order, what ended never counts again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.credit import GradeChanged, RecordWithdrawn, WithdrawalOverdue, WithdrawalRequested
from contracts.redress import WithdrawalCancelled
from credit.domain.commands import Reassess
from credit.handlers import (
    accept_repair,
    apply_repair,
    cancel_withdrawal,
    confirm_withdrawal,
    decide_objection,
    decide_repair,
    enter_record,
    forward_objection,
    lodge_objection,
    reassess,
    reject_repair,
    review_objection,
    withdraw_record,
)
from kernel.clock import china_day
from kernel.credit import Grade, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, told
from tests.fakes.credit_commands import (
    CLERK,
    HEAD,
    THIRD,
    accept,
    an_entry,
    apply,
    cancel,
    confirm,
    decide,
    forward,
    judge,
    lodge,
    reject,
    review,
    withdraw,
)
from tests.unit.credit.test_repairs import record_id, repair_id, running, sweep

S1 = SubjectKey("099", "S1")


@pytest.fixture
def database() -> FakeDatabase:
    database = FakeDatabase()
    told(database, enter_record, an_entry())
    return database


def test_until_a_second_person_confirms_the_record_stays_in_use(database: FakeDatabase) -> None:
    (requested,) = told(database, withdraw_record, withdraw(record_id(database)))
    assert isinstance(requested, WithdrawalRequested)
    assert str(requested.due_on) == "2012-03-06"
    with pytest.raises(Refusal, match="second-person-needed"):
        told(database, confirm_withdrawal, confirm(record_id(database), by=CLERK))
    withdrawn, changed = told(database, confirm_withdrawal, confirm(record_id(database)))
    assert isinstance(withdrawn, RecordWithdrawn)
    assert (withdrawn.by, withdrawn.confirmed_by, withdrawn.document_no) == (CLERK, HEAD, "复议1号")
    assert isinstance(changed, GradeChanged)
    assert (changed.previous, changed.grade) == (Grade.B, Grade.A)
    assert running(database) == {}


def test_nobody_confirms_in_time_and_a_card_is_given(database: FakeDatabase) -> None:
    told(database, withdraw_record, withdraw(record_id(database)))
    assert [e for e in sweep(database.on("2012-03-06")) if isinstance(e, WithdrawalOverdue)] == []
    (overdue,) = [e for e in sweep(database.on("2012-03-07")) if isinstance(e, WithdrawalOverdue)]
    assert str(overdue.due_on) == "2012-03-06"
    assert database.records[record_id(database)].state is RecordState.ACTIVE
    told(database, confirm_withdrawal, confirm(record_id(database)))
    assert sweep(database.on("2012-05-01")) == []


def test_a_cancelled_withdrawal_leaves_the_record_and_may_be_requested_again(database: FakeDatabase) -> None:
    told(database, withdraw_record, withdraw(record_id(database)))
    with pytest.raises(Refusal, match="withdrawal-open"):
        told(database, withdraw_record, withdraw(record_id(database)))
    (cancelled,) = told(database, cancel_withdrawal, cancel(record_id(database)))
    assert isinstance(cancelled, WithdrawalCancelled)
    assert (running(database), sweep(database.on("2012-04-01"))) == ({}, [])
    for handle, command in (
        (confirm_withdrawal, confirm(record_id(database))),
        (cancel_withdrawal, cancel(record_id(database))),
    ):
        with pytest.raises(Refusal, match="withdrawal-not-open"):
            told(database, handle, command)
    told(database, withdraw_record, withdraw(record_id(database)))
    told(database, confirm_withdrawal, confirm(record_id(database)))
    assert database.records[record_id(database)].state is RecordState.WITHDRAWN


def test_no_repair_while_a_withdrawal_is_pending(database: FakeDatabase) -> None:
    told(database.on("2012-07-01"), apply_repair, apply(record_id(database)))
    told(database, withdraw_record, withdraw(record_id(database)))
    with pytest.raises(Refusal, match="repair-conditions") as refused:
        told(database, accept_repair, accept(repair_id(database)))
    assert [fault.pointer for fault in refused.value.faults] == ["/conditions/no-withdrawal"]


def test_a_record_that_ended_is_not_withdrawn(database: FakeDatabase) -> None:
    with pytest.raises(Refusal, match="record-not-active"):
        told(database.on("2013-03-02"), withdraw_record, withdraw(record_id(database)))


Step = tuple[Callable[..., Any], Callable[[FakeDatabase], Any]]


def _last(database: FakeDatabase, kind: str) -> str:
    rows = getattr(database.redress, kind).rows
    return max(rows.values(), key=lambda each: each.number).procedure_id if rows else "none"


STEPS: dict[str, Step] = {
    "apply": (apply_repair, lambda d: apply(record_id(d))),
    "accept": (accept_repair, lambda d: accept(_last(d, "repairs"))),
    "reject": (reject_repair, lambda d: reject(_last(d, "repairs"))),
    "grant": (decide_repair, lambda d: decide(_last(d, "repairs"))),
    "deny": (decide_repair, lambda d: decide(_last(d, "repairs"), granted=False)),
    "lodge": (lodge_objection, lambda d: lodge(record_id(d), evidence=(f"证据 {d.now}",))),
    "forward": (forward_objection, lambda d: forward(_last(d, "objections"))),
    "uphold": (decide_objection, lambda d: judge(_last(d, "objections"), upheld=True)),
    "overrule": (decide_objection, lambda d: judge(_last(d, "objections"), upheld=False)),
    "review": (review_objection, lambda d: review(_last(d, "objections"))),
    "re-uphold": (decide_objection, lambda d: judge(_last(d, "objections"), by=THIRD, upheld=True)),
    "re-overrule": (decide_objection, lambda d: judge(_last(d, "objections"), by=THIRD, upheld=False)),
    "withdraw": (withdraw_record, lambda d: withdraw(record_id(d))),
    "confirm": (confirm_withdrawal, lambda d: confirm(record_id(d))),
    "cancel": (cancel_withdrawal, lambda d: cancel(record_id(d))),
    "reassess": (reassess, lambda _: Reassess(subject=S1)),
}
ENDS = {
    "repairs": ("reject", "deny"),
    "objections": ("overrule", "re-overrule"),
    "withdrawals": ("cancel",),
}
"""Ways out that are open whatever became of the record."""
histories = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 60)), max_size=14)


def _try(database: FakeDatabase, name: str) -> bool:
    handle, command = STEPS[name]
    try:
        told(database, handle, command(database))
    except Refusal:
        return False
    return True


def _taken(history: list[tuple[str, int]]) -> FakeDatabase:
    database = FakeDatabase().on("2012-05-20")
    told(database, enter_record, an_entry(on="2012-03-01"))
    ended: dict[str, RecordState] = {}
    for name, days in history:
        database.now += timedelta(days=days)
        _try(database, name)
        sweep(database)
        record = database.records[record_id(database)]
        assert ended.get("state") in {None, record.state} or record.state is RecordState.WITHDRAWN
        if record.state is not RecordState.ACTIVE:
            ended["state"] = record.state
            told(database, reassess, Reassess(subject=S1))
            standing = database.roots[S1].standing
            assert standing is not None
            assert (standing.score, standing.reasons) == (100, ())
            assert not record.shown_on(china_day(database.now))
    return database


@settings(max_examples=60, deadline=None)
@given(histories)
def test_whatever_the_order_what_ended_never_counts_again(history: list[tuple[str, int]]) -> None:
    _taken(history)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_whatever_the_order_everything_open_has_a_way_out_and_no_clock_runs_when_it_is_over(
    history: list[tuple[str, int]],
) -> None:
    database = _taken(history)
    open_owners = {each.owner for each in database.redress.procedures if each.open}
    clocks = database.redress.deadlines.rows.values()
    assert {d.owner for d in clocks if d.state.open} == open_owners
    for kind, ends in ENDS.items():
        for each in list(getattr(database.redress, kind).rows.values()):
            if each.open:
                assert any(_try(database, name) for name in ends), each
    assert not any(each.open for each in database.redress.procedures)
    assert not any(d.state.open for d in database.redress.deadlines.rows.values())
    # an objection that was pending on a record still in use let it count again
    assert not any(m.until is None for m in database.records[record_id(database)].marks)

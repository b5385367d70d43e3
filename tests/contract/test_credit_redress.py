"""Repair, objection and withdrawal on both works of credit: what is kept is found whole, one of each is open at most."""

import asyncio

import asyncpg
import pytest

from contracts.redress import RepairApplied
from credit.domain.objection import ObjectionState
from credit.domain.process import DeadlineKind
from credit.domain.repair import RepairState
from credit.domain.withdrawal import WithdrawalState
from credit.handlers import (
    accept_repair,
    apply_repair,
    confirm_withdrawal,
    decide_objection,
    enter_record,
    forward_objection,
    lodge_objection,
    reject_repair,
    review_objection,
    take_step,
    withdraw_record,
)
from kernel.credit import RecordState
from kernel.refusal import Refusal
from kernel.sweep import TakeStep
from tests.contract.test_credit_store import Store, do, store, url
from tests.fakes.credit_commands import (
    HEAD,
    accept,
    an_entry,
    apply,
    confirm,
    forward,
    judge,
    lodge,
    reject,
    review,
    withdraw,
)

__all__ = ["store", "url"]

OLD = an_entry("罚2号", on="2011-06-01")
"""A penalty whose shortest period is over, still in use."""
RECORD = OLD.record_id
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
async def filled(store: Store) -> Store:
    await do(store, enter_record, an_entry(), OLD)
    return store


async def test_a_repair_is_found_whole_by_its_id_and_by_its_record_with_its_clocks(filled: Store) -> None:
    await do(filled, apply_repair, apply(RECORD))
    async with filled.begin() as work:
        await work.load([apply(RECORD)])
        (repair,) = work.repairs.of(RECORD)
        assert work.repairs.get(repair.repair_id) == repair
    assert (repair.state, repair.proof, repair.commitment, repair.number) == (
        RepairState.APPLIED,
        ("缴款书",),
        "承诺书",
        1,
    )
    await do(filled, accept_repair, accept(repair.repair_id))
    async with filled.begin() as work:
        await work.load([accept(repair.repair_id)])
        found = work.repairs.get(repair.repair_id)
        clocks = {d.kind: d.state.open for d in work.deadlines.of(repair.owner)}
    assert found is not None
    assert (found.state, found.accepted_by, found.applied_at) == (RepairState.ACCEPTED, "xy-1", repair.applied_at)
    assert clocks == {
        DeadlineKind.ACCEPT_REPAIR: False,
        DeadlineKind.OVERALL_REPAIR: True,
        DeadlineKind.DECIDE_REPAIR: True,
    }


async def test_an_objection_is_found_whole_with_the_mark_on_its_record(filled: Store) -> None:
    await do(filled, lodge_objection, lodge(RECORD))
    async with filled.begin() as work:
        await work.load([lodge(RECORD)])
        (objection,) = work.objections.of(RECORD)
    objection_id = objection.objection_id
    await do(filled, forward_objection, forward(objection_id))
    await do(filled, decide_objection, judge(objection_id, upheld=False))
    await do(filled, review_objection, review(objection_id))
    async with filled.begin() as work:
        await work.load([review(objection_id)])
        found, subject = work.objections.get(objection_id), work.subjects.with_record(RECORD)
    assert found is not None
    assert subject is not None
    assert (found.state, found.provider, found.decision, found.review_reason, found.reviewed_at) == (
        ObjectionState.IN_REVIEW,
        "ENFORCE",
        "经核查",
        "不服",
        None,
    )
    assert [(m.objection_id, m.until is None) for m in subject.records[RECORD].marks] == [
        (objection_id, False),
        (objection_id, True),
    ]


async def test_a_withdrawal_is_found_with_its_record(filled: Store) -> None:
    await do(filled, withdraw_record, withdraw(RECORD))
    await do(filled, confirm_withdrawal, confirm(RECORD))
    async with filled.begin() as work:
        await work.load([confirm(RECORD)])
        (withdrawal,) = work.withdrawals.of(RECORD)
        subject = work.subjects.with_record(RECORD)
        assert [d.state.open for d in work.deadlines.of(withdrawal.owner)] == [False]
    assert subject is not None
    assert (withdrawal.state, withdrawal.ended_by) == (WithdrawalState.CONFIRMED, HEAD)
    assert subject.records[RECORD].state is RecordState.WITHDRAWN


async def test_what_is_not_there_is_none_and_what_was_not_loaded_is_not_seen(filled: Store) -> None:
    async with filled.begin() as work:
        await work.load([accept(NOBODY), forward(NOBODY), TakeStep(NOBODY)])
        assert work.repairs.get(NOBODY) is None
        assert work.objections.get(NOBODY) is None
        assert work.deadlines.get(NOBODY) is None
        take_step(work, TakeStep(NOBODY))
        with pytest.raises(KeyError):
            work.repairs.of(RECORD)
        with pytest.raises(KeyError):
            work.repairs.get(RECORD)


async def test_a_clock_is_found_with_the_procedure_it_belongs_to(filled: Store) -> None:
    await do(filled, apply_repair, apply(RECORD))
    await do(filled, withdraw_record, withdraw(RECORD))
    async with filled.begin() as work:
        await work.load([apply(RECORD)])
        (repair,), (withdrawal,) = work.repairs.of(RECORD), work.withdrawals.of(RECORD)
        clocks = [d.deadline_id for each in (repair, withdrawal) for d in work.deadlines.of(each.owner)]
    assert len(clocks) == 3
    async with filled.begin() as work:
        await work.load([TakeStep(clock) for clock in clocks])
        assert work.repairs.get(repair.repair_id) == repair
        assert work.withdrawals.of(RECORD) == [withdrawal]


async def test_applications_that_meet_make_one(filled: Store) -> None:
    told = await asyncio.gather(
        *(do(filled, apply_repair, apply(RECORD, by=f"p{n}")) for n in range(4)), return_exceptions=True
    )
    assert [answer.code for answer in told if isinstance(answer, Refusal)] == ["repair-open"] * 3
    assert len([event for event in await filled.said() if isinstance(event, RepairApplied)]) == 1


async def test_a_second_open_one_can_not_be_kept_and_another_after_the_end_can(filled: Store) -> None:
    await do(filled, apply_repair, apply(RECORD))
    with pytest.raises((asyncpg.UniqueViolationError, ValueError)):
        await keep_another(filled, RepairState.APPLIED)
    async with filled.begin() as work:
        await work.load([apply(RECORD)])
        (repair,) = work.repairs.of(RECORD)
    await do(filled, reject_repair, reject(repair.repair_id))
    await do(filled, apply_repair, apply(RECORD))
    async with filled.begin() as work:
        await work.load([apply(RECORD)])
        assert [each.number for each in work.repairs.of(RECORD)] == [1, 2]


async def keep_another(store: Store, state: RepairState) -> None:
    """Keep an application past every check of a handler."""
    async with store.begin() as work:
        await work.load([apply(RECORD)])
        (first,) = work.repairs.of(RECORD)
        another = type(first).applied(apply(RECORD), 2, first.applied_at)
        assert another.state is state
        work.repairs.keep(another)
        await work.flush()

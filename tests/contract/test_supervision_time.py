"""Calendar and deadlines in both works of supervision: read with their tasks, swept under their lock, moved by a notice."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.calendar import SOURCE, CalendarChanged
from contracts.watch import DeadlineRecomputed
from kernel.deadline import Deadline, DeadlineState, Ladder, Limit, Step, Unit
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision import handlers
from tests.contract.test_supervision_store import SqlStore, Store, all_of, empty_store, one, seen, sql_store, store
from tests.fakes.supervised import NOON, decided

__all__ = ["empty_store", "sql_store", "store"]

LADDER = Ladder(half=False, before=None, red=Limit(2, Unit.WORKDAY))
FRIDAY = NOON.date()


def told(version: int = 1, *, free: tuple[date, ...] = (), provisional: bool = False) -> CalendarChanged:
    return CalendarChanged(
        source_system=SOURCE,
        region="640202",
        year=2011,
        version=version,
        working=(),
        free=free,
        provisional=provisional,
        source="国办发明电〔2010〕40号",
    )


async def a_deadline(store: Store, *, days_ago: int = 0, kind: str = "CLAIM") -> Deadline:
    """A task with a clock of two workdays."""
    await one(store, handlers.on_case_decided, decided())

    def begin(work: Any, _event: Any) -> Deadline:
        (task,) = work.tasks.open_on("chicago", "O1")
        begun = Deadline.started(
            deadline_id=work.deadlines.new_id(),
            owner=task.task_id,
            kind=kind,
            limit=Limit(2, Unit.WORKDAY),
            at=NOON - timedelta(days=days_ago),
            calendar=work.calendar,
            ladder=LADDER,
        )
        work.deadlines.save(begun)
        return begun

    begun: Deadline = await one(store, begin, decided())
    return begun


async def kept(store: Store, deadline: Deadline) -> Deadline:
    """The clock as it stands now; its owner may have others, e.g. of a claim that became automatic."""
    of_owner: list[Deadline] = await seen(store, decided(), lambda work: work.deadlines.of(deadline.owner))
    return next(one for one in of_owner if one.deadline_id == deadline.deadline_id)


async def test_the_calendar_is_kept_and_an_older_version_changes_nothing(store: Store) -> None:
    await all_of(store, handlers.on_calendar_changed, [told(2, free=(FRIDAY,)), told(1)])
    await one(store, handlers.on_calendar_changed, told(1))
    assert not await seen(store, decided(), lambda work: work.calendar.is_workday(FRIDAY))
    assert await seen(store, decided(), lambda work: work.calendar.edition) == 2


async def test_the_deadlines_of_a_task_come_with_it(store: Store) -> None:
    begun = await a_deadline(store)
    assert await seen(store, decided(), lambda work: list(work.deadlines.of(begun.owner))) == [begun]


async def test_each_step_is_taken_once_and_told_once(store: Store) -> None:
    await one(store, handlers.on_calendar_changed, told())
    late = await a_deadline(store, days_ago=10, kind="FIRST_CHECK")

    async def taken() -> list[Step]:
        await one(store, handlers.take_step, TakeStep(late.deadline_id))
        return [step for step, _ in (await kept(store, late)).steps]

    assert await taken() == [Step.YELLOW]
    assert await taken() == [Step.YELLOW, Step.RED]
    before = await store.said()
    assert await taken() == [Step.YELLOW, Step.RED]
    await one(store, handlers.take_step, TakeStep("nobody"))
    assert await store.said() == before


async def test_a_step_before_its_time_is_not_taken(store: Store) -> None:
    await one(store, handlers.on_calendar_changed, told())
    begun = await a_deadline(store)
    await one(store, handlers.take_step, TakeStep(begun.deadline_id))
    assert await kept(store, begun) == begun


async def test_a_claim_that_was_missed_is_claimed_and_its_clock_ends(store: Store) -> None:
    await one(store, handlers.on_calendar_changed, told())
    late = await a_deadline(store, days_ago=10)
    await one(store, handlers.take_step, TakeStep(late.deadline_id))
    ended = await kept(store, late)
    assert ([step for step, _ in ended.steps], ended.state, ended.plan) == ([Step.YELLOW], DeadlineState.MET, ())


async def test_a_notice_moves_the_end_and_is_logged_once(store: Store) -> None:
    begun = await a_deadline(store)
    assert begun.due_on == FRIDAY + timedelta(days=4)
    await one(store, handlers.on_calendar_changed, told(free=(FRIDAY + timedelta(days=3),)))
    await all_of(store, handlers.recompute_deadline, [RecomputeDeadline(begun.deadline_id)] * 2)
    moved = await kept(store, begun)
    assert moved.due_on == FRIDAY + timedelta(days=5)
    assert [(e.was_due_at, e.due_at) for e in await store.said() if isinstance(e, DeadlineRecomputed)] == [
        (begun.due_at, moved.due_at)
    ]
    if isinstance(store, SqlStore):
        (row,) = await store.pool.fetch("SELECT * FROM deadline_change")
        assert (row["old_due_at"], row["new_due_at"], row["why"]) == (begun.due_at, moved.due_at, "工作日历已变更")


async def test_an_ended_deadline_comes_back_ended(store: Store) -> None:
    begun = await a_deadline(store)

    def meet(work: Any, _event: Any) -> None:
        work.deadlines.save(work.deadlines.of(begun.owner)[0].met(work.now))

    await one(store, meet, decided())
    kept = await seen(store, decided(), lambda work: work.deadlines.of(begun.owner)[0])
    assert (kept.state, kept.ended_at, kept.plan) == (DeadlineState.MET, NOON, ())


@pytest.mark.servers
async def test_deadlines_of_a_task_nobody_read_are_a_mistake_and_of_a_new_one_none(sql_store: SqlStore) -> None:
    async with sql_store.begin() as work:
        await work.load([decided()])
        assert list(work.deadlines.of(work.tasks.new_id())) == []
        with pytest.raises(KeyError):
            work.deadlines.of("not-read")

"""Calendar and deadlines in both works of supervision: read with their tasks, swept under their lock, moved by a notice."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.calendar import SOURCE, CalendarChanged
from kernel.deadline import Deadline, DeadlineState, Ladder, Limit, Step, Unit
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision import handlers
from tests.contract.test_supervision_store import SqlStore, Store, all_of, empty_store, one, seen, sql_store, store
from tests.fakes.supervision import NOON, decided

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


async def a_deadline(store: Store, *, days_ago: int = 0) -> Deadline:
    """A task with a clock of two workdays."""
    await one(store, handlers.on_case_decided, decided())

    def begin(work: Any, _event: Any) -> Deadline:
        (task,) = work.tasks.open_on("chicago", "O1")
        begun = Deadline.started(
            deadline_id=work.deadlines.new_id(),
            owner=task.task_id,
            kind="CLAIM",
            limit=Limit(2, Unit.WORKDAY),
            at=NOON - timedelta(days=days_ago),
            calendar=work.calendar,
            ladder=LADDER,
        )
        work.deadlines.save(begun)
        return begun

    begun: Deadline = await one(store, begin, decided())
    return begun


async def test_the_calendar_is_kept_and_an_older_version_changes_nothing(store: Store) -> None:
    await all_of(store, handlers.on_calendar_changed, [told(2, free=(FRIDAY,)), told(1)])
    await one(store, handlers.on_calendar_changed, told(1))
    assert not await seen(store, decided(), lambda work: work.calendar.is_workday(FRIDAY))
    assert await seen(store, decided(), lambda work: work.calendar.edition) == 2


async def test_the_deadlines_of_a_task_come_with_it(store: Store) -> None:
    begun = await a_deadline(store)
    assert await seen(store, decided(), lambda work: list(work.deadlines.of(begun.owner))) == [begun]


async def test_a_step_is_taken_once_and_not_before_its_time(store: Store) -> None:
    await one(store, handlers.on_calendar_changed, told())
    late, early = await a_deadline(store, days_ago=10), TakeStep("nobody")
    taken, again, nothing, unknown = await all_of(store, handlers.take_step, [*[TakeStep(late.deadline_id)] * 3, early])
    assert [step for step, _ in taken.steps] == [Step.YELLOW]
    assert [step for step, _ in again.steps] == [Step.YELLOW, Step.RED]
    assert nothing is None
    assert unknown is None
    kept = await seen(store, decided(), lambda work: work.deadlines.of(late.owner)[0])
    assert kept == again


async def test_a_notice_moves_the_end_and_is_logged_once(store: Store) -> None:
    begun = await a_deadline(store)
    assert begun.due_on == FRIDAY + timedelta(days=4)
    await one(store, handlers.on_calendar_changed, told(free=(FRIDAY + timedelta(days=3),)))
    moved, unchanged = await all_of(store, handlers.recompute_deadline, [RecomputeDeadline(begun.deadline_id)] * 2)
    assert moved.due_on == FRIDAY + timedelta(days=5)
    assert unchanged is None
    if isinstance(store, SqlStore):
        (row,) = await store.pool.fetch("SELECT * FROM deadline_change")
        assert (row["old_due_at"], row["new_due_at"], row["why"]) == (begun.due_at, moved.due_at, "calendar")


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

"""The stack's clock goes forward only and survives a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from chassis.bell import Bell
from chassis.clock import CHANNEL, StackClock
from kernel.refusal import Refusal
from tests.integration.chassis.road import Road
from tests.journey import until

pytestmark = pytest.mark.servers

DAY = datetime(2010, 1, 4, 1, tzinfo=UTC)
HEARING = (
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'shenguan-bell' AND datname = current_database() "
    "AND state = 'idle' AND query LIKE '%outbox%'"
)


async def moved(road: Road, clock: StackClock, to: datetime) -> None:
    async with road.pool.acquire() as connection, connection.transaction():
        await clock.move(connection, to)


async def test_the_first_move_is_free_then_it_ticks_on(road: Road) -> None:
    clock = StackClock()
    assert not clock.moved
    await moved(road, clock, DAY)
    first = clock.now()
    assert DAY <= first < DAY + timedelta(minutes=1)
    assert clock.now() >= first


async def test_it_never_goes_back(road: Road) -> None:
    clock = StackClock()
    await moved(road, clock, DAY)
    with pytest.raises(Refusal, match="clock-backwards"):
        await moved(road, clock, DAY - timedelta(seconds=1))
    await moved(road, clock, DAY)
    await moved(road, clock, DAY + timedelta(days=1))
    assert clock.now() >= DAY + timedelta(days=1)


@asynccontextmanager
async def following(road: Road, database_url: str) -> AsyncIterator[tuple[StackClock, asyncio.Event]]:
    """The clock of another process of the same service, and when it was told that it moved."""
    clock, told = StackClock(), asyncio.Event()
    clock.on_move(told.set)
    bell = Bell(database_url, lambda: None, {CHANNEL: clock.moved_elsewhere})
    tasks = [asyncio.create_task(bell.run()), asyncio.create_task(clock.follow(road.pool))]
    try:
        yield clock, told
    finally:
        await bell.stop()
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_other_processes_of_a_service_follow(
    road: Road, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.clock._LOOK", 3600.0)
    async with following(road, database_url) as (other, told):
        await until(partial(hears, road))
        for day in (0, 1):
            await moved(road, StackClock(), DAY + timedelta(days=day))
            await asyncio.wait_for(told.wait(), 10)
            told.clear()
            assert DAY + timedelta(days=day) <= other.now() < DAY + timedelta(days=day, minutes=1)


async def test_who_missed_it_follows_a_little_later(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.clock._LOOK", 0.05)
    other, told = StackClock(), asyncio.Event()
    other.on_move(told.set)
    task = asyncio.create_task(other.follow(road.pool))
    await moved(road, StackClock(), DAY)
    await asyncio.wait_for(told.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_ends_when_told_to_just_as_the_bell_rings(road: Road) -> None:
    """A service that stops the moment it has started, because its port is taken, hears its bell at that moment."""
    clock = StackClock()
    task = asyncio.create_task(clock.follow(road.pool))
    await asyncio.sleep(0.5)  # it has looked, and waits
    clock.moved_elsewhere()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=10)
    assert done == {task}
    assert task.cancelled()


async def hears(road: Road) -> bool:
    return bool(await road.pool.fetch(HEARING))


async def test_a_restarted_process_goes_on_from_there(road: Road) -> None:
    await moved(road, StackClock(), DAY)
    restarted = StackClock()
    async with road.pool.acquire() as connection:
        await restarted.load(connection)
    assert restarted.moved
    assert DAY <= restarted.now() < DAY + timedelta(minutes=1)
